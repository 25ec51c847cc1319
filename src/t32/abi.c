/* abi.c - where parameters and results are.
 *
 * Parameters follow the AAPCS: the base variant, or the VFP variant where the
 * core has a floating-point unit.  Results are placed by the same rules, so
 * that one result is where C expects it; what finds no register replaces the
 * parameters in the outgoing area.  That the place of a result depends on the
 * result types alone is what lets a tail call leave results to its callee.
 * Source: Procedure Call Standard for the Arm Architecture (IHI 0042),
 * "Parameter Passing".
 */
#include "t32/code.h"

struct assign {
	bool vfp;
	unsigned core;		/* next core register */
	uint32_t singles;	/* bit n: s<n> is free */
	uint32_t stack;		/* next stack byte */
};

static struct abi_place on_stack(struct assign *s, uint32_t bytes)
{
	uint32_t at = (s->stack + bytes - 1) & ~(bytes - 1);

	s->stack = at + bytes;
	return (struct abi_place){ REG_NONE, REG_NONE, at };
}

static struct abi_place in_core(struct assign *s, uint32_t words)
{
	if (words == 2)
		s->core += s->core & 1;
	if (s->core + words > 4) {
		s->core = 4;
		return on_stack(s, words * 4);
	}
	struct abi_place p = { (uint8_t)s->core, REG_NONE, 0 };
	if (words == 2)
		p.reg_hi = (uint8_t)(s->core + 1);
	s->core += words;
	return p;
}

/* Singles fill the holes that aligned doubles leave, until one of either
 * kind has gone to the stack. */
static struct abi_place in_vfp(struct assign *s, uint32_t words)
{
	uint32_t want = words == 2 ? 3 : 1;

	for (unsigned n = 0; n < 16; n += words)
		if ((s->singles >> n & want) == want) {
			s->singles &= ~(want << n);
			return (struct abi_place){ (uint8_t)(REG_S0 + n),
						   REG_NONE, 0 };
		}
	s->singles = 0;
	return on_stack(s, words * 4);
}

static struct abi_place place(struct assign *s, uint8_t type)
{
	uint32_t words = type == T_I64 || type == T_F64 ? 2 : 1;

	if (s->vfp && (type == T_F32 || type == T_F64))
		return in_vfp(s, words);
	return in_core(s, words);
}

void t32_abi(const struct wasm_functype *t, const struct target *tg,
	     struct arena *a, struct abi *out)
{
	bool vfp = tg->hard_float;
	struct assign s = { vfp, 0, 0xffff, 0 };

	out->param = arena_array(a, struct abi_place, t->nparams);
	out->result = arena_array(a, struct abi_place, t->nresults);
	for (uint32_t k = 0; k < t->nparams; k++)
		out->param[k] = place(&s, t->param[k]);
	out->param_bytes = (s.stack + 7) & ~(uint32_t)7;
	s = (struct assign){ vfp, 0, 0xffff, 0 };
	for (uint32_t k = 0; k < t->nresults; k++)
		out->result[k] = place(&s, t->result[k]);
	s.stack = (s.stack + 7) & ~(uint32_t)7;
	out->out_bytes = s.stack > out->param_bytes ? s.stack :
						      out->param_bytes;
}
