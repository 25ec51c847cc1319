/* replay.c - one scenario of corpus/async-traces against the runtime.
 *
 * Every guest function is the same loop: take the next step, which must belong
 * to the thread that is running, perform it, compare.
 */
#include "replay.h"

#include "core/thread.h"
#include "core/lend.h"
#include "exec/fiber.h"

const struct jval *replay_step;
int replay_at;
struct func replay_funcs[MAX_FUNCS];
uint8_t replay_memory[4][MAX_MEMORY];

static uint8_t shadow[4][MAX_MEMORY];
static uint32_t memory_size[4];
static struct hd_memory memories[4];
static struct hd_module modules[4];
static unsigned ninst, nfuncs;
static uint8_t task_label[256], thread_label[64];
static uint8_t queued[MAX_LABELS];	/* labels of calls not yet started */
static unsigned nqueued;
static const char *failure;
static struct hd_jump top;

struct root {
	struct hd_task *task;
	bool resolved;
};
static struct root roots[MAX_LABELS];

extern struct hd_slot hd_thread_slots[];
extern struct hd_table hd_thread_tables[];
extern const uint16_t hd_nthreads;

void replay_fail(const char *what)
{
	if (!failure)
		failure = what;
	if (hd_now.frame)
		hd_trap_raise(HD_TRAP_UNREACHABLE, 0, 0);
	hd_port_throw(&top);
}

static uint8_t *label_slot(const struct hd_thread *th)
{
	const struct hd_xthread *x = (const struct hd_xthread *)th;

	if (x >= hd_xthreads && x < hd_xthreads + hd_nxthreads)
		return &thread_label[x - hd_xthreads];
	return &task_label[th->task - hd_tasks];
}

uint32_t replay_label(void)
{
	return *label_slot(hd_now.thread);
}

static void unqueue(unsigned label)
{
	for (unsigned i = 0; i < nqueued; i++)
		if (queued[i] == label) {
			for (nqueued--; i < nqueued; i++)
				queued[i] = queued[i + 1];
			return;
		}
}

void replay_bind(int64_t label)
{
	if (label)
		queued[nqueued++] = (uint8_t)label;
}

/* Calls waiting to enter get the labels of calls that have not started, both
 * in order. */
static void bind_queued(void)
{
	for (;;) {
		struct hd_thread *first = NULL;

		for (unsigned i = 0; i < hd_ntasks; i++) {
			struct hd_thread *th = &hd_tasks[i].main;

			if (!hd_tasks[i].inst || (th->state == HD_THREAD_FREE &&
						  !th->link))
				task_label[i] = 0;
			if (hd_tasks[i].inst && th->state >= HD_THREAD_WAITING &&
			    hd_waits_to_enter(th) && !task_label[i] &&
			    (!first || first->ticket > th->ticket))
				first = th;
		}
		if (!first || nqueued == 0)
			return;
		*label_slot(first) = queued[0];
		unqueue(queued[0]);
	}
}

/* --- memory ------------------------------------------------------------- */

static unsigned hex(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static void store_hex(uint8_t *to, const struct jval *text)
{
	for (unsigned i = 0; i + 1 < text->length; i += 2)
		to[i / 2] = (uint8_t)(hex(text->text[i]) << 4 |
				      hex(text->text[i + 1]));
}

static void check_memory(const struct jval *step)
{
	const struct jval *w = json_get(step, "w");

	for (w = w ? w->first : NULL; w; w = w->next)
		store_hex(shadow[json_at(w, 0)->number] + json_at(w, 1)->number,
			  json_at(w, 2));
	for (unsigned i = 0; i < ninst; i++)
		for (uint32_t a = 0; a < memory_size[i]; a++)
			if (shadow[i][a] != replay_memory[i][a]) {
				if (!adapt_padding(i, a))
					replay_fail("memory differs");
				shadow[i][a] = replay_memory[i][a];
			}
}

/* --- steps -------------------------------------------------------------- */

void replay_next(void)
{
	replay_step = replay_step->next;
	replay_at++;
}

/* Writes before an invoke are recorded with the step after it. */
static void take(void)
{
	const struct jval *s = replay_step, *k = json_get(s, "k");

	if (!json_is(k, "invoke"))
		check_memory(s);
	replay_next();
}

/* The step that must come now, of kind k and thread `label`. */
static const struct jval *expect(const char *k, uint32_t label)
{
	while (replay_step && json_is(json_get(replay_step, "k"), "inner")) {
		const int64_t run = json_number(replay_step, "run", 0);

		take();
		if (run != (label ? (int64_t)label :
			    json_number(replay_step, "t", 0)))
			replay_fail("another thread runs inside");
	}
	if (failure || !replay_step)
		replay_fail("the trace has no further step");
	if (!json_is(json_get(replay_step, "k"), k))
		replay_fail("another kind of step was due");
	if (label && json_number(replay_step, "t", 0) != (int64_t)label)
		replay_fail("another thread was due");
	return replay_step;
}

static void perform(const struct jval *s, uint32_t label)
{
	const int at = replay_at;
	const bool pend = json_number(s, "pend", 0) != 0;
	const struct jval *op = json_get(s, "op");
	const int64_t nt = json_number(s, "nt", 0);
	uint64_t r;

	if (json_is(op, "call"))
		replay_bind(nt);
	if (pend)
		check_memory(s);
	replay_next();
	const bool has = op_perform(op, json_get(s, "a"), &r, s);
	if (json_is(op, "thread.new-indirect"))
		for (unsigned i = 0; i < hd_nxthreads; i++)
			if (hd_xthreads[i].thread.place.index == r &&
			    hd_xthreads[i].thread.state != HD_THREAD_FREE &&
			    hd_xthreads[i].thread.task->inst == hd_running())
				thread_label[i] = (uint8_t)nt;
	bind_queued();
	if (pend) {
		s = expect("ret", label);
		if (json_number(s, "i", -1) != at)
			replay_fail("another operation returns");
		replay_next();
	}
	const struct jval *want = json_get(s, "r");
	if (has && (!want || (uint64_t)want->number != r))
		replay_fail("another result");
	check_memory(s);
}

/* The body of every guest function; returns its exit step. */
static const struct jval *body(uint32_t label)
{
	for (;;) {
		if (failure || !replay_step)
			replay_fail("the trace has no further step");
		const struct jval *s = replay_step, *k = json_get(s, "k");

		if (json_number(s, "t", 0) != (int64_t)label)
			replay_fail("another thread was due");
		if (json_is(k, "op")) {
			perform(s, label);
			continue;
		}
		take();
		if (json_is(k, "exit"))
			return s;
		if (json_is(k, "throw"))
			hd_trap(HD_TRAP_EXCEPTION);
		if (!json_is(k, "mem"))
			replay_fail("another kind of step was due");
		const unsigned i = hd_running()->number;
		const uint32_t at = (uint32_t)json_number(s, "p", 0);
		store_hex(replay_memory[i] + at, json_get(s, "x"));
		store_hex(shadow[i] + at, json_get(s, "x"));
	}
}

static void bind_self(uint32_t label)
{
	uint8_t *slot = label_slot(hd_now.thread);

	if (*slot && *slot != label)
		replay_fail("another task starts");
	*slot = (uint8_t)label;
	unqueue(label);
}

uint32_t guest_enter(struct hd_task *t, const struct func *f,
		     const uint64_t *args, uint32_t n)
{
	const struct jval *s = expect("start", 0);
	const struct jval *want = json_get(s, "args")->first;
	const uint32_t label = (uint32_t)json_number(s, "t", 0);

	if (f && !json_is(json_get(s, "f"), "thread") &&
	    replay_func(json_get(s, "f")) != f)
		replay_fail("another function starts");
	bind_self(label);
	take();
	for (uint32_t i = 0; i < n; i++, want = want->next)
		if (!want || (uint64_t)want->number != args[i])
			replay_fail("other arguments");
	const struct jval *r = json_get(body(label), "r");
	if (!t)
		return 0;
	if (f->lift.flags & HD_LIFT_ASYNC)
		return r ? (uint32_t)r->number : 0;
	const struct jval *first = json_at(r, 0);
	const uint64_t v = first ? (uint64_t)first->number : 0;
	hd_task_resolve(t, &v);
	if (f->post) {
		hd_post_begin(t->inst);
		s = expect("post", label);
		take();
		if (first && json_at(json_get(s, "args"), 0)->number !=
			     first->number)
			replay_fail("other arguments of post-return");
		body(label);
		hd_post_end(t->inst);
	}
	return 0;
}

static uint32_t callback(uint32_t event, uint32_t p1, uint32_t p2)
{
	const uint32_t label = replay_label();
	const struct jval *s = expect("cb", label);
	const struct jval *ev = json_get(s, "ev");

	if (json_at(ev, 0)->number != event || json_at(ev, 1)->number != p1 ||
	    json_at(ev, 2)->number != p2)
		replay_fail("another event");
	take();
	const struct jval *r = json_get(body(label), "r");
	return r ? (uint32_t)r->number : 0;
}

void replay_resolved(struct hd_task *t, const struct jval *unused, uint64_t v,
		     bool any)
{
	const struct jval *s = expect("resolve", 0);
	const struct jval *val = json_get(s, "val");
	const uint32_t label = (uint32_t)json_number(s, "t", 0);

	(void)unused;
	if (task_label[t - hd_tasks] != label)
		replay_fail("another task resolves");
	const struct jval *first = json_at(val, 0);
	if (any && (!first || (uint64_t)first->number != v))
		replay_fail("resolves to another value");
	roots[label].resolved = true;
	take();
}

/* --- host --------------------------------------------------------------- */

struct func *replay_func(const struct jval *name)
{
	for (unsigned i = 0; i < nfuncs; i++) {
		const struct jval *n = json_get(replay_funcs[i].spec, "name");
		bool same = n->length == name->length;

		for (unsigned k = 0; same && k < n->length; k++)
			same = n->text[k] == name->text[k];
		if (same)
			return &replay_funcs[i];
	}
	replay_fail("unknown function");
}

static void add_func(const struct jval *spec, bool fiber)
{
	struct func *f = &replay_funcs[nfuncs++];
	const struct jval *lift = json_get(spec, "lift");

	*f = (struct func){ .spec = spec };
	f->params = json_get(spec, "params");
	f->result = json_get(spec, "result");
	f->post = json_number(spec, "post", 0);
	f->lift.inst = &hd_instances[json_number(spec, "inst", 0)];
	f->lift.result = f;
	if (json_is(lift, "callback")) {
		f->lift.flags = HD_LIFT_ASYNC | HD_LIFT_CALLBACK;
		f->lift.callback = callback;
	} else if (json_is(lift, "stackful")) {
		f->lift.flags = HD_LIFT_ASYNC;
	}
	if (json_number(spec, "async", 0))
		f->lift.flags |= HD_LIFT_TYPED;
	if (fiber)
		f->lift.flags |= HD_LIFT_FIBER;
	adapt_bind(f);
}

static void reset(const struct jval *sc)
{
	unsigned i = 0;

	failure = NULL;
	nqueued = 0;
	hd_sched_reset();
	hd_task_reset(0);
	hd_pipe_reset();
	hd_waitable_reset();
	hd_trap_last = (struct hd_trap_info){ 0 };
	for (unsigned k = 0; k < hd_ntasks; k++) {
		hd_tasks[k] = (struct hd_task){ 0 };
		task_label[k] = 0;
	}
	hd_fiber_reset();
	for (unsigned k = 0; k < hd_nxthreads; k++)
		hd_xthreads[k] = (struct hd_xthread){ 0 };
	for (unsigned k = 0; k < hd_npipes; k++)
		hd_pipes[k].alive = 0;
	hd_lends_reset();
	for (unsigned k = 0; k < MAX_LABELS; k++)
		roots[k] = (struct root){ 0 };
	for (const struct jval *v = json_get(sc, "instances")->first; v;
	     v = v->next, i++) {
		struct hd_instance *in = &hd_instances[i];
		const int64_t parent = json_number(v, "parent", -1);

		memory_size[i] = (uint32_t)json_number(v, "mem", 0);
		for (uint32_t k = 0; k < memory_size[i]; k++)
			shadow[i][k] = replay_memory[i][k] =
				(uint8_t)(7 * k + 31 * i + 1);
		memories[i] = (struct hd_memory){ replay_memory[i],
						  &memory_size[i], MAX_MEMORY };
		modules[i] = (struct hd_module){ .memories = &memories[i],
						 .nmemories = 1 };
		*in = (struct hd_instance){ .module = &modules[i],
					    .number = (uint8_t)i };
		hd_instance_at[i] = in;
		in->parent = parent >= 0 ? &hd_instances[parent] : NULL;
		in->handles.slots = hd_slots + i * hd_nhandles;
		in->handles.slots[0] = (struct hd_slot){ 0 };
		in->handles.size = hd_nhandles;
		in->threads = &hd_thread_tables[i];
		*in->threads = (struct hd_table){
			.slots = hd_thread_slots + i * (hd_nthreads + 1u),
			.size = (uint16_t)(hd_nthreads + 1) };
	}
	ninst = i;
	nfuncs = 0;
	adapt_reset(sc);
	bool fiber = json_get(sc, "needs")->length > 0;
	for (const struct jval *s = json_get(sc, "steps")->first; s; s = s->next)
		fiber |= json_number(s, "pend", 0) == 2;	/* may block for good */
	for (const struct jval *f = json_get(sc, "funcs")->first; f; f = f->next)
		add_func(f, fiber);
}

static void collect_ready(uint32_t *labels, unsigned *n)
{
	const struct hd_thread *list[320];
	unsigned count = 0;

	for (unsigned i = 0; i < hd_ntasks; i++)
		if (hd_tasks[i].inst && hd_thread_ready(&hd_tasks[i].main))
			list[count++] = &hd_tasks[i].main;
	for (unsigned i = 0; i < hd_nxthreads; i++)
		if (hd_xthreads[i].thread.task &&
		    hd_thread_ready(&hd_xthreads[i].thread))
			list[count++] = &hd_xthreads[i].thread;
	for (unsigned i = 1; i < count; i++)
		for (unsigned k = i; k > 0 && list[k]->ticket <
		     list[k - 1]->ticket; k--) {
			const struct hd_thread *t = list[k];

			list[k] = list[k - 1];
			list[k - 1] = t;
		}
	for (unsigned i = 0; i < count; i++)
		labels[i] = *label_slot(list[i]);
	*n = count;
}

static void tick(const struct jval *s)
{
	uint32_t labels[320];
	unsigned n, i = 0;

	bind_queued();
	collect_ready(labels, &n);
	for (const struct jval *r = json_get(s, "ready")->first; r; r = r->next, i++)
		if (i >= n || r->number != (int64_t)labels[i])
			replay_fail("another set of ready threads");
	if (i != n)
		replay_fail("more threads are ready");
	const struct hd_thread *pick = hd_sched_pick();
	if (!pick || *label_slot(pick) != json_number(s, "run", 0))
		replay_fail("another thread is picked");
	take();
	hd_tick();
}

static void invoke(const struct jval *s)
{
	static uint64_t args[64][16];
	const int64_t nt = json_number(s, "nt", 0);
	const struct func *f = replay_func(json_get(s, "f"));
	uint32_t n = 0;

	for (const struct jval *v = json_get(s, "args")->first; v; v = v->next)
		args[nt % 64][n++] = (uint64_t)v->number;
	bind_queued();
	replay_bind(nt);
	take();
	roots[nt].task = hd_call_host(&f->async.lower, args[nt % 64]);
	bind_queued();
}

static void cancel(const struct jval *s)
{
	struct hd_task *t = roots[json_number(s, "t", 0)].task;

	bind_queued();
	take();
	hd_task_request_cancel(t);
	if (!failure && replay_step &&
	    json_is(json_get(replay_step, "k"), "resolve") &&
	    t->sub.state == HD_SUBTASK_CANCELLED_BEFORE_STARTED)
		replay_resolved(t, NULL, 0, false);
}

struct klass {
	const char *name;
	enum hd_trap_kind kinds[3];
};

static const struct klass classes[] = {
#define CLASS(name, ...) { name, { __VA_ARGS__ } },
#include "classes.def"
};

static void check_trap(const struct jval *s)
{
	for (unsigned i = 0; i < sizeof classes / sizeof *classes; i++)
		if (json_is(json_get(s, "class"), classes[i].name))
			for (unsigned k = 0; k < 3; k++)
				if (classes[i].kinds[k] == hd_trap_last.kind)
					return;
	replay_fail(hd_trap_last.kind ? "another trap" : "no trap");
}

static void check_end(const struct jval *s)
{
	const struct jval *outcome = json_get(s, "outcome");
	bool unresolved = false, alive = false;

	if (json_is(outcome, "trap"))
		return;
	for (unsigned i = 0; i < MAX_LABELS; i++)
		unresolved |= roots[i].task && !roots[i].resolved;
	for (unsigned i = 0; i < hd_ntasks; i++)
		alive |= hd_tasks[i].inst &&
			 (hd_tasks[i].main.state != HD_THREAD_FREE ||
			  hd_tasks[i].main.link);
	if (hd_sched_pick())
		replay_fail("threads are ready at the end");
	if (!json_is(outcome, unresolved ? "deadlock" : alive ? "stuck" : "done"))
		replay_fail("another outcome");
	if (json_get(s, "state"))
		state_check(json_get(s, "state"));
}

static void host(void *arg)
{
	(void)arg;
	while (replay_step) {
		const struct jval *s = replay_step, *k = json_get(s, "k");

		if (failure)
			hd_port_throw(&top);
		if (hd_trap_last.kind && !json_is(k, "trap") && !json_is(k, "end"))
			replay_fail("an unexpected trap");
		if (json_is(k, "invoke")) {
			invoke(s);
		} else if (json_is(k, "tick")) {
			tick(s);
		} else if (json_is(k, "cancel")) {
			cancel(s);
		} else if (json_is(k, "trap")) {
			check_trap(s);
			take();
		} else if (json_is(k, "end")) {
			check_end(s);
			replay_next();
		} else {
			replay_fail("a step of the host was due");
		}
	}
}

const char *replay(const struct jval *scenario, int *step)
{
	reset(scenario);
	replay_step = json_get(scenario, "steps")->first;
	replay_at = 0;
	hd_port_catch(&top, host, NULL);
	*step = replay_at;
	return failure;
}
