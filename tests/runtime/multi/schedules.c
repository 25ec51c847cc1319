/* schedules.c - two executors and an interrupt in the order that a seed says, at each
 * place where one could come before another: inside and outside of the runtime, in
 * guests' code, at what executors tell each other.
 *
 *	rt_schedules [SEEDS [FIRST]]
 *
 * A seed that fails is printed; it alone (rt_schedules 1 SEED) fails in the same way.
 */
#include <stdio.h>
#include <stdlib.h>

#include "baton.h"
#include "exec/executor.h"
#include "host/mailbox.h"
#include "traffic.h"

#define ROUNDS	60

const struct hd_module *const hd_app[] = { NULL };

static uint32_t ended;

void traffic_pause(uint32_t random)
{
	(void)random;
	baton_point();
}

void traffic_ended(void)
{
	ended++;
}

static void kick(struct hd_executor *e)
{
	baton_ring((uint32_t)(e - hd_executors));
}

static struct hd_mailbox boxes[2];
static struct hd_mail places[2][8];
static uint32_t got[2], accepted[2];

static void deliver(struct hd_mailbox *m, uint32_t word)
{
	const uint32_t k = (uint32_t)(m - boxes);

	if (hd_self != &hd_executors[k])
		traffic_wrong = "a mailbox is emptied by the other executor";
	got[k] += word;
	traffic_alarm(k);
}

/* Executors until all producers have ended, then until nothing is left for them. */
static void executor(uint32_t k)
{
	for (;;) {
		hd_executor_run(k);
		if (ended == PAIRS)
			break;
		baton_wait();
	}
	baton_ring(1 - k);	/* which may wait for nothing else */
}

static void interrupt(void)
{
	for (uint32_t word = 1; ended < PAIRS; word++) {
		const unsigned k = word & 1;

		if (hd_mailbox_put(&boxes[k], word))
			accepted[k] += word;
		baton_point();
	}
}

static void actor(uint32_t k)
{
	if (k < 2)
		executor(k);
	else
		interrupt();
}

/* Returns what is wrong, or NULL. */
static const char *run(uint32_t seed)
{
	const bool alarms = seed & 2;

	ended = 0;
	traffic_start(ROUNDS, seed, seed & 1, alarms);
	const bool all = baton_run(2u + alarms, seed, actor);
	if (traffic_wrong)
		return traffic_wrong;
	if (traffic_trap())
		return traffic_trap();
	if (!all)
		return "nobody goes on, but not all have ended";
	for (uint32_t k = 0; k < 2; k++)
		hd_executor_run(k);	/* what came after its end */
	if (!traffic_clean())
		return "something is left over";
	if (got[0] != accepted[0] || got[1] != accepted[1])
		return "a word is lost";
	return NULL;
}

int main(int argc, char **argv)
{
	const uint32_t seeds = argc > 1 ? (uint32_t)atoi(argv[1]) : 1000;
	const uint32_t first = argc > 2 ? (uint32_t)atoi(argv[2]) : 1;

	for (uint32_t k = 0; k < 2; k++) {
		struct hd_outer outer;

		hd_executors[k].kick = kick;
		hd_executor_begin(k, &outer);
		hd_mailbox_init(&boxes[k], places[k], 8, deliver, NULL);
		hd_executor_end(&outer);
	}
	for (uint32_t i = 0; i < seeds; i++) {
		const char *what = run(first + i);

		if (!what)
			continue;
		printf("not ok - seed %u: %s\n", first + i, what);
		return 1;
	}
	printf("%u schedules, %u changes\n", seeds, baton_passed);
	return 0;
}
