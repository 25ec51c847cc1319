/* prescan.c - which locals each loop assigns, and how large a function gets.
 *
 * One walk over the body.  `open` holds, for each loop that is open, a run of
 * the locals known to be assigned in it; stamp[l] is the innermost open loop
 * that has l in its run.  When a loop closes, its run is written out and what
 * its parent lacks moves down to the parent.
 */
#include "ir/builder.h"

struct entry {
	uint32_t local, prev;	/* prev: stamp before */
};

struct level {
	uint32_t loop;		/* number + 1; 0 for other constructs */
	uint32_t run;		/* beginning of its run */
	uint32_t outer;		/* enclosing loop, number + 1 */
};

struct scan {
	struct builder *b;
	uint32_t *stamp;
	uint32_t inner;		/* innermost open loop, number + 1 */
	uint32_t nins, nlist, nblocks;	/* to come, about */
	VEC(struct entry) open;
	VEC(struct level) level;
};

static void open_level(struct scan *s, bool loop)
{
	struct level v = { 0, s->open.n, s->inner };

	if (loop) {
		vec_push(s->b->scratch, &s->b->loops,
			 (struct loop_info){ 0 });
		v.loop = s->inner = s->b->loops.n;
	}
	vec_push(s->b->scratch, &s->level, v);
}

static void close_level(struct scan *s)
{
	struct builder *b = s->b;
	struct level v = s->level.at[--s->level.n];

	if (!v.loop)
		return;
	struct loop_info *li = &b->loops.at[v.loop - 1];
	uint32_t keep = v.run;
	li->begin = b->carried.n;
	li->n = s->open.n - v.run;
	for (uint32_t k = v.run; k < s->open.n; k++) {
		struct entry e = s->open.at[k];
		vec_push(b->scratch, &b->carried, e.local);
		s->stamp[e.local] = e.prev;
		if (v.outer && e.prev != v.outer) {
			s->stamp[e.local] = v.outer;
			s->open.at[keep++] = e;
		}
	}
	s->open.n = keep;
	s->inner = v.outer;
}

static void assigned(struct scan *s, uint32_t local)
{
	if (!s->inner || s->stamp[local] == s->inner)
		return;
	vec_push(s->b->scratch, &s->open,
		 (struct entry){ local, s->stamp[local] });
	s->stamp[local] = s->inner;
}

/* Counts what an instruction becomes; parameters are not foreseen. */
static void count(struct scan *s, const struct wasm_ins *i)
{
	const struct wasm_module *m = s->b->m;
	const struct wasm_functype *t = NULL;

	switch (i->op) {
	case OP_LOCAL_GET: case OP_LOCAL_SET: case OP_LOCAL_TEE: case OP_DROP:
	case OP_NOP:
		return;
	case OP_CALL: case OP_RETURN_CALL:
		t = &m->types.at[m->funcs.at[i->index].type];
		break;
	case OP_CALL_INDIRECT: case OP_RETURN_CALL_INDIRECT:
		t = &m->types.at[i->index];
		break;
	case OP_LOOP:
		s->nlist += s->b->wf->nlocals;
		s->nblocks++;
		s->nins += 2;	/* parameters, a guess */
		break;
	case OP_IF:
		s->nblocks += 2;
		break;
	case OP_BR_IF:
		s->nblocks++;
		break;
	case OP_BLOCK:
		s->nblocks++;
		return;		/* the jump at its end counts */
	default:
		break;
	}
	s->nins += op_info[i->op].bytes ? 2 : 1;
	if (t) {
		s->nins += t->nresults;
		s->nlist += t->nparams + 1;
	}
}

static void note(struct scan *s, const struct wasm_ins *i)
{
	switch (i->op) {
	case OP_BLOCK: case OP_IF:
		open_level(s, false);
		break;
	case OP_LOOP:
		open_level(s, true);
		break;
	case OP_END:
		if (s->level.n)
			close_level(s);
		break;
	case OP_LOCAL_SET: case OP_LOCAL_TEE:
		assigned(s, i->index);
		break;
	default:
		break;
	}
	count(s, i);
}

/* Room for exactly `more` elements: vec_reserve would round up. */
#define RESERVE(a, v, more)                                                 \
	((v)->at = arena_grow((a), (v)->at, (v)->n * sizeof *(v)->at,       \
			      ((size_t)(v)->n + (more)) * sizeof *(v)->at), \
	 (v)->cap = (v)->n + (more))

void prescan(struct builder *b)
{
	struct scan s = { .b = b };
	struct arena_mark mark = arena_mark(b->labels);
	uint32_t at = b->wf->code;

	s.stamp = arena_array(b->scratch, uint32_t, b->wf->nlocals);
	while (at < b->wf->end) {
		struct wasm_ins i;
		if (!wasm_next(b->m, at, &i, b->labels, NULL))
			break;
		at = i.next;
		note(&s, &i);
		if (i.op == OP_BR_TABLE)
			arena_reset(b->labels, mark);
	}
	/* most parameters are not counted: some more */
	RESERVE(b->a, &b->f->ins, s.nins + s.nins / 8 + 32);
	RESERVE(b->a, &b->f->list, s.nlist + s.nlist / 8 + 32);
	RESERVE(b->a, &b->f->blocks, s.nblocks + 8);
}
