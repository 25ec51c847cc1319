/* flow.c - control frames of ir_build: branches and joins.
 *
 * A forward branch leaves a `pending`: its edge, the operands it brings and
 * the locals that differ from the frame's beginning.  The join at the frame's
 * end makes a parameter only where its predecessors disagree.  A loop header
 * gets a parameter for every local that the loop assigns; prune.c removes
 * those that turn out to be trivial.
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

/* --- locals ---------------------------------------------------------- */

void flow_set_local(struct builder *b, uint32_t local, ref v)
{
	if (b->cur[local] == v)
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

/* The state that a branch takes to the end of frame fr. */
static void tell(struct builder *b, struct frame *fr)
{
	if (fr->told == b->ntold)
		return;
	fr->told = b->ntold;
	fr->memo.change = b->change.n;
	for (uint32_t k = fr->log; fr->kind != FRAME_FUNC && k < b->log.n; k++) {
		struct logged e = b->log.at[k];
		if (e.prev <= fr->log && b->cur[e.local] != e.old) {
			struct change c = { e.local, b->cur[e.local] };
			vec_push(b->scratch, &b->change, c);
		}
	}
	fr->memo.nchange = b->change.n - fr->memo.change;
	fr->memo.stack = b->saved.n;
	uint32_t n = fr->sig.nresults;
	vec_reserve(b->scratch, &b->saved, n);
	if (n)
		memcpy(b->saved.at + b->saved.n,
		       b->stack.at + b->stack.n - n, n * sizeof(ref));
	b->saved.n += n;
}

static void pend(struct builder *b, struct frame *fr, struct pending p)
{
	if (b->pend.n == 0)
		vec_push(b->scratch, &b->pend, (struct pending){ 0 });
	p.next = fr->pend;
	fr->pend = b->pend.n;
	fr->npend++;
	vec_push(b->scratch, &b->pend, p);
}

/* The edge back to a loop's header, with its arguments. */
static void back_edge(struct builder *b, const struct frame *fr, uint32_t edge)
{
	const struct loop_info *li = &b->loops.at[fr->loop];
	struct ir_edge *e = &b->f->edges.at[edge];
	uint32_t n = fr->sig.nparams;

	e->to = fr->header;
	e->nargs = n + li->n;
	e->args = ir_list(b->f, b->stack.at + b->stack.n - n, n);
	vec_reserve(b->a, &b->f->list, li->n);
	for (uint32_t k = 0; k < li->n; k++)
		b->f->list.at[b->f->list.n++] =
			b->cur[b->carried.at[li->begin + k]];
}

/* Lets `edge`, of the block being filled, go where `label` says. */
static void target(struct builder *b, uint32_t label, uint32_t edge)
{
	struct frame *fr = label_frame(b, label);

	if (fr->kind == FRAME_LOOP) {
		back_edge(b, fr, edge);
		return;
	}
	tell(b, fr);
	pend(b, fr, (struct pending){ .edge = edge,
				      .change = fr->memo.change,
				      .nchange = fr->memo.nchange,
				      .stack = fr->memo.stack });
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
		/* nothing joins at a loop's end: it logs for its parent */
		fr.log = k == FRAME_LOOP ? top(b)->log : b->log.n;
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
	uint32_t number = b->nloops++;

	flow_open(b, FRAME_LOOP, sig);
	if (b->dead)
		return;
	struct frame *fr = top(b);
	fr->loop = number;
	build_ins(b, IR_BR, T_NONE);
	uint32_t e = ir_edges_new(b->f, b->here, 1);
	fr->header = b->f->blocks.n;
	back_edge(b, fr, e);
	flow_new_block(b, e);
	for (uint32_t k = 0; k < sig.nparams; k++)
		b->stack.at[fr->height + k] =
			ir_param_new(b->f, b->here, (enum type)sig.param[k]);
	const struct loop_info *li = &b->loops.at[number];
	for (uint32_t k = 0; k < li->n; k++) {
		uint32_t l = b->carried.at[li->begin + k];
		flow_set_local(b, l, ir_param_new(b->f, b->here,
					(enum type)b->wf->local[l]));
	}
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
	fr->saved = b->saved.n;
	for (uint32_t k = 0; k < sig.nparams; k++)
		vec_push(b->scratch, &b->saved, b->stack.at[fr->height + k]);
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

/* Fills the arguments of one predecessor's edge: `def` are those of a
 * predecessor that changed nothing. */
static void join_edge(struct builder *b, const struct pending *p,
		      const uint32_t *operand, uint32_t noperand,
		      const ref *def, uint32_t n)
{
	struct ir_edge *e = &b->f->edges.at[p->edge];

	e->to = b->here;
	e->nargs = n;
	e->args = ir_list(b->f, def, n);
	ref *arg = b->f->list.at + e->args;
	for (uint32_t k = 0; k < noperand; k++)
		arg[k] = b->saved.at[p->stack + operand[k]];
	for (uint32_t k = 0; k < p->nchange; k++) {
		struct change c = b->change.at[p->change + k];
		if (b->slot[c.local])
			arg[b->slot[c.local] - 1] = c.value;
	}
}

/* The locals at a join: b->cur is what the frame began with. */
static void join_locals(struct builder *b, const struct frame *fr,
			uint32_t begin, ref *def)
{
	for (uint32_t k = begin; k < b->change.n; k++) {
		uint32_t l = b->change.at[k].local;
		ref old = b->cur[l], v = b->same[l];
		if (b->seen[l] < fr->npend && v != old)
			v = 0;
		if (!v) {
			v = ir_param_new(b->f, b->here,
					 (enum type)b->wf->local[l]);
			b->slot[l] = b->f->blocks.at[b->here].params.n;
			def[b->slot[l] - 1] = old;
		}
		b->change.at[k].value = v;
	}
}

/* Continues where all pending branches of fr meet; fr is popped. */
static void join(struct builder *b, struct frame fr)
{
	uint32_t n = fr.sig.nresults, nparams = 0;
	uint32_t *operand = arena_array(b->scratch, uint32_t, n);

	revert(b, fr.log);
	b->here = ir_block_new(b->f);
	b->f->blocks.at[b->here].at = b->at;
	b->stack.n = fr.height;
	for (uint32_t k = 0; k < n; k++) {
		ref v = common_operand(b, &fr, k);
		if (!v) {
			operand[nparams++] = k;
			v = ir_param_new(b->f, b->here,
					 (enum type)fr.sig.result[k]);
		}
		vec_push(b->scratch, &b->stack, v);
	}
	uint32_t begin = gather(b, &fr);
	ref *def = arena_array(b->scratch, ref,
			       nparams + b->change.n - begin);
	join_locals(b, &fr, begin, def);
	uint32_t all = b->f->blocks.at[b->here].params.n;
	for (uint32_t q = fr.pend; q; q = b->pend.at[q].next)
		join_edge(b, &b->pend.at[q], operand, nparams, def, all);
	for (uint32_t k = begin; k < b->change.n; k++) {
		struct change c = b->change.at[k];
		b->seen[c.local] = b->slot[c.local] = 0;
		if (b->frames.n)
			flow_set_local(b, c.local, c.value);
	}
	b->change.n = begin;
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
		pend(b, fr, (struct pending){ .edge = fr->edge,
					      .stack = fr->saved });
	if (fr->npend)
		fall_through(b);
	struct frame done = *top(b);
	b->frames.n--;
	if (done.npend)
		join(b, done);
	else if (b->dead)
		revert(b, done.log);
	else if (done.kind != FRAME_LOOP && b->frames.n)
		merge_log(b, done.log, top(b)->log);
}
