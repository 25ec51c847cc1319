/* walk_mem.c - memory and table instructions of a wasm function. */
#include "prove/walk.h"

/* Storage that the object has no name for: nothing in it refers to it. */
enum { NAMELESS = 1 << 29 };

static term base_of(struct walk_func *f, enum region_kind kind, uint32_t k)
{
	term t = world_address(f->w, f->z, kind, k, 0);

	return t ? t : term_sym(f->z, NAMELESS + 1024 * (uint32_t)kind + k);
}

term walk_outside(struct terms *z, term x, term n, term size)
{
	uint32_t k;

	/* of a length that is computed: the form code has too */
	if (!term_is_const(z, n, &k))
		return term_bor(z, term_ult(z, size, x),
				term_ult(z, term_sub(z, size, x), n));
	term small = term_ult(z, size, n);
	if (small == z->yes)
		return small;
	return term_bor(z, small, term_ult(z, term_sub(z, size, n), x));
}

/* The trap of an access, and its address.  Returns 0 when stopped. */
static int access(struct walk_func *f, struct walk *s, const struct wasm_ins *i,
		  term x, term *address, enum stop *out)
{
	uint64_t need = i->imm + op_info[i->op].bytes;
	term size = s->state[f->w->at_size + i->index2], when;

	when = need > UINT32_MAX ? f->z->yes :
		walk_outside(f->z, x, term_const(f->z, (uint32_t)need), size);
	int d = walk_trap(f, s, when, HD_TRAP_MEMORY_BOUNDS);
	*out = d < 0 ? STOP_FORK : STOP_TRAP;
	if (d)
		return 0;
	*address = term_add(f->z, base_of(f, REGION_MEMORY, i->index2),
			    term_addk(f->z, x, (uint32_t)i->imm));
	walk_access(f, s, *address, op_info[i->op].bytes);
	return 1;
}

enum ext { EXT_NONE, EXT_S, EXT_U };

static struct val loaded(struct walk_func *f, term token, term at,
			 enum type type, unsigned bytes, enum ext ext)
{
	struct terms *z = f->z;
	struct val v = { term_load(z, bytes == 8 ? 32 : 8 * bytes, token, at),
			 0 };

	if (ext == EXT_S)
		v.lo = term_sext(z, v.lo, 8 * bytes);
	if (bytes == 8)
		v.hi = term_load(z, 32, token, term_addk(z, at, 4));
	else if (type == T_I64)
		v.hi = ext == EXT_S ? term_shiftk(z, TM_SAR, v.lo, 31)
				    : term_const(z, 0);
	return v;
}

static void stored(struct walk_func *f, term *token, term at, struct val v,
		   unsigned bytes)
{
	*token = term_store(f->z, bytes == 8 ? 32 : 8 * bytes, *token, at,
			    v.lo);
	if (bytes == 8)
		*token = term_store(f->z, 32, *token, term_addk(f->z, at, 4),
				    v.hi);
}

static int load_or_store(struct walk_func *f, struct walk *s,
			 const struct wasm_ins *i, enum stop *out)
{
	bool store = op_info[i->op].store;
	term at, *token = &s->state[f->w->at_memory + i->index2];

	if (!access(f, s, i, walk_peek(s, store).lo, &at, out))
		return 0;
	struct val v = walk_peek(s, 0);
	walk_drop(s, 1u + store);
	switch ((int)i->op) {
#define LOAD(type, bytes, ext) \
	walk_push(f, s, loaded(f, *token, at, T_##type, bytes, EXT_##ext))
#define STORE(type, bytes, ext) stored(f, token, at, v, bytes)
#define M(id, code, text, kind, type, bytes, ext) \
	case OP_##id:                             \
		kind(type, bytes, ext);           \
		break;
#include "wasm/mem.def"
#undef LOAD
#undef STORE
	}
	return 1;
}

/* --- size and growth ---------------------------------------------------------------- */

static void grow(struct walk_func *f, struct walk *s, const struct wasm_ins *i)
{
	struct terms *z = f->z;
	uint32_t at = f->w->at_size + i->index;
	term arg[3] = { walk_peek(s, 0).lo, s->state[at], s->state[0] };
	term e = term_uf(z, SORT_TOKEN, UF(UF_GROW, i->index), arg, 3);

	s->state[0] = e;
	if (f->w->mutable[at])
		s->state[at] = term_uf_in(z, UF(UF_AFTER, at), &e, 1,
					  f->w->range[at].lo,
					  f->w->range[at].hi);
	walk_drop(s, 1);
	walk_push(f, s, (struct val){ world_result(z, e, 0), 0 });
}

/* --- ranges --------------------------------------------------------------------------- */

/* Two ranges of n: to, and from in what has `limit`; kinds of both traps. */
static int ranges(struct walk_func *f, struct walk *s, term size, term limit,
		  enum hd_trap_kind kind, enum stop *out)
{
	term n = walk_peek(s, 0).lo, from = walk_peek(s, 1).lo;
	term to = walk_peek(s, 2).lo;
	int d = walk_trap(f, s, walk_outside(f->z, to, n, size), kind);

	*out = d < 0 ? STOP_FORK : STOP_TRAP;
	if (d)
		return 0;
	if (!limit)
		return 1;
	d = walk_trap(f, s, walk_outside(f->z, from, n, limit), kind);
	*out = d < 0 ? STOP_FORK : STOP_TRAP;
	return d == 0;
}

/* to and from as addresses */
static void places(struct walk_func *f, struct walk *s, term base, term from,
		   uint32_t scale, term arg[2])
{
	arg[0] = term_mul_add(f->z, walk_peek(s, 2).lo, scale, base);
	arg[1] = from ? term_mul_add(f->z, walk_peek(s, 1).lo, scale, from)
		      : term_andk(f->z, walk_peek(s, 1).lo, 255);
}

/* Where the length of the instruction's segment is; an output may name one that
 * the input does not: 0, and why. */
static uint32_t length_at(struct walk_func *f, struct walk *s,
			  const struct wasm_ins *i, enum stop *out)
{
	bool data = i->op == OP_MEMORY_INIT || i->op == OP_DATA_DROP;
	uint32_t at = data ? f->w->at_data_len[i->index]
			   : f->w->at_elem_len[i->index];

	if (!at) {
		s->why = "a segment that the input does not name";
		*out = STOP_FAIL;
	}
	return at;
}

static int drop_segment(struct walk_func *f, struct walk *s,
			const struct wasm_ins *i, enum stop *out)
{
	uint32_t at = length_at(f, s, i, out);

	if (at)
		s->state[at] = term_const(f->z, 0);
	return at != 0;
}

static int bulk_memory(struct walk_func *f, struct walk *s,
		       const struct wasm_ins *i, enum stop *out)
{
	struct world *w = f->w;
	bool copy = i->op == OP_MEMORY_COPY, init = i->op == OP_MEMORY_INIT;
	uint32_t to = init ? i->index2 : i->index;
	uint32_t length = init ? length_at(f, s, i, out) : 0;
	term *token = &s->state[w->at_memory + to], at[2];
	term limit = copy ? s->state[w->at_size + i->index2] :
		     init ? s->state[length] : 0;
	enum region_kind kind = init ? REGION_DATA : REGION_MEMORY;

	if (init && !length)
		return 0;
	if (!ranges(f, s, s->state[w->at_size + to], limit,
		    HD_TRAP_MEMORY_BOUNDS, out))
		return 0;
	places(f, s, base_of(f, REGION_MEMORY, to),
	       limit ? base_of(f, kind, init ? i->index : i->index2) : 0, 1,
	       at);
	term n = walk_peek(s, 0).lo;
	if (copy) {
		term arg[5] = { *token, at[0], at[1], n,
				s->state[w->at_memory + i->index2] };
		*token = term_uf(f->z, SORT_TOKEN, UF(UF_COPY, 0), arg, 5);
	} else {
		term arg[4] = { *token, at[0], at[1], n };
		*token = term_uf(f->z, SORT_TOKEN,
				 UF(init ? UF_INIT : UF_FILL, 0), arg, 4);
	}
	walk_drop(s, 3);
	return 1;
}

int walk_memory(struct walk_func *f, struct walk *s, const struct wasm_ins *i,
		enum stop *out)
{
	struct world *w = f->w;

	if (i->op < OP_MEM_END)
		return load_or_store(f, s, i, out);
	switch (i->op) {
	case OP_MEMORY_SIZE:
		walk_push(f, s, (struct val){ term_shiftk(f->z, TM_SHR,
			s->state[w->at_size + i->index], 16), 0 });
		return 1;
	case OP_MEMORY_GROW:
		grow(f, s, i);
		return 1;
	case OP_MEMORY_FILL: case OP_MEMORY_COPY: case OP_MEMORY_INIT:
		return bulk_memory(f, s, i, out);
	case OP_DATA_DROP: case OP_ELEM_DROP:
		return drop_segment(f, s, i, out);
	default:
		return -1;
	}
}

/* --- tables ------------------------------------------------------------------------------ */

static int table_entry(struct walk_func *f, struct walk *s,
		       const struct wasm_ins *i, enum stop *out)
{
	bool set = i->op == OP_TABLE_SET;
	term x = walk_peek(s, set).lo;
	term *token = &s->state[f->w->at_table + i->index];
	term outside = term_bnot(f->z, term_ult(f->z, x,
		s->state[f->w->at_table_size + i->index]));
	int d = walk_trap(f, s, outside, HD_TRAP_TABLE_BOUNDS);

	*out = d < 0 ? STOP_FORK : STOP_TRAP;
	if (d)
		return 0;
	term at = term_mul_add(f->z, x, 4, base_of(f, REGION_TABLE, i->index));
	walk_access(f, s, at, 4);
	struct val v = walk_peek(s, 0);
	walk_drop(s, 1u + set);
	if (set)
		*token = term_store(f->z, 32, *token, at, v.lo);
	else
		walk_push(f, s, (struct val){ term_load(f->z, 32, *token, at),
					      0 });
	return 1;
}

static int bulk_table(struct walk_func *f, struct walk *s,
		      const struct wasm_ins *i, enum stop *out)
{
	struct world *w = f->w;
	bool copy = i->op == OP_TABLE_COPY, init = i->op == OP_TABLE_INIT;
	uint32_t to = init ? i->index2 : i->index;
	uint32_t length = init ? length_at(f, s, i, out) : 0;
	term *token = &s->state[w->at_table + to], at[2];
	term limit = copy ? s->state[w->at_table_size + i->index2] :
		     init ? s->state[length] : 0;
	term value = walk_peek(s, 1).lo;

	if (init && !length)
		return 0;
	if (!ranges(f, s, s->state[w->at_table_size + to], limit,
		    HD_TRAP_TABLE_BOUNDS, out))
		return 0;
	places(f, s, base_of(f, REGION_TABLE, to),
	       limit ? base_of(f, init ? REGION_ELEM : REGION_TABLE,
			       init ? i->index : i->index2) : 0, 4, at);
	term n = walk_peek(s, 0).lo;
	if (!limit) {
		term arg[4] = { *token, at[0], value, n };
		*token = term_uf(f->z, SORT_TOKEN, UF(UF_TABLE_OP, 0), arg, 4);
	} else {
		term arg[5] = { *token, at[0], at[1], term_mul_add(f->z, n, 4,
				term_const(f->z, 0)),
				copy ? s->state[w->at_table + i->index2] : 0 };
		*token = term_uf(f->z, SORT_TOKEN,
				 UF(copy ? UF_COPY : UF_INIT, 0), arg,
				 copy ? 5 : 4);
	}
	walk_drop(s, 3);
	return 1;
}

static void table_grow(struct walk_func *f, struct walk *s,
		       const struct wasm_ins *i)
{
	struct terms *z = f->z;
	uint32_t size = f->w->at_table_size + i->index;
	uint32_t at = f->w->at_table + i->index;
	term arg[5] = { walk_peek(s, 0).lo, walk_peek(s, 1).lo, s->state[size],
			s->state[at], s->state[0] };
	term e = term_uf(z, SORT_TOKEN, UF(UF_TABLE_GROW, i->index), arg, 5);

	s->state[0] = e;
	if (f->w->mutable[size])
		s->state[size] = term_uf_in(z, UF(UF_AFTER, size), &e, 1,
					    f->w->range[size].lo,
					    f->w->range[size].hi);
	s->state[at] = term_uf(z, SORT_TOKEN, UF(UF_AFTER, at), &e, 1);
	walk_drop(s, 2);
	walk_push(f, s, (struct val){ world_result(z, e, 0), 0 });
}

int walk_table(struct walk_func *f, struct walk *s, const struct wasm_ins *i,
	       enum stop *out)
{
	term t;

	switch (i->op) {
	case OP_TABLE_GET: case OP_TABLE_SET:
		return table_entry(f, s, i, out);
	case OP_TABLE_SIZE:
		t = s->state[f->w->at_table_size + i->index];
		walk_push(f, s, (struct val){ t, 0 });
		return 1;
	case OP_TABLE_GROW:
		table_grow(f, s, i);
		return 1;
	case OP_TABLE_FILL: case OP_TABLE_COPY: case OP_TABLE_INIT:
		return bulk_table(f, s, i, out);
	case OP_REF_NULL:
		walk_push(f, s, (struct val){ term_const(f->z, 0), 0 });
		return 1;
	case OP_REF_IS_NULL:
		t = term_bool(f->z, term_eq(f->z, walk_peek(s, 0).lo,
					    term_const(f->z, 0)));
		walk_drop(s, 1);
		walk_push(f, s, (struct val){ t, 0 });
		return 1;
	case OP_REF_FUNC:
		walk_push(f, s, (struct val){
			base_of(f, REGION_FUNCREF, i->index), 0 });
		return 1;
	default:
		return -1;
	}
}
