/* body.c - code of the linked module, instruction by instruction. */
#include "prove/link/joint.h"

#include <string.h>

/* A function of a core instance and what it is in the linked module. */
struct both {
	struct joint *j;
	uint32_t core;
	const struct wasm_module *m;
};

static bool pair(const struct both *x, enum wasm_kind kind, uint32_t a,
		 uint32_t b, const char *what)
{
	return joint_pair(x->j, kind, (struct thing){ THING_CORE, x->core, a },
			  b, what);
}

static bool same_data(const struct both *x, uint32_t a, uint32_t b)
{
	return b == x->j->cores.at[x->core].data + a;
}

static bool same_block(const struct both *x, int64_t a, int64_t b)
{
	const struct wasm_functype s = wasm_block_sig(x->m, a);
	const struct wasm_functype t = wasm_block_sig(x->j->linked, b);

	return wasm_same_type(&s, &t);
}

static bool same_labels(const struct wasm_ins *a, const struct wasm_ins *b)
{
	return a->nlabels == b->nlabels &&
	       !memcmp(a->labels, b->labels,
		       (a->nlabels + 1) * sizeof *a->labels);
}

/* Indices, by what they are of; the rest is the same number. */
static bool same_operands(const struct both *x, const struct wasm_ins *a,
			  const struct wasm_ins *b, const char *what)
{
	switch ((enum imm)op_info[a->op].imm) {
	case IMM_BLOCK:
		return same_block(x, a->block_type, b->block_type);
	case IMM_LABELS:
		return same_labels(a, b);
	case IMM_GLOBAL:
		return pair(x, WASM_GLOBAL, a->index, b->index, what);
	case IMM_FUNC:
		return pair(x, WASM_FUNC, a->index, b->index, what);
	case IMM_TABLE:
		return pair(x, WASM_TABLE, a->index, b->index, what);
	case IMM_TABLE_TABLE:
		return pair(x, WASM_TABLE, a->index, b->index, what) &&
		       pair(x, WASM_TABLE, a->index2, b->index2, what);
	case IMM_TYPE_TABLE:
		return wasm_same_type(&x->m->types.at[a->index],
				      &x->j->linked->types.at[b->index]) &&
		       pair(x, WASM_TABLE, a->index2, b->index2, what);
	case IMM_MEM:
		return pair(x, WASM_MEMORY, a->index, b->index, what);
	case IMM_MEM_MEM:
		return pair(x, WASM_MEMORY, a->index, b->index, what) &&
		       pair(x, WASM_MEMORY, a->index2, b->index2, what);
	case IMM_DATA:
		return same_data(x, a->index, b->index);
	case IMM_DATA_MEM:
		return same_data(x, a->index, b->index) &&
		       pair(x, WASM_MEMORY, a->index2, b->index2, what);
	case IMM_ELEM:
		return joint_pair_elem(x->j, x->core, a->index, b->index);
	case IMM_ELEM_TABLE:
		return joint_pair_elem(x->j, x->core, a->index, b->index) &&
		       pair(x, WASM_TABLE, a->index2, b->index2, what);
	case IMM_MEMARG:
	case IMM_MEMARG_LANE:
		return a->index == b->index && a->imm == b->imm &&
		       a->align == b->align &&
		       pair(x, WASM_MEMORY, a->index2, b->index2, what);
	case IMM_TYPES:
		return *a->types == *b->types;
	case IMM_NONE:
		return true;
	case IMM_LABEL:
	case IMM_LOCAL:
	case IMM_REFTYPE:
	case IMM_LANE:
		return a->index == b->index;
	case IMM_LANES16:
	case IMM_I32:
	case IMM_I64:
	case IMM_F32:
	case IMM_F64:
	case IMM_V128:
		return a->imm == b->imm && a->imm_hi == b->imm_hi;
	}
	return false;
}

static bool same_locals(const struct wasm_func *f, const struct wasm_func *g)
{
	return f->nlocals == g->nlocals &&
	       (!f->nlocals || !memcmp(f->local, g->local, f->nlocals));
}

/* Says where, before what pairing its operands may have said. */
static bool report(const struct both *x, uint32_t func, uint32_t index,
		   const struct wasm_ins *a, const struct wasm_ins *b)
{
	struct joint *j = x->j;
	const uint32_t module = j->cores.at[x->core].module;
	const char *why = j->out->why ? j->out->why :
		a->op != b->op ? op_info[b->op].text : "other operands";

	j->out->why = NULL;
	return joint_fail(j, "%s at 0x%x, function %u of core module %u, is not "
			  "what stands at 0x%x of function %u of the linked "
			  "module: %s", op_info[a->op].text,
			  j->file->modules.at[module].at + a->at, func, module,
			  b->at, index, why);
}

static bool compare(struct joint *j, uint32_t index)
{
	const struct joint_role r = j->role[index];
	const struct both x = { j, r.core, j->cores.at[r.core].m };
	const struct wasm_func *f = &x.m->funcs.at[r.func];
	const struct wasm_func *g = &j->linked->funcs.at[index];
	uint32_t at = f->code, to = g->code;
	struct wasm_ins a, b;

	bool same = same_locals(f, g);
	while (same && at < f->end && to < g->end) {
		if (!wasm_next(x.m, at, &a, j->arena, NULL) ||
		    !wasm_next(j->linked, to, &b, j->arena, NULL))
			break;
		if (a.op != b.op ||
		    !same_operands(&x, &a, &b, op_info[a.op].text))
			return report(&x, r.func, index, &a, &b);
		at = a.next;
		to = b.next;
	}
	return (same && at == f->end && to == g->end) ||
	       joint_fail(j, "function %u of the linked module has other locals or "
			  "another length than function %u of core module %u",
			  index, r.func, j->cores.at[r.core].module);
}

bool joint_bodies(struct joint *j)
{
	while (j->todo.n && !j->out->why)
		compare(j, j->todo.at[--j->todo.n]);
	return !j->out->why;
}
