/* print.c - readable text of instructions and bodies. */
#include "wasm/print.h"

#include <string.h>

#include "wasm/ins.h"

void wasm_print_name(const char *name, uint32_t n, struct buf *out)
{
	buf_u8(out, '"');
	for (uint32_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)name[i];
		if (c == '"' || c == '\\' || c < 0x20 || c == 0x7f)
			buf_printf(out, "\\%02x", c);
		else
			buf_u8(out, c);
	}
	buf_u8(out, '"');
}

static void print_types(const uint8_t *t, uint32_t n, struct buf *out)
{
	buf_u8(out, '(');
	for (uint32_t i = 0; i < n; i++)
		buf_printf(out, "%s%s", i ? " " : "",
			   type_name((enum type)t[i]));
	buf_u8(out, ')');
}

void wasm_print_type(const struct wasm_functype *t, struct buf *out)
{
	print_types(t->param, t->nparams, out);
	buf_str(out, " -> ");
	print_types(t->result, t->nresults, out);
}

/* Excerpts print instructions that were found wrong: indices are tested. */
static void print_block(const struct wasm_module *m, const struct wasm_ins *i,
			struct buf *out)
{
	if (i->block_type >= 0 && i->block_type >= m->types.n) {
		buf_printf(out, " type %lld", (long long)i->block_type);
		return;
	}
	struct wasm_functype t = wasm_block_sig(m, i->block_type);
	if (t.nparams || t.nresults) {
		buf_u8(out, ' ');
		wasm_print_type(&t, out);
	}
}

static void print_labels(const struct wasm_ins *i, struct buf *out)
{
	if (!i->labels) {
		buf_printf(out, " of %u labels", i->nlabels + 1);
		return;
	}
	for (uint32_t k = 0; k <= i->nlabels; k++)
		buf_printf(out, " %u", i->labels[k]);
}

/* Only what differs from memory 0, offset 0, natural alignment. */
static void print_memarg(const struct wasm_ins *i, struct buf *out)
{
	if (i->index2)
		buf_printf(out, " memory=%u", i->index2);
	if (i->imm)
		buf_printf(out, " offset=%llu", (unsigned long long)i->imm);
	if (UINT64_C(1) << i->align != op_info[i->op].bytes)
		buf_printf(out, " align=%llu",
			   (unsigned long long)(UINT64_C(1) << i->align));
}

/* The value, and its bits where the value does not tell them. */
static void print_float(double d, bool nan, uint64_t bits, struct buf *out)
{
	if (nan)
		buf_printf(out, " nan:0x%llx", (unsigned long long)bits);
	else
		buf_printf(out, " %.17g", d);
}

/* Integers signed; floats with enough digits to be read back exactly. */
static void print_const(const struct wasm_ins *i, struct buf *out)
{
	uint32_t low = (uint32_t)i->imm;
	float f;
	double d;

	switch ((int)i->op) {
	case OP_I32_CONST:
		buf_printf(out, " %lld",
			   (long long)low - (low >> 31 ? 1LL << 32 : 0));
		break;
	case OP_I64_CONST:
		if (i->imm >> 63)
			buf_printf(out, " -%llu",
				   (unsigned long long)(0 - i->imm));
		else
			buf_printf(out, " %llu", (unsigned long long)i->imm);
		break;
	case OP_F32_CONST:
		memcpy(&f, &low, sizeof f);
		print_float((double)f, f != f, low, out);
		break;
	case OP_F64_CONST:
		memcpy(&d, &i->imm, sizeof d);
		print_float(d, d != d, i->imm, out);
		break;
	default:
		buf_printf(out, " 0x%016llx%016llx",
			   (unsigned long long)i->imm_hi,
			   (unsigned long long)i->imm);
		break;
	}
}

static void print_func_name(const struct wasm_module *m, uint32_t index,
			    struct buf *out)
{
	if (index < m->funcs.n && m->funcs.at[index].name)
		buf_printf(out, " $%s", m->funcs.at[index].name);
}

void wasm_print_ins(const struct wasm_module *m, const struct wasm_ins *i,
		    struct buf *out)
{
	enum imm imm = (enum imm)op_info[i->op].imm;

	buf_str(out, op_info[i->op].text);
	switch (imm) {
	case IMM_NONE:
		break;
	case IMM_BLOCK:
		print_block(m, i, out);
		break;
	case IMM_LABELS:
		print_labels(i, out);
		break;
	case IMM_TYPES:
		buf_printf(out, " %s", type_name((enum type)i->types[0]));
		break;
	case IMM_REFTYPE:
		buf_printf(out, " %s", type_name((enum type)i->index));
		break;
	case IMM_FUNC:
		buf_printf(out, " %u", i->index);
		print_func_name(m, i->index, out);
		break;
	case IMM_MEM:
		if (i->index)
			buf_printf(out, " %u", i->index);
		break;
	case IMM_LABEL: case IMM_LOCAL: case IMM_GLOBAL: case IMM_TABLE:
	case IMM_DATA: case IMM_ELEM: case IMM_LANE:
		buf_printf(out, " %u", i->index);
		break;
	case IMM_TYPE_TABLE:
		buf_printf(out, " table=%u", i->index2);
		if (i->index < m->types.n) {
			buf_u8(out, ' ');
			wasm_print_type(&m->types.at[i->index], out);
		} else {
			buf_printf(out, " type %u", i->index);
		}
		break;
	case IMM_MEM_MEM: case IMM_DATA_MEM: case IMM_ELEM_TABLE:
	case IMM_TABLE_TABLE:
		buf_printf(out, " %u %u", i->index, i->index2);
		break;
	case IMM_MEMARG:
		print_memarg(i, out);
		break;
	case IMM_MEMARG_LANE:
		print_memarg(i, out);
		buf_printf(out, " lane=%u", i->index);
		break;
	case IMM_LANES16:
		for (unsigned k = 0; k < 16; k++) {
			uint64_t half = k < 8 ? i->imm : i->imm_hi;
			buf_printf(out, " %u",
				   (unsigned)(half >> k % 8 * 8 & 0xff));
		}
		break;
	case IMM_I32: case IMM_I64: case IMM_F32: case IMM_F64: case IMM_V128:
		print_const(i, out);
		break;
	}
}

static void print_line(const struct wasm_module *m, const struct wasm_ins *i,
		       unsigned indent, struct buf *out)
{
	buf_printf(out, "    0x%04x  %*s", i->at, (int)indent, "");
	wasm_print_ins(m, i, out);
	buf_u8(out, '\n');
}

static struct reader body_reader(const struct wasm_module *m,
				 const struct wasm_func *f, uint32_t at)
{
	return (struct reader){
		.at = m->bytes + at,
		.end = m->bytes + f->end,
		.base = m->bytes,
	};
}

void wasm_print_func(const struct wasm_module *m, uint32_t func,
		     struct buf *out)
{
	enum { INDENT_MAX = 40 };
	const struct wasm_func *f = &m->funcs.at[func];
	const struct wasm_functype *t = &m->types.at[f->type];
	struct labels l = { .arena = out->arena };
	struct wasm_ins i;
	unsigned depth = 0;

	buf_printf(out, "func %u", func);
	print_func_name(m, func, out);
	buf_u8(out, ' ');
	wasm_print_type(t, out);
	buf_u8(out, '\n');
	if (f->import != UINT32_MAX)
		return;
	for (uint32_t k = t->nparams; f->local && k < f->nlocals; k++)
		buf_printf(out, "    local %u %s\n", k,
			   type_name((enum type)f->local[k]));
	struct reader r = body_reader(m, f, f->code);
	while (r.at < r.end && ins_read(&r, &i, &l)) {
		if ((i.op == OP_END || i.op == OP_ELSE) && depth)
			depth--;
		print_line(m, &i, depth < INDENT_MAX / 2 ? depth * 2
							 : INDENT_MAX, out);
		if (i.op == OP_BLOCK || i.op == OP_LOOP || i.op == OP_IF ||
		    i.op == OP_ELSE)
			depth++;
	}
}

/* ---- diagnostics ---- */

/* The instruction that holds byte offset `at`, one before and one behind it;
 * a caret line under the name of the middle one. */
void wasm_excerpt(void *ctx, const struct diag *d, struct buf *out)
{
	const struct wasm_module *m = ctx;

	if (d->func >= m->funcs.n || d->at > m->size)
		return;
	const struct wasm_func *f = &m->funcs.at[d->func];
	if (f->import != UINT32_MAX || d->at < f->code || d->at >= f->end)
		return;
	struct reader r = body_reader(m, f, f->code);
	struct wasm_ins before, i, behind;
	bool first = true;
	while (ins_read(&r, &i, NULL) && i.next <= d->at) {
		before = i;
		first = false;
	}
	if (!first)
		print_line(m, &before, 0, out);
	if (r.bad) {
		/* not an instruction: show the bytes instead */
		uint32_t from = first ? f->code : before.next;
		buf_printf(out, "    0x%04x  bytes", from);
		for (uint32_t k = from; k < f->end && k < from + 8; k++)
			buf_printf(out, " %02x", m->bytes[k]);
		buf_printf(out, "\n%*s^^^^^\n", 12, "");
		return;
	}
	print_line(m, &i, 0, out);
	buf_printf(out, "%*s", 12, "");
	for (size_t k = strlen(op_info[i.op].text); k > 0; k--)
		buf_u8(out, '^');
	buf_u8(out, '\n');
	if (r.at < r.end && ins_read(&r, &behind, NULL))
		print_line(m, &behind, 0, out);
}
