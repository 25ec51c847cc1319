/* threads.c - two executors, two threads, with a third that puts words into
 * mailboxes of both and a host outside; for ASan, UBSan and TSan.
 *
 *	rt_multi [ROUNDS [SEED]]
 */
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "exec/executor.h"
#include "host/mailbox.h"
#include "traffic.h"

const struct hd_module *const hd_app[] = { NULL };

static sem_t bells[2];
static atomic_uint ended, stop, steps;

void traffic_pause(uint32_t random)
{
	atomic_fetch_add(&steps, 1);
	if (random % 16 == 0)
		sched_yield();
}

void traffic_ended(void)
{
	atomic_fetch_add(&ended, 1);
}

static void ring(struct hd_executor *e)
{
	sem_post(&bells[e - hd_executors]);
}

/* --- mailboxes: one of each executor --- */

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

static void *executor(void *arg)
{
	const uint32_t k = (uint32_t)(uintptr_t)arg;

	while (!atomic_load(&stop)) {
		sem_wait(&bells[k]);
		hd_executor_run(k);
	}
	return NULL;
}

static void *interrupt(void *arg)
{
	uint32_t word = 1;

	(void)arg;
	for (; !atomic_load(&stop); word++) {
		const unsigned k = word & 1;

		if (hd_mailbox_put(&boxes[k], word))
			accepted[k] += word;
		if (word % 8 == 0)
			sched_yield();
	}
	return NULL;
}

/* Returns false when there are some but nothing has moved for a long time. */
static bool wait_for_all(void)
{
	unsigned before = 0;

	for (unsigned still = 0; still < 2000; still++) {
		const unsigned now = atomic_load(&steps);

		if (atomic_load(&ended) == PAIRS)
			return true;
		if (now != before)
			still = 0;
		before = now;
		nanosleep(&(struct timespec){ 0, 10000000 }, NULL);
	}
	return false;
}

/* A run in which producers are those of one executor; where there are no alarms,
 * nothing but what the executors tell each other wakes them.  Returns whether all
 * producers ended. */
static bool traffic(uint32_t rounds, uint32_t seed, unsigned producers_at,
		    bool alarms)
{
	pthread_t threads[3];

	atomic_store(&stop, 0);
	atomic_store(&ended, 0);
	traffic_start(rounds, seed, producers_at, alarms);
	for (uintptr_t k = 0; k < 2; k++)
		pthread_create(&threads[k], NULL, executor, (void *)k);
	if (alarms)
		pthread_create(&threads[2], NULL, interrupt, NULL);
	const bool all = wait_for_all();
	atomic_store(&stop, 1);
	for (unsigned k = 0; k < 2; k++)
		ring(&hd_executors[k]);
	for (unsigned k = 0; k < 2u + alarms; k++)
		pthread_join(threads[k], NULL);
	for (uint32_t k = 0; k < 2; k++)
		hd_executor_run(k);	/* what came after its thread's end */
	return all;
}

static bool expect(bool ok, const char *what)
{
	if (!ok)
		printf("not ok - %s\n", what);
	return ok;
}

int main(int argc, char **argv)
{
	const uint32_t rounds = argc > 1 ? (uint32_t)atoi(argv[1]) : 300;
	const uint32_t seed = argc > 2 ? (uint32_t)atoi(argv[2]) : 1;
	const struct traffic_seen *a = &traffic_seen[0], *b = &traffic_seen[1];
	bool ok = true;

	for (uint32_t k = 0; k < 2; k++) {
		struct hd_outer outer;

		sem_init(&bells[k], 0, 1);
		hd_executors[k].kick = ring;
		hd_executor_begin(k, &outer);
		hd_mailbox_init(&boxes[k], places[k], 8, deliver, NULL);
		hd_executor_end(&outer);
	}
	for (unsigned k = 0; k < 4 && ok; k++) {
		ok &= expect(traffic(rounds, seed + k, k & 1, k >> 1), "every producer ended");
		ok &= expect(!traffic_wrong, traffic_wrong);
		ok &= expect(!traffic_trap(), traffic_trap());
		ok &= expect(traffic_clean(), "nothing is left over");
		ok &= expect(got[0] == accepted[0] && got[1] == accepted[1],
			     "no word is lost");
		for (unsigned i = 0; i < 2; i++)
			sem_post(&bells[i]);
	}
	ok &= expect(a->writes_blocked && a->writes_cancelled && a->awaited &&
		     a->calls_cancelled && b->reads_blocked && a->slept && b->slept, "all that was to be seen");
	printf("writes blocked %u, cancelled %u; reads blocked %u; calls cancelled %u: early %u, late %u; futures blocked %u, %u\n",
	       a->writes_blocked, a->writes_cancelled, b->reads_blocked,
	       a->calls_cancelled, a->cancelled_early, b->cancelled_late,
	       a->futures_blocked, b->futures_blocked);
	return !ok;
}
