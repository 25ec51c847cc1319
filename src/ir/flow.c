/* flow.c - control frames of ir_build: branches and joins.
 *
 * A forward branch leaves a `pending`: its edge, the operands it brings and
 * the locals that differ from the frame's beginning.  At the join at the
 * frame's end a local has a lazy value only where the predecessors disagree,
 * in a loop's header when the loop assigns it.  The edges get their
 * arguments at last, in lazy.c.
 */
#include <string.h>

#include "base/compiler.h"
#include "ir/builder.h"

static struct frame *top(struct builder *b)
{
	return &vec_last(&b->frames);
}

static struct frame *label_frame(struct builder *b, uint32_t label)
{
	return &b->frames.at[b->frames.n - 1 - label];
}

/* --- locals ----------------------------------------------------------- */

void flow_set_local(struct builder *b, uint32_t local, ref v)
{
	ref old = b->cur[local];

	if (old == v || (old & LAZY && b->lazy.at[old & ~LAZY].param == v))
		return;
	if (b->logged[local] <= top(b)->log) {
		struct logged e = { local, b->cur[local], b->logged[local] };
		vec_push(b->scratch, &b->log, e);
		b->logged[local] = b->log.n;
	}
	b->cur[local] = v;
}

/* Takes the locals back to what they were when the log was that long. */
static void revert(struct builder *b, uint32_t log)
{
	while (b->log.n > log) {
		struct logged e = b->log.at[--b->log.n];
		b->cur[e.local] = e.old;
		b->logged[e.local] = e.prev;
	}
}

/* Hands a closed frame's log to its parent: drops what that has already. */
static void merge_log(struct builder *b, uint32_t log, uint32_t parent)
{
	uint32_t keep = log;

	for (uint32_t k = log; k < b->log.n; k++) {
		struct logged e = b->log.at[k];
		if (e.prev > parent) {
			b->logged[e.local] = e.prev;
			continue;
		}
		b->log.at[keep++] = e;
		b->logged[e.local] = keep;
	}
	b->log.n = keep;
}

/* --- edges ------------------------------------------------------------ */

void flow_new_block(struct builder *b, uint32_t edge)
{
	b->here = ir_block_new(b->f);
	b->f->blocks.at[b->here].at = b->at;
	b->f->edges.at[edge].to = b->here;
}

/* Saves the topmost n operands; returns their place. */
static uint32_t save(struct builder *b, uint32_t n)
{
	uint32_t at = b->saved.n;

	vec_reserve(b->scratch, &b->saved, n);
	if (n)
		memcpy(b->saved.at + at, b->stack.at + b->stack.n - n,
		       n * sizeof(ref));
	b->saved.n += n;
	return at;
}

/* The state that a branch takes to frame fr. */
static void tell(struct builder *b, struct frame *fr)
{
	if (fr->told == b->ntold)
		return;
	fr->told = b->ntold;
	fr->memo.change = b->change.n;
	/* behind the function's end no local is read */
	uint32_t end = fr->kind == FRAME_FUNC ? fr->log : b->log.n;
	for (uint32_t k = fr->log; k < end; k++) {
		struct logged e = b->log.at[k];
		if (e.prev <= fr->log && b->cur[e.local] != e.old) {
			struct change c = { e.local, b->cur[e.local] };
			vec_push(b->scratch, &b->change, c);
		}
	}
	fr->memo.nchange = b->change.n - fr->memo.change;
	fr->memo.stack = save(b, fr->kind == FRAME_LOOP ? fr->sig.nparams
							: fr->sig.nresults);
}

/* Adds to a list of pending branches. */
static void pend(struct builder *b, uint32_t *list, uint32_t *n,
		 struct pending p)
{
	if (b->pend.n == 0)
		vec_push(b->scratch, &b->pend, (struct pending){ 0 });
	p.next = *list;
	*list = b->pend.n;
	++*n;
	vec_push(b->scratch, &b->pend, p);
}

/* Lets `edge`, of the block being filled, go where `label` says. */
static void target(struct builder *b, uint32_t label, uint32_t edge)
{
	struct frame *fr = label_frame(b, label);

	tell(b, fr);
	struct pending p = { .edge = edge,
			     .change = fr->memo.change,
			     .nchange = fr->memo.nchange,
			     .stack = fr->memo.stack };
	if (fr->kind == FRAME_LOOP) {
		struct meet *m = &b->meets.at[fr->meet];
		b->f->edges.at[edge].to = m->block;
		pend(b, &m->pend, &m->npend, p);
	} else {
		pend(b, &fr->pend, &fr->npend, p);
	}
}

void flow_br(struct builder *b, uint32_t label)
{
	if (label_frame(b, label)->kind == FRAME_FUNC) {
		flow_return(b);
		return;
	}
	b->ntold++;
	build_ins(b, IR_BR, T_NONE);
	target(b, label, ir_edges_new(b->f, b->here, 1));
	b->dead = true;
}

void flow_br_if(struct builder *b, uint32_t label)
{
	ref c = vec_last(&b->stack);

	b->stack.n--;
	b->ntold++;
	ref r = build_ins(b, IR_BR_IF, T_NONE);
	ir_at(b->f, r)->arg[0] = c;
	uint32_t e = ir_edges_new(b->f, b->here, 2);
	target(b, label, e);
	flow_new_block(b, e + 1);
}

void flow_br_table(struct builder *b, const uint32_t *label, uint32_t n)
{
	ref c = vec_last(&b->stack);

	b->stack.n--;
	b->ntold++;
	ref r = build_ins(b, IR_BR_TABLE, T_NONE);
	ir_at(b->f, r)->arg[0] = c;
	uint32_t e = ir_edges_new(b->f, b->here, n + 1);
	for (uint32_t k = 0; k <= n; k++)
		target(b, label[k], e + k);
	b->dead = true;
}

void flow_return(struct builder *b)
{
	uint32_t n = b->f->type.nresults;
	ref r = build_ins(b, IR_RETURN, T_NONE);
	uint32_t list = ir_list(b->f, b->stack.at + b->stack.n - n, n);

	ir_at(b->f, r)->list = list;
	ir_at(b->f, r)->nlist = n;
	b->dead = true;
}

/* --- opening ---------------------------------------------------------- */

void flow_open(struct builder *b, enum frame_kind k, struct wasm_functype sig)
{
	struct frame fr = { .kind = (uint8_t)k, .dead = b->dead, .sig = sig };

	if (!b->dead) {
		fr.height = b->stack.n - (k == FRAME_FUNC ? 0 : sig.nparams);
		fr.log = b->log.n;
	}
	vec_push(b->scratch, &b->frames, fr);
}

static void record_cut(struct builder *b)
{
	struct ir_func *f = b->f;
	struct ir_cut c = { .at = b->at, .block = b->here,
			    .n = b->wf->nlocals + b->stack.n,
			    .nlocals = b->wf->nlocals };

	c.refs = ir_list(f, b->cur, b->wf->nlocals);
	ir_list(f, b->stack.at, b->stack.n);
	vec_push(b->a, &f->cuts, c);
}

void flow_open_loop(struct builder *b, struct wasm_functype sig)
{
	const struct loop_info *li = &b->loops.at[b->nloops++];

	if (b->dead) {
		flow_open(b, FRAME_LOOP, sig);
		return;
	}
	build_ins(b, IR_BR, T_NONE);
	uint32_t e = ir_edges_new(b->f, b->here, 1), n = sig.nparams;
	flow_new_block(b, e);
	uint32_t meet = meet_new(b, b->here, true);
	struct meet *m = &b->meets.at[meet];
	m->noperands = n;
	pend(b, &m->pend, &m->npend, (struct pending){
		.edge = e, .stack = save(b, n), .enters = true });
	for (uint32_t k = 0; k < n; k++)
		b->stack.at[b->stack.n - n + k] =
			ir_param_new(b->f, b->here, (enum type)sig.param[k]);
	/* still in the log of the frame around it */
	for (uint32_t k = 0; k < li->n; k++) {
		uint32_t l = b->carried.at[li->begin + k];
		flow_set_local(b, l, lazy_new(b, meet, l, b->cur[l]));
	}
	flow_open(b, FRAME_LOOP, sig);
	top(b)->meet = meet;
	record_cut(b);
}

void flow_open_if(struct builder *b, struct wasm_functype sig)
{
	if (b->dead) {
		flow_open(b, FRAME_IF, sig);
		return;
	}
	ref c = vec_last(&b->stack);
	b->stack.n--;
	flow_open(b, FRAME_IF, sig);
	struct frame *fr = top(b);
	ref r = build_ins(b, IR_BR_IF, T_NONE);
	ir_at(b->f, r)->arg[0] = c;
	uint32_t e = ir_edges_new(b->f, b->here, 2);
	fr->edge = e + 1;
	fr->saved = save(b, sig.nparams);
	flow_new_block(b, e);
}

/* --- joins ------------------------------------------------------------ */

/* Falling off the end of an arm is a branch to the frame's end. */
static void fall_through(struct builder *b)
{
	if (b->dead)
		return;
	b->ntold++;
	build_ins(b, IR_BR, T_NONE);
	target(b, 0, ir_edges_new(b->f, b->here, 1));
	b->dead = true;
}

void flow_else(struct builder *b)
{
	if (top(b)->dead)
		return;
	fall_through(b);
	struct frame *fr = top(b);
	revert(b, fr->log);
	fr->kind = FRAME_ELSE;
	b->stack.n = fr->height;
	for (uint32_t k = 0; k < fr->sig.nparams; k++)
		vec_push(b->scratch, &b->stack, b->saved.at[fr->saved + k]);
	flow_new_block(b, fr->edge);
	b->dead = false;
}

/* Operand k that all predecessors bring, or 0 when they differ. */
static ref common_operand(struct builder *b, const struct frame *fr, uint32_t k)
{
	const struct pending *p = &b->pend.at[fr->pend];
	ref v = b->saved.at[p->stack + k];

	for (; p->next; p = &b->pend.at[p->next])
		if (b->saved.at[b->pend.at[p->next].stack + k] != v)
			return 0;
	return v;
}

/* Counts, per local, the predecessors that changed it and their value.
 * Returns the locals, in order of appearance, at the end of b->change. */
static uint32_t gather(struct builder *b, const struct frame *fr)
{
	uint32_t begin = b->change.n;

	for (uint32_t q = fr->pend; q; q = b->pend.at[q].next)
		for (uint32_t k = 0; k < b->pend.at[q].nchange; k++) {
			struct change c =
				b->change.at[b->pend.at[q].change + k];
			if (!b->seen[c.local]++) {
				b->same[c.local] = c.value;
				vec_push(b->scratch, &b->change, c);
			} else if (b->same[c.local] != c.value) {
				b->same[c.local] = 0;
			}
		}
	return begin;
}

/* The locals that b->change holds from `begin` on; b->cur is what the frame
 * began with. */
static void join_locals(struct builder *b, const struct frame *fr,
			uint32_t begin, uint32_t meet)
{
	for (uint32_t k = begin; k < b->change.n; k++) {
		uint32_t l = b->change.at[k].local;
		ref old = b->cur[l], v = b->same[l];
		if (b->seen[l] < fr->npend && v != old)
			v = 0;
		b->seen[l] = 0;
		if (!b->frames.n)
			continue;	/* the function's end: none is read */
		flow_set_local(b, l, v ? v : lazy_new(b, meet, l, old));
	}
	b->change.n = begin;
}

/* Continues where all pending branches of fr meet; fr is popped. */
static void join(struct builder *b, struct frame fr)
{
	uint32_t n = fr.sig.nresults;
	uint32_t *operand = arena_array(b->scratch, uint32_t, n);

	revert(b, fr.log);
	b->here = ir_block_new(b->f);
	b->f->blocks.at[b->here].at = b->at;
	b->stack.n = fr.height;
	uint32_t meet = meet_new(b, b->here, false);
	struct meet *m = &b->meets.at[meet];
	m->pend = fr.pend;
	m->npend = fr.npend;
	m->operand = operand;
	for (uint32_t k = 0; k < n; k++) {
		ref v = common_operand(b, &fr, k);
		if (!v) {
			operand[m->noperands++] = k;
			v = ir_param_new(b->f, b->here,
					 (enum type)fr.sig.result[k]);
		}
		vec_push(b->scratch, &b->stack, v);
	}
	for (uint32_t q = fr.pend; q; q = b->pend.at[q].next)
		b->f->edges.at[b->pend.at[q].edge].to = b->here;
	join_locals(b, &fr, gather(b, &fr), meet);
	b->dead = false;
}

void flow_end(struct builder *b)
{
	struct frame *fr = top(b);

	if (fr->dead) {
		b->frames.n--;
		return;
	}
	if (fr->kind == FRAME_IF)
		pend(b, &fr->pend, &fr->npend,
		     (struct pending){ .edge = fr->edge, .stack = fr->saved });
	if (fr->npend)
		fall_through(b);
	struct frame done = *top(b);
	b->frames.n--;
	if (done.npend)
		join(b, done);
	else if (b->dead)
		revert(b, done.log);
	else if (b->frames.n)
		merge_log(b, done.log, top(b)->log);
}
