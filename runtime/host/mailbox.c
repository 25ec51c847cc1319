/* mailbox.c - a bounded queue with a turn counter at each place.
 *
 * A producer takes position t by moving tail from t to t + 1 while the place's
 * turn says t; it then writes the word and sets the turn to t + 1.  The
 * consumer takes position h when its turn says h + 1 and frees the place for
 * the next lap by setting it to h + size.  A producer preempted between the two
 * leaves later words invisible until it goes on, which it does before the
 * executor does, because interrupts run to completion.
 * Source: the bounded MPMC queue of D. Vyukov, with one consumer.
 */
#include "host/mailbox.h"

#include "core/entry.h"
#include "exec/executor.h"

_Atomic uint32_t hd_mail_ready;

static struct hd_mailbox *boxes[HD_MAILBOXES];
static uint32_t nboxes;

/* Mailboxes are emptied by the executor that made them. */
#ifdef HD_MULTI
static uint8_t owner[HD_MAILBOXES];

static void own(const struct hd_mailbox *m)
{
	const uint32_t k = hd_executor_here();

	owner[nboxes] = (uint8_t)k;
	hd_executors[k].boxes |= m->bit;
}

/* It may be about to find nothing to do, whichever it is. */
static void wake(const struct hd_mailbox *m)
{
	hd_executor_kick(owner[HD_CTZ32(m->bit)]);
}

static uint32_t own_boxes(void)
{
	return hd_self->boxes;
}

static uint32_t take_ready(void)
{
	return atomic_fetch_and_explicit(&hd_mail_ready, ~own_boxes(),
					 memory_order_acquire) & own_boxes();
}
#else
static HD_INLINE void own(const struct hd_mailbox *m)
{
	(void)m;
}

static HD_INLINE void wake(const struct hd_mailbox *m)
{
	(void)m;
}

static HD_INLINE uint32_t own_boxes(void)
{
	return UINT32_MAX;
}

static HD_INLINE uint32_t take_ready(void)
{
	return atomic_exchange_explicit(&hd_mail_ready, 0,
					memory_order_acquire);
}
#endif

bool hd_mailbox_init(struct hd_mailbox *m, struct hd_mail *mail, uint32_t size,
		     void (*deliver)(struct hd_mailbox *m, uint32_t word),
		     void *context)
{
	HD_ENTRY;
	if (size == 0 || (size & (size - 1)) || nboxes == HD_MAILBOXES)
		return false;
	m->mail = mail;
	m->size = size;
	m->deliver = deliver;
	m->context = context;
	atomic_init(&m->tail, 0);
	m->head = 0;
	m->bit = 1u << nboxes;
	for (uint32_t i = 0; i < size; i++)
		atomic_init(&mail[i].turn, i);
	own(m);
	boxes[nboxes++] = m;
	return true;
}

bool hd_mailbox_put(struct hd_mailbox *m, uint32_t word)
{
	uint32_t at = atomic_load_explicit(&m->tail, memory_order_relaxed);

	for (;;) {
		struct hd_mail *p = &m->mail[at & (m->size - 1)];
		const uint32_t turn = atomic_load_explicit(&p->turn,
							   memory_order_acquire);

		if ((int32_t)(turn - at) < 0)
			return false;
		if (turn != at) {
			at = atomic_load_explicit(&m->tail, memory_order_relaxed);
			continue;
		}
		if (!atomic_compare_exchange_weak_explicit(&m->tail, &at, at + 1,
				memory_order_relaxed, memory_order_relaxed))
			continue;
		p->word = word;
		atomic_store_explicit(&p->turn, at + 1, memory_order_release);
		atomic_fetch_or_explicit(&hd_mail_ready, m->bit,
					 memory_order_release);
		wake(m);
		return true;
	}
}

bool hd_mailbox_full(struct hd_mailbox *m)
{
	const uint32_t at = atomic_load_explicit(&m->tail, memory_order_relaxed);

	return (int32_t)(atomic_load_explicit(&m->mail[at & (m->size - 1)].turn,
					      memory_order_acquire) - at) < 0;
}

static void drain(struct hd_mailbox *m)
{
	for (;;) {
		struct hd_mail *p = &m->mail[m->head & (m->size - 1)];

		if (atomic_load_explicit(&p->turn, memory_order_acquire) !=
		    m->head + 1)
			return;
		const uint32_t word = p->word;
		atomic_store_explicit(&p->turn, m->head + m->size,
				      memory_order_release);
		m->head++;
		m->deliver(m, word);
	}
}

bool hd_mail_poll(void)
{
	if ((atomic_load_explicit(&hd_mail_ready, memory_order_relaxed) &
	     own_boxes()) == 0)
		return false;
	uint32_t bits = take_ready();
	for (; bits; bits &= bits - 1)
		drain(boxes[HD_CTZ32(bits)]);
	return true;
}
