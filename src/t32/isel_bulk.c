/* isel_bulk.c - bulk memory, tables, references.
 *
 * Ranges are checked inline before anything moves, in the order of the
 * specification; the moving is done by memmove, memset and the table helpers.
 */
#include "t32/isel.h"

static struct word arg(struct isel *s, const struct ir_ins *i, unsigned k)
{
	return isel_word_of(s, i->arg[k], 0);
}

/* Storage address of entry or byte w behind a symbol, entries of 1 << log. */
static vreg element(struct isel *s, enum sym_kind kind, uint32_t index,
		    struct word w, unsigned log)
{
	if (!w.r)
		return isel_addr_of(s, kind, index, w.k << log);
	vreg d = isel_gpr(s);
	isel_put2(s, MOP_ADD_RR, d, isel_addr_of(s, kind, index, 0),
	     isel_use_word(s, w))->imm = log ? (int32_t)MIR_SHIFT(SH_LSL, log) : 0;
	return d;
}

/* n entries as bytes. */
static vreg scaled(struct isel *s, struct word n, unsigned log)
{
	if (!n.r || !log)
		return isel_use_moved(s, n.r ? n : kword(n.k << log));
	vreg d = isel_gpr(s);
	isel_put_shift(s, d, isel_use_word(s, n), SH_LSL, log);
	return d;
}

struct word isel_table_size(struct isel *s, uint32_t t)
{
	const struct wasm_table *w = &s->mod->wasm->tables.at[t];

	if (s->mod->table[t].immutable)
		return kword(s->mod->table[t].n);
	if (w->import == UINT32_MAX && w->limits.has_max &&
	    w->limits.min == w->limits.max)
		return kword(w->limits.min);
	return rword(isel_load_word(s, isel_addr_of(s, SYM_TABLE_SIZE, t, 0), 0));
}

static void move(struct isel *s, const char *name, vreg to, vreg from, vreg n)
{
	isel_helper(s, name, "www", (vreg[]){ to, from, n }, (vreg[]){ 0, 0 });
}

static void sel_memory(struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	const enum hd_trap_kind kind = HD_TRAP_MEMORY_BOUNDS;
	struct word to = arg(s, i, 0), from = arg(s, i, 1), n = arg(s, i, 2);
	uint32_t src = (uint32_t)i->imm;

	isel_check_range(s, to, n, isel_memory_bytes(s, i->aux), kind);
	if (i->op == IR_MEMORY_COPY)
		isel_check_range(s, from, n, isel_memory_bytes(s, src), kind);
	else if (i->op == IR_MEMORY_INIT)
		isel_check_range(s, from, n, rword(isel_load_word(s,
			isel_addr_of(s, SYM_DATA_DROPPED, src, 0), 0)), kind);
	vreg d = element(s, SYM_MEMORY, i->aux, to, 0);
	if (i->op == IR_MEMORY_FILL) {
		move(s, "memset", d, isel_use_moved(s, from), isel_use_moved(s, n));
		return;
	}
	bool init = i->op == IR_MEMORY_INIT;
	vreg x = element(s, init ? SYM_DATA : SYM_MEMORY, src, from, 0);
	move(s, init ? "memcpy" : "memmove", d, x, isel_use_moved(s, n));
}

static void sel_size(struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	struct word n;

	if (!s->lo[r])
		return;
	if (i->op == IR_TABLE_SIZE) {
		n = isel_table_size(s, i->aux);
	} else if (s->mod->memory[i->aux].fixed) {
		n = kword((uint32_t)(s->mod->memory[i->aux].bytes >> 16));
	} else {
		isel_put_shift(s, s->lo[r], isel_use_word(s, isel_memory_bytes(s, i->aux)),
			  SH_LSR, 16);
		return;
	}
	if (n.r)
		isel_put1(s, MOP_MOV, s->lo[r], isel_use_word(s, n));
	else
		isel_put(s, MOP_CONST, 1, 0, &s->lo[r])->imm = (int32_t)n.k;
}

static void sel_table_entry(struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	struct word k = arg(s, i, 0);
	struct mir_ins *m;

	if (!(i->flags & IR_NO_TRAP))
		isel_trap_if(s, k, isel_table_size(s, i->aux), CS, HD_TRAP_TABLE_BOUNDS);
	vreg base = isel_addr_of(s, SYM_TABLE, i->aux, 0), at = isel_use_word(s, k);
	if (i->op == IR_TABLE_GET)
		m = isel_put2(s, MOP_LDR_RR, isel_def(s, r, 0), base, at);
	else
		m = isel_put(s, MOP_STR_RR, 0, 3,
			(vreg[]){ isel_use(s, i->arg[1]), base, at });
	m->imm = 2;
	m->aux = (uint32_t)MIR_MEM(4, false);
}

static void sel_table_bulk(struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	const enum hd_trap_kind kind = HD_TRAP_TABLE_BOUNDS;
	struct word to = arg(s, i, 0), from = arg(s, i, 1), n = arg(s, i, 2);
	uint32_t src = (uint32_t)i->imm;

	isel_check_range(s, to, n, isel_table_size(s, i->aux), kind);
	if (i->op == IR_TABLE_COPY)
		isel_check_range(s, from, n, isel_table_size(s, src), kind);
	else if (i->op == IR_TABLE_INIT)
		isel_check_range(s, from, n, rword(isel_load_word(s,
			isel_addr_of(s, SYM_ELEM_DROPPED, src, 0), 0)), kind);
	vreg d = element(s, SYM_TABLE, i->aux, to, 2);
	if (i->op == IR_TABLE_FILL) {
		move(s, "hd_reftable_fill", d, isel_use_moved(s, from),
		     isel_use_moved(s, n));
		return;
	}
	bool init = i->op == IR_TABLE_INIT;
	vreg x = element(s, init ? SYM_ELEM : SYM_TABLE, src, from, 2);
	move(s, init ? "memcpy" : "memmove", d, x, scaled(s, n, 2));
}

static void sel_drop(struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	enum sym_kind k = i->op == IR_DATA_DROP ? SYM_DATA_DROPPED :
						  SYM_ELEM_DROPPED;
	vreg zero = isel_konst(s, 0);

	isel_put(s, MOP_STR_RI, 0, 2,
	    (vreg[]){ zero, isel_addr_of(s, k, (uint32_t)i->imm, 0) })->aux =
		(uint32_t)MIR_MEM(4, false);
}

void sel_bulk(struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);

	switch (i->op) {
	case IR_MEMORY_SIZE: case IR_TABLE_SIZE:
		sel_size(s, r);
		break;
	case IR_MEMORY_GROW: {
		vreg m = isel_addr_of(s, SYM_MEMORY_DESC, i->aux, 0);
		isel_helper(s, "hd_memory_grow", "ww",
		       (vreg[]){ m, isel_use_moved(s, arg(s, i, 0)) },
		       (vreg[]){ s->lo[r], 0 });
		break;
	}
	case IR_TABLE_GROW: {
		vreg t = isel_addr_of(s, SYM_TABLE_DESC, i->aux, 0);
		vreg v = isel_use_moved(s, arg(s, i, 0));
		isel_helper(s, "hd_reftable_grow", "www",
		       (vreg[]){ t, v, isel_use_moved(s, arg(s, i, 1)) },
		       (vreg[]){ s->lo[r], 0 });
		break;
	}
	case IR_TABLE_GET: case IR_TABLE_SET:
		sel_table_entry(s, r);
		break;
	case IR_TABLE_FILL: case IR_TABLE_COPY: case IR_TABLE_INIT:
		sel_table_bulk(s, r);
		break;
	case IR_DATA_DROP: case IR_ELEM_DROP:
		sel_drop(s, r);
		break;
	default:
		sel_memory(s, r);
		break;
	}
}
