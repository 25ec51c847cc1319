/* adapt_text.c - functions that move strings from one memory to another.
 *
 * What they make of the text is not compared with anything: they are named in the output.
 * Looked at is what they can touch: they load from the two memories, store to the
 * receiver's, call its realloc with may_leave off, and one another; nothing else.
 */
#include "prove/link/adapt.h"

#include <string.h>

enum { DEEPEST = 2 };

static bool is_made(struct adapt *x, uint32_t func)
{
	const struct wasm_module *m = x->j->linked;

	return func < m->funcs.n && m->funcs.at[func].import == UINT32_MAX &&
	       x->j->role[func].role != ROLE_CORE &&
	       !strcmp(wasm_type_text(&m->types.at[m->funcs.at[func].type],
				      x->j->arena), "ii:ii");
}

static bool is_flow(enum op op)
{
	switch (op) {
	case OP_BLOCK: case OP_LOOP: case OP_IF: case OP_ELSE: case OP_END:
	case OP_BR: case OP_BR_IF: case OP_BR_TABLE: case OP_RETURN:
	case OP_UNREACHABLE:
		return true;
	default:
		return false;
	}
}

static bool touches(const struct adapt *x, const struct wasm_ins *i)
{
	const bool both = i->index2 == x->from.memory || i->index2 == x->to.memory;

	switch ((enum imm)op_info[i->op].imm) {
	case IMM_NONE: case IMM_BLOCK: case IMM_LABEL: case IMM_LABELS:
	case IMM_LOCAL: case IMM_TYPES: case IMM_I32: case IMM_I64:
		return true;
	case IMM_MEMARG:
		return op_info[i->op].store ? i->index2 == x->to.memory : both;
	case IMM_MEM:
		return i->op == OP_MEMORY_SIZE &&
		       (i->index == x->from.memory || i->index == x->to.memory);
	case IMM_MEM_MEM:
		return i->index == x->to.memory && both;
	default:
		return false;
	}
}

static bool confined(struct adapt *x, uint32_t func, const char *what,
		     unsigned depth);

/* `value` is the constant in front of the call, for [no-leave]. */
static bool call(struct adapt *x, uint32_t func, const struct wasm_ins *i,
		 uint64_t value, bool *locked, unsigned depth)
{
	struct joint *j = x->j;
	const char *leave = arena_printf(j->arena, "[no-leave]#%u", x->to.inst);

	if (!*locked && joint_is_import(j, i->index, "[trap-bad-value]", ":"))
		return true;
	if (joint_is_import(j, i->index, leave, "i:")) {
		const bool right = value == (*locked ? 0 : 1);
		*locked = !*locked;
		return right;
	}
	if (!*locked)
		return is_made(x, i->index) && depth < DEEPEST &&
		       confined(x, i->index, arena_printf(
				j->arena, "part of function %u", func),
				depth + 1);
	return x->to.realloc.kind != THING_NONE &&
	       joint_pair(j, WASM_FUNC, x->to.realloc, i->index,
			  "realloc of a string");
}

static bool confined(struct adapt *x, uint32_t func, const char *what,
		     unsigned depth)
{
	const struct wasm_func *f = &x->j->linked->funcs.at[func];
	uint64_t value = UINT64_MAX;
	bool locked = false;
	struct wasm_ins i;

	if (!joint_made(x->j, func, "a function for strings"))
		return false;
	vec_push(x->j->arena, &x->j->out->trusted,
		 (struct linkage_trusted){ func, what });
	for (uint32_t at = f->code; at < f->end; at = i.next) {
		if (!wasm_next(x->j->linked, at, &i, x->j->arena, NULL) ||
		    (locked && is_flow(i.op)) ||
		    !(i.op == OP_CALL ? call(x, func, &i, value, &locked, depth) :
					touches(x, &i)))
			return joint_fail(x->j, "function %u of the linked module, "
					  "for strings: 0x%x is not its business",
					  func, at);
		value = i.op == OP_I32_CONST ? i.imm : UINT64_MAX;
	}
	return true;
}

/* --- the functions ----------------------------------------------------------------- */

static bool same_realloc(const struct joint *j, struct thing a, struct thing b)
{
	a = joint_resolve(j, WASM_FUNC, a);
	b = joint_resolve(j, WASM_FUNC, b);
	return a.kind == b.kind && a.core == b.core && a.index == b.index;
}

static bool same(const struct joint *j, const struct joint_text *a,
		 const struct joint_text *b)
{
	return a->from == b->from && a->to == b->to && a->inst == b->inst &&
	       a->from_encoding == b->from_encoding &&
	       a->to_encoding == b->to_encoding &&
	       same_realloc(j, a->realloc, b->realloc);
}

static const char *name(const struct joint *j, const struct joint_text *t)
{
	static const char *const encodings[] = { "utf8", "utf16", "latin1+utf16" };

	return arena_printf(j->arena, "string of memory %u (%s) to memory %u (%s)",
			    t->from, encodings[t->from_encoding], t->to,
			    encodings[t->to_encoding]);
}

static bool trust(struct adapt *x, uint32_t func)
{
	struct joint *j = x->j;
	const struct joint_text t = {
		func, x->from.memory, x->to.memory, x->to.inst,
		x->from.encoding, x->to.encoding, x->to.realloc,
	};

	for (uint32_t k = 0; k < j->texts.n; k++)
		if (j->texts.at[k].func == func)
			return same(j, &j->texts.at[k], &t) ||
			       joint_fail(j, "function %u of the linked module is "
					  "for other strings", func);
	if (!is_made(x, func) || !confined(x, func, name(j, &t), 0))
		return joint_fail(j, "function %u of the linked module is none for "
				  "strings", func);
	vec_push(j->arena, &j->texts, t);
	return true;
}

void adapt_text(struct adapt *x)
{
	const struct wasm_ins i = adapt_next(x, OP_CALL);

	if (!x->bad)
		x->bad = !trust(x, i.index);
}
