/* backpressure.c - whether a module can ever raise backpressure.
 *
 * It cannot when every call of task_backpressure that can be reached has the
 * constant 0, when nothing increments the counter, and when no function
 * outside the module runs in its instance.  Then the flag is 0 from beginning
 * to end: the calls do nothing, and neither does the runtime's test of it.
 */
#include <string.h>

#include "ir/events.h"
#include "wasm/intrinsic.h"

static bool ends_with_inc(const struct wasm_import *i)
{
	static const char name[] = "[backpressure-";	/* inc, dec, set */

	return i->nname > sizeof name &&
	       !memcmp(i->name, name, sizeof name - 1) &&
	       i->name[sizeof name - 1] != 'd';
}

/* Whether an import can raise it by being called at all. */
static bool raises(const struct wasm_module *m, uint32_t func)
{
	const struct wasm_import *i = &m->imports.at[m->funcs.at[func].import];
	int k = intrinsic_of(m, func);

	if (k >= 0)
		return k == INTRINSIC_backpressure_inc;
	return i->nname == 0 || i->name[0] != '[' || ends_with_inc(i);
}

/* Calls in one body: of task_backpressure, all with the constant 0 just in
 * front? */
static bool only_zero(const struct wasm_module *m, const struct wasm_func *f,
		      struct arena *a)
{
	struct wasm_ins i, last = { .op = OP_END };

	for (uint32_t at = f->code; at < f->end; at = i.next) {
		if (!wasm_next(m, at, &i, a, NULL))
			return false;
		bool call = i.op == OP_CALL || i.op == OP_RETURN_CALL;
		if (call &&
		    intrinsic_of(m, i.index) == INTRINSIC_task_backpressure &&
		    (last.op != OP_I32_CONST || last.imm != 0))
			return false;
		last = i;
	}
	return true;
}

bool ir_no_backpressure(const struct ir_module *im, struct arena *a,
			const bool *reachable)
{
	const struct wasm_module *m = im->wasm;

	for (uint32_t f = 0; f < m->nimported[WASM_FUNC]; f++) {
		if (!reachable[f])
			continue;
		if (raises(m, f))
			return false;
		/* through a reference it is called with anything */
		if (intrinsic_of(m, f) == INTRINSIC_task_backpressure &&
		    (im->func[f].address_taken || im->func[f].exported))
			return false;
	}
	for (uint32_t f = m->nimported[WASM_FUNC]; f < m->funcs.n; f++)
		if (reachable[f] && !only_zero(m, &m->funcs.at[f], a))
			return false;
	return true;
}
