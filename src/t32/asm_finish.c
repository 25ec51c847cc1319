/* asm_finish.c - what depends on distance: pools, branch sizes, tables.
 *
 * Pools are placed first, with every size at its greatest, so that literals
 * stay in reach whatever branches turn out to be.  Then all sizes start at
 * their least and only grow until everything reaches: this ends, because
 * each round but the last makes something larger.
 */
#include <string.h>

#include "base/compiler.h"
#include "base/map.h"
#include "t32/asm.h"

#if defined(HEDDLE_STRESS)
enum { POOL_REACH = 96, BRANCH_DIVISOR = 2 };
#else
enum { POOL_REACH = 4000, BRANCH_DIVISOR = 1 };
#endif

enum { R_ABS32 = 2, R_THM_CALL = 10, R_THM_JUMP24 = 30 };

/* --- pools ------------------------------------------------------------- */

static uint32_t table_size(uint32_t mode, uint32_t n)
{
	switch (mode) {
	case 0:  return 4 + (n + 1) / 2 * 2;
	case 1:  return 4 + 2 * n;
	default: return 4 + 2 * n + 4 * n;
	}
}

static uint32_t worst_size(const struct asm_item *i)
{
	switch (i->kind) {
	case ASM_BRANCH:  return i->cond == AL ? 4 : 6;
	case ASM_CBZ:     return 8;
	case ASM_LITERAL: return 4;
	case ASM_TABLE:   return table_size(2, i->n);
	default:          return i->size;
	}
}

bool asm_is_barrier(const struct asm_buf *s, uint32_t k)
{
	const struct asm_item *i = &s->items.at[k];

	if (i->in_it)
		return false;
	if (i->kind == ASM_BRANCH)
		return i->cond == AL;
	if (i->kind == ASM_CALL)
		return i->tail;
	if (i->kind == ASM_TRAP)	/* behind a call that does not return */
		return s->traps.at[i->label].kind != HD_TRAP_FUEL;
	if (i->kind != ASM_INS)
		return false;
	return i->id == T32_BX || i->id == T32_POP_PC ||
	       ((i->id == T32_POP || i->id == T32_POP_N) &&
		(i->op[0] & 1 << REG_PC));
}

struct pool_state {
	struct asm_buf *s;
	VEC(struct asm_item) out;
	VEC(uint32_t) pending;	/* indices into out, of ASM_LITERAL items */
	uint32_t first;		/* worst offset of the oldest pending */
	uint32_t here;		/* worst offset now */
};

/* Gives each pending literal its place in a pool appended here. */
static void pool_flush(struct pool_state *p)
{
	struct asm_buf *s = p->s;
	struct map seen;
	struct asm_item pool = { .kind = ASM_POOL, .label = s->lits.n };

	if (p->pending.n == 0)
		return;
	map_init(&seen, s->arena);
	for (uint32_t k = 0; k < p->pending.n; k++) {
		struct asm_item *i = &p->out.at[p->pending.at[k]];
		struct asm_literal l = s->lits.at[i->label];
		uint64_t key = (uint64_t)l.sym << 32 | (uint32_t)l.value;
		uint32_t *at = map_put(&seen, key);
		if (*at == 0) {
			vec_push(s->arena, &s->lits, l);
			*at = s->lits.n;
		}
		i->label = *at - 1;
	}
	pool.n = s->lits.n - pool.label;
	vec_push(s->arena, &p->out, pool);
	p->here += 2 + 4 * pool.n;
	p->pending.n = 0;
}

/* No barrier came in time: branch over a pool. */
static void pool_force(struct pool_state *p)
{
	label over = asm_label(p->s);

	vec_push(p->s->arena, &p->out,
		 (struct asm_item){ .kind = ASM_BRANCH, .cond = AL, .size = 2,
				    .label = over });
	p->here += 4;
	pool_flush(p);
	vec_push(p->s->arena, &p->out,
		 (struct asm_item){ .kind = ASM_LABEL, .label = over });
}

/* Bytes a pool here would take at most, with what leads up to it. */
static bool pool_due(const struct pool_state *p, uint32_t more)
{
	return p->pending.n > 0 &&
	       p->here + more + 8 + 4 * p->pending.n - p->first > POOL_REACH;
}

/* Would waiting for the next barrier overstep?  Looks ahead as far as the
 * reach goes. */
static bool barrier_ahead(const struct pool_state *p, uint32_t k)
{
	uint32_t more = 0;
	uint32_t lits = 0;

	for (; k < p->s->items.n; k++) {
		const struct asm_item *i = &p->s->items.at[k];
		more += worst_size(i);
		lits += i->kind == ASM_LITERAL;
		if (pool_due(p, more + 4 * lits))
			return false;
		if (asm_is_barrier(p->s, k))
			return true;
	}
	return true;
}

static void place_pools(struct asm_buf *s)
{
	struct pool_state p = { .s = s };

	vec_reserve(s->arena, &p.out, s->items.n + 8);
	for (uint32_t k = 0; k < s->items.n; k++) {
		struct asm_item i = s->items.at[k];
		bool it_open = i.in_it;
		uint32_t near = POOL_REACH / 4, size = worst_size(&i);

		/* A branch table alone can be larger than the reach. */
		if (!it_open && pool_due(&p, size > near ? size : near) &&
		    !barrier_ahead(&p, k) &&
		    pool_due(&p, 16 + size))
			pool_force(&p);
		if (i.kind == ASM_LITERAL) {
			if (p.pending.n == 0)
				p.first = p.here;
			vec_push(s->arena, &p.pending, p.out.n);
		}
		vec_push(s->arena, &p.out, i);
		p.here += size;
		if (asm_is_barrier(s, k) && pool_due(&p, near))
			pool_flush(&p);
	}
	pool_flush(&p);
	s->items.at = p.out.at;
	s->items.n = p.out.n;
	s->items.cap = p.out.cap;
}

/* --- sizes --------------------------------------------------------------- */

static void assign_offsets(struct asm_buf *s)
{
	uint32_t here = 0;

	for (uint32_t k = 0; k < s->items.n; k++) {
		struct asm_item *i = &s->items.at[k];
		i->offset = here;
		switch (i->kind) {
		case ASM_LABEL:
			s->labels.at[i->label] = here;
			break;
		case ASM_POOL:
			here = (here + 3) & ~3u;
			for (uint32_t j = 0; j < i->n; j++, here += 4)
				s->lits.at[i->label + j].offset = here;
			break;
		case ASM_TABLE:
			here += table_size(i->size - 4u, i->n);
			break;
		default:
			here += i->size;
		}
	}
}

static int32_t distance(const struct asm_buf *s, const struct asm_item *i)
{
	return (int32_t)s->labels.at[i->label] - (int32_t)(i->offset + 4);
}

static bool within(int32_t d, int32_t reach)
{
	reach /= BRANCH_DIVISOR;
	return d >= -reach && d < reach;
}

static uint8_t branch_size(enum cond c, int32_t d)
{
	if (c == AL)
		return within(d, 2048) ? 2 : 4;
	if (within(d, 256))
		return 2;
	return within(d, 1 << 20) ? 4 : 6;
}

/* cbz, else cmp and a conditional branch behind it. */
static uint8_t cbz_size(int32_t d)
{
	if (d >= 0 && d <= 126 / BRANCH_DIVISOR)
		return 2;
	return (uint8_t)(2 + branch_size(EQ, d - 2));
}

/* A table's size field is 4 + its mode: bytes, halfwords, far. */
static uint8_t table_mode(const struct asm_buf *s, const struct asm_item *i)
{
	uint8_t mode = 4;

	for (uint32_t k = 0; k < i->n; k++) {
		uint32_t to = s->labels.at[s->table.at[i->label + k]];
		uint32_t d = (to - (i->offset + 4)) / 2;
		if (d > 65535 / BRANCH_DIVISOR)
			return 6;
		if (d > 255 / BRANCH_DIVISOR)
			mode = 5;
	}
	return mode;
}

static int32_t literal_distance(const struct asm_buf *s,
				const struct asm_item *i)
{
	return (int32_t)s->lits.at[i->label].offset -
	       (int32_t)((i->offset + 4) & ~3u);
}

static uint8_t wanted_size(const struct asm_buf *s, const struct asm_item *i)
{
	switch (i->kind) {
	case ASM_BRANCH:
		return branch_size((enum cond)i->cond, distance(s, i));
	case ASM_CBZ:
		return cbz_size(distance(s, i));
	case ASM_LITERAL: {
		int32_t d = literal_distance(s, i);
		return i->reg < 8 && d >= 0 && d <= 1020 ? 2 : 4;
	}
	case ASM_TABLE:
		return table_mode(s, i);
	default:
		return i->size;
	}
}

static void relax(struct asm_buf *s)
{
	bool grew;

	do {
		grew = false;
		assign_offsets(s);
		for (uint32_t k = 0; k < s->items.n; k++) {
			struct asm_item *i = &s->items.at[k];
			uint8_t want = wanted_size(s, i);
			if (want > i->size) {
				i->size = want;
				grew = true;
			}
		}
	} while (grew);
}

/* --- encoding ---------------------------------------------------------------- */

static void put(struct t32_code *c, struct arena *a, enum t32 id,
		const int32_t op[])
{
	uint32_t word;
	unsigned half;

	CHECK(t32_encode(id, op, &word, &half));
	(void)a;
	c->n += (uint32_t)t32_store(c->bytes + c->n, word, half);
}

static void put1(struct t32_code *c, enum t32 id, int32_t x)
{
	put(c, NULL, id, &x);
}

static void put_branch(struct t32_code *c, enum cond cond, int32_t d,
		       unsigned size)
{
	int32_t op[2] = { (int32_t)cond, d };

	if (cond == AL) {
		put1(c, size == 2 ? T32_B_N : T32_B, d);
	} else if (size == 6) {
		int32_t over[2] = { (int32_t)cond_not(cond), 2 };
		put(c, NULL, T32_B_C_N, over);
		put1(c, T32_B, d - 2);
	} else {
		put(c, NULL, size == 2 ? T32_B_C_N : T32_B_C, op);
	}
}

static void put_cbz(struct t32_code *c, const struct asm_item *i, int32_t d)
{
	if (i->size == 2) {
		int32_t op[2] = { i->reg, d };
		put(c, NULL, i->cond == EQ ? T32_CBZ : T32_CBNZ, op);
		return;
	}
	int32_t op[2] = { i->reg, 0 };
	put(c, NULL, T32_CMP_I_N, op);
	put_branch(c, (enum cond)i->cond, d - 2, i->size - 2u);
}

static void put_bytes(struct t32_code *c, uint32_t v, unsigned n)
{
	for (unsigned k = 0; k < n; k++)
		c->bytes[c->n++] = (uint8_t)(v >> 8 * k);
}

static void put_table(struct asm_buf *s, struct t32_code *c,
		      const struct asm_item *i)
{
	unsigned mode = i->size - 4u;

	put1(c, mode == 0 ? T32_TBB_PC : T32_TBH_PC, i->reg);
	uint32_t base = c->n;
	struct t32_data d = { base, base + table_size(mode, i->n) - 4 };
	for (uint32_t k = 0; k < i->n; k++) {
		uint32_t to = s->labels.at[s->table.at[i->label + k]];
		uint32_t hop = base + 2 * i->n + 4 * k;
		put_bytes(c, ((mode == 2 ? hop : to) - base) / 2,
			  mode == 0 ? 1 : 2);
	}
	if (mode == 0 && i->n % 2)
		put_bytes(c, 0, 1);
	if (mode == 2)
		d.end = c->n;
	vec_push(s->arena, &c->data, d);
	for (uint32_t k = 0; mode == 2 && k < i->n; k++) {
		uint32_t to = s->labels.at[s->table.at[i->label + k]];
		put1(c, T32_B, (int32_t)to - (int32_t)(c->n + 4));
	}
}

static void put_pool(struct asm_buf *s, struct t32_code *c,
		     const struct asm_item *i)
{
	if (c->n % 4)
		put_bytes(c, 0xbf00, 2);
	struct t32_data d = { c->n, c->n + 4 * i->n };
	for (uint32_t k = 0; k < i->n; k++) {
		const struct asm_literal *l = &s->lits.at[i->label + k];
		if (l->sym != UINT32_MAX)
			vec_push(s->arena, &c->relocs,
				 (struct t32_reloc){ c->n, R_ABS32, l->sym,
						     l->value });
		put_bytes(c, (uint32_t)l->value, 4);
	}
	vec_push(s->arena, &c->data, d);
}

static void put_item(struct asm_buf *s, struct t32_code *c,
		     const struct asm_item *i)
{
	switch (i->kind) {
	case ASM_INS:
		put(c, s->arena, (enum t32)i->id, i->op);
		break;
	case ASM_BRANCH:
		put_branch(c, (enum cond)i->cond, distance(s, i), i->size);
		break;
	case ASM_CBZ:
		put_cbz(c, i, distance(s, i));
		break;
	case ASM_LITERAL: {
		int32_t op[2] = { i->reg, literal_distance(s, i) };
		put(c, s->arena, i->size == 2 ? T32_LDR_LIT_N : T32_LDR_LIT, op);
		break;
	}
	case ASM_CALL:
		vec_push(s->arena, &c->relocs,
			 (struct t32_reloc){ c->n, i->tail ? R_THM_JUMP24
							   : R_THM_CALL,
					     i->label, 0 });
		put1(c, i->tail ? T32_B : T32_BL, -4);
		break;
	case ASM_TABLE:
		put_table(s, c, i);
		break;
	case ASM_POOL:
		put_pool(s, c, i);
		break;
	case ASM_TRAP: {
		struct t32_trap t = s->traps.at[i->label];
		t.ret = c->n;
		vec_push(s->arena, &c->traps, t);
		break;
	}
	case ASM_CUT:
		c->cuts.at[i->label].code = c->n;
		break;
	default:
		break;
	}
}

void asm_finish(struct asm_buf *s, struct t32_code *c)
{
	CHECK(s->it_left == 0);
	place_pools(s);
	for (uint32_t k = 0; k < s->labels.n; k++)
		s->labels.at[k] = 0;
	relax(s);
	const struct asm_item *last = &vec_last(&s->items);
	uint32_t size = last->offset + worst_size(last) + 4 * last->n + 8;
	c->bytes = arena_alloc(s->arena, size);
	uint32_t at = UINT32_MAX;
	for (uint32_t k = 0; k < s->items.n; k++) {
		const struct asm_item *i = &s->items.at[k];
		if (i->size && i->at != at && i->kind != ASM_POOL) {
			at = i->at;
			vec_push(s->arena, &c->lines,
				 (struct t32_line){ c->n, at });
		}
		CHECK(c->n == i->offset);
		put_item(s, c, i);
	}
}
