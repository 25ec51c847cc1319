/* invoke.c - AAPCS argument marshalling.
 *
 * Source: Procedure Call Standard for the Arm Architecture, "Parameter
 * passing" and its VFP variant (back-filling of single registers).
 */
#include "port/invoke.h"
#include "core/cc.h"

struct hd_regs {
	uint32_t r[4];
	uint32_t s[16];
};

void hd_cortex_invoke(struct hd_regs *r, const uint32_t *stack, uint32_t words,
		      void (*code)(void));

struct marshal {
	struct hd_regs regs;
	uint32_t stack[HD_INVOKE_STACK];
	uint32_t ncore;		/* next core register number */
	uint32_t nstack;	/* words on the stack */
	uint32_t sfree;		/* bit k: s<k> is free */
};

static bool push(struct marshal *m, uint64_t v, bool wide)
{
	if (wide && (m->nstack & 1))
		m->stack[m->nstack++] = 0;
	if (m->nstack + 2 > HD_INVOKE_STACK)
		return false;
	m->stack[m->nstack++] = (uint32_t)v;
	if (wide)
		m->stack[m->nstack++] = (uint32_t)(v >> 32);
	return true;
}

static bool core_arg(struct marshal *m, uint64_t v, bool wide)
{
	if (wide && (m->ncore & 1))
		m->ncore++;
	if (m->ncore + wide < 4) {
		m->regs.r[m->ncore++] = (uint32_t)v;
		if (wide)
			m->regs.r[m->ncore++] = (uint32_t)(v >> 32);
		return true;
	}
	m->ncore = 4;
	return push(m, v, wide);
}

static bool float_arg(struct marshal *m, uint64_t v, bool wide)
{
#if defined(__ARM_FP) && defined(__ARM_PCS_VFP)
	const uint32_t pair = m->sfree & m->sfree >> 1 & 0x5555;
	const uint32_t candidates = wide ? pair : m->sfree;

	if (candidates == 0) {
		m->sfree = 0;
		return push(m, v, wide);
	}
	const uint32_t k = HD_CTZ32(candidates);
	m->regs.s[k] = (uint32_t)v;
	if (wide)
		m->regs.s[k + 1] = (uint32_t)(v >> 32);
	m->sfree &= ~((wide ? 3u : 1u) << k);
	return true;
#else
	return core_arg(m, v, wide);
#endif
}

static bool arg(struct marshal *m, char type, uint64_t v)
{
	switch (type) {
	case 'i':
	case 'e':
	case 'x':
		return core_arg(m, v, false);
	case 'l':
		return core_arg(m, v, true);
	case 'f':
		return float_arg(m, v, false);
	case 'd':
		return float_arg(m, v, true);
	default:
		return false;
	}
}

static uint64_t result(const struct marshal *m, char type)
{
	const uint32_t *r = m->regs.r;

#if defined(__ARM_FP) && defined(__ARM_PCS_VFP)
	if (type == 'f' || type == 'd')
		r = m->regs.s;
#endif
	if (type == 'l' || type == 'd')
		return r[0] | (uint64_t)r[1] << 32;
	return r[0];
}

bool hd_invoke(void (*code)(void), const char *sig, const uint64_t *args,
	       uint64_t *results)
{
	struct marshal m;
	const char *to = sig;

	m.ncore = 0;
	m.nstack = 0;
	m.sfree = 0xffff;
	while (*to && *to != ':')
		to++;
	const char *const ret = *to ? to + 1 : to;
	const bool many = ret[0] && ret[1];
	if (many && !core_arg(&m, (uintptr_t)results, false))
		return false;
	for (const char *p = sig; p < to; p++)
		if (!arg(&m, *p, *args++))
			return false;
	if (many)
		for (const char *p = ret; *p; p++)
			results[p - ret] = 0;
	if (m.nstack & 1)
		m.stack[m.nstack++] = 0;
	hd_cortex_invoke(&m.regs, m.stack, m.nstack, code);
	if (*ret && !many)
		results[0] = result(&m, *ret);
	return true;
}
