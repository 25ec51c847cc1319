/* ins.c - the instruction rows, and making and rewriting instructions. */
#include <string.h>

#include "base/compiler.h"
#include "ir/ir.h"

static const struct row {
	const char *text, *args, *flags;
} rows[] = {
#define I(id, text, args, flags) { text, args, #flags },
#include "ir/ir.def"
};

static const struct row *row_of(unsigned op)
{
	CHECK(op > IR_FIRST && op < IR_END);
	return &rows[op - IR_FIRST - 1];
}

const char *ir_text(unsigned op)
{
	return op < OP_WASM_END ? op_info[op].text : row_of(op)->text;
}

const char *ir_args(unsigned op)
{
	return op < OP_WASM_END ? op_info[op].sig : row_of(op)->args;
}

unsigned ir_arity(unsigned op)
{
	const char *p = ir_args(op);
	unsigned n = 0;

	while (*p && *p != ':' && *p != '.')
		n++, p++;
	return n;
}

bool ir_has_list(unsigned op)
{
	return op >= OP_WASM_END && strchr(row_of(op)->args, '.') != NULL;
}

enum type ir_fixed_type(unsigned op)
{
	switch (op) {
	case IR_IS_NULL: case IR_BITSELECT:
#define PACKED(id, text, args, kind, bits, value, row) case IR_##id:
#include "ir/packed.def"
	case IR_MEMORY_SIZE: case IR_MEMORY_GROW:
	case IR_TABLE_SIZE: case IR_TABLE_GROW:
		return T_I32;
	case IR_REF_FUNC:
		return T_FUNCREF;
	default:
		break;
	}
	if (op >= OP_WASM_END)
		return T_NONE;
	const char *result = strchr(op_info[op].sig, ':') + 1;
	return *result ? type_of_letter(*result) : T_NONE;
}

static bool writes_memory(unsigned op)
{
	switch (op) {
	case IR_MEMORY_COPY: case IR_MEMORY_FILL: case IR_MEMORY_INIT:
	case IR_CALL: case IR_CALL_INDIRECT:
	case IR_RETURN_CALL: case IR_RETURN_CALL_INDIRECT:
		return true;
	default:
		return false;
	}
}

static unsigned letters(const char *flags)
{
	unsigned r = 0;

	for (; *flags; flags++)
		switch (*flags) {
		case 'E': r |= IR_E; break;
		case 'R': r |= IR_R; break;
		case 'T': r |= IR_T; break;
		case 'X': r |= IR_X; break;
		default: break;
		}
	return r;
}

unsigned ir_flags(const struct ir_ins *i)
{
	unsigned r = 0;

	if (i->op < OP_NUM_END)
		r = op_info[i->op].traps ? IR_T : 0;
	else if (i->op < OP_MEM_END)
		r = op_info[i->op].store ? IR_E | IR_W : IR_R;
	else if (i->op > IR_FIRST)
		r = letters(row_of(i->op)->flags) |
		    (writes_memory(i->op) ? IR_W : 0);
	if (i->flags & IR_NO_TRAP)
		r &= ~(unsigned)IR_T;
	return r;
}

ref ir_new(struct ir_func *f, unsigned op, enum type t, uint32_t at)
{
	struct ir_ins i = { .op = (uint16_t)op, .type = (uint8_t)t, .at = at,
			    .nargs = (uint8_t)ir_arity(op),
			    .block = UINT32_MAX };

	vec_push(f->arena, &f->ins, i);
	return f->ins.n - 1;
}

void ir_append(struct ir_func *f, blk b, ref r)
{
	f->ins.at[r].block = b;
	vec_push(f->arena, &f->blocks.at[b].ins, r);
}

void ir_insert(struct ir_func *f, blk b, uint32_t k, ref r)
{
	struct ir_block *p = &f->blocks.at[b];

	CHECK(k <= p->ins.n);
	f->ins.at[r].block = b;
	vec_push(f->arena, &p->ins, r);
	memmove(p->ins.at + k + 1, p->ins.at + k,
		(p->ins.n - 1 - k) * sizeof(ref));
	p->ins.at[k] = r;
}

ref ir_const(struct ir_func *f, blk b, enum type t, uint64_t bits)
{
	ref r = ir_new(f, IR_CONST, t, 0);

	f->ins.at[r].imm = bits;
	ir_append(f, b, r);
	return r;
}

blk ir_block_new(struct ir_func *f)
{
	vec_push(f->arena, &f->blocks, (struct ir_block){ 0 });
	return f->blocks.n - 1;
}

ref ir_param_new(struct ir_func *f, blk b, enum type t)
{
	ref r = ir_new(f, IR_PARAM, t, f->blocks.at[b].at);

	f->ins.at[r].imm = f->blocks.at[b].params.n;
	f->ins.at[r].block = b;
	vec_push(f->arena, &f->blocks.at[b].params, r);
	return r;
}

uint32_t ir_list(struct ir_func *f, const ref *r, uint32_t n)
{
	uint32_t at = f->list.n;

	vec_reserve(f->arena, &f->list, n);
	if (n)
		memcpy(f->list.at + at, r, n * sizeof *r);
	f->list.n += n;
	return at;
}

uint32_t ir_edges_new(struct ir_func *f, blk b, uint32_t n)
{
	uint32_t at = f->edges.n;

	for (uint32_t k = 0; k < n; k++)
		vec_push(f->arena, &f->edges,
			 (struct ir_edge){ .to = UINT32_MAX });
	f->blocks.at[b].edge = at;
	f->blocks.at[b].nedges = n;
	return at;
}

void ir_each_use(struct ir_func *f, ref r, void (*fn)(void *ctx, ref *use),
		 void *ctx)
{
	struct ir_ins *i = ir_at(f, r);

	for (unsigned k = 0; k < i->nargs; k++)
		fn(ctx, &i->arg[k]);
	for (uint32_t k = 0; k < i->nlist; k++)
		fn(ctx, &f->list.at[i->list + k]);
	if (!(ir_flags(i) & IR_X))
		return;
	const struct ir_block *b = &f->blocks.at[i->block];
	for (uint32_t e = b->edge; e < b->edge + b->nedges; e++)
		for (uint32_t k = 0; k < f->edges.at[e].nargs; k++)
			fn(ctx, &f->list.at[f->edges.at[e].args + k]);
}

/* The end of r's chain of replacements; the chain is shortened. */
static ref resolve(ref *map, ref r)
{
	ref end = r;

	while (map[end])
		end = map[end];
	while (map[r]) {
		ref next = map[r];
		map[r] = end;
		r = next;
	}
	return end;
}

static void replace_use(void *ctx, ref *use)
{
	ref *map = ctx;

	if (*use)
		*use = resolve(map, *use);
}

void ir_replace(struct ir_func *f, ref *map)
{
	for (blk b = 0; b < f->blocks.n; b++)
		for (uint32_t k = 0; k < f->blocks.at[b].ins.n; k++)
			ir_each_use(f, f->blocks.at[b].ins.at[k], replace_use,
				    map);
	for (uint32_t c = 0; c < f->cuts.n; c++)
		for (uint32_t k = 0; k < f->cuts.at[c].n; k++)
			replace_use(map, &f->list.at[f->cuts.at[c].refs + k]);
}
