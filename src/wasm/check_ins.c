/* check_ins.c - the typing rule of each instruction.
 *
 * Rows with a signature are checked by it; the rows of ctl.def are one case
 * each.  Source: WebAssembly core specification 3.0, "Validation",
 * "Instructions".
 */
#include "wasm/check.h"

/* ---- indices ---- */

static bool in_range(struct checker *c, uint32_t index, uint32_t n,
		     const char *what)
{
	if (index < n)
		return true;
	check_fail(c, DIAG_INDEX, "%s %u, there are %u", what, index, n);
	return false;
}

static const struct wasm_table *table(struct checker *c, uint32_t index)
{
	bool ok = in_range(c, index, c->m->tables.n, "table");
	return ok ? &c->m->tables.at[index] : NULL;
}

static bool memory(struct checker *c, uint32_t index)
{
	return in_range(c, index, c->m->memories.n, "memory");
}

/* Where only one memory may exist, its index is not a LEB128 number but the
 * byte 0: `n` of them end the instruction. */
static void memory_bytes(struct checker *c, uint32_t n)
{
	for (uint32_t i = 1; i <= n && c->limits->max_memories == 1; i++)
		if (c->m->bytes[c->ins.next - i - 1] & 0x80)
			check_fail(c, DIAG_MALFORMED, "zero byte expected");
}

static const struct wasm_elem *elem(struct checker *c, uint32_t index)
{
	bool ok = in_range(c, index, c->m->elems.n, "element segment");
	return ok ? &c->m->elems.at[index] : NULL;
}

static void data(struct checker *c, uint32_t index)
{
	if (!c->m->has_data_count)
		check_fail(c, DIAG_COUNT, "%s needs a data count section",
			   op_info[c->ins.op].text);
	else
		in_range(c, index, c->m->data_count, "data segment");
}

static const struct frame *label(struct checker *c, uint32_t depth)
{
	bool ok = in_range(c, depth, c->frames.n, "label");
	return ok ? &c->frames.at[c->frames.n - 1 - depth] : NULL;
}

static const struct wasm_functype *callee(struct checker *c)
{
	bool ok = in_range(c, c->ins.index, c->m->funcs.n, "function");
	return ok ? &c->m->types.at[c->m->funcs.at[c->ins.index].type] : NULL;
}

/* ---- operands by letters ---- */

/* Pops what stands before the colon of sig and pushes what stands behind. */
static void apply(struct checker *c, const char *sig)
{
	uint8_t need[8];
	uint32_t n = 0;

	for (; *sig != ':'; sig++)
		need[n++] = (uint8_t)type_of_letter(*sig);
	pop_list(c, need, n);
	while (*++sig)
		push(c, type_of_letter(*sig));
}

/* The same with one operand whose type, t, is an element's (or T_NONE). */
static void apply_with(struct checker *c, const char *before, enum type t,
		       const char *after, enum type result)
{
	uint8_t need[8];
	uint32_t n = 0;

	for (; *before; before++)
		need[n++] = (uint8_t)type_of_letter(*before);
	if (t != T_NONE)
		need[n++] = (uint8_t)t;
	for (; *after; after++)
		need[n++] = (uint8_t)type_of_letter(*after);
	pop_list(c, need, n);
	if (result != T_NONE)
		push(c, result);
}

/* A table that does not exist was reported; its elements are then of any
 * type, so that no second error follows from the first. */
static void check_table_op(struct checker *c)
{
	const struct wasm_table *t = table(c, c->ins.index);
	enum type e = t ? (enum type)t->type : T_BOTTOM;

	switch ((int)c->ins.op) {
	case OP_TABLE_GET:  apply_with(c, "i", T_NONE, "", e); break;
	case OP_TABLE_SET:  apply_with(c, "i", e, "", T_NONE); break;
	case OP_TABLE_GROW: apply_with(c, "", e, "i", T_I32); break;
	case OP_TABLE_FILL: apply_with(c, "i", e, "i", T_NONE); break;
	default:            apply(c, ":i"); break;	/* table.size */
	}
}

/* Bulk operations take three i32: to, from, length. */
static void check_bulk(struct checker *c)
{
	const struct wasm_table *t, *u;
	const struct wasm_elem *e;
	enum type from = T_BOTTOM, to = T_BOTTOM;

	switch ((int)c->ins.op) {
	case OP_MEMORY_INIT:
		data(c, c->ins.index);
		memory(c, c->ins.index2);
		memory_bytes(c, 1);
		break;
	case OP_MEMORY_COPY:
		memory(c, c->ins.index);
		memory(c, c->ins.index2);
		memory_bytes(c, 2);
		break;
	case OP_MEMORY_FILL:
		memory(c, c->ins.index);
		memory_bytes(c, 1);
		break;
	case OP_TABLE_INIT:
		e = elem(c, c->ins.index);
		t = table(c, c->ins.index2);
		from = e ? (enum type)e->type : T_BOTTOM;
		to = t ? (enum type)t->type : T_BOTTOM;
		break;
	default:
		t = table(c, c->ins.index);
		u = table(c, c->ins.index2);
		to = t ? (enum type)t->type : T_BOTTOM;
		from = u ? (enum type)u->type : T_BOTTOM;
		break;
	}
	if (from != to)
		check_fail(c, DIAG_TYPE, "%s copies %s to a table of %s",
			   op_info[c->ins.op].text, type_name(from),
			   type_name(to));
	apply(c, "iii:");
}

/* ---- control ---- */

static void check_block(struct checker *c)
{
	struct wasm_functype sig = { 0 };

	if (c->ins.op == OP_IF)
		pop(c, T_I32);
	if (c->ins.block_type < 0 ||
	    in_range(c, (uint32_t)c->ins.block_type, c->m->types.n, "type"))
		sig = wasm_block_sig(c->m, c->ins.block_type);
	pop_list(c, sig.param, sig.nparams);
	frame_push(c, c->ins.op, sig);
}

static void check_else(struct checker *c)
{
	if (vec_last(&c->frames).op != OP_IF) {
		check_fail(c, DIAG_MALFORMED, "else without if");
		return;
	}
	struct frame f = frame_pop(c);
	frame_push(c, OP_ELSE, f.sig);
}

static void check_end(struct checker *c)
{
	struct frame f = frame_pop(c);

	/* a missing else passes the parameters on */
	if (f.op == OP_IF) {
		struct wasm_functype in = {
			.param = f.sig.param, .nparams = f.sig.nparams,
			.result = f.sig.param, .nresults = f.sig.nparams,
		};
		if (!wasm_same_type(&in, &f.sig))
			check_fail(c, DIAG_TYPE,
				   "if without else must give what it takes");
	}
	push_list(c, f.sig.result, f.sig.nresults);
}

/* A conditional branch gives back what it took, typed as the label says. */
static void check_br(struct checker *c)
{
	const struct frame *f = label(c, c->ins.index);
	uint32_t n = 0;
	const uint8_t *t = f ? label_types(f, &n) : NULL;

	if (c->ins.op == OP_BR_IF)
		pop(c, T_I32);
	pop_list(c, t, n);
	if (c->ins.op == OP_BR_IF)
		push_list(c, t, n);
	else
		unreachable(c);
}

/* Each frame is tested once per br_table, however many labels name it. */
static void check_br_table(struct checker *c)
{
	uint32_t arity = 0;
	const struct frame *last = label(c, c->ins.labels[c->ins.nlabels]);

	if (last)
		label_types(last, &arity);
	pop(c, T_I32);
	c->stamp++;
	for (uint32_t i = 0; i <= c->ins.nlabels && !c->bad; i++) {
		const struct frame *f = label(c, c->ins.labels[i]);
		if (!f || f->stamp == c->stamp)
			continue;
		c->frames.at[f - c->frames.at].stamp = c->stamp;
		uint32_t n;
		const uint8_t *t = label_types(f, &n);
		if (n != arity)
			check_fail(c, DIAG_TYPE,
				   "label %u takes %u values, the default %u",
				   c->ins.labels[i], n, arity);
		else
			peek_list(c, t, n);
	}
	unreachable(c);
}

/* Tail calls leave with the callee's results, which must be the caller's. */
static void check_call(struct checker *c)
{
	bool indirect = c->ins.op == OP_CALL_INDIRECT ||
			c->ins.op == OP_RETURN_CALL_INDIRECT;
	bool tail = c->ins.op == OP_RETURN_CALL ||
		    c->ins.op == OP_RETURN_CALL_INDIRECT;
	const struct wasm_functype *t = NULL;

	if (!indirect) {
		t = callee(c);
	} else {
		const struct wasm_table *tab = table(c, c->ins.index2);
		if (tab && tab->type != T_FUNCREF)
			check_fail(c, DIAG_TYPE, "table %u holds %s",
				   c->ins.index2,
				   type_name((enum type)tab->type));
		if (in_range(c, c->ins.index, c->m->types.n, "type"))
			t = &c->m->types.at[c->ins.index];
		pop(c, T_I32);
	}
	if (!t)
		return;
	pop_list(c, t->param, t->nparams);
	if (!tail) {
		push_list(c, t->result, t->nresults);
		return;
	}
	struct wasm_functype own = c->frames.at[0].sig, its = *t;
	own.nparams = its.nparams = 0;
	if (!wasm_same_type(&own, &its))
		check_fail(c, DIAG_TYPE,
			   "%s to a function with other results",
			   op_info[c->ins.op].text);
	unreachable(c);
}

/* ---- the rest ---- */

static bool is_reference(enum type t)
{
	return t == T_FUNCREF || t == T_EXTERNREF;
}

/* Without a stated type select takes numbers and vectors only: the type of a
 * reference could not be told from its operands once there is subtyping. */
static void check_select(struct checker *c)
{
	if (c->ins.op == OP_SELECT_T) {
		uint8_t t = c->ins.types[0];
		uint8_t need[3] = { t, t, T_I32 };
		pop_list(c, need, 3);
		push(c, (enum type)t);
		return;
	}
	pop(c, T_I32);
	enum type y = pop(c, T_BOTTOM), x = pop(c, T_BOTTOM);
	if (is_reference(x) || is_reference(y))
		check_fail(c, DIAG_TYPE,
			   "select of references must state their type");
	else if (x != y && x != T_BOTTOM && y != T_BOTTOM)
		check_fail(c, DIAG_TYPE, "select between %s and %s",
			   type_name(x), type_name(y));
	push(c, x == T_BOTTOM ? y : x);
}

static void check_variable(struct checker *c)
{
	bool local = c->ins.op <= OP_LOCAL_TEE;
	uint32_t n = local ? c->f->nlocals : c->m->globals.n;

	if (!in_range(c, c->ins.index, n, local ? "local" : "global"))
		return;
	enum type t = local ? (enum type)c->f->local[c->ins.index]
			    : (enum type)c->m->globals.at[c->ins.index].type;
	if (c->ins.op == OP_LOCAL_GET || c->ins.op == OP_GLOBAL_GET) {
		push(c, t);
		return;
	}
	if (!local && !c->m->globals.at[c->ins.index].mut)
		check_fail(c, DIAG_IMMUTABLE, "global %u", c->ins.index);
	pop(c, t);
	if (c->ins.op == OP_LOCAL_TEE)
		push(c, t);
}

static void check_ref(struct checker *c)
{
	if (c->ins.op == OP_REF_NULL) {
		push(c, (enum type)c->ins.index);
	} else if (c->ins.op == OP_REF_FUNC) {
		if (in_range(c, c->ins.index, c->m->funcs.n, "function") &&
		    !c->m->declared[c->ins.index])
			check_fail(c, DIAG_UNDECLARED, "function %u",
				   c->ins.index);
		push(c, T_FUNCREF);
	} else {
		enum type t = pop(c, T_BOTTOM);
		if (t != T_BOTTOM && !is_reference(t))
			check_fail(c, DIAG_TYPE,
				   "ref.is_null needs a reference, not %s",
				   type_name(t));
		push(c, T_I32);
	}
}

/* Rows with a signature: memory operands and lanes are left to test. */
static void check_plain(struct checker *c, const struct op_info *row)
{
	if (row->bytes) {
		memory(c, c->ins.index2);
		if (UINT64_C(1) << c->ins.align > row->bytes)
			check_fail(c, DIAG_ALIGN, "2^%u for %s of %u bytes",
				   c->ins.align, row->text, row->bytes);
	}
	if (row->lanes && c->ins.index >= row->lanes)
		check_fail(c, DIAG_LANE, "lane %u, there are %u",
			   c->ins.index, row->lanes);
	if (c->ins.op == OP_I8X16_SHUFFLE &&
	    ((c->ins.imm | c->ins.imm_hi) & UINT64_C(0xe0e0e0e0e0e0e0e0)))
		check_fail(c, DIAG_LANE, "shuffle takes lanes below 32");
	apply(c, row->sig);
}

void check_ins(struct checker *c)
{
	const struct op_info *row = &op_info[c->ins.op];

	if (row->sig) {
		check_plain(c, row);
		return;
	}
	switch ((int)c->ins.op) {
	case OP_NOP:
		break;
	case OP_UNREACHABLE:
		unreachable(c);
		break;
	case OP_BLOCK: case OP_LOOP: case OP_IF:
		check_block(c);
		break;
	case OP_ELSE:
		check_else(c);
		break;
	case OP_END:
		check_end(c);
		break;
	case OP_BR: case OP_BR_IF:
		check_br(c);
		break;
	case OP_BR_TABLE:
		check_br_table(c);
		break;
	case OP_RETURN:
		pop_list(c, c->frames.at[0].sig.result,
			 c->frames.at[0].sig.nresults);
		unreachable(c);
		break;
	case OP_CALL: case OP_CALL_INDIRECT:
	case OP_RETURN_CALL: case OP_RETURN_CALL_INDIRECT:
		check_call(c);
		break;
	case OP_DROP:
		pop(c, T_BOTTOM);
		break;
	case OP_SELECT: case OP_SELECT_T:
		check_select(c);
		break;
	case OP_LOCAL_GET: case OP_LOCAL_SET: case OP_LOCAL_TEE:
	case OP_GLOBAL_GET: case OP_GLOBAL_SET:
		check_variable(c);
		break;
	case OP_TABLE_GET: case OP_TABLE_SET: case OP_TABLE_GROW:
	case OP_TABLE_SIZE: case OP_TABLE_FILL:
		check_table_op(c);
		break;
	case OP_MEMORY_SIZE:
		memory(c, c->ins.index);
		memory_bytes(c, 1);
		apply(c, ":i");
		break;
	case OP_MEMORY_GROW:
		memory(c, c->ins.index);
		memory_bytes(c, 1);
		apply(c, "i:i");
		break;
	case OP_I32_CONST: push(c, T_I32); break;
	case OP_I64_CONST: push(c, T_I64); break;
	case OP_F32_CONST: push(c, T_F32); break;
	case OP_F64_CONST: push(c, T_F64); break;
	case OP_REF_NULL: case OP_REF_IS_NULL: case OP_REF_FUNC:
		check_ref(c);
		break;
	case OP_DATA_DROP:
		data(c, c->ins.index);
		break;
	case OP_ELEM_DROP:
		elem(c, c->ins.index);
		break;
	default:
		check_bulk(c);
		break;
	}
}
