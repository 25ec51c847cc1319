/* traffic.c - producers and consumers (traffic.h). */
#include "traffic.h"

#include "config.h"
#include "core/pipe.h"
#include "exec/callback.h"
#include "exec/enter.h"
#include "exec/executor.h"
#include "host/ring.h"

#define MEMORY	4096
#define TOTAL	200	/* bytes of a round */
#define CHUNK	48
#define AREA	128	/* of each task in its memory */
#define VALUE	64	/* places of futures' values in it */
#define CLOCK	68

enum { EXIT, YIELD, WAIT };

const char *volatile traffic_wrong;
struct traffic_seen traffic_seen[2];

static HD_ALIGNED(8) uint8_t bytes[2][MEMORY];
static uint32_t size = MEMORY;
static const struct hd_memory memories[2] = {
	{ bytes[0], &size, MEMORY }, { bytes[1], &size, MEMORY } };
static const struct hd_module modules[2] = {
	{ .memories = &memories[0], .nmemories = 1 },
	{ .memories = &memories[1], .nmemories = 1 } };
static struct hd_task plain[2];

static const struct hd_elem u8 = { 1, 1, true, NULL, NULL };
static const struct hd_elem u32 = { 4, 4, true, NULL, NULL };
static const struct hd_canon stream = { &u8, HD_CANON_BYTES, 0, 0 };
static const struct hd_canon future = { &u32, 0, 0, 0 };
static const struct hd_canon none = { 0 };

/* A producer, or a consumer; touched by its task alone, but for `result`, which
 * is the caller's memory. */
struct side {
	uint32_t random, set, end, subtask, future, writes;
	uint32_t at;		/* bytes sent or received */
	uint32_t rounds;
	uint32_t words[2];	/* arguments of the call */
	uint32_t result;
	uint32_t pair;		/* of a consumer */
	bool taken, copying, closed, reading, cancelling, late, returned;
	bool patient, awaiting;	/* does not send until a call that is cancelled ends */
	/* a future of the host's that ends its sleep; the executor's, too */
	bool sleeping;
	uint32_t clock;
	struct hd_host_end host;
	uint32_t cell;
};
/* A consumer may still have to hear that its future has been read when the next one
 * of its producer begins, or one after that, since calls that are cancelled begin
 * none: it takes a place, from its beginning to its end. */
#define PLACES	(4 * PAIRS)
static struct side producers[PAIRS], consumers[PLACES];
static uint32_t numbers[PAIRS];

static void wrong(const char *what)
{
	if (!traffic_wrong)
		traffic_wrong = what;
}

static uint32_t draw(struct side *s)
{
	s->random = s->random * 1664525u + 1013904223u;
	return s->random >> 8;
}

static bool one_in(struct side *s, uint32_t n)
{
	return draw(s) % n == 0;
}

static void pause_in(struct side *s)
{
	traffic_pause(draw(s));
}

/* Whether this is the executor of instance k. */
static bool at_home(unsigned k)
{
	return hd_self == &hd_executors[hd_instances[k].executor];
}

static uint8_t byte_at(uint32_t pair, uint32_t at)
{
	return (uint8_t)(pair * 31 + at * 7);
}

/* --- sleep --- */

static bool alarms;

/* Whether the task, of instance k, sleeps from now on: it waits. */
static bool sleeps(struct side *s, unsigned k, uint32_t place)
{
	if (!alarms || !one_in(s, 3))
		return false;
	if (!hd_host_future_init(&s->host, &hd_instances[k], &u32, 1, &s->cell,
				 &s->clock))
		wrong("no clock");
	hd_join(s->clock, s->set);
	traffic_seen[k].slept++;
	s->sleeping = true;
	if (hd_future_read(s->clock, place + CLOCK, &future) != HD_BLOCKED)
		wrong("an alarm before the sleep");
	return true;
}

/* Whether an event is the end of its sleep. */
static bool woken(struct side *s, uint32_t handle)
{
	if (s->clock != handle)
		return false;
	hd_future_drop_readable(&future, s->clock);
	s->clock = 0;
	return true;
}

static void wake_one(struct side *sides, unsigned n, unsigned turn)
{
	for (unsigned i = 0; i < n; i++) {
		struct side *s = &sides[(turn + i) % n];

		if (!s->sleeping)
			continue;
		s->sleeping = false;
		hd_host_put(&s->host, &s->random);
		hd_host_end_drop(&s->host);
		return;
	}
}

void traffic_alarm(unsigned k)
{
	static unsigned turns[2];
	const unsigned turn = turns[k]++;

	if (hd_instances[0].executor == k)
		wake_one(producers, PAIRS, turn);
	else
		wake_one(consumers, PLACES, turn);
}

/* --- consumers --- */

static uint32_t consumer_called(uint32_t event, uint32_t p1, uint32_t p2);
static uint32_t consumer_begins(struct hd_task *t, const void *args);
static void consumer_results(struct hd_task *t, const void *flat,
			     const void *args);

#define CALLBACK (HD_LIFT_ASYNC | HD_LIFT_CALLBACK | HD_LIFT_TYPED)
static const struct hd_lift consumer = { &hd_instances[1], consumer_called, &u32,
					 CALLBACK };
static const struct hd_lower consuming = { &consumer, consumer_begins,
					   consumer_results };

/* The readable end of the future goes to the caller, whose last word is kept. */
static void consumer_results(struct hd_task *t, const void *flat,
			     const void *args)
{
	uint32_t h;

	(void)t;
	__builtin_memcpy(&h, flat, sizeof h);
	producers[((const uint32_t *)args)[1]].result =
		hd_lower_pipe(&hd_instances[0],
			      hd_lift_pipe(&hd_instances[1], &u32, h, true));
}

static void return_future(struct side *s)
{
	const uint64_t ends = hd_future_new(&future);
	const uint32_t r = (uint32_t)ends;

	s->future = (uint32_t)(ends >> 32);
	s->returned = true;
	hd_join(s->future, s->set);
	hd_task_return(&consumer, &r);
}

static uint32_t consumer_ends(struct side *s)
{
	hd_waitable_set_drop(s->set);
	s->taken = false;
	return EXIT;
}

/* The end of the stream: the count goes into the future. */
static uint32_t put_count(struct side *s, uint32_t place)
{
	hd_stream_drop_readable(&stream, s->end);
	if (!s->returned)
		return_future(s);
	__builtin_memcpy(bytes[1] + place * AREA + VALUE, &s->at, 4);
	s->closed = true;
	if (hd_future_write(s->future, place * AREA + VALUE, &future) ==
	    HD_BLOCKED) {
		traffic_seen[1].futures_blocked++;
		return WAIT | s->set << 4;
	}
	hd_future_drop_writable(&future, s->future);
	return consumer_ends(s);
}

static void take(struct side *s, uint32_t place, uint32_t n)
{
	const uint8_t *p = bytes[1] + place * AREA;

	for (uint32_t i = 0; i < n; i++)
		if (p[i] != byte_at(s->pair, s->at + i))
			wrong("a byte is not what was sent");
	s->at += n;
}

static uint32_t receive(struct side *s, uint32_t place)
{
	for (;;) {
		pause_in(s);
		if (sleeps(s, 1, place * AREA))
			return WAIT | s->set << 4;
		const uint32_t n = 1 + draw(s) % CHUNK;
		const uint32_t r = hd_stream_read(s->end, place * AREA, n, &stream);

		if (r == HD_BLOCKED) {
			traffic_seen[1].reads_blocked++;
			return WAIT | s->set << 4;
		}
		take(s, place, r >> 4);
		if ((r & 15) == HD_DROPPED)
			return put_count(s, place);
	}
}

/* A place that no consumer has. */
static uint32_t free_place(void)
{
	uint32_t k = 0;

	while (k < PLACES - 1 && consumers[k].taken)
		k++;
	if (consumers[k].taken)
		wrong("more consumers than there can be");
	consumers[k].taken = true;
	return k;
}

static uint32_t consumer_begins(struct hd_task *t, const void *args)
{
	const uint32_t *words = args;
	const uint32_t place = free_place();
	struct side *s = &consumers[place];

	(void)t;
	if (!at_home(1))
		wrong("a consumer begins on the other executor");
	s->pair = words[1];
	pause_in(s);
	s->end = hd_lower_pipe(&hd_instances[1],
			       hd_lift_pipe(&hd_instances[0], &u8, words[0],
					    false));
	hd_context_set(0, place);
	s->set = hd_waitable_set_new();
	s->at = 0;
	s->closed = s->returned = false;
	hd_join(s->end, s->set);
	s->late = one_in(s, 2);
	if (!s->late)
		return_future(s);
	return receive(s, place);
}

static uint32_t consumer_called(uint32_t event, uint32_t p1, uint32_t p2)
{
	const uint32_t place = hd_context_get(0);
	struct side *s = &consumers[place];

	if (!at_home(1))
		wrong("a consumer runs on the other executor");
	pause_in(s);
	switch (event) {
	case HD_EVENT_STREAM_READ:
		take(s, place, p2 >> 4);
		if ((p2 & 15) == HD_DROPPED)
			return put_count(s, place);
		if (!s->returned && one_in(s, 3))
			return_future(s);
		return receive(s, place);
	case HD_EVENT_FUTURE_READ:
		if (!woken(s, p1))
			wrong("a future that is not read");
		return receive(s, place);
	case HD_EVENT_FUTURE_WRITE:
		hd_future_drop_writable(&future, s->future);
		return consumer_ends(s);
	case HD_EVENT_TASK_CANCELLED:
		traffic_seen[1].cancelled_late++;
		if (s->returned)
			wrong("cancelled after it returned");
		if (s->clock) {
			if (s->sleeping) {
				s->sleeping = false;
				hd_future_cancel_read(&future, s->clock);
				hd_host_end_drop(&s->host);
			} else {
				hd_future_cancel_read(&future, s->clock);
			}
			woken(s, s->clock);
		} else {
			hd_stream_cancel_read(&stream, s->end);
		}
		hd_stream_drop_readable(&stream, s->end);
		hd_task_cancel();
		return consumer_ends(s);
	default:
		wrong("a consumer gets an event of another kind");
		return EXIT;
	}
}

/* --- producers --- */

static uint32_t producer_called(uint32_t event, uint32_t p1, uint32_t p2);

static const struct hd_lift producer = { &hd_instances[0], producer_called, &u8,
					 CALLBACK };

static uint32_t begin_round(struct side *s, uint32_t pair);

/* All of a round has ended. */
static uint32_t next_round(struct side *s, uint32_t pair)
{
	if (--s->rounds > 0)
		return begin_round(s, pair);
	hd_waitable_set_drop(s->set);
	hd_task_return(&producer, NULL);
	traffic_ended();
	return EXIT;
}

static uint32_t get_count(struct side *s, uint32_t pair, uint32_t copied)
{
	uint32_t n;

	__builtin_memcpy(&n, bytes[0] + pair * AREA + VALUE, 4);
	if (copied != HD_COMPLETED)
		wrong("a future's writer is gone");
	else if (n != s->at)
		wrong("not as many bytes as were sent");
	hd_future_drop_readable(&future, s->future);
	return next_round(s, pair);
}

/* What there is to do next, with the writable end closed. */
static uint32_t go_on(struct side *s, uint32_t pair)
{
	if (s->subtask)
		return WAIT | s->set << 4;
	if (s->future == 0)		/* the call was cancelled */
		return next_round(s, pair);
	const uint32_t r = hd_future_read(s->future, pair * AREA + VALUE, &future);
	if (r == HD_BLOCKED) {
		traffic_seen[0].futures_blocked++;
		s->reading = true;
		return WAIT | s->set << 4;
	}
	return get_count(s, pair, r);
}

static uint32_t close(struct side *s, uint32_t pair)
{
	hd_stream_drop_writable(&stream, s->end);
	s->closed = true;
	return go_on(s, pair);
}

/* The call is to be cancelled.  Returns whether that has ended it. */
static bool cancel_call(struct side *s)
{
	const uint32_t r = hd_subtask_cancel(&none, s->subtask);

	traffic_seen[0].calls_cancelled++;
	s->cancelling = true;
	s->patient = one_in(s, 2);
	if (r == HD_BLOCKED)
		return false;
	if (r != HD_SUBTASK_CANCELLED_BEFORE_STARTED &&
	    r != HD_SUBTASK_RETURNED)
		wrong("a call elsewhere ends at once");
	if (r == HD_SUBTASK_CANCELLED_BEFORE_STARTED) {
		traffic_seen[0].cancelled_early++;
		hd_stream_drop_readable(&stream, s->words[0]);
		s->future = 0;
	} else {
		s->future = s->result;
		hd_join(s->future, s->set);
	}
	hd_subtask_drop(s->subtask);
	s->subtask = 0;
	return true;
}

static uint32_t send(struct side *s, uint32_t pair)
{
	for (;;) {
		const uint32_t most = TOTAL - s->at;
		uint32_t n = 1 + draw(s) % CHUNK;

		if (most == 0)
			return close(s, pair);
		if (s->subtask && s->cancelling && s->patient) {
			traffic_seen[0].awaited++;
			s->awaiting = true;
			return WAIT | s->set << 4;
		}
		if (sleeps(s, 0, pair * AREA))
			return WAIT | s->set << 4;
		if (n > most)
			n = most;
		for (uint32_t i = 0; i < n; i++)
			bytes[0][pair * AREA + i] = byte_at(pair, s->at + i);
		pause_in(s);
		uint32_t r = hd_stream_write(s->end, pair * AREA, n, &stream);
		if (r == HD_BLOCKED) {
			traffic_seen[0].writes_blocked++;
			pause_in(s);
			if (!one_in(s, 8)) {
				s->copying = true;
				return WAIT | s->set << 4;
			}
			traffic_seen[0].writes_cancelled++;
			r = hd_stream_cancel_write(&stream, s->end);
		}
		s->at += r >> 4;
		if ((r & 15) == HD_DROPPED)
			return close(s, pair);
	}
}

static uint32_t begin_round(struct side *s, uint32_t pair)
{
	const uint64_t ends = hd_stream_new(&stream);

	s->end = (uint32_t)(ends >> 32);
	s->at = 0;
	s->copying = s->closed = s->reading = s->cancelling = s->awaiting = false;
	s->future = 0;
	s->words[0] = (uint32_t)ends;
	s->words[1] = pair;
	hd_join(s->end, s->set);
	pause_in(s);
	const uint32_t r = hd_call_async(&consuming, s->words, 2);
	if ((r & 15) != HD_SUBTASK_STARTING)
		wrong("a call elsewhere starts at once");
	s->subtask = r >> 4;
	hd_join(s->subtask, s->set);
	pause_in(s);
	if (one_in(s, 6) && cancel_call(s) && s->future == 0)
		return close(s, pair);
	return send(s, pair);
}

static uint32_t producer_begins(struct hd_task *t, const void *args)
{
	const uint32_t pair = *(const uint32_t *)args;
	struct side *s = &producers[pair];

	(void)t;
	hd_context_set(0, pair);
	s->set = hd_waitable_set_new();
	return begin_round(s, pair);
}

static uint32_t call_changed(struct side *s, uint32_t pair, uint32_t state)
{
	if (state == HD_SUBTASK_STARTED) {
		if (!s->cancelling && one_in(s, 4) && cancel_call(s) && s->closed)
			return go_on(s, pair);
		return WAIT | s->set << 4;
	}
	if (state == HD_SUBTASK_RETURNED) {
		s->future = s->result;
		hd_join(s->future, s->set);
	} else if (state == HD_SUBTASK_CANCELLED_BEFORE_STARTED) {
		traffic_seen[0].cancelled_early++;
		hd_stream_drop_readable(&stream, s->words[0]);
	} else if (state != HD_SUBTASK_CANCELLED_BEFORE_RETURNED) {
		wrong("no such state of a call");
	}
	hd_subtask_drop(s->subtask);
	s->subtask = 0;
	if (s->awaiting) {
		s->awaiting = false;
		return send(s, pair);
	}
	return s->closed ? go_on(s, pair) : WAIT | s->set << 4;
}

static uint32_t producer_called(uint32_t event, uint32_t p1, uint32_t p2)
{
	const uint32_t pair = hd_context_get(0);
	struct side *s = &producers[pair];

	if (!at_home(0))
		wrong("a producer runs on the other executor");
	pause_in(s);
	switch (event) {
	case HD_EVENT_SUBTASK:
		return call_changed(s, pair, p2);
	case HD_EVENT_STREAM_WRITE:
		if (p1 != s->end || !s->copying)
			wrong("an event of an end that is not copying");
		s->copying = false;
		s->at += p2 >> 4;
		return (p2 & 15) == HD_DROPPED ? close(s, pair) : send(s, pair);
	case HD_EVENT_FUTURE_READ:
		if (woken(s, p1))
			return send(s, pair);
		if (!s->reading)
			wrong("a future that is not read");
		return get_count(s, pair, p2);
	default:
		wrong("a producer gets an event of another kind");
		return EXIT;
	}
}

static void no_results(struct hd_task *t, const void *flat, const void *args)
{
	(void)t;
	(void)flat;
	(void)args;
}

static const struct hd_lower producing = { &producer, producer_begins, no_results };

void traffic_start(uint32_t rounds, uint32_t seed, unsigned producers_at,
		   bool with_alarms)
{
	alarms = with_alarms;
	for (unsigned k = 0; k < 2; k++) {
		hd_instance_init(&hd_instances[k], &modules[k],
				 hd_slots + k * hd_nhandles, hd_nhandles, &plain[k]);
		if (!hd_executor_bind(&hd_instances[k], k ^ producers_at))
			wrong("an instance is not bound");
	}
	for (uint32_t i = 0; i < PLACES; i++)
		consumers[i].random = seed * 78 + i;
	for (uint32_t i = 0; i < PAIRS; i++) {
		numbers[i] = i;
		producers[i].rounds = rounds;
		producers[i].random = seed * 77 + i;
		struct hd_task *t = hd_call_host(&producing, &numbers[i]);
		if (!t) {
			wrong("no task");
			continue;
		}
		hd_task_release(t);
	}
}

const char *traffic_trap(void)
{
	for (unsigned k = 0; k < 2; k++)
		if (hd_poisoned(&hd_instances[k]))
			return hd_trap_text(hd_instances[k].trap.kind);
	return NULL;
}

bool traffic_clean(void)
{
	for (unsigned k = 0; k < 2; k++) {
		const struct hd_table *t = &hd_instances[k].handles;

		if (hd_poisoned(&hd_instances[k]) || hd_instances[k].entered ||
		    hd_instances[k].entering || hd_instances[k].exclusive)
			return false;
		for (uint32_t h = 1; h <= t->used; h++)
			if (t->slots[h].kind != HD_KIND_FREE)
				return false;
	}
	for (uint32_t i = 0; i < hd_ntasks; i++)
		if (hd_tasks[i].inst)
			return false;
	return true;
}
