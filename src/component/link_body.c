/* link_body.c - instructions with the indices of the linked module. */
#include "component/link_int.h"

#include "wasm/encode.h"

/* Longest initial value of a global: values of other instances' globals are
 * written out in it. */
enum { EXPR_MAX = 4096 };

static uint32_t own(const struct linker *l, enum wasm_kind kind, uint32_t core,
		    uint32_t index)
{
	return link_index(l, kind, (struct graph_ref){ REF_CORE, core, index });
}

static uint32_t own_type(struct linker *l, uint32_t core, uint32_t type)
{
	return l->type[l->g->cores.at[core].module][type];
}

static void rewrite(struct linker *l, uint32_t core, struct wasm_ins *i)
{
	const struct link_core *c = &l->core[core];

	switch (op_info[i->op].imm) {
	case IMM_BLOCK:
		if (i->block_type >= 0)
			i->block_type = own_type(l, core,
						 (uint32_t)i->block_type);
		break;
	case IMM_GLOBAL:
		i->index = own(l, WASM_GLOBAL, core, i->index);
		break;
	case IMM_FUNC:
		i->index = own(l, WASM_FUNC, core, i->index);
		break;
	case IMM_TABLE_TABLE:
		i->index2 = own(l, WASM_TABLE, core, i->index2);
		/* fall through */
	case IMM_TABLE:
		i->index = own(l, WASM_TABLE, core, i->index);
		break;
	case IMM_TYPE_TABLE:
		i->index = own_type(l, core, i->index);
		i->index2 = own(l, WASM_TABLE, core, i->index2);
		break;
	case IMM_MEM_MEM:
		i->index2 = own(l, WASM_MEMORY, core, i->index2);
		/* fall through */
	case IMM_MEM:
		i->index = own(l, WASM_MEMORY, core, i->index);
		break;
	case IMM_DATA_MEM:
		i->index2 = own(l, WASM_MEMORY, core, i->index2);
		/* fall through */
	case IMM_DATA:
		i->index = c->data[i->index];
		break;
	case IMM_ELEM_TABLE:
		i->index2 = own(l, WASM_TABLE, core, i->index2);
		/* fall through */
	case IMM_ELEM:
		i->index = c->elem[i->index];
		break;
	case IMM_MEMARG:
	case IMM_MEMARG_LANE:
		i->index2 = own(l, WASM_MEMORY, core, i->index2);
		break;
	default:
		break;
	}
}

/* Notes that the next instruction, at byte `at` of its body, was at `from`. */
static void note_place(struct linker *l, uint32_t first, uint32_t at,
		       uint32_t from)
{
	const struct link_run *last =
		l->out->runs.n > first ? &vec_last(&l->out->runs) : NULL;

	if (!last || from - last->from != at - last->at)
		vec_push(l->arena, &l->out->runs, (struct link_run){ at, from });
}

static void copy_code(struct linker *l, uint32_t core, uint32_t begin,
		      uint32_t at, uint32_t end)
{
	const struct wasm_module *m = graph_module(l->g, core);
	const uint32_t first = l->out->runs.n;
	struct wasm_ins i;

	while (at < end) {
		if (!wasm_next(m, at, &i, l->arena, NULL))
			NOT_REACHED("validated instruction");
		note_place(l, first, (uint32_t)l->code.n - begin, at);
		at = i.next;
		rewrite(l, core, &i);
		wasm_encode_ins(&i, &l->code);
	}
}

/* The value of another global stands where it was read: in constant
 * expressions only imported globals can be, here none is. */
static void inline_global(struct linker *l, uint32_t core, uint32_t global)
{
	struct wasm_expr init = l->globals.at[own(l, WASM_GLOBAL, core,
						  global)].init;
	uint32_t n = init.end - init.begin - 1;
	const uint8_t *copy = (const uint8_t *)arena_copy(
		l->arena, l->code.at + init.begin, n);

	buf_put(&l->code, copy, n);
}

struct wasm_expr link_expr(struct linker *l, uint32_t core, struct wasm_expr e)
{
	const struct wasm_module *m = graph_module(l->g, core);
	struct wasm_expr r = { .begin = (uint32_t)l->code.n };
	struct wasm_ins i;

	for (uint32_t at = e.begin; at < e.end; at = i.next) {
		if (!wasm_next(m, at, &i, l->arena, NULL))
			NOT_REACHED("validated instruction");
		if (i.op == OP_GLOBAL_GET) {
			inline_global(l, core, i.index);
			continue;
		}
		rewrite(l, core, &i);
		wasm_encode_ins(&i, &l->code);
	}
	r.end = (uint32_t)l->code.n;
	if (r.end - r.begin > EXPR_MAX)
		link_reject(l, l->g->cores.at[core].at, "initial values of "
			    "globals that build on each other: more than %d "
			    "bytes", EXPR_MAX);
	return r;
}

void link_body(struct linker *l, uint32_t core, uint32_t func, uint32_t index)
{
	const struct wasm_module *m = graph_module(l->g, core);
	const struct wasm_func *f = &m->funcs.at[func];
	struct wasm_func *out = &l->funcs.at[index];

	vec_push(l->arena, &l->out->sources, (struct link_source){
		index, l->g->cores.at[core].module, func, l->out->runs.n });
	out->begin = (uint32_t)l->code.n;
	buf_put(&l->code, m->bytes + f->begin, f->code - f->begin);
	out->code = (uint32_t)l->code.n;
	copy_code(l, core, out->begin, f->code, f->end);
	out->end = (uint32_t)l->code.n;
	out->nlocals = f->nlocals;
	out->local = f->local;
	out->name = f->name;
}

uint32_t link_new_func(struct linker *l, const struct wasm_functype *t,
		       const char *name, const struct buf *code)
{
	struct wasm_func f = {
		.type = link_type(l, t), .import = UINT32_MAX, .name = name,
		.begin = (uint32_t)l->code.n, .nlocals = t->nparams,
	};

	buf_put(&l->code, code->at, code->n);
	f.code = f.begin;
	f.end = (uint32_t)l->code.n;
	vec_push(l->arena, &l->funcs, f);
	return l->funcs.n - 1;
}

void link_export(struct linker *l, const char *name, enum wasm_kind kind,
		 uint32_t index)
{
	struct wasm_export x = { .name = name, .kind = (uint8_t)kind,
				 .index = index };

	while (name[x.nname])
		x.nname++;
	vec_push(l->arena, &l->exports, x);
}
