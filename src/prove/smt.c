/* smt.c - questions as SMT-LIB 2, printed from terms.
 *
 * What z3.c asks through the C interface, for any other solver: operations of
 * terms are those of QF_UFBV, the rest are functions nothing is said about.
 * Every term is a definition of its own, so that shared terms stay shared.
 */
#include "prove/smt.h"

#include "base/map.h"

struct printer {
	const struct terms *z;
	struct buf *out;
	struct map done;	/* terms */
	struct map functions;	/* declared: hash of operation and sorts */
};

static const char *const sorts[] = { "(_ BitVec 32)", "Bool", "Token" };

static void put_word(struct printer *p, uint32_t k)
{
	buf_printf(p->out, "#x%08x", k);
}

static void put_arg(struct printer *p, const struct term_node *i, unsigned k)
{
	buf_printf(p->out, " t%u", p->z->pool.at[i->args + k]);
}

/* (op a b), (op (op a b) c): other solvers take two operands only. */
static void put_chain(struct printer *p, const char *op,
		      const struct term_node *i)
{
	for (unsigned k = 1; k < i->n; k++)
		buf_printf(p->out, "(%s ", op);
	buf_printf(p->out, "t%u", p->z->pool.at[i->args]);
	for (unsigned k = 1; k < i->n; k++) {
		put_arg(p, i, k);
		buf_str(p->out, ")");
	}
}

static void put_sum(struct printer *p, const struct term_node *i)
{
	for (unsigned k = 0; k < i->n; k += 2)
		buf_str(p->out, "(bvadd ");
	put_word(p, i->imm);
	for (unsigned k = 0; k < i->n; k += 2) {
		buf_str(p->out, " (bvmul ");
		put_word(p, p->z->pool.at[i->args + k]);
		put_arg(p, i, k + 1);
		buf_str(p->out, "))");
	}
}

static void put_rotate(struct printer *p, const struct term_node *i)
{
	term x = p->z->pool.at[i->args], n = p->z->pool.at[i->args + 1];

	buf_printf(p->out, "(bvor (bvlshr t%u (bvand t%u #x0000001f)) "
		   "(bvshl t%u (bvand (bvneg t%u) #x0000001f)))", x, n, x, n);
}

static void put_reversed(struct printer *p, const struct term_node *i)
{
	term x = p->z->pool.at[i->args];

	buf_printf(p->out, "(concat (concat ((_ extract 7 0) t%u) "
		   "((_ extract 15 8) t%u)) (concat ((_ extract 23 16) t%u) "
		   "((_ extract 31 24) t%u)))", x, x, x, x);
}

static void put_plain(struct printer *p, const char *op,
		      const struct term_node *i)
{
	buf_printf(p->out, "(%s", op);
	for (unsigned k = 0; k < i->n; k++)
		put_arg(p, i, k);
	buf_str(p->out, ")");
}

static uint64_t signature(const struct printer *p, const struct term_node *i)
{
	uint64_t key = hash_mix((uint64_t)i->op << 56 ^ (uint64_t)i->n << 40 ^
				(uint64_t)i->sort << 36 ^ i->imm);

	for (unsigned k = 0; k < i->n; k++)
		key = hash_mix(key ^ (term_at(p->z,
			p->z->pool.at[i->args + k])->sort + 1u));
	return key;
}

/* A function nothing is said about; its number is the order of declaration. */
static uint32_t declare(struct printer *p, const struct term_node *i)
{
	uint32_t *have = map_put(&p->functions, signature(p, i));

	if (*have)
		return *have;
	*have = p->functions.n;
	buf_printf(p->out, "(declare-fun f%u (", *have);
	for (unsigned k = 0; k < i->n; k++)
		buf_printf(p->out, "%s%s", k ? " " : "", sorts[term_at(p->z,
			p->z->pool.at[i->args + k])->sort]);
	buf_printf(p->out, ") %s)\n", sorts[i->sort]);
	return *have;
}

/* The text of operations that SMT-LIB has too; NULL for others. */
static const char *name_of(uint8_t op)
{
	switch (op) {
	case TM_SHL:  return "bvshl";
	case TM_SHR:  return "bvlshr";
	case TM_SAR:  return "bvashr";
	case TM_ITE:  return "ite";
	case TM_ULT:  return "bvult";
	case TM_SLT:  return "bvslt";
	case TM_BNOT: return "not";
	case TM_BAND: return "and";
	default:      return NULL;
	}
}

static void put_value(struct printer *p, const struct term_node *i,
		      uint32_t function)
{
	switch (i->op) {
	case TM_CONST: put_word(p, i->imm); break;
	case TM_TRUE:  buf_str(p->out, "true"); break;
	case TM_FALSE: buf_str(p->out, "false"); break;
	case TM_SUM:   put_sum(p, i); break;
	case TM_AND:   put_chain(p, "bvand", i); break;
	case TM_OR:    put_chain(p, "bvor", i); break;
	case TM_XOR:   put_chain(p, "bvxor", i); break;
	case TM_ROR:   put_rotate(p, i); break;
	case TM_REV:   put_reversed(p, i); break;
	case TM_SEXT:
		buf_printf(p->out, "((_ sign_extend %u) ((_ extract %u 0) t%u))",
			   32 - i->imm, i->imm - 1, p->z->pool.at[i->args]);
		break;
	case TM_EQ0:
		buf_printf(p->out, "(= t%u #x00000000)",
			   p->z->pool.at[i->args]);
		break;
	default:
		put_plain(p, name_of(i->op) ? name_of(i->op) :
			  arena_printf(p->out->arena, "f%u", function), i);
	}
}

static bool is_operation(const struct term_node *i)
{
	return i->op == TM_CONST || i->op == TM_TRUE || i->op == TM_FALSE ||
	       i->op == TM_SUM || i->op == TM_AND || i->op == TM_OR ||
	       i->op == TM_XOR || i->op == TM_ROR || i->op == TM_REV ||
	       i->op == TM_SEXT || i->op == TM_EQ0 || name_of(i->op);
}

static void put_bounds(struct printer *p, term t, const struct term_node *i)
{
	bool leaf = i->op == TM_VAR || i->op == TM_UF || i->op == TM_LOAD ||
		    i->op == TM_SYM || i->op == TM_CLZ;

	if (!leaf || i->sort != SORT_WORD)
		return;
	if (i->lo > 0)
		buf_printf(p->out, "(assert (bvule #x%08x t%u))\n", i->lo, t);
	if (i->hi < UINT32_MAX)
		buf_printf(p->out, "(assert (bvule t%u #x%08x))\n", t, i->hi);
}

static void define(struct printer *p, term t)
{
	const struct term_node i = *term_at(p->z, t);
	unsigned step = i.op == TM_SUM ? 2 : 1;

	if (*map_put(&p->done, t))
		return;
	*map_put(&p->done, t) = 1;
	for (unsigned k = step - 1; k < i.n; k += step)
		define(p, p->z->pool.at[i.args + k]);
	if (!i.n && !is_operation(&i)) {
		buf_printf(p->out, "(declare-const t%u %s)\n", t,
			   sorts[i.sort]);
	} else {
		uint32_t f = is_operation(&i) ? 0 : declare(p, &i);
		buf_printf(p->out, "(define-fun t%u () %s ", t, sorts[i.sort]);
		put_value(p, &i, f);
		buf_str(p->out, ")\n");
	}
	put_bounds(p, t, &i);
}

void smt_print(const struct terms *z, const term *c, uint32_t n,
	       const char *status, struct buf *out)
{
	struct printer p = { .z = z, .out = out };

	map_init(&p.done, out->arena);
	map_init(&p.functions, out->arena);
	buf_printf(out, "(set-logic QF_UFBV)\n(set-info :status %s)\n"
		   "(declare-sort Token 0)\n", status);
	for (uint32_t k = 0; k < n; k++) {
		define(&p, c[k]);
		buf_printf(out, "(assert t%u)\n", c[k]);
	}
	buf_str(out, "(check-sat)\n");
}
