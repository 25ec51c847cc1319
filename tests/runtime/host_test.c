/* host_test.c - mailboxes, typed rings, host functions, timers, priorities. */
#include "big_config.h"
#include "exec/loop.h"
#include "harness.h"
#include "host/func.h"
#include "host/mailbox.h"
#include "host/ring.h"
#include "host/timer.h"

static const struct hd_elem u32 = { 4, 4, true, NULL, NULL };
static const struct hd_canon c32 = { &u32, 0, 0, 0 };
static struct hd_instance *const in = &hd_instances[0];
static struct hd_host_end end;
static HD_ALIGNED(4) uint8_t storage[64];
static uint32_t h, result;

static void do_read(void *arg)
{
	result = hd_stream_read(h, 64, *(uint32_t *)arg, &c32);
}

static void do_write(void *arg)
{
	result = hd_stream_write(h, 64, *(uint32_t *)arg, &c32);
}

static void do_poll(void *arg)
{
	(void)arg;
	hd_join(h, hd_waitable_set_new());
	result = hd_waitable_set_poll(&c32, h + 1, 0);
}

static void test_rings(void)
{
	uint32_t n = 4, words[16] = { 1, 2, 3, 4, 5, 6, 7, 8 };

	start(1);
	check(!hd_host_stream_init(&end, in, &u32, 1, storage + 1, 15, &h), "misaligned storage");
	check(hd_host_stream_init(&end, in, &u32, 1, storage, 16, &h), "towards the guest");
	check(guest(in, do_read, &n) == 0 && result == HD_BLOCKED, "guest waits");
	check(hd_host_write(&end, words, 3) == 3 && hd_host_count(&end) == 0, "served at once");
	check(hd_host_write(&end, words + 3, 3) == 3 && hd_host_count(&end) == 2, "goes on filling");
	guest(in, do_poll, NULL);
	uint32_t p[2];
	memcpy(p, rt[0].bytes, 8);
	check(result == HD_EVENT_STREAM_READ && p[1] == 4u << 4, "event says four");
	check(!memcmp(rt[0].bytes + 64, words, 16), "in order");
	guest(in, do_read, &n);
	check(result == 2u << 4, "the rest from the ring");
	uint32_t room;
	uint32_t *at = hd_host_reserve(&end, &room);
	check(room > 0 && room <= 16, "reserve");
	at[0] = 77;
	hd_host_commit(&end, 1);
	hd_host_end_drop(&end);
	guest(in, do_read, &n);
	check(result == 1u << 4 && rt[0].bytes[64] == 77, "what is left");
	guest(in, do_read, &n);
	check(result == HD_DROPPED, "then dropped");

	start(1);
	check(hd_host_stream_init(&end, in, &u32, 1, storage, 16, &h), "towards the guest");
	guest(in, do_read, &n);
	check(hd_host_write(&end, words, 6) == 6, "more than the guest waits for");
	hd_host_end_drop(&end);
	guest(in, do_poll, NULL);
	memcpy(p, rt[0].bytes, 8);
	check(p[1] == 4u << 4, "not dropped while the ring has elements");
	guest(in, do_read, &n);
	check(result == 2u << 4, "they are read");
	guest(in, do_read, &n);
	check(result == HD_DROPPED, "then dropped");

	start(1);
	check(hd_host_stream_init(&end, in, &u32, 0, storage, 2, &h), "from the guest");
	memcpy(rt[0].bytes + 64, words, 32);
	guest(in, do_write, &n);
	check(result == 2u << 4, "two fit");
	guest(in, do_write, &n);
	check(result == HD_BLOCKED, "full");
	uint32_t w;
	check(hd_host_get(&end, &w) && w == 1, "get");
	check(hd_host_count(&end) == 2, "the pinned write moves up");
	const uint32_t *q = hd_host_reserve(&end, &room);
	check(room >= 1 && q[0] == 2, "read in place");
	hd_host_commit(&end, 1);
	hd_host_end_drop(&end);
	check(hd_host_write(&end, words, 1) == 0, "not after the drop");
}

/* Reads and writes of no elements wait for the other side to be ready. */
static void test_no_elements(void)
{
	static const uint32_t words[2] = { 5, 6 };
	uint32_t none = 0, one = 1, two = 2, w;

	start(1);
	check(hd_host_stream_init(&end, in, &u32, 1, storage, 16, &h), "towards the guest");
	guest(in, do_read, &none);
	check(result == HD_BLOCKED, "nothing to read yet");
	check(hd_host_write(&end, words, 2) == 2 && hd_host_count(&end) == 2, "now there is");
	hd_host_end_drop(&end);
	guest(in, do_poll, NULL);
	check(result == HD_EVENT_STREAM_READ && rt[0].bytes[4] == HD_COMPLETED, "it is told");
	guest(in, do_read, &one);
	check(result == 1u << 4 && rt[0].bytes[64] == 5, "nothing is lost");
	guest(in, do_read, &none);
	check(result == HD_COMPLETED, "there is more");
	guest(in, do_read, &one);
	check(result == 1u << 4 && rt[0].bytes[64] == 6, "which is read");
	guest(in, do_read, &none);
	check(result == HD_DROPPED, "then dropped");

	start(1);
	check(hd_host_stream_init(&end, in, &u32, 0, storage, 2, &h), "from the guest");
	guest(in, do_write, &none);
	check(result == HD_COMPLETED, "there is room");
	guest(in, do_write, &two);
	guest(in, do_write, &none);
	check(result == HD_BLOCKED, "there is none");
	check(hd_host_get(&end, &w), "now there is");
	guest(in, do_poll, NULL);
	check(result == HD_EVENT_STREAM_WRITE && rt[0].bytes[4] == HD_COMPLETED, "it is told");
}

static uint32_t seen[64], nseen;

static void do_half(void *arg)
{
	(void)arg;
	const uint64_t ends = hd_stream_new(&c32);

	hd_stream_drop_writable(&c32, (uint32_t)(ends >> 32));
	h = (uint32_t)ends;
}

/* A readable end that the host takes when its writer is gone already. */
static void test_taken(void)
{
	start(1);
	check(guest(in, do_half, NULL) == 0, "a stream without its writer");
	check(hd_host_stream_take(&end, in, &u32, h, storage, 16), "taken");
	check(hd_host_gone(&end), "its writer is gone still");
	hd_host_end_drop(&end);
	check(!hd_pipes[0].alive, "and the stream with it");
}

static void mail(struct hd_mailbox *m, uint32_t word)
{
	(void)m;
	if (nseen < 64)
		seen[nseen++] = word;
}

static void test_mailbox(void)
{
	static struct hd_mail slots[4];
	static struct hd_mailbox m;

	check(!hd_mailbox_init(&m, slots, 3, mail, NULL), "power of two");
	check(hd_mailbox_init(&m, slots, 4, mail, NULL), "init");
	for (uint32_t lap = 0; lap < 5; lap++) {
		for (uint32_t i = 0; i < 4; i++)
			check(hd_mailbox_put(&m, lap * 10 + i), "put");
		check(hd_mailbox_full(&m) && !hd_mailbox_put(&m, 99), "full");
		nseen = 0;
		check(hd_mail_poll() && nseen == 4 && seen[3] == lap * 10 + 3, "in order");
		check(!hd_mail_poll(), "empty");
	}
}

static unsigned expired;

static void expire(struct hd_timer *t)
{
	(void)t;
	expired++;
}

static void test_timers(void)
{
	struct hd_timer t1 = { 0 }, t2 = { 0 };

	hd_timer_start(&t1, 0, expire, NULL);
	hd_timer_start(&t2, 100000, expire, NULL);
	check(hd_timer_poll() && expired == 1, "due");
	check(hd_timer_next() > 1000 && hd_timer_next() <= 100000, "next");
	hd_timer_stop(&t2);
	hd_timer_stop(&t2);
	check(hd_timer_next() == UINT32_MAX, "none");
}

/* --- a host function --- */

static struct hd_task *pending;
static uint32_t got;

static uint32_t host_start(struct hd_task *t, const void *args HD_UNUSED)
{
	memcpy(&got, t->args, 4);
	if (got == 5) {
		hd_host_answer(t, &got);
		return 0;
	}
	pending = t;
	return 0;
}

static void host_results(struct hd_task *t, const void *flat,
		    const void *args HD_UNUSED)
{
	uint32_t ptr;

	memcpy(&ptr, (const uint32_t *)t->args + 1, 4);
	memcpy(hd_task_caller(t)->module->memories[0].base + ptr, flat, 4);
}

static const struct hd_lift host_lift = HD_HOST_LIFT;
static const struct hd_lower host_lower = { &host_lift, host_start, host_results };

static void do_call(void *arg)
{
	const uint32_t args[2] = { *(uint32_t *)arg, 32 };

	result = hd_call_async(&host_lower, args, 2);
}

static void do_cancel(void *arg)
{
	result = hd_subtask_cancel(&c32, *(uint32_t *)arg);
}

static void test_host_functions(void)
{
	uint32_t x = 5, answer = 42;

	start(1);
	guest(in, do_call, &x);
	check(result == HD_SUBTASK_RETURNED && rt[0].bytes[32] == 5, "answers at once");
	x = 6;
	guest(in, do_call, &x);
	check((result & 15) == HD_SUBTASK_STARTED, "or later");
	h = result >> 4;
	hd_host_answer(pending, &answer);
	check(rt[0].bytes[32] == 42, "result stored");
	guest(in, do_poll, NULL);
	check(result == HD_EVENT_SUBTASK && rt[0].bytes[4] == HD_SUBTASK_RETURNED, "and told");
	guest(in, do_call, &x);
	h = result >> 4;
	guest(in, do_cancel, &h);
	check(result == HD_BLOCKED && hd_host_cancel_requested(pending), "asked to stop");
	hd_host_confirm_cancel(pending);
	check(pending->sub.state == HD_SUBTASK_CANCELLED_BEFORE_RETURNED, "confirmed");
}

int main(void)
{
	test_rings();
	test_no_elements();
	test_taken();
	test_mailbox();
	test_timers();
	test_host_functions();
	return finish("host edge");
}
