/* walk_body.c - a function's body, decoded: where blocks end, where ways meet,
 * what its basic blocks cost.
 */
#include "prove/walk.h"

static void mark_cut(struct walk_body *f, const uint32_t *open, uint32_t depth,
		     uint32_t label)
{
	if (label < depth) {
		struct walk_ins *i = &f->ins[open[depth - 1 - label]];
		i->is_cut |= i->i.op == OP_LOOP;
		i->is_join |= i->i.op != OP_LOOP;
	}
}

static void link_ins(struct walk_body *f, uint32_t *open, uint32_t *depth,
		     uint32_t k)
{
	struct walk_ins *i = &f->ins[k];

	switch (i->i.op) {
	case OP_BLOCK: case OP_LOOP: case OP_IF:
		open[(*depth)++] = k;
		break;
	case OP_ELSE:
		f->ins[open[*depth - 1]].other = k;
		break;
	case OP_END:
		if (*depth == 0)
			break;
		f->ins[open[--*depth]].end = k;
		if (!f->ins[open[*depth]].other)
			f->ins[open[*depth]].other = k;
		/* from here on it says so of what is behind the block */
		i[1].is_join |= f->ins[open[*depth]].is_join ||
				f->ins[open[*depth]].i.op == OP_IF;
		break;
	case OP_BR: case OP_BR_IF:
		mark_cut(f, open, *depth, i->i.index);
		break;
	case OP_BR_TABLE:
		for (uint32_t j = 0; j <= i->i.nlabels; j++)
			mark_cut(f, open, *depth, i->i.labels[j]);
		break;
	default:
		break;
	}
}

static void find_costs(struct walk_body *b)
{
	struct walk_ins *first = NULL;

	for (uint32_t k = 0; k < b->n; k++) {
		enum op op = b->ins[k].i.op;
		if (!op_is_free(op)) {
			first = first ? first : &b->ins[k];
			first->cost++;
		}
		if (op_ends_block(op))
			first = NULL;
	}
}

void walk_link(struct walk_body *b, struct arena *a)
{
	uint32_t *open = arena_array(a, uint32_t, b->n), depth = 0;

	for (uint32_t k = 0; k < b->n; k++)
		link_ins(b, open, &depth, k);
	for (uint32_t k = 0; k < b->n; k++)
		b->ins[k].is_join = b->ins[k].is_join && k > 0 &&
				    b->ins[k - 1].i.op == OP_END;
}

static bool decode(struct walk_func *f, struct walk_body *b, const char **why)
{
	const struct wasm_module *m = f->w->m;
	struct arena *a = f->keep;
	VEC(struct walk_ins) v = { 0 };

	for (uint32_t at = b->f->code; at < b->f->end;) {
		struct walk_ins i = { .other = 0 };
		if (!wasm_next(m, at, &i.i, a, NULL)) {
			*why = "bytes";
			return false;
		}
		at = i.i.next;
		if (i.i.op >= OP_CTL_END) {
			*why = arena_printf(a, "unsupported: %s",
					    op_info[i.i.op].text);
			return false;
		}
		if (f->w->of)
			world_renumber(f->w, &i.i);
		vec_push(a, &v, i);
	}
	b->ins = v.at;
	b->n = v.n;
	find_costs(b);
	walk_link(b, a);
	for (uint32_t k = 0; k < b->f->nlocals; k++)
		if (b->f->local[k] == T_V128) {
			*why = "unsupported: v128";
			return false;
		}
	return true;
}

const struct walk_body *walk_decode(struct walk_func *f, uint32_t func,
				    const char **why)
{
	const struct wasm_module *m = f->w->m;
	uint32_t *have = map_put(&f->bodies, func);

	if (*have)
		return f->decoded.at[*have - 1];
	struct walk_body *b = arena_new(f->keep, struct walk_body);
	b->f = &m->funcs.at[func];
	b->type = &m->types.at[b->f->type];
	if (!decode(f, b, why))
		return NULL;
	vec_push(f->keep, &f->decoded, b);
	*have = f->decoded.n;
	return b;
}

const struct walk_body *walk_only_call(struct walk_func *f, uint32_t func)
{
	struct walk_body *b = arena_new(f->keep, struct walk_body);
	const struct wasm_module *m = f->w->m;
	VEC(struct walk_ins) v = { 0 };

	b->f = &m->funcs.at[func];
	b->type = &m->types.at[b->f->type];
	for (uint32_t k = 0; k < b->type->nparams; k++)
		vec_push(f->keep, &v, (struct walk_ins){ .i = {
			.op = OP_LOCAL_GET, .index = k } });
	vec_push(f->keep, &v, (struct walk_ins){ .i = {
		.op = OP_CALL, .index = func } });
	vec_push(f->keep, &v, (struct walk_ins){ .i = { .op = OP_END } });
	b->ins = v.at;
	b->n = v.n;
	walk_link(b, f->keep);
	return b;
}
