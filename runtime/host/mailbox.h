/* host/mailbox.h - from interrupts to the executor.
 *
 * The only runtime functions an interrupt may call are hd_mailbox_put and
 * hd_mailbox_full.  A mailbox is a bounded queue of words for any number of
 * producers at any priority and one consumer, the executor; nothing masks
 * interrupts and nobody waits for anybody.
 */
#ifndef HD_MAILBOX_H
#define HD_MAILBOX_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* One place.  `turn` says whose it is: equal to the position a producer holds,
 * it is free for that producer; one more, it is full. */
struct hd_mail {
	_Atomic uint32_t turn;
	uint32_t word;
};

/* Most mailboxes of an image: each has a bit in hd_mail_ready. */
#define HD_MAILBOXES 32

/*
 *   mail     `size` places, a power of two, the caller's
 *   deliver  called by the executor for each word, in the order of put
 */
struct hd_mailbox {
	struct hd_mail *mail;
	uint32_t size;
	void (*deliver)(struct hd_mailbox *m, uint32_t word);
	void *context;			/* for deliver */
	_Atomic uint32_t tail;		/* next position to fill */
	uint32_t head;			/* next position to empty */
	uint32_t bit;			/* of hd_mail_ready */
};

/* Bit k: mailbox k may have words.  Set after the word is in place and cleared
 * before the executor looks, so a word is never overlooked. */
extern _Atomic uint32_t hd_mail_ready;

/* Prepares a mailbox and registers it with the executor.
 * Returns false when HD_MAILBOXES are in use or size is no power of two.
 * Context  task level, before the interrupt is enabled. */
bool hd_mailbox_init(struct hd_mailbox *m, struct hd_mail *mail, uint32_t size,
		     void (*deliver)(struct hd_mailbox *m, uint32_t word),
		     void *context);

/* Puts a word.  Returns false, and changes nothing, when the box is full.
 * Context  any, interrupts of any priority included; O(1), at most one retry
 *          for each interrupt that preempts it in between. */
bool hd_mailbox_put(struct hd_mailbox *m, uint32_t word);

/* Whether a put would fail now. */
bool hd_mailbox_full(struct hd_mailbox *m);

/* Delivers what is in the mailboxes.  Returns whether there was anything.
 * Context  the executor. */
bool hd_mail_poll(void);

#endif
