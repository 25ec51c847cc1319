/* events.c - which events can reach the callbacks of a module.
 *
 * A callback is called by the runtime with an event that something asked for:
 * a stream_read that could not be served asks for one STREAM_READ.  When
 * nothing but the runtime can call it (`closed`), the events are those that
 * follow from the built-ins reachable from exports, tables and start, and
 * those that come unasked.
 *
 * A built-in of a name that is not known here may ask for anything.
 */
#include <string.h>

#include "heddle/abi.h"
#include "ir/events.h"
#include "wasm/intrinsic.h"

enum { NONE, SUBTASK, STREAM_READ, STREAM_WRITE, FUTURE_READ, FUTURE_WRITE,
       CANCELLED };
#define BIT(e) (UINT32_C(1) << (e))
#define ANY UINT32_MAX

const char *const ir_event_name[IR_EVENTS] = {
	"none", "subtask", "stream-read", "stream-write", "future-read",
	"future-write", "task-cancelled"
};

/* --- what an import may ask for --------------------------------------------- */

static const struct {
	const char *part;
	uint32_t events;
} bracket[] = {
	{ "[stream-read", BIT(STREAM_READ) },
	{ "[stream-write", BIT(STREAM_WRITE) },
	{ "[future-read", BIT(FUTURE_READ) },
	{ "[future-write", BIT(FUTURE_WRITE) },
	{ "[stream-", 0 }, { "[future-", 0 }, { "[task-return]", 0 },
	{ "[waitable-", 0 }, { "[backpressure-", 0 }, { "[context-", 0 },
	{ "[subtask-", BIT(SUBTASK) }, { "[task-cancel]", 0 },
	{ "[resource-", 0 }, { "[error-context-", 0 }, { "[thread-", 0 },
	{ "[async-lower]", BIT(SUBTASK) },
};

static bool contains(const struct wasm_import *i, const char *part)
{
	size_t n = strlen(part);

	for (size_t k = 0; k + n <= i->nname; k++)
		if (memcmp(i->name + k, part, n) == 0)
			return true;
	return false;
}

static uint32_t asked_by(const struct wasm_module *m, uint32_t func)
{
	int k = intrinsic_of(m, func);
	const struct wasm_import *i = &m->imports.at[m->funcs.at[func].import];

	if (k >= 0)
		return intrinsic_info[k].event ? BIT(intrinsic_info[k].event)
		     : k == INTRINSIC_subtask_cancel ? BIT(SUBTASK) : 0;
	for (size_t j = 0; j < sizeof bracket / sizeof *bracket; j++)
		if (contains(i, bracket[j].part))
			return bracket[j].events;
	return ANY;
}

/* --- what is reachable -------------------------------------------------------- */

struct reach {
	const struct wasm_module *m;
	struct arena *a;
	bool *seen;
	VEC(uint32_t) worklist;
};

static void add(struct reach *r, uint32_t func)
{
	if (func == UINT32_MAX || r->seen[func])
		return;
	r->seen[func] = true;
	vec_push(r->a, &r->worklist, func);
}

/* thread_new takes the number of a function: any that starts a thread. */
static void add_starts(struct reach *r)
{
	for (uint32_t f = r->m->nimported[WASM_FUNC]; f < r->m->funcs.n; f++)
		if (intrinsic_is_start(r->m, f))
			add(r, f);
}

static void scan(struct reach *r, uint32_t at, uint32_t end)
{
	struct wasm_ins i;

	for (; at < end && wasm_next(r->m, at, &i, r->a, NULL); at = i.next) {
		if (i.op == OP_CALL && intrinsic_of(r->m, i.index) ==
					       INTRINSIC_thread_new)
			add_starts(r);
		if (i.op == OP_CALL || i.op == OP_RETURN_CALL ||
		    i.op == OP_REF_FUNC)
			add(r, i.index);
	}
}

static void add_roots(struct reach *r)
{
	const struct wasm_module *m = r->m;

	add(r, m->start);
	for (uint32_t k = 0; k < m->exports.n; k++)
		if (m->exports.at[k].kind == WASM_FUNC)
			add(r, m->exports.at[k].index);
	for (uint32_t k = m->nimported[WASM_GLOBAL]; k < m->globals.n; k++)
		scan(r, m->globals.at[k].init.begin, m->globals.at[k].init.end);
	for (uint32_t k = 0; k < m->elems.n; k++) {
		const struct wasm_elem *e = &m->elems.at[k];
		for (uint32_t j = 0; j < e->n; j++)
			if (e->expr)
				scan(r, e->expr[j].begin, e->expr[j].end);
			else
				add(r, e->func[j]);
	}
}

void ir_reachable(const struct wasm_module *m, struct arena *a, bool *seen)
{
	struct reach r = { .m = m, .a = a, .seen = seen };

	add_roots(&r);
	while (r.worklist.n) {
		uint32_t f = r.worklist.at[--r.worklist.n];
		if (f >= m->nimported[WASM_FUNC])
			scan(&r, m->funcs.at[f].code, m->funcs.at[f].end);
	}
}

/* --- the module ----------------------------------------------------------------- */

static bool is_callback(const struct wasm_module *m,
			const struct wasm_export *e)
{
	const struct wasm_functype *t;

	if (e->kind != WASM_FUNC)
		return false;
	t = &m->types.at[m->funcs.at[e->index].type];
	if (t->nparams < 2 || t->param[0] != T_I32)
		return false;
	return (e->nname == 10 && !memcmp(e->name, "__callback", 10)) ||
	       (e->nname > 10 && !memcmp(e->name, "[callback]", 10));
}

/* A callback that the module itself calls, or whose address is known, gets
 * whatever it is given there. */
static uint32_t mark_callbacks(struct ir_module *im)
{
	uint32_t n = 0;

	for (uint32_t k = 0; k < im->wasm->exports.n; k++) {
		const struct wasm_export *e = &im->wasm->exports.at[k];
		if (!is_callback(im->wasm, e) ||
		    e->index < im->wasm->nimported[WASM_FUNC])
			continue;
		struct ir_func_facts *f = &im->func[e->index];
		if (f->called || f->address_taken)
			continue;
		f->callback = true;
		n++;
	}
	return n;
}

static bool yields(const struct ir_module *im)
{
	for (uint32_t f = im->wasm->nimported[WASM_FUNC]; f < im->wasm->funcs.n;
	     f++)
		if (im->func[f].callback &&
		    im->wasm->types.at[im->wasm->funcs.at[f].type].nresults)
			return true;
	return false;
}

/* cancellation comes from outside, NONE after YIELD */
static uint32_t derived(const struct ir_module *im, const bool *reachable)
{
	uint32_t events = BIT(CANCELLED) | (yields(im) ? BIT(NONE) : 0);

	for (uint32_t f = 0; f < im->wasm->nimported[WASM_FUNC]; f++)
		if (reachable[f])
			events |= asked_by(im->wasm, f);
	return events;
}

void ir_event_facts(struct ir_module *im, const struct ir_options *o,
		    struct arena *a)
{
	bool *reachable = arena_array(a, bool, im->wasm->funcs.n);

	ir_reachable(im->wasm, a, reachable);
	im->no_backpressure = ir_no_backpressure(im, a, reachable);
	im->events = ANY;
	if (!mark_callbacks(im))
		return;
	im->check_events = o->check_events;
	im->events_given = o->events != 0;
	if (o->events)
		im->events = o->events;
	else if (o->closed)
		im->events = derived(im, reachable);
}
