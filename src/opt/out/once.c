/* once.c - functions that are called in one place only.
 *
 * Such a function can stand in the place of its call; then nothing needs it,
 * and unused.c takes it out.
 */
#include "base/compiler.h"
#include "opt/out/once.h"

static const uint32_t MANY = UINT32_MAX - 1, NOBODY = UINT32_MAX;

static void refer(struct out_once *o, uint32_t func)
{
	if (func < o->n)
		o->caller[func] = MANY;
}

static void read_code(struct out_once *o, const struct wasm_module *m,
		      uint32_t caller, uint32_t at, uint32_t end)
{
	struct wasm_ins i;

	for (; at < end; at = i.next) {
		if (!wasm_next(m, at, &i, o->a, NULL))
			NOT_REACHED("validated instruction");
		if (i.op == OP_REF_FUNC || i.op == OP_RETURN_CALL)
			refer(o, i.index);
		else if (i.op == OP_CALL)
			o->caller[i.index] = o->caller[i.index] == NOBODY &&
						     i.index != caller
						     ? caller : MANY;
	}
}

static void read_others(struct out_once *o, const struct wasm_module *m)
{
	for (uint32_t k = 0; k < m->exports.n; k++)
		if (m->exports.at[k].kind == WASM_FUNC)
			refer(o, m->exports.at[k].index);
	if (m->start != UINT32_MAX)
		refer(o, m->start);
	for (uint32_t k = 0; k < m->globals.n; k++)
		if (m->globals.at[k].import == UINT32_MAX)
			read_code(o, m, MANY, m->globals.at[k].init.begin,
				  m->globals.at[k].init.end);
	for (uint32_t k = 0; k < m->elems.n; k++) {
		const struct wasm_elem *e = &m->elems.at[k];
		for (uint32_t j = 0; j < e->n; j++)
			if (e->expr)
				read_code(o, m, MANY, e->expr[j].begin,
					  e->expr[j].end);
			else
				refer(o, e->func[j]);
	}
}

void out_once(const struct wasm_module *m, struct arena *a,
	      struct out_once *o)
{
	uint32_t own = m->nimported[WASM_FUNC];

	*o = (struct out_once){ .a = a, .n = m->funcs.n,
				.caller = arena_array(a, uint32_t,
						      m->funcs.n + 1),
				.first = arena_array(a, uint32_t,
						     m->funcs.n + 1),
				.next = arena_array(a, uint32_t,
						    m->funcs.n + 1) };
	for (uint32_t k = 0; k < m->funcs.n; k++)
		o->caller[k] = NOBODY;
	for (uint32_t k = own; k < m->funcs.n; k++)
		read_code(o, m, k, m->funcs.at[k].code, m->funcs.at[k].end);
	read_others(o, m);
	for (uint32_t k = m->funcs.n; k-- > own;)
		if (o->caller[k] < MANY) {
			o->next[k] = o->first[o->caller[k]];
			o->first[o->caller[k]] = k + 1;
		}
}
