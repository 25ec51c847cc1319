/* build.c - from validated bodies to the intermediate form.
 *
 * One walk over the instructions with a stack of values, after a prescan of
 * what each loop assigns.  Control flow is in flow.c.  In unreachable code
 * only the nesting is followed.  Nothing recurses, so nesting costs memory and
 * not host stack.
 */
#include <string.h>

#include "base/compiler.h"
#include "base/map.h"
#include "ir/builder.h"

/* --- values ----------------------------------------------------------- */

static void push(struct builder *b, ref r)
{
	vec_push(b->scratch, &b->stack, r);
}

static ref pop(struct builder *b)
{
	return b->stack.at[--b->stack.n];
}

static void unsupported(struct builder *b, const char *text)
{
	if (!b->unsupported)
		b->unsupported = text;
}

/* Constants are listed at the beginning of the entry block, each once. */
ref build_const(struct builder *b, enum type t, uint64_t bits)
{
	uint32_t *slot = map_put(&b->consts[t], bits);

	if (!*slot) {
		ref r = ir_new(b->f, IR_CONST, t, b->wf->code);
		ir_at(b->f, r)->imm = bits;
		vec_push(b->scratch, &b->const_list, r);
		*slot = r;
	}
	return *slot;
}

ref build_ins(struct builder *b, unsigned op, enum type t)
{
	ref r = ir_new(b->f, op, t, b->at);

	if (t == T_V128)
		unsupported(b, "v128 value");
	ir_append(b->f, b->here, r);
	return r;
}

/* The same with its operands taken from the stack. */
static ref take(struct builder *b, unsigned op, enum type t)
{
	ref r = build_ins(b, op, t);
	struct ir_ins *i = ir_at(b->f, r);

	for (unsigned k = i->nargs; k-- > 0;)
		i->arg[k] = pop(b);
	return r;
}

static struct ir_ins *take_aux(struct builder *b, unsigned op, uint32_t aux,
			       uint64_t imm)
{
	ref r = take(b, op, ir_fixed_type(op));
	struct ir_ins *i = ir_at(b->f, r);

	i->aux = aux;
	i->imm = imm;
	if (i->type != T_NONE)
		push(b, r);
	return i;
}

static void trap(struct builder *b, enum hd_trap_kind kind)
{
	ref r = build_ins(b, IR_TRAP, T_NONE);

	ir_at(b->f, r)->imm = (uint64_t)kind;
	b->dead = true;
}

/* --- instructions ----------------------------------------------------- */

static void numeric(struct builder *b, const struct wasm_ins *w)
{
	push(b, take(b, w->op, ir_fixed_type(w->op)));
}

static void access_memory(struct builder *b, const struct wasm_ins *w)
{
	uint32_t memory = w->index2;
	uint64_t need = w->imm + op_info[w->op].bytes;
	bool store = op_info[w->op].store;
	ref addr = b->stack.at[b->stack.n - (store ? 2 : 1)];

	if (need > b->im->memory[memory].capacity) {
		trap(b, HD_TRAP_MEMORY_BOUNDS);
		return;
	}
	ref check = build_ins(b, IR_BOUNDS, T_NONE);
	ir_at(b->f, check)->arg[0] = addr;
	ir_at(b->f, check)->imm = need;
	ir_at(b->f, check)->aux = memory;
	take_aux(b, w->op, memory, w->imm);
}

static void call(struct builder *b, unsigned op, const struct wasm_functype *t,
		 uint32_t aux, uint64_t imm)
{
	bool indirect = op == IR_CALL_INDIRECT || op == IR_RETURN_CALL_INDIRECT;
	bool tail = op == IR_RETURN_CALL || op == IR_RETURN_CALL_INDIRECT;
	uint32_t n = t->nparams + indirect;
	enum type first = t->nresults && !tail ? (enum type)t->result[0]
					       : T_NONE;
	ref r = build_ins(b, op, first);
	uint32_t list = ir_list(b->f, b->stack.at + b->stack.n - n, n);
	struct ir_ins *i = ir_at(b->f, r);

	i->list = list;
	i->nlist = n;
	i->aux = aux;
	i->imm = imm;
	b->stack.n -= n;
	if (tail) {
		b->dead = true;
		return;
	}
	for (uint32_t k = 0; k < t->nresults; k++) {
		ref v = r;
		if (k) {
			v = build_ins(b, IR_RESULT, (enum type)t->result[k]);
			ir_at(b->f, v)->arg[0] = r;
			ir_at(b->f, v)->imm = k;
		}
		push(b, v);
	}
}

static void call_direct(struct builder *b, unsigned op, uint32_t func)
{
	call(b, op, &b->m->types.at[b->m->funcs.at[func].type], func, 0);
}

static void call_table(struct builder *b, unsigned op, const struct wasm_ins *w)
{
	call(b, op, &b->m->types.at[w->index], w->index2, w->index);
}

static void select_value(struct builder *b)
{
	ref r = take(b, IR_SELECT, T_NONE);
	struct ir_ins *i = ir_at(b->f, r);

	i->type = ir_at(b->f, i->arg[0])->type;
	push(b, r);
}

static void get(struct builder *b, unsigned op, enum type t, uint32_t aux)
{
	ref r = take(b, op, t);

	ir_at(b->f, r)->aux = aux;
	push(b, r);
}

/* Variables, constants and references. */
static bool variable(struct builder *b, const struct wasm_ins *w)
{
	switch (w->op) {
	case OP_DROP: pop(b); break;
	case OP_SELECT: case OP_SELECT_T: select_value(b); break;
	case OP_LOCAL_GET: push(b, lazy_ask(b, b->cur[w->index])); break;
	case OP_LOCAL_SET: flow_set_local(b, w->index, pop(b)); break;
	case OP_LOCAL_TEE:
		flow_set_local(b, w->index, vec_last(&b->stack));
		break;
	case OP_GLOBAL_GET:
		get(b, IR_GLOBAL_GET,
		    (enum type)b->m->globals.at[w->index].type, w->index);
		break;
	case OP_GLOBAL_SET: take_aux(b, IR_GLOBAL_SET, w->index, 0); break;
	case OP_I32_CONST: push(b, build_const(b, T_I32, w->imm)); break;
	case OP_I64_CONST: push(b, build_const(b, T_I64, w->imm)); break;
	case OP_F32_CONST: push(b, build_const(b, T_F32, w->imm)); break;
	case OP_F64_CONST: push(b, build_const(b, T_F64, w->imm)); break;
	case OP_REF_NULL:
		push(b, build_const(b, (enum type)w->index, 0));
		break;
	case OP_REF_IS_NULL: take_aux(b, IR_IS_NULL, 0, 0); break;
	case OP_REF_FUNC: take_aux(b, IR_REF_FUNC, w->index, 0); break;
	default: return false;
	}
	return true;
}

/* Memories and tables as a whole. */
static bool bulk(struct builder *b, const struct wasm_ins *w)
{
	uint32_t x = w->index, y = w->index2;

	switch (w->op) {
	case OP_MEMORY_SIZE: take_aux(b, IR_MEMORY_SIZE, x, 0); break;
	case OP_MEMORY_GROW: take_aux(b, IR_MEMORY_GROW, x, 0); break;
	case OP_MEMORY_COPY: take_aux(b, IR_MEMORY_COPY, x, y); break;
	case OP_MEMORY_FILL: take_aux(b, IR_MEMORY_FILL, x, 0); break;
	case OP_MEMORY_INIT: take_aux(b, IR_MEMORY_INIT, y, x); break;
	case OP_DATA_DROP: take_aux(b, IR_DATA_DROP, 0, x); break;
	case OP_TABLE_GET:
		get(b, IR_TABLE_GET, (enum type)b->m->tables.at[x].type, x);
		break;
	case OP_TABLE_SET: take_aux(b, IR_TABLE_SET, x, 0); break;
	case OP_TABLE_SIZE: take_aux(b, IR_TABLE_SIZE, x, 0); break;
	case OP_TABLE_GROW: take_aux(b, IR_TABLE_GROW, x, 0); break;
	case OP_TABLE_FILL: take_aux(b, IR_TABLE_FILL, x, 0); break;
	case OP_TABLE_COPY: take_aux(b, IR_TABLE_COPY, x, y); break;
	case OP_TABLE_INIT: take_aux(b, IR_TABLE_INIT, y, x); break;
	case OP_ELEM_DROP: take_aux(b, IR_ELEM_DROP, 0, x); break;
	default: return false;
	}
	return true;
}

static void control(struct builder *b, const struct wasm_ins *w)
{
	switch (w->op) {
	case OP_NOP: case OP_BLOCK: break;
	case OP_UNREACHABLE: trap(b, HD_TRAP_UNREACHABLE); break;
	case OP_BR: flow_br(b, w->index); break;
	case OP_BR_IF: flow_br_if(b, w->index); break;
	case OP_BR_TABLE: flow_br_table(b, w->labels, w->nlabels); break;
	case OP_RETURN: flow_return(b); break;
	case OP_CALL: call_direct(b, IR_CALL, w->index); break;
	case OP_RETURN_CALL: call_direct(b, IR_RETURN_CALL, w->index); break;
	case OP_CALL_INDIRECT: call_table(b, IR_CALL_INDIRECT, w); break;
	case OP_RETURN_CALL_INDIRECT:
		call_table(b, IR_RETURN_CALL_INDIRECT, w);
		break;
	default: unsupported(b, op_info[w->op].text); break;
	}
}

/* Instructions that open and close frames; walked in dead code too. */
static bool nesting(struct builder *b, const struct wasm_ins *w)
{
	struct wasm_functype none = { 0 };
	bool opens = w->op == OP_BLOCK || w->op == OP_LOOP || w->op == OP_IF;
	struct wasm_functype sig =
		opens && !b->dead ? wasm_block_sig(b->m, w->block_type) : none;

	switch (w->op) {
	case OP_BLOCK: flow_open(b, FRAME_BLOCK, sig); break;
	case OP_LOOP: flow_open_loop(b, sig); break;
	case OP_IF: flow_open_if(b, sig); break;
	case OP_ELSE: flow_else(b); break;
	case OP_END: flow_end(b); break;
	default: return false;
	}
	return true;
}

static void value_or_control(struct builder *b, const struct wasm_ins *w)
{
	if (w->op < OP_NUM_END)
		numeric(b, w);
	else if (w->op < OP_MEM_END)
		access_memory(b, w);
	else if (w->op >= OP_CTL_END)
		unsupported(b, op_info[w->op].text);
	else if (!variable(b, w) && !bulk(b, w))
		control(b, w);
}

/* --- fuel: see ir_build in ir.h --------------------------------------- */

static void charge(struct builder *b, enum op op)
{
	if (op_is_free(op))
		return;
	if (!b->charged && !b->dead)
		b->fuel = build_ins(b, IR_FUEL, T_NONE);
	b->charged = true;
	if (b->fuel)
		ir_at(b->f, b->fuel)->imm++;
}

/* --- functions -------------------------------------------------------- */

static void walk(struct builder *b)
{
	struct arena_mark mark = arena_mark(b->labels);
	uint32_t at = b->wf->code;

	while (b->frames.n && !b->unsupported) {
		struct wasm_ins w;
		bool ok = wasm_next(b->m, at, &w, b->labels, NULL);
		CHECK(ok);
		b->at = at;
		at = w.next;
		if (b->im->fuel)
			charge(b, w.op);
		if (!nesting(b, &w) && !b->dead)
			value_or_control(b, &w);
		if (w.op == OP_BR_TABLE)
			arena_reset(b->labels, mark);
		if (op_ends_block(w.op)) {
			b->charged = false;
			b->fuel = 0;
		}
	}
	if (!b->dead && !b->unsupported)
		flow_return(b);
}

static void start(struct builder *b)
{
	const struct wasm_func *wf = b->wf;
	uint32_t n = wf->nlocals;

	b->at = wf->code;
	ir_new(b->f, IR_NOP, T_NONE, 0);
	b->here = ir_block_new(b->f);
	b->f->blocks.at[0].at = wf->code;
	b->cur = arena_array(b->scratch, ref, n);
	b->logged = arena_array(b->scratch, uint32_t, n);
	b->seen = arena_array(b->scratch, uint32_t, n);
	b->same = arena_array(b->scratch, ref, n);
	b->slot = arena_array(b->scratch, uint32_t, n);
	for (unsigned t = 0; t < T_BOTTOM; t++)
		map_init(&b->consts[t], b->scratch);
	flow_open(b, FRAME_FUNC, b->f->type);
	for (uint32_t k = 0; k < n; k++) {
		enum type t = (enum type)wf->local[k];
		if (t == T_V128)
			unsupported(b, "v128 local");
		b->cur[k] = k < b->f->type.nparams ? ir_param_new(b->f, 0, t)
						   : build_const(b, t, 0);
	}
	for (uint32_t k = 0; k < b->f->type.nresults; k++)
		if (b->f->type.result[k] == T_V128)
			unsupported(b, "v128 result");
}

static void count_use(void *ctx, ref *use)
{
	((uint8_t *)ctx)[*use] = 1;
}

/* Lists the constants that are used, first in the entry block; the others
 * become NOPs, also in the cuts. */
static void place_consts(struct builder *b)
{
	struct ir_func *f = b->f;
	struct ir_block *entry = &f->blocks.at[0];
	uint8_t *used = arena_array(b->scratch, uint8_t, f->ins.n);
	uint32_t n = 0;

	for (blk k = 0; k < f->blocks.n; k++)
		for (uint32_t j = 0; j < f->blocks.at[k].ins.n; j++)
			ir_each_use(f, f->blocks.at[k].ins.at[j], count_use,
				    used);
	vec_reserve(f->arena, &entry->ins, b->const_list.n);
	for (uint32_t k = 0; k < b->const_list.n; k++) {
		ref r = b->const_list.at[k];
		if (used[r])
			b->const_list.at[n++] = r;
		else
			f->ins.at[r] = (struct ir_ins){ .op = IR_NOP };
	}
	memmove(entry->ins.at + n, entry->ins.at, entry->ins.n * sizeof(ref));
	for (uint32_t k = 0; k < n; k++) {
		entry->ins.at[k] = b->const_list.at[k];
		f->ins.at[b->const_list.at[k]].block = 0;
	}
	entry->ins.n += n;
	for (uint32_t c = 0; c < f->cuts.n; c++)
		for (uint32_t k = 0; k < f->cuts.at[c].n; k++) {
			ref *r = &f->list.at[f->cuts.at[c].refs + k];
			if (f->ins.at[*r].op == IR_NOP)
				*r = 0;
		}
}

static void mark_cold(struct ir_func *f)
{
	for (blk k = 0; k < f->blocks.n; k++)
		if (ir_at(f, ir_term(f, k))->op == IR_TRAP)
			f->blocks.at[k].likely = 1;
}

static void build(struct builder *b)
{
	start(b);
	if (b->unsupported)
		return;
	prescan(b);
	walk(b);
	if (b->unsupported)
		return;
	lazy_finish(b);
	prune_params(b);
	place_consts(b);
	mark_cold(b->f);
	compact(b);
}

/* Runs build with two scratch arenas; exhaustion in any arena frees them
 * before it goes on to a's owner. */
static void build_guarded(struct builder *b)
{
	struct arena scratch, labels;
	jmp_buf oom, *outer = b->a->oom;

	arena_init(&scratch, &oom);
	arena_init(&labels, &oom);
	scratch.limit = labels.limit = b->a->limit;
	b->scratch = &scratch;
	b->labels = &labels;
	if (setjmp(oom)) {
		arena_fini(&scratch);
		arena_fini(&labels);
		b->a->oom = outer;
		CHECK(outer);
		longjmp(*outer, 1);
	}
	b->a->oom = &oom;
	build(b);
	arena_fini(&scratch);
	arena_fini(&labels);
	b->a->oom = outer;
}

struct ir_func *ir_build(const struct ir_module *im, uint32_t index,
			 struct arena *a, struct diag_sink *s)
{
	const struct wasm_module *m = im->wasm;
	struct ir_func *f = arena_new(a, struct ir_func);
	struct builder b = { .f = f, .im = im, .m = m, .a = a,
			     .wf = &m->funcs.at[index] };

	CHECK(b.wf->import == UINT32_MAX);
	f->arena = a;
	f->mod = im;
	f->index = index;
	f->type = m->types.at[b.wf->type];
	build_guarded(&b);
	if (!b.unsupported)
		return f;
	struct diag *d = diag_report(s, DIAG_UNSUPPORTED, b.at, "simd: %s",
				     b.unsupported);
	d->func = index;
	return NULL;
}
