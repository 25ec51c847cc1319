/* switch_test.c - the runtime's assembly executed by the checker's semantics.
 *
 *	switch_test OBJECT fp|soft v7|v8|v8-msp FUNCTION...
 *
 * Registers and memory are variables, the object is what the assembler made; each
 * function is followed from its entry to where it leaves, for each value of what
 * it tests: CONTROL, and the guard word of the stack it goes to.  v8-msp: interrupts
 * switch stacks, too, and MSPLIM is theirs (HD_MULTI).  Of a word at a
 * base and a distance another base is another place: the two stacks, hd_now and
 * what a caller points to do not overlap.  What is below SP may change at any
 * time.  Exit 1 when a function does not do what its entry below says.
 */
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "prove/mach.h"

enum { R_IP = 12, CONTROL_SPSEL = 2, CONTROL_FPCA = 4, MRS_CONTROL = 20, MRS_MSPLIM = 10,
       MRS_PSPLIM = 11 };
#define MPU_RBAR 0xe000ed9cu
enum { OLD_GUARD = 0x20000401, OLD_LIMIT = 0x20000400, OTHER_LIMIT = 0x20000800 };
/* struct hd_now, struct hd_thread and what enter.S follows: offsets.h */
enum { NOW_WORDS = 8, NOW_FRAME = 28, THREAD_TASK = 12, THREAD_CONTEXT = 24,
       TASK_FUEL = 0, TASK_INST = 4, TASK_LOWER = 28, LOWER_CALLEE = 0,
       LIFT_CALLBACK = 4, INSTANCE_BASE = 16 };

struct cell {
	term at, value;
};

enum what { LOAD, STORE, CALL, JUMP, SPECIAL };

struct event {
	enum what what;
	term at, value;		/* CALL, JUMP: code; SPECIAL: number, value */
	const char *name;	/* of a symbol called */
	term r[4], sp;
	term now[NOW_WORDS];	/* of hd_now at a call */
};

struct run {
	struct arena arena;
	struct obj *o;
	bool fp, v8, msp;
	struct world w;
	struct wasm_module m;
	struct terms z;
	struct facts facts;
	struct mach_func f;
	struct mach s;
	VEC(struct cell) cells;
	VEC(struct event) events;
	term now;		/* address of hd_now */
	term other;		/* SP goes to: a stack, or 0 */
	bool another;		/* that is another stack */
	term pushed;		/* stored below SP, which must go there next; 0 */
	uint32_t control;	/* on entry, and after a call */
	term special_control;
	term limit, other_limit;	/* of the SP in use, of the other */
	enum stop stop;
	const char *why;
};

static struct run *own(const struct mach_func *f)
{
	return f->own;
}

static bool wrong(struct run *x, const char *why)
{
	if (!x->why)
		x->why = why;
	return false;
}

static term var(struct run *x)
{
	return term_var(&x->z, SORT_WORD, 0, UINT32_MAX);
}

static term number(struct run *x, uint32_t k)
{
	return term_const(&x->z, k);
}

static term plus(struct run *x, term t, uint32_t k)
{
	return term_addk(&x->z, t, k);
}

/* --- stored below SP ------------------------------------------------------------------ */

/* `str rN, [sp, #-4]!` stores before it moves SP here, and at once on a core. */
static void settle(struct run *x, struct mach *m)
{
	if (x->pushed)
		mach_fail(m, "store below SP");
}

/* --- memory ------------------------------------------------------------------------ */

/* Is it below the stack pointer? */
static bool is_below(struct run *x, term at)
{
	uint32_t k, sp;
	term base = term_split(&x->z, at, &k);

	return base && base == term_split(&x->z, x->s.r[R_SP], &sp) &&
	       (int32_t)k < (int32_t)sp;
}

static struct cell *cell(struct run *x, term at)
{
	for (uint32_t k = 0; k < x->cells.n; k++)
		if (x->cells.at[k].at == at)
			return &x->cells.at[k];
	vec_push(&x->arena, &x->cells, (struct cell){ at, var(x) });
	return &vec_last(&x->cells);
}

static term word(struct run *x, term base, uint32_t by)
{
	return cell(x, plus(x, base, by))->value;
}

static void seed(struct run *x, term base, uint32_t by, term value)
{
	cell(x, plus(x, base, by))->value = value;
}

static bool load(struct mach_func *f, struct mach *m, unsigned bits, term at,
		 term *value)
{
	struct run *x = own(f);
	uint32_t k;

	if (term_split(f->z, at, &k) == term_sym(f->z, CODE_TERMS))
		return false;
	settle(x, m);
	if (bits != 32 || (k & 3) || is_below(x, at))
		mach_fail(m, "load of a part, or below SP");
	*value = cell(x, at)->value;
	vec_push(&x->arena, &x->events, (struct event){ .what = LOAD,
		.at = at, .value = *value, .sp = m->r[R_SP] });
	return true;
}

static bool store(struct mach_func *f, struct mach *m, unsigned bits, term at,
		  term value)
{
	struct run *x = own(f);
	uint32_t k;

	term_split(f->z, at, &k);
	settle(x, m);
	if (bits != 32 || (k & 3))
		mach_fail(m, "store of a part");
	if (is_below(x, at))
		x->pushed = at;
	cell(x, at)->value = value;
	vec_push(&x->arena, &x->events, (struct event){ .what = STORE,
		.at = at, .value = value, .sp = m->r[R_SP] });
	return true;
}

/* --- registers of the system ----------------------------------------------------------- */

static bool special(struct mach_func *f, struct mach *m, uint32_t n,
		    bool writes, term *value)
{
	struct run *x = own(f);
	const bool psp = !x->msp || (x->control & CONTROL_SPSEL);
	term *r = NULL;

	if (n == MRS_CONTROL && (x->fp || x->msp))
		r = &x->special_control;
	else if (n == MRS_PSPLIM && x->v8)
		r = psp ? &x->limit : &x->other_limit;
	else if (n == MRS_MSPLIM && x->msp)
		r = psp ? &x->other_limit : &x->limit;

	settle(x, m);
	if (!r)
		return false;
	if (writes)
		vec_push(&x->arena, &x->events, (struct event){
			.what = SPECIAL, .at = n, .value = *value,
			.sp = m->r[R_SP] });
	*(writes ? r : value) = writes ? *value : *r;
	return true;
}

/* No limit may be in force that is the other stack's. */
static void moved(struct mach_func *f, struct mach *m)
{
	struct run *x = own(f);
	uint32_t k;
	term base = term_split(f->z, m->r[R_SP], &k);

	if (m->r[R_SP] == x->pushed)
		x->pushed = 0;
	settle(x, m);
	if ((k & 3) || (base != f->sp0 && base != x->other))
		mach_fail(m, "stack pointer");
	if (x->v8 && x->another && base == x->other && x->events.n &&
	    term_split(f->z, vec_last(&x->events).sp, &k) == f->sp0 &&
	    x->limit != number(x, 0))
		mach_fail(m, "the limit of another stack");
}

/* --- calls -------------------------------------------------------------------------------- */

/* What the callee does not keep. */
static void clobber(struct run *x, struct mach *m)
{
	uint32_t sp, at;
	term base = term_split(&x->z, m->r[R_SP], &sp);
	uint32_t n = 0;

	for (uint32_t k = 0; k < x->cells.n; k++)
		if (term_split(&x->z, x->cells.at[k].at, &at) == base &&
		    (int32_t)at >= (int32_t)sp)
			x->cells.at[n++] = x->cells.at[k];
	x->cells.n = n;
	for (unsigned k = 0; k < 16; k++) {
		if (k < 4 || k == R_IP || k == R_LR)
			m->r[k] = var(x);
		m->s[k] = var(x);
	}
	m->flags = m->fpscr = (struct mach_flags){ 0 };
	/* floating point may be in use now */
	x->special_control = number(x, x->control | CONTROL_FPCA);
}

static void note(struct run *x, struct mach *m, enum what what, term code,
		 const char *name)
{
	struct event e = { .what = what, .value = code, .name = name,
			   .sp = m->r[R_SP] };

	memcpy(e.r, m->r, sizeof e.r);
	for (unsigned k = 0; x->now && k < NOW_WORDS; k++)
		e.now[k] = word(x, x->now, 4 * k);
	vec_push(&x->arena, &x->events, e);
}

/* Code of the object in another section: goes on there. */
static void go(struct mach_func *f, struct mach *m, const struct obj_symbol *y,
	       uint32_t by)
{
	f->section = y->section;
	f->text = &f->w->o->sections.at[y->section];
	f->begin = 0;
	f->end = (uint32_t)f->text->bytes.n;
	f->is_cut = arena_array(f->arena, uint8_t, f->end / 2 + 1);
	f->ways = arena_array(f->arena, uint8_t, f->end / 2 + 1);
	mach_loops(f);
	m->jumped = true;
	m->target = y->value + by;
}

static bool call(struct mach_func *f, struct mach *m, const struct obj_reloc *r,
		 term code, bool tail, enum stop *out)
{
	struct run *x = own(f);
	const struct obj_symbol *y = r ? &f->w->o->symbols.at[r->symbol] : NULL;
	uint32_t sp;

	if (y && tail && y->section < f->w->o->sections.n) {
		go(f, m, y, (uint32_t)r->addend);
		return true;
	}
	settle(x, m);
	term_split(f->z, m->r[R_SP], &sp);
	if ((y || !tail) && (sp & 7))
		mach_fail(m, "SP is no multiple of 8 at a call");
	note(x, m, tail ? JUMP : CALL, code, y ? y->name : NULL);
	if (tail) {
		*out = STOP_TAIL;
		return false;
	}
	clobber(x, m);
	return true;
}

static const struct mach_hooks hooks = {
	.load = load, .store = store, .call = call, .special = special,
	.moved = moved
};

/* --- running -------------------------------------------------------------------------------- */

static const struct obj_symbol *find(const struct obj *o, const char *name)
{
	const struct obj_symbol *s = obj_find(o, name);

	return s && s->section < o->sections.n ? s : NULL;
}

/* A machine at the entry of a function. */
static void begin(struct run *x, const char *name, uint32_t control)
{
	static const struct wasm_functype none;
	const struct obj_symbol *s = find(x->o, name);
	const struct obj_symbol *now = obj_find(x->o, "hd_now");
	const char *why = NULL;

	x->why = s ? NULL : "is not there";
	x->cells.n = x->events.n = 0;
	x->now = x->other = x->pushed = 0;
	x->another = false;
	terms_init(&x->z, &x->arena);
	facts_init(&x->facts, &x->z, &x->arena);
	if (!s)
		return;
	struct code_ref c = { .section = s->section, .func = UINT32_MAX,
		.size = (uint32_t)x->o->sections.at[s->section].bytes.n };
	if (!mach_init(&x->f, &x->w, &x->z, &x->facts, &c, &none, &x->arena,
		       &why)) {
		wrong(x, why);
		return;
	}
	x->f.hooks = &hooks;
	x->f.own = x;
	mach_enter(&x->f, &x->s, NULL, NULL);
	x->s.pc = s->value;
	if (now)
		x->now = term_sym(&x->z, SYMBOL_TERMS +
				  (uint32_t)(now - x->o->symbols.at));
	x->control = control & ~(uint32_t)CONTROL_FPCA;
	x->special_control = number(x, control);
	x->limit = number(x, OLD_LIMIT);
	x->other_limit = number(x, OTHER_LIMIT);
	seed(x, number(x, MPU_RBAR), 0, number(x, OLD_GUARD));
}

static void run(struct run *x)
{
	if (x->why)
		return;
	x->stop = mach_run(&x->f, &x->s);
	if (x->s.why)
		wrong(x, x->s.why);
	else if (x->stop == STOP_FORK)
		wrong(x, "decides by what is not known");
}

#include "switch_spec.h"

/* --- all of them ------------------------------------------------------------------------------ */

static const struct spec {
	const char *name;
	bool (*holds)(struct run *x, const char *name);
} specs[] = {
	{ "hd_port_switch", spec_switch },
	{ "hd_cortex_start", spec_start },
	{ "hd_enter", spec_enter },
	{ "hd_enter_callback", spec_callback },
	{ "hd_enter_plain", spec_enter },
	{ "hd_enter_callback_plain", spec_callback },
	{ "hd_unwind", spec_unwind },
	{ "hd_fuel_out", spec_fuel },
	{ "hd_trap_site", spec_site },
	{ "hd_port_catch", spec_catch },
	{ "hd_port_throw", spec_throw },
};

static bool judge(struct run *x, const char *name)
{
	for (size_t k = 0; k < sizeof specs / sizeof *specs; k++)
		if (!strcmp(specs[k].name, name)) {
			bool ok = specs[k].holds(x, name) && !x->why;
			printf("%s - %s%s%s\n", ok ? "ok" : "not ok", name,
			       ok ? "" : ": ",
			       ok ? "" : x->why ? x->why : "?");
			return ok;
		}
	printf("not ok - %s: nothing is said of it\n", name);
	return false;
}

static bool all(struct run *x, struct arena *a, int argc, char **argv)
{
	struct diag_sink sink;
	bool ok = true;
	uint8_t *bytes;
	size_t n;

	diag_init(&sink, a);
	if (!file_read(argv[1], (size_t)1 << 24, a, &bytes, &n, &sink))
		return false;
	x->o = obj_read(bytes, n, a, &sink);
	if (!x->o)
		return false;
	x->fp = !strcmp(argv[2], "fp");
	x->msp = !strcmp(argv[3], "v8-msp");
	x->v8 = x->msp || !strcmp(argv[3], "v8");
	x->w = (struct world){ .arena = a, .o = x->o, .m = &x->m };
	map_init(&x->w.reloc_at, a);
	map_init(&x->w.trap_at, a);
	world_find_relocs(&x->w);
	for (int k = 4; k < argc; k++)
		ok &= judge(x, argv[k]);
	return ok && !x->w.why;
}

int main(int argc, char **argv)
{
	struct run *x;
	struct arena a;
	jmp_buf oom;

	arena_init(&a, &oom);
	if (argc < 5 || setjmp(oom))
		return 2;
	x = arena_new(&a, struct run);
	arena_init(&x->arena, &oom);
	int status = !all(x, &a, argc, argv);
	arena_fini(&x->arena);
	arena_fini(&a);
	return status;
}
