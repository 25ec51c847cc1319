/* mutate.c - choosing mutants. */
#include "mutate/mutate.h"

#include <string.h>

#include "t32/decode.h"
#include "t32/encode.h"

const char *const mutation_name[MUTATIONS] = {
	"opcode", "constant", "register", "slot", "target", "condition",
	"dropped store", "swapped stores", "dropped branch", "dropped other",
};

enum { SP = 13, NOP = 0xbf00, NOP_W1 = 0xf3af, NOP_W2 = 0x8000 };

bool mutate_code(const struct world *w, uint32_t func, uint32_t *section,
		 uint32_t *at, uint32_t *size)
{
	const struct code_ref *c = world_code_of(w, func);

	if (!c)
		return false;
	*section = c->section;
	*at = c->at;
	*size = c->size;
	return true;
}

static uint64_t draw(uint64_t *r)
{
	*r ^= *r << 13;
	*r ^= *r >> 7;
	*r ^= *r << 17;
	return *r >> 8;
}

/* Instructions of the function, up to its literals. */
struct site {
	uint32_t at;
	struct t32_insn in;
};

static uint32_t list(const struct obj_section *s, uint32_t at, uint32_t size,
		     struct site *out, uint32_t most)
{
	uint32_t n = 0, end = at + size;

	for (uint32_t k = 0; k < s->marks.n; k++)
		if (s->marks.at[k].kind == OBJ_DATA && s->marks.at[k].at > at &&
		    s->marks.at[k].at < end)
			end = s->marks.at[k].at;
	while (at < end && n < most &&
	       t32_decode(s->bytes.at + at, end - at, &out[n].in)) {
		out[n].at = at;
		at += out[n++].in.size;
	}
	return n;
}

static bool is_store(const struct t32_insn *in)
{
	const char *m = t32_row(in->id)->mnemonic;

	return !strncmp(m, "str", 3) || !strncmp(m, "vstr", 4) ||
	       !strncmp(m, "stm", 3) || !strncmp(m, "push", 4);
}

static bool is_branch(const struct t32_insn *in)
{
	const struct t32_row *row = t32_row(in->id);

	for (unsigned k = 0; k < row->noperands; k++)
		if (row->operand[k].kind == T32_TARGET)
			return true;
	return false;
}

static bool same_operands(const struct t32_row *a, const struct t32_row *b)
{
	if (a->halfwords != b->halfwords || a->noperands != b->noperands)
		return false;
	for (unsigned k = 0; k < a->noperands; k++)
		if (a->operand[k].kind != b->operand[k].kind)
			return false;
	return true;
}

static bool put(struct mutant *m, enum t32 id, const int32_t operand[])
{
	uint32_t word;
	unsigned n;

	if (!t32_encode(id, operand, &word, &n) || 2 * n != m->n)
		return false;
	t32_store(m->new, word, n);
	return true;
}

static bool another_opcode(const struct t32_insn *in, uint64_t *r,
			   struct mutant *m)
{
	const unsigned from = (unsigned)(draw(r) % T32_COUNT);

	for (unsigned k = 0; k < T32_COUNT; k++) {
		const enum t32 id = (enum t32)((from + k) % T32_COUNT);
		if (id != in->id && id != T32_BKPT &&
		    same_operands(t32_row(id), t32_row(in->id)) &&
		    put(m, id, in->operand))
			return true;
	}
	return false;
}

/* An operand of one of the kinds of `set`, at random; -1 when there is none. */
static int pick(const struct t32_insn *in, unsigned set, uint64_t *r)
{
	const struct t32_row *row = t32_row(in->id);
	int found[T32_OPERANDS], n = 0;

	for (int k = 0; k < row->noperands; k++)
		if (set >> row->operand[k].kind & 1)
			found[n++] = k;
	return n ? found[draw(r) % (uint64_t)n] : -1;
}

static bool step(const struct t32_insn *in, int k, uint64_t *r, struct mutant *m)
{
	static const int32_t by[] = { 1, -1, 2, -2, 4, -4 };
	struct t32_insn x = *in;
	const unsigned from = (unsigned)(draw(r) % 6);

	for (unsigned i = 0; k >= 0 && i < 6; i++) {
		x.operand[k] = in->operand[k] + by[(from + i) % 6];
		if (put(m, x.id, x.operand))
			return true;
	}
	return false;
}

static bool other_value(const struct t32_insn *in, int k, unsigned most,
			uint64_t *r, struct mutant *m)
{
	struct t32_insn x = *in;
	const unsigned from = (unsigned)(draw(r) % most);

	for (unsigned i = 0; k >= 0 && i < most; i++) {
		x.operand[k] = (int32_t)((from + i) % most);
		if (x.operand[k] != in->operand[k] && put(m, x.id, x.operand))
			return true;
	}
	return false;
}

/* A branch a little off, or much. */
static bool other_target(const struct t32_insn *in, uint64_t *r,
			 struct mutant *m)
{
	const int k = pick(in, 1u << T32_TARGET, r);
	struct t32_insn x = *in;

	for (unsigned i = 0; k >= 0 && i < 8; i++) {
		x.operand[k] = in->operand[k] +
			       2 * ((int32_t)(draw(r) % 41) - 20);
		if (x.operand[k] != in->operand[k] && put(m, x.id, x.operand))
			return true;
	}
	return false;
}

static bool drop(struct mutant *m)
{
	if (m->n == 2)
		t32_store(m->new, NOP, 1);
	else
		t32_store(m->new, (uint32_t)NOP_W1 << 16 | NOP_W2, 2);
	return true;
}

/* This store and the next instruction, when that is one of the same size. */
static bool swap(const struct site *p, const uint8_t *code, struct mutant *m)
{
	if (!is_store(&p[0].in) || !is_store(&p[1].in) ||
	    p[1].at != p[0].at + p[0].in.size)
		return false;
	const unsigned a = p[0].in.size, b = p[1].in.size;
	m->n = (uint8_t)(a + b);
	memcpy(m->new, code + a, b);
	memcpy(m->new + b, code, a);
	return true;
}

static bool on_stack(const struct t32_insn *in)
{
	const struct t32_row *row = t32_row(in->id);

	if (strstr(row->syntax, "sp"))
		return true;
	for (unsigned k = 0; k < row->noperands; k++)
		if (row->operand[k].kind <= T32_REG_ANY && in->operand[k] == SP)
			return true;
	return false;
}

static bool change(const struct site *p, bool last, const uint8_t *code,
		   uint64_t *r, struct mutant *m)
{
	const unsigned core = 1u << T32_REG | 1u << T32_REG_SP | 1u << T32_REG_ANY;
	const unsigned fp = 1u << T32_SREG | 1u << T32_DREG;
	const struct t32_insn *in = &p->in;

	switch (m->kind) {
	case MUTATE_OPCODE:
		return another_opcode(in, r, m);
	case MUTATE_CONST:
		return !on_stack(in) && step(in, pick(in, 1u << T32_IMM, r), r, m);
	case MUTATE_SLOT:
		return on_stack(in) && step(in, pick(in, 1u << T32_IMM, r), r, m);
	case MUTATE_REGISTER:
		return other_value(in, pick(in, core | fp, r), 15, r, m);
	case MUTATE_CONDITION:
		return other_value(in, pick(in, 1u << T32_CONDITION, r), 14, r, m) ||
		       other_value(in, pick(in, 1u << T32_ITMASK, r), 16, r, m);
	case MUTATE_TARGET:
		return other_target(in, r, m);
	case MUTATE_STORE:
		return is_store(in) && drop(m);
	case MUTATE_SWAP:
		return !last && swap(p, code, m);
	case MUTATE_BRANCH:
		return is_branch(in) && drop(m);
	default:
		return !is_branch(in) && !is_store(in) && drop(m);
	}
}

static bool relocated(const struct world *w, const struct mutant *m)
{
	for (uint32_t k = 0; k < m->n; k += 2)
		if (world_reloc(w, m->section, m->at + k))
			return true;
	return false;
}

bool mutate(const struct world *w, uint32_t func, uint64_t random,
	    struct mutant *m)
{
	static _Thread_local struct site site[4096];
	uint32_t at, size;

	*m = (struct mutant){ .func = func };
	if (!mutate_code(w, func, &m->section, &at, &size))
		return false;
	const struct obj_section *s = &w->o->sections.at[m->section];
	const uint32_t n = list(s, at, size, site, 4096);
	if (n == 0)
		return false;
	const uint32_t from = (uint32_t)(draw(&random) % n);
	m->kind = (enum mutation)(draw(&random) % MUTATIONS);
	for (uint32_t i = 0; i < n; i++) {
		const uint32_t k = (from + i) % n;
		const uint8_t *code = s->bytes.at + site[k].at;

		m->at = site[k].at;
		m->offset = m->at - at;
		m->n = site[k].in.size;
		if (!change(&site[k], k + 1 == n, code, &random, m) ||
		    relocated(w, m) || !memcmp(code, m->new, m->n))
			continue;
		memcpy(m->old, code, m->n);
		return true;
	}
	return false;
}
