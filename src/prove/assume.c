/* assume.c - what is known of a module's callbacks, of its backpressure and of
 * its data segments.
 *
 * Events: the note of the output (section .heddle.assume, custom section
 * heddle.assume) says which can reach callbacks.  That is
 * not proved: it is an assumption, listed by name in certificates.  It speaks
 * of callbacks only, and of no function that the module itself calls or takes
 * the address of.
 *
 * Backpressure: where every call of task_backpressure has the constant 0 just
 * in front and nothing else can raise it, the flag is 0 from beginning to
 * end, and such a call does nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "prove/pair.h"
#include "wasm/intrinsic.h"

enum { EVENTS = 7 };

/* --- one walk over all bodies --------------------------------------------------- */

struct scan {
	struct world *w;
	bool *used;		/* [funcs] called, or its address is taken */
	bool raised;		/* a call that may raise backpressure */
};

static void scan_code(struct scan *s, uint32_t at, uint32_t end)
{
	const struct wasm_module *m = s->w->m;
	struct wasm_ins i, last = { .op = OP_END };

	for (; at < end && wasm_next(m, at, &i, s->w->arena, NULL);
	     at = i.next) {
		bool call = i.op == OP_CALL || i.op == OP_RETURN_CALL;
		if (call || i.op == OP_REF_FUNC)
			s->used[i.index] = true;
		if ((call || i.op == OP_REF_FUNC) &&
		    intrinsic_of(m, i.index) == INTRINSIC_task_backpressure &&
		    (!call || last.op != OP_I32_CONST || last.imm != 0))
			s->raised = true;
		last = i;
	}
}

static void scan_elems(struct scan *s)
{
	const struct wasm_module *m = s->w->m;

	for (uint32_t k = 0; k < m->elems.n; k++)
		for (uint32_t j = 0; j < m->elems.at[k].n; j++) {
			const struct wasm_elem *e = &m->elems.at[k];
			if (e->expr)
				scan_code(s, e->expr[j].begin, e->expr[j].end);
			else if (e->func[j] != UINT32_MAX)
				s->used[e->func[j]] = true;
		}
}

static void scan_module(struct scan *s)
{
	const struct wasm_module *m = s->w->m;

	for (uint32_t k = m->nimported[WASM_FUNC]; k < m->funcs.n; k++)
		scan_code(s, m->funcs.at[k].code, m->funcs.at[k].end);
	for (uint32_t k = m->nimported[WASM_GLOBAL]; k < m->globals.n; k++)
		scan_code(s, m->globals.at[k].init.begin,
			  m->globals.at[k].init.end);
	scan_elems(s);
	if (m->start != UINT32_MAX)
		s->used[m->start] = true;
}

/* --- backpressure ------------------------------------------------------------------ */

/* Imports of brackets are built-ins, of which those below raise it; others
 * may be anything. */
static bool import_raises(const struct wasm_module *m, uint32_t func)
{
	static const char inc[] = "[backpressure-inc]", set[] = "[backpressure-set]";
	const struct wasm_import *i = &m->imports.at[m->funcs.at[func].import];
	int k = intrinsic_of(m, func);

	if (k >= 0)
		return k == INTRINSIC_backpressure_inc;
	return i->nname == 0 || i->name[0] != '[' ||
	       (i->nname == sizeof inc - 1 &&
		(!memcmp(i->name, inc, i->nname) ||
		 !memcmp(i->name, set, i->nname)));
}

static bool is_shared(const struct scan *s, uint32_t func)
{
	const struct wasm_module *m = s->w->m;

	for (uint32_t k = 0; k < m->exports.n; k++)
		if (m->exports.at[k].kind == WASM_FUNC &&
		    m->exports.at[k].index == func)
			return true;
	for (uint32_t k = 0; k < m->elems.n; k++)
		for (uint32_t j = 0; m->elems.at[k].func &&
				     j < m->elems.at[k].n; j++)
			if (m->elems.at[k].func[j] == func)
				return true;
	return false;
}

static bool is_idle(const struct scan *s)
{
	const struct wasm_module *m = s->w->m;

	for (uint32_t f = 0; f < m->nimported[WASM_FUNC]; f++)
		if (import_raises(m, f) ||
		    (intrinsic_of(m, f) == INTRINSIC_task_backpressure &&
		     is_shared(s, f)))
			return false;
	return !s->raised;
}

bool world_does_nothing(const struct world *w, uint32_t func)
{
	return w->idle_backpressure && func < w->m->nimported[WASM_FUNC] &&
	       intrinsic_of(w->m, func) == INTRINSIC_task_backpressure;
}

/* --- functions ------------------------------------------------------------------------ */

bool world_needs_no(const struct world *w, uint32_t func)
{
	for (uint32_t k = 0; k < w->m->exports.n; k++)
		if (w->m->exports.at[k].kind == WASM_FUNC &&
		    w->m->exports.at[k].index == func)
			return false;
	for (uint32_t k = 0; k < w->m->nimported[WASM_FUNC]; k++)
		if (intrinsic_of(w->m, k) == INTRINSIC_thread_new &&
		    intrinsic_is_start(w->m, func))
			return false;
	return true;
}

/* --- events --------------------------------------------------------------------------- */

static bool is_callback(const struct world *w, uint32_t func)
{
	const struct wasm_functype *t =
		&w->m->types.at[w->m->funcs.at[func].type];

	if (t->nparams < 2 || t->param[0] != T_I32)
		return false;
	for (uint32_t k = 0; k < w->m->exports.n; k++) {
		const struct wasm_export *e = &w->m->exports.at[k];
		if (e->kind == WASM_FUNC && e->index == func &&
		    ((e->nname == 10 && !memcmp(e->name, "__callback", 10)) ||
		     (e->nname > 10 && !memcmp(e->name, "[callback]", 10))))
			return true;
	}
	return false;
}

/* What is behind a word that begins a line of the note; NULL when no line does. */
static const char *note_of(const struct world *w, const char *word)
{
	char *p = arena_copy(w->arena, (const char *)w->note.at, w->note.n);
	size_t n = strlen(word);

	for (; p; p = strchr(p, '\n'), p = p ? p + 1 : NULL)
		if (!strncmp(p, word, n))
			return p + n;
	return NULL;
}

/* The mask behind "events"; 0 when there is none. */
static uint32_t read_events(const struct world *w)
{
	const char *p = note_of(w, "events ");

	return p ? (uint32_t)strtoul(p, NULL, 10) & ((1u << EVENTS) - 1) : 0;
}

/* May the segment be left out when nothing reads it?  Not if it could trap, or if
 * its memory is another module's. */
static bool may_be_unread(const struct wasm_module *m, uint32_t k)
{
	const struct wasm_data *d = &m->datas.at[k];

	return d->mode == WASM_ACTIVE &&
	       m->memories.at[d->memory].import == UINT32_MAX &&
	       wasm_is_inside(m, &d->offset, d->n,
			(uint64_t)m->memories.at[d->memory].limits.min << 16);
}

/* The numbers behind "unread". */
static bool *read_unread(const struct world *w)
{
	bool *unread = arena_array(w->arena, bool, w->m->datas.n + 1);
	const char *p = note_of(w, "unread");
	char *end;

	for (; p && *p == ' '; p = end) {
		unsigned long k = strtoul(p, &end, 10);
		if (end == p)
			break;
		if (k < w->m->datas.n)
			unread[k] = may_be_unread(w->m, (uint32_t)k);
	}
	return unread;
}

void world_assume(struct world *w)
{
	struct scan s = { .w = w,
			  .used = arena_array(w->arena, bool, w->m->funcs.n) };

	scan_module(&s);
	w->idle_backpressure = is_idle(&s);
	w->events = read_events(w);
	w->unread = read_unread(w);
	w->takes_event = arena_array(w->arena, bool, w->m->funcs.n);
	for (uint32_t f = w->m->nimported[WASM_FUNC]; f < w->m->funcs.n; f++)
		w->takes_event[f] = w->events && !s.used[f] &&
				    is_callback(w, f);
}

void world_assume_output(struct world *t)
{
	struct scan s = { .w = t,
			  .used = arena_array(t->arena, bool, t->m->funcs.n) };

	scan_module(&s);
	t->idle_backpressure &= is_idle(&s);
}

void pair_assume_event(struct pair *p, uint32_t func, const struct walk *w)
{
	struct terms *z = &p->z;

	if (func >= p->w->m->funcs.n || !p->w->takes_event[func])
		return;
	term event = w->local.at[0].lo;
	facts_add(&p->facts, term_ult(z, event, term_const(z, EVENTS)));
	for (uint32_t e = 0; e < EVENTS; e++)
		if (!(p->w->events >> e & 1))
			facts_add(&p->facts, term_bnot(z,
				  term_eq(z, event, term_const(z, e))));
}
