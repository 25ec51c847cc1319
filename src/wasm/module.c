/* module.c - questions about a decoded module. */
#include <string.h>

#include "base/compiler.h"
#include "wasm/ins.h"
#include "wasm/sem.h"

bool wasm_same_type(const struct wasm_functype *a,
		    const struct wasm_functype *b)
{
	return a->nparams == b->nparams && a->nresults == b->nresults &&
	       (!a->nparams || !memcmp(a->param, b->param, a->nparams)) &&
	       (!a->nresults || !memcmp(a->result, b->result, a->nresults));
}

const char *wasm_type_text(const struct wasm_functype *t, struct arena *a)
{
	char *s = arena_alloc(a, (size_t)t->nparams + t->nresults + 2);
	char *p = s;

	for (uint32_t i = 0; i < t->nparams; i++)
		*p++ = type_letter((enum type)t->param[i]);
	*p++ = ':';
	for (uint32_t i = 0; i < t->nresults; i++)
		*p++ = type_letter((enum type)t->result[i]);
	return s;
}

/* Evaluates one instruction on `stack`; false when it needs an instance. */
static bool fold(const struct wasm_ins *i, uint64_t *stack, unsigned *n,
		 uint32_t *global)
{
	enum hd_trap_kind trap;
	uint64_t value = i->imm;

	switch ((int)i->op) {
	case OP_GLOBAL_GET:
		*global = i->index;
		return false;
	case OP_REF_FUNC: case OP_V128_CONST:
		return false;
	case OP_REF_NULL:
		value = 0;
		break;
	case OP_I32_CONST: case OP_I64_CONST:
	case OP_F32_CONST: case OP_F64_CONST:
		break;
	default:
		if (i->op >= OP_NUM_END || *n < 2)
			return false;
		*n -= 2;
		if (!num_eval(i->op, &stack[*n], &value, &trap))
			return false;
		break;
	}
	if (*n == WASM_CONST_DEPTH)
		return false;
	stack[(*n)++] = value;
	return true;
}

bool wasm_const_value(const struct wasm_module *m, const struct wasm_expr *e,
		      uint64_t *bits, uint32_t *global)
{
	struct reader r = {
		.at = m->bytes + e->begin,
		.end = m->bytes + e->end,
		.base = m->bytes,
	};
	uint64_t stack[WASM_CONST_DEPTH];
	unsigned n = 0;
	struct wasm_ins i;

	*global = UINT32_MAX;
	while (ins_read(&r, &i, NULL) && i.op != OP_END)
		if (!fold(&i, stack, &n, global))
			return false;
	if (r.bad || n != 1)
		return false;
	*bits = stack[0];
	return true;
}

const struct wasm_custom *wasm_find_custom(const struct wasm_module *m,
					   const char *name)
{
	size_t n = strlen(name);

	for (uint32_t k = 0; k < m->customs.n; k++)
		if (m->customs.at[k].nname == n &&
		    !memcmp(m->customs.at[k].name, name, n))
			return &m->customs.at[k];
	return NULL;
}

bool wasm_is_inside(const struct wasm_module *m, const struct wasm_expr *offset,
		    uint32_t n, uint64_t size)
{
	uint64_t at;
	uint32_t global;

	return wasm_const_value(m, offset, &at, &global) &&
	       (uint32_t)at <= size && n <= size - (uint32_t)at;
}
