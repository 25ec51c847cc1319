/* interrupts.c - every way in which interrupts can preempt the mailbox.
 *
 *	rt_interrupts [PUTS1 PUTS2 PUTS3]
 *
 * host/mailbox.c itself, with a point before each of its atomic accesses at
 * which any interrupt of a higher priority may run: to its end, and preempted
 * in its turn. Interrupts of three priorities put so many words each (default
 * 2 2 1), the first two into one mailbox of two places, the third into one of a
 * single place; delivery itself puts one word more. All choices are tried, from
 * positions at 0 and from positions about to wrap.
 *
 * Cortex-M is one processor and each access is one instruction or an exclusive
 * pair that an interrupt makes fail, so nothing finer is to be told apart; the
 * order the compiler gives the plain accesses is fixed by the atomics' order.
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static void point(void);

#undef atomic_load_explicit
#undef atomic_store_explicit
#undef atomic_exchange_explicit
#undef atomic_fetch_or_explicit
#undef atomic_fetch_and_explicit
#undef atomic_compare_exchange_weak_explicit
#define atomic_load_explicit(p, o) (point(), __atomic_load_n(p, __ATOMIC_SEQ_CST))
#define atomic_store_explicit(p, v, o) \
	(point(), __atomic_store_n(p, v, __ATOMIC_SEQ_CST))
#define atomic_exchange_explicit(p, v, o) \
	(point(), __atomic_exchange_n(p, v, __ATOMIC_SEQ_CST))
#define atomic_fetch_or_explicit(p, v, o) \
	(point(), __atomic_fetch_or(p, v, __ATOMIC_SEQ_CST))
#define atomic_fetch_and_explicit(p, v, o) \
	(point(), __atomic_fetch_and(p, v, __ATOMIC_SEQ_CST))
#define atomic_compare_exchange_weak_explicit(p, e, v, s, f) \
	(point(), __atomic_compare_exchange_n(p, e, v, false, \
					      __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))

#include "host/mailbox.c"

#define LEVELS 3
#define BOXES 2

/* The choices of this run: those already made are repeated. */
static uint8_t chosen[256], options[256];
static unsigned depth, replay;

static unsigned choose(unsigned n)
{
	if (n == 1)
		return 0;
	if (depth == sizeof chosen)
		exit(70);
	if (depth >= replay)
		chosen[depth] = 0;
	options[depth] = (uint8_t)n;
	return chosen[depth++];
}

static unsigned budget[LEVELS + 1], left[LEVELS + 1];
static unsigned level;			/* 0: the executor */
static unsigned extra;			/* words delivery itself puts */

static struct hd_mailbox box[BOXES];
static struct hd_mail mail[BOXES][2];
static const uint32_t size[BOXES] = { 2, 1 };

static unsigned accepted[BOXES], delivered[BOXES], putting[BOXES];
static unsigned next_word[LEVELS + 1], last_word[LEVELS + 1];
static unsigned long runs, points, full;

static void claim(bool holds, const char *what)
{
	if (holds)
		return;
	printf("not ok - interrupts: %s; choices", what);
	for (unsigned i = 0; i < depth; i++)
		printf(" %u", chosen[i]);
	printf("\n");
	exit(1);
}

static void put(unsigned l)
{
	const unsigned b = l == 3;
	const uint32_t word = l << 8 | next_word[l];

	putting[b]++;
	const bool ok = hd_mailbox_put(&box[b], word);
	putting[b]--;
	if (ok) {
		accepted[b]++;
		next_word[l]++;
		return;
	}
	full++;
	claim(accepted[b] + putting[b] - delivered[b] >= size[b],
	      "a put is refused only when the box is full");
}

/* Any interrupt above the present priority may come now. */
static void point(void)
{
	points++;
	for (;;) {
		unsigned can[LEVELS], n = 0;

		for (unsigned l = level + 1; l <= LEVELS; l++)
			if (left[l])
				can[n++] = l;
		const unsigned c = choose(n + 1);
		if (c == 0)
			return;
		const unsigned was = level;
		level = can[c - 1];
		left[level]--;
		put(level);
		level = was;
	}
}

static void deliver(struct hd_mailbox *m, uint32_t word)
{
	const unsigned b = (unsigned)(m - box), l = word >> 8;

	delivered[b]++;
	claim(l <= LEVELS && (word & 0xff) == last_word[l],
	      "each word once, each producer's in order");
	last_word[l]++;
	if (extra) {
		extra--;
		put(0);
	}
}

static void start(uint32_t from)
{
	nboxes = 0;
	atomic_init(&hd_mail_ready, 0);
	for (unsigned b = 0; b < BOXES; b++) {
		claim(hd_mailbox_init(&box[b], mail[b], size[b], deliver, NULL),
		      "init");
		box[b].head = from;
		atomic_init(&box[b].tail, from);
		for (uint32_t i = 0; i < size[b]; i++)
			atomic_init(&mail[b][(from + i) & (size[b] - 1)].turn,
				    from + i);
		accepted[b] = delivered[b] = putting[b] = 0;
	}
	for (unsigned l = 0; l <= LEVELS; l++) {
		left[l] = budget[l];
		next_word[l] = last_word[l] = 0;
	}
	extra = 1;
	level = depth = 0;
}

/* The executor: as often as there is something, then once more after idling. */
static void run(uint32_t from)
{
	start(from);
	do {
		while (hd_mail_poll())
			;
		/* nothing has happened since it saw no bit */
		for (unsigned b = 0; b < BOXES; b++)
			claim(accepted[b] == delivered[b],
			      "no wake-up is lost");
		point();
	} while (atomic_load(&hd_mail_ready));
	for (unsigned b = 0; b < BOXES; b++)
		claim(accepted[b] == delivered[b], "no word is left");
	runs++;
}

int main(int argc, char **argv)
{
	for (unsigned l = 1; l <= LEVELS; l++)
		budget[l] = argc > LEVELS ? (unsigned)atoi(argv[l]) :
					    3 - (l + 1) / 2;
	for (unsigned wrap = 0; wrap < 2; wrap++) {
		replay = 0;
		for (;;) {
			run(wrap ? 0xfffffffe : 0);
			while (depth > 0 &&
			       chosen[depth - 1] + 1 == options[depth - 1])
				depth--;
			if (depth == 0)
				break;
			chosen[depth - 1]++;
			replay = depth;
		}
	}
	printf("ok - interrupts: %u %u %u words: %lu interleavings, %lu points, "
	       "%lu puts refused; complete\n", budget[1], budget[2], budget[3],
	       runs, points, full);
	return 0;
}
