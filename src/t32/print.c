/* print.c - Thumb-2 instructions as assembly text.
 *
 * Walks the operands column of the row: operands are printed where their
 * tokens stand, everything else is copied.
 */
#include "t32/print.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct out {
	char *buf;
	size_t size, len;
};

static void put(struct out *o, const char *fmt, ...)
{
	bool room = o->len < o->size;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(room ? o->buf + o->len : NULL,
		      room ? o->size - o->len : 0, fmt, ap);
	va_end(ap);
	if (n > 0)
		o->len += (size_t)n;
}

const char *t32_cond_name(enum t32_cond cond)
{
	static const char name[][3] = {
		"eq", "ne", "cs", "cc", "mi", "pl", "vs", "vc",
		"hi", "ls", "ge", "lt", "gt", "le", "",
	};

	return name[cond];
}

static const char *core_name(int32_t r)
{
	static const char name[][4] = {
		"r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7",
		"r8", "r9", "r10", "r11", "r12", "sp", "lr", "pc",
	};

	return name[r & 15];
}

static const char *shift_name(int32_t type)
{
	static const char name[][4] = { "lsl", "lsr", "asr", "ror" };

	return name[type & 3];
}

static const char *system_name(const struct t32_insn *in, int32_t number)
{
	switch (number) {
	case 0:  return in->id == T32_MSR ? "APSR_nzcvq" : "APSR";
	case 5:  return "IPSR";
	case 8:  return "MSP";
	case 9:  return "PSP";
	case 16: return "PRIMASK";
	case 17: return "BASEPRI";
	case 18: return "BASEPRI_MAX";
	case 19: return "FAULTMASK";
	default: return "CONTROL";
	}
}

static void put_list(struct out *o, uint32_t list)
{
	const char *sep = "";

	put(o, "{");
	for (int r = 0; r < 16; r++)
		if (list >> r & 1) {
			put(o, "%s%s", sep, core_name(r));
			sep = ", ";
		}
	put(o, "}");
}

/* The last of n registers after the first and "-"; neither when n is 1. */
static void put_last(struct out *o, char letter, int32_t first, int32_t n)
{
	if (n == 1)
		o->len--;
	else
		put(o, "%c%d", letter, (int)(first + n - 1));
}

static void put_operand(struct out *o, const struct t32_insn *in, unsigned k)
{
	int32_t v = in->operand[k];

	switch (t32_row(in->id)->operand[k].kind) {
	case T32_REG:
	case T32_REG_SP:
	case T32_REG_ANY:   put(o, "%s", core_name(v)); break;
	case T32_SREG:      put(o, "s%d", (int)v); break;
	case T32_DREG:      put(o, "d%d", (int)v); break;
	case T32_SLIST:     put_last(o, 's', in->operand[k - 1], v); break;
	case T32_DLIST:     put_last(o, 'd', in->operand[k - 1], v); break;
	case T32_SHTYPE:    put(o, "%s", shift_name(v)); break;
	case T32_CONDITION:	/* elsewhere part of the mnemonic */
		if (in->id == T32_IT)
			put(o, "%s", t32_cond_name((enum t32_cond)v));
		break;
	case T32_LIST:      put_list(o, (uint32_t)v); break;
	case T32_SYSREG:    put(o, "%s", system_name(in, v)); break;
	case T32_TARGET:
		put(o, ". %c %u", v < -4 ? '-' : '+',
		    v < -4 ? 0u - (uint32_t)(v + 4) : (uint32_t)v + 4);
		break;
	case T32_IMM:       put(o, "%d", (int)v); break;
	case T32_ITMASK:    break;	/* part of the mnemonic */
	}
}

/* VFP immediates are written as numbers, and only the bits are kept. */
static void put_vfp_constant(struct out *o, const struct t32_insn *in,
			     unsigned k)
{
	uint32_t v = (uint32_t)in->operand[k];
	uint64_t wide = (uint64_t)v << 32;
	double d;
	float f;

	if (t32_row(in->id)->operand[k].form == T32_FORM_VIMM32) {
		memcpy(&f, &v, sizeof f);
		d = (double)f;
	} else {
		memcpy(&d, &wide, sizeof d);
	}
	put(o, "%.17g", d);
}

/* The mnemonic, with the condition before ".w" or ".f32". */
static void put_mnemonic(struct out *o, const struct t32_insn *in,
                         enum t32_cond cond)
{
	const char *text = t32_row(in->id)->mnemonic;
	size_t stem = strcspn(text, ".");

	if (in->id == T32_B_C || in->id == T32_B_C_N)
		cond = (enum t32_cond)in->operand[0];
	/* in an IT block the narrow forms do not set the flags */
	bool quiet = cond != T32_AL && t32_row(in->id)->flags & T32_F_IT;

	put(o, "%.*s", (int)(stem - quiet), text);
	if (in->id == T32_IT)
		for (int i = 1; in->operand[1] >> (i + 1); i++)
			put(o, "%c", in->operand[1] >> i & 1 ? 'e' : 't');
	put(o, "%s%s", t32_cond_name(cond), text + stem);
}

/* "lsl #0" after a register means nothing and is left out. */
static bool is_no_shift(const struct t32_insn *in, unsigned k)
{
	const struct t32_operand *o = &t32_row(in->id)->operand[k];

	return o->kind == T32_SHTYPE && in->operand[k] == T32_LSL &&
	       in->operand[k + 1] == 0;
}

static bool is_letter(char c)
{
	return c >= 'a' && c <= 'z';
}

/* The end of the token whose letters start at p. */
static const char *token_end(const char *p)
{
	while (is_letter(*p))
		p++;
	if (*p == '=')
		p += 2;
	while (*p == '*' || *p == '+' || (*p >= '0' && *p <= '9'))
		p++;
	return p;
}

static void put_operands(struct out *o, const struct t32_insn *in)
{
	const char *p = t32_row(in->id)->syntax;
	unsigned k = 0;

	while (*p) {
		bool token = strchr("RPQSD#@HCLEFYMB", *p) && is_letter(p[1]);

		if (*p == 'N') {
			put(o, "s%d", (int)in->operand[k - 1] + 1);
			p++;
			continue;
		}
		if (!token) {
			put(o, "%c", *p++);
			continue;
		}
		if (is_no_shift(in, k)) {
			o->len -= 2;	/* the comma before it */
			break;
		}
		if (*p == '#')
			put(o, "#");
		switch (t32_row(in->id)->operand[k].form) {
		case T32_FORM_VIMM32:
		case T32_FORM_VIMM64:
			put_vfp_constant(o, in, k);
			break;
		default:
			put_operand(o, in, k);
		}
		k++;
		p = token_end(p + 1);
	}
}

int t32_print(char *buf, size_t size, const struct t32_insn *insn,
              enum t32_cond cond)
{
	struct out o = { buf, size, 0 };

	put_mnemonic(&o, insn, cond);
	if (*t32_row(insn->id)->syntax)
		put(&o, "\t");
	put_operands(&o, insn);
	if (size)
		buf[o.len < size ? o.len : size - 1] = '\0';
	return (int)o.len;
}
