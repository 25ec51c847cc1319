/* values.c - the value and flags columns of t32.def against real cores.
 *
 * Every row that is not a trap or a system instruction is executed
 * in QEMU on random registers, flags and memory, and by machine.c, which
 * expands the columns; both must leave the same state.
 *
 * The same samples are given to src/prove's terms of the row, and what they say
 * must be what the core left: registers, flags, where it goes on. Rows to which
 * the checker gives no meaning on numbers are listed.
 *
 *   values DRIVER.S
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "machine.h"
#include "obj/obj.h"
#include "prover.h"
#include "t32/encode.h"
#include "t32/print.h"

enum { SAMPLES = 10, TRIES = 1000, FIELD = 512 };

/* What driver.S reads and writes. */
struct record {
	uint16_t insn[2];
	uint32_t apsr, fpscr, r[13], sp, s[32];
	uint8_t mem[WINDOW];
	uint32_t reached;	/* where it went on */
};

struct sample {
	struct t32_insn in;
	enum t32_cond cond;		/* in an IT block of one, or AL */
	struct record before;
	struct machine after;
};

struct run {
	struct arena *a;
	const struct target *t;
	char dir[64];
	uint32_t slot, window;		/* addresses in the driver */
	struct sample *sample;
	unsigned n;
	unsigned rows;
};

static int failures;
static bool executed[T32_COUNT];
static unsigned long by_terms[T32_COUNT], without[T32_COUNT][4];

/* Not executed: traps, waiting, what changes the mode of the driver, exclusive
 * stores (the monitor is not modelled), tables at pc and a jump through the
 * stack.
 */
static const enum t32 apart[] = {
	T32_BKPT,       T32_UDF,        T32_UDF_N,      T32_SVC,
	T32_WFE_N,      T32_WFI_N,      T32_CPSID_I,    T32_CPSIE_I,
	T32_IT,         T32_MRS,        T32_MSR,        T32_MRS_MSPLIM,
	T32_MRS_PSPLIM, T32_MSR_MSPLIM, T32_MSR_PSPLIM, T32_VMSR,
	T32_STREX,      T32_STREXB,     T32_STREXH,     T32_TBB_PC,
	T32_TBH_PC,     T32_POP_PC,
};

static uint32_t rnd(void)
{
	static uint64_t x = 0xd1b54a32d192ed03u;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return (uint32_t)(x >> 16);
}

/* Numbers on which arithmetic goes wrong, and others. */
static uint32_t value(void)
{
	static const uint32_t edge[] = {
		0, 1, 2, 31, 32, 33, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff,
		0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff,
		0x7fff8000, 0x80007fff, 0x80808080, 0x7f7f7f7f,
	};
	uint32_t x = rnd();

	switch (x >> 30) {
	case 0:  return edge[x % (sizeof edge / sizeof *edge)];
	case 1:  return x & 0xff;
	default: return rnd();
	}
}

static uint32_t float_value(void)
{
	static const uint32_t edge[] = {
		0, 0x80000000, 0x3f800000, 0xbf800000, 0x7f800000, 0xff800000,
		0x7fc00000, 0x7f800001, 0x00000001, 0x3f000000, 0x40200000,
		0xc0200000, 0x4f000000, 0xcf000000, 0x4f800000, 0x3ff00000,
		0xbff00000, 0x40040000, 0x41e00000, 0xc1e00000, 0x7ff00000,
	};
	uint32_t x = rnd();

	if (x >> 30 == 0)
		return edge[x % (sizeof edge / sizeof *edge)];
	if (x >> 30 == 1) /* of a size where integers and fractions meet */
		return (rnd() & 0x80ffffff) | (0x3e + (x & 15)) << 24;
	return rnd();
}

/* The driver owns lr, and pc is where it is. */
static bool touches_driver(const struct t32_insn *in)
{
	const struct t32_row *row = t32_row(in->id);

	for (unsigned k = 0; k < in->noperands; k++) {
		if (row->operand[k].kind <= T32_REG_ANY &&
		    in->operand[k] >= 14)
			return true;
		if (row->operand[k].kind == T32_LIST &&
		    in->operand[k] & 0xc000)
			return true;
	}
	return in->id == T32_POP_PC;
}

static void random_state(struct record *r, bool fp)
{
	memset(r, 0, sizeof *r);
	r->apsr = rnd() & 0xf0000000;
	for (unsigned i = 0; i < 13; i++)
		r->r[i] = value();
	r->sp = value() & ~3u;
	for (unsigned i = 0; fp && i < 32; i++)
		r->s[i] = float_value();
	for (unsigned i = 0; i < WINDOW; i++)
		r->mem[i] = (uint8_t)rnd();
}

static struct machine to_machine(const struct run *run, const struct record *r)
{
	struct machine m = { .apsr = r->apsr, .base = run->window };

	memcpy(m.r, r->r, sizeof r->r);
	m.r[13] = r->sp;
	m.r[15] = run->slot;
	memcpy(m.s, r->s, sizeof r->s);
	memcpy(m.mem, r->mem, sizeof r->mem);
	return m;
}

static bool may_misalign(const char *mnemonic)
{
	return (!strncmp(mnemonic, "ldr", 3) || !strncmp(mnemonic, "str", 3)) &&
	       mnemonic[3] != 'd' && mnemonic[3] != 'e';
}

/* Points the base register into the window: tries the instruction with a
 * known base and moves it by how far it was off.
 */
static void aim(const struct run *run, const struct t32_insn *in,
                struct record *r)
{
	const uint32_t trial = 0x40000000, middle = run->window + WINDOW / 2;
	const struct t32_row *row = t32_row(in->id);
	int n = t32_operand_at(row, 'n'), m = t32_operand_at(row, 'm');
	bool core = n >= 0 && row->operand[n].kind <= T32_REG_ANY;
	uint32_t *base = core && in->operand[n] < 13 ? &r->r[in->operand[n]]
	                                             : &r->sp;
	struct machine before;

	struct record saved = *r;
	if (core && m >= 0 && row->operand[m].kind == T32_REG &&
	    in->operand[m] < 13)
		r->r[in->operand[m]] &= 12;
	*base = trial;
	before = to_machine(run, r);
	machine_step(&before, in);
	if (!before.hit) {
		*r = saved;
		return;
	}
	*base += middle - before.first;
	if (base == &r->sp)
		*base &= ~3u;
	else if (may_misalign(row->mnemonic))
		*base += rnd() & 3;
}

/* The instruction and a nop, or IT and the instruction. */
static void put_code(struct sample *s)
{
	uint32_t word = s->in.word;

	if (s->in.size == 4) {
		s->before.insn[0] = (uint16_t)(word >> 16);
		s->before.insn[1] = (uint16_t)word;
	} else if (s->cond == T32_AL) {
		s->before.insn[0] = (uint16_t)word;
		s->before.insn[1] = 0xbf00;
	} else {
		s->before.insn[0] = (uint16_t)(0xbf08 | s->cond << 4);
		s->before.insn[1] = (uint16_t)word;
	}
}

/* What the table says, where IT says that it happens. */
static void step(struct sample *s, const struct run *run)
{
	uint32_t apsr = s->before.apsr;

	s->after = to_machine(run, &s->before);
	if (s->cond != T32_AL)
		s->after.r[15] += 2;
	if (s->cond == T32_AL || machine_holds(&s->after, s->cond))
		machine_step(&s->after, &s->in);
	if (s->cond != T32_AL && t32_row(s->in.id)->flags & T32_F_IT)
		s->after.apsr = apsr;
}

/* A word of the field of calls around the slot. */
static uint32_t in_field(void)
{
	return rnd() % (2 * FIELD) / 4 * 4 - FIELD;
}

/* Branches are to end in the field. */
static void aim_branch(const struct run *run, struct t32_insn *in,
                       struct record *r)
{
	const struct t32_row *row = t32_row(in->id);
	int k = t32_immediate_at(row, 0);
	unsigned halfwords;

	if (in->id == T32_BX || in->id == T32_BLX)
		r->r[in->operand[0]] = (run->slot + in_field()) | 1;
	if (k < 0 || row->operand[k].kind != T32_TARGET)
		return;
	do
		in->operand[k] = (int32_t)(in_field() - 4);
	while (!t32_encode(in->id, in->operand, &in->word, &halfwords));
}

static bool lands(const struct run *run, const struct machine *m)
{
	uint32_t at = m->target - (run->slot - FIELD);

	return !m->jumped || (at < 2 * FIELD && at % 4 == 0 && at != FIELD);
}

static bool make_sample(struct run *run, const struct t32_insn *in)
{
	struct sample *s = &run->sample[run->n];

	s->in = *in;
	s->cond = T32_AL;
	if (t32_row(in->id)->flags & T32_F_IT && rnd() & 1)
		s->cond = (enum t32_cond)(rnd() % T32_AL);
	random_state(&s->before, run->t->features & T32_FP);
	aim(run, in, &s->before);
	aim_branch(run, &s->in, &s->before);
	put_code(s);
	step(s, run);
	if (s->after.outside || s->after.beyond || !lands(run, &s->after))
		return false;
	run->n++;
	return true;
}

static void make_row(struct run *run, enum t32 id)
{
	const struct t32_row *row = t32_row(id);
	uint32_t all = row->halfwords == 1 ? 0xffff : ~0u;
	unsigned made = 0;
	struct t32_insn in;

	for (unsigned i = 0; i < TRIES && made < SAMPLES; i++) {
		uint32_t word = row->match | (rnd() & all & ~row->mask);

		if (t32_decode_as(id, word, &in) && !touches_driver(&in))
			made += make_sample(run, &in);
	}
	run->rows += made > 0;
	executed[id] |= made > 0;
}

static bool build(struct run *run, const char *source, struct diag_sink *sink)
{
	const struct board *b = run->t->board;
	char cmd[1024], path[128];
	uint8_t *bytes;
	size_t n;

	snprintf(cmd, sizeof cmd,
		 "arm-none-eabi-gcc %s %s %s -DSIZE=%u -DFIELD=%u -nostdlib "
		 "-Wl,-e,start,--section-start=.vectors=%#x,--section-start=."
		 "driver=%#x,"
		 "--no-warn-rwx-segments -o %s/driver.elf %s",
		 run->t->gcc_flags, run->t->features & T32_FP ? "-DFP" : "",
		 run->t->features & T32_DSP ? "-DDSP" : "",
		 (unsigned)sizeof(struct record), (unsigned)FIELD,
	         (unsigned)b->rom,
		 (unsigned)b->ram, run->dir, source);
	snprintf(path, sizeof path, "%s/driver.elf", run->dir);
	if (system(cmd) != 0 ||
	    !file_read(path, 1 << 24, run->a, &bytes, &n, sink))
		return false;
	const struct obj *o = obj_read(bytes, n, run->a, sink);
	const struct obj_symbol *slot = o ? obj_find(o, "slot") : NULL;
	const struct obj_symbol *record = o ? obj_find(o, "record") : NULL;
	if (!slot || !record)
		return false;
	run->slot = slot->value;
	run->window = record->value + (uint32_t)offsetof(struct record, mem);
	return true;
}

static bool simulate(const struct run *run, struct diag_sink *sink,
                     const struct record **results)
{
	struct record *cases = arena_array(run->a, struct record, run->n);
	char cmd[512], path[128];
	uint8_t *bytes;
	size_t n;

	for (unsigned i = 0; i < run->n; i++)
		cases[i] = run->sample[i].before;
	snprintf(path, sizeof path, "%s/cases", run->dir);
	if (!file_write(path, cases, run->n * sizeof *cases, false, sink))
		return false;
	snprintf(cmd, sizeof cmd, "cd %s && timeout 60 qemu-system-arm -M %s "
	         "-nographic -monitor none -serial none -semihosting-config "
	         "enable=on,target=native -kernel driver.elf", run->dir,
	         run->t->board->name);
	int status = system(cmd);
	snprintf(path, sizeof path, "%s/results", run->dir);
	if (!file_read(path, (size_t)1 << 28, run->a, &bytes, &n, sink))
		return false;
	*results = (const struct record *)(const void *)bytes;
	if (status != 0 || n != run->n * sizeof **results) {
		unsigned at = (unsigned)(n / sizeof **results);
		char text[80];

		t32_print(text, sizeof text, &run->sample[at % run->n].in,
		          run->sample[at % run->n].cond);
		printf("not ok - %s: stopped at %u of %u: %s\n", run->t->name,
		       at, run->n, text);
		failures++;
		return false;
	}
	return true;
}

static bool is_nan(uint64_t bits, bool wide)
{
	uint32_t low = (uint32_t)bits;
	double d;
	float f;

	if (!wide) {
		memcpy(&f, &low, 4);
		return isnan(f);
	}
	memcpy(&d, &bits, 8);
	return isnan(d);
}

/* Which NaN comes out is the core's choice. */
static bool same_floats(const uint32_t *x, const uint32_t *y)
{
	for (unsigned i = 0; i < 32; i += 2) {
		uint64_t p = x[i] | (uint64_t)x[i + 1] << 32;
		uint64_t q = y[i] | (uint64_t)y[i + 1] << 32;
		bool low = x[i] == y[i] ||
			   (is_nan(x[i], false) && is_nan(y[i], false));
		bool high = x[i + 1] == y[i + 1] || (is_nan(x[i + 1], false) &&
						     is_nan(y[i + 1], false));

		if (!(low && high) && !(is_nan(p, true) && is_nan(q, true)))
			return false;
	}
	return true;
}

/* next: where it goes on when it does not branch. */
static const char *differs(const struct machine *m, const struct record *r,
                           uint32_t next)
{
	for (unsigned i = 0; i < 13; i++)
		if (m->r[i] != r->r[i])
			return "register";
	if (m->r[13] != r->sp)
		return "sp";
	if ((m->jumped ? m->target : next) + 4 != r->reached)
		return "pc";
	if ((m->apsr ^ r->apsr) & 0xf00f0000)
		return "flags";
	if ((m->fpflags ^ r->fpscr) & 0xf0000000)
		return "float flags";
	if (!same_floats(m->s, r->s))
		return "float register";
	if (memcmp(m->mem, r->mem, WINDOW))
		return "memory";
	return NULL;
}

/* What the checker's terms make of a sample, against what the core did. */
static void compare_terms(const struct run *run, const struct sample *s,
			  const struct record *r)
{
	struct machine m = to_machine(run, &s->before);
	char text[80];

	m.r[15] = run->slot;
	const enum prover got = prover_step(&m, &s->in, s->cond);
	if (got != PROVER_NUMBERS) {
		without[s->in.id][got]++;
		return;
	}
	by_terms[s->in.id]++;
	memcpy(m.mem, r->mem, WINDOW);	/* not the terms' */
	m.fpflags = r->fpscr;
	m.apsr = (m.apsr & 0xf0000000) | (r->apsr & 0x0fffffff);
	const char *what = differs(&m, r, run->slot + 4);
	if (!what || ++failures > 30)
		return;
	t32_print(text, sizeof text, &s->in, s->cond);
	printf("not ok - %s: the checker's %s differs after %s\n",
	       t32_id_name(s->in.id), what, text);
}

static void compare(const struct run *run, const struct record *results)
{
	for (unsigned i = 0; i < run->n; i++)
		compare_terms(run, &run->sample[i], &results[i]);

	for (unsigned i = 0; i < run->n; i++) {
		const struct sample *s = &run->sample[i];
		const char *what = differs(&s->after, &results[i],
		                           run->slot + 4);
		char text[80];

		if (!what || ++failures > 30)
			continue;
		t32_print(text, sizeof text, &s->in, s->cond);
		printf("not ok - %s: %s differs after %s\n",
		       t32_id_name(s->in.id), what, text);
		for (unsigned k = 0; k < 13; k++)
			if (s->after.r[k] != results[i].r[k])
				printf("#  r%u = %08x -> core %08x, table "
				       "%08x\n",
				       k, s->before.r[k], results[i].r[k],
				       s->after.r[k]);
		for (unsigned k = 0; k < 32; k++)
			if (s->after.s[k] != results[i].s[k])
				printf("#  s%u = %08x -> core %08x, table "
				       "%08x\n",
				       k, s->before.s[k], results[i].s[k],
				       s->after.s[k]);
		if ((s->after.apsr ^ results[i].apsr) & 0xf00f0000)
			printf("#  apsr %08x -> core %08x, table %08x\n",
			       s->before.apsr, results[i].apsr, s->after.apsr);
	}
}

static void run_target(const struct target *t, const char *driver,
                       struct arena *a)
{
	struct run run = { .a = a, .t = t, .dir = "/tmp/t32_values.XXXXXX" };
	const struct record *results;
	struct diag_sink sink;
	int before = failures;
	char cmd[128];

	diag_init(&sink, a);
	run.sample = arena_array(a, struct sample, T32_COUNT * SAMPLES);
	if (!mkdtemp(run.dir) || !build(&run, driver, &sink)) {
		printf("not ok - %s: the driver cannot be built\n", t->name);
		failures++;
		return;
	}
	for (unsigned id = 0; id < T32_COUNT; id++)
		if (target_has(t, (enum t32)id))
			make_row(&run, (enum t32)id);
	if (simulate(&run, &sink, &results))
		compare(&run, results);
	printf("%s - %s on %s: %u rows, %u executions\n",
	       failures == before ? "ok" : "not ok", t->name, t->board->name,
	       run.rows, run.n);
	snprintf(cmd, sizeof cmd, "rm -r %s", run.dir);
	if (failures == before && system(cmd) != 0)
		failures++;
}

static bool is_apart(enum t32 id)
{
	for (size_t i = 0; i < sizeof apart / sizeof *apart; i++)
		if (apart[i] == id)
			return true;
	return false;
}

static void list(const char *what, enum prover why)
{
	unsigned n = 0;

	printf("# %s:", what);
	for (unsigned id = 0; id < T32_COUNT; id++)
		if (without[id][why] && !by_terms[id] && ++n)
			printf(" %s", t32_id_name((enum t32)id));
	printf(" (%u)\n", n);
}

static void report_terms(void)
{
	unsigned long rows = 0, n = 0, least = 0;

	for (unsigned id = 0; id < T32_COUNT; id++)
		if (by_terms[id]) {
			rows++;
			n += by_terms[id];
			if (!least || by_terms[id] < least)
				least = by_terms[id];
		}
	list("not followed by the checker", PROVER_BEYOND);
	list("storage, not judged on numbers", PROVER_STORAGE);
	list("uninterpreted by the checker", PROVER_UNINTERPRETED);
	printf("ok - checker's terms: %lu rows, %lu executions, at least %lu of a "
	       "row\n", rows, n, least);
	if (rows == 0)
		failures++;
}

/* A row is executed on some core or has its reason not to be. */
static void check_rows(void)
{
	for (unsigned id = 0; id < T32_COUNT; id++) {
		if (executed[id] != is_apart((enum t32)id))
			continue;
		failures++;
		printf("not ok - %s is %sexecuted\n", t32_id_name((enum t32)id),
		       executed[id] ? "" : "not ");
	}
}

int main(int argc, char **argv)
{
	struct arena a;

	if (system("qemu-system-arm --version >/dev/null 2>&1") != 0 ||
	    system("arm-none-eabi-gcc --version >/dev/null 2>&1") != 0) {
		printf("1..0 # SKIP qemu-system-arm or arm-none-eabi-gcc is "
		       "missing\n");
		return 77;
	}
	if (argc != 2)
		return 2;
	arena_init(&a, NULL);
	for (unsigned i = 0; i < TARGET_COUNT; i++)
		run_target(&targets[i], argv[1], &a);
	arena_fini(&a);
	check_rows();
	report_terms();
	printf("# %u rows, %u not executed, %d failures\n", (unsigned)T32_COUNT,
	       (unsigned)(sizeof apart / sizeof *apart), failures);
	return failures != 0;
}
