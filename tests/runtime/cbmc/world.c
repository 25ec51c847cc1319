/* world.c - instances, traps, buffers and the invariants of tables. */
#include "world.h"

void *foretold;
bool foretelling;

void foretell(void *record)
{
	foretold = record;
	foretelling = true;
}

void foretell_nothing(void)
{
	foretelling = false;
}

static HD_ALIGNED(8) uint8_t memory0[MEMORY], memory1[MEMORY];
uint8_t *const memories[NINST] = { memory0, memory1 };

/* Of each instance, an object of its own. */
struct hd_slot slots0[HD_HANDLES + 1], slots1[HD_HANDLES + 1];
static struct hd_slot *const slots[NINST] = { slots0, slots1 };
HD_LOCAL struct hd_now hd_now;
struct hd_trap_info hd_trap_last;

static struct hd_task plain[NINST];
static struct hd_memory memory[NINST];
static struct hd_module module[NINST];
static uint32_t sizes[NINST];

void world_begin(void)
{
	for (unsigned i = 0; i < NINST; i++) {
		struct hd_instance *in = &hd_instances[i];

		sizes[i] = MEMORY;
		memory[i] = (struct hd_memory){ memories[i], &sizes[i], MEMORY };
		module[i].memories = &memory[i];
		module[i].nmemories = 1;
		in->module = &module[i];
		in->handles.slots = slots[i];
		in->handles.size = HD_HANDLES + 1;
		in->number = (uint8_t)i;
		in->task = &plain[i];
		plain[i].inst = in;
		plain[i].main.task = &plain[i];
		plain[i].main.state = HD_THREAD_RUNNING;
		hd_instance_at[i] = in;
	}
}

void as_guest(unsigned i)
{
	hd_now.task = &plain[i];
	hd_now.thread = &plain[i].main;
}

void as_host(void)
{
	hd_now.task = NULL;
	hd_now.thread = NULL;
}

/* --- traps --- */

static enum hd_trap_kind due;

void expect(enum hd_trap_kind kind)
{
	due = kind;
}

void returned(void)
{
	claim(due == HD_TRAP_NONE, "a trap that is due comes");
}

void hd_trap(enum hd_trap_kind kind)
{
	claim(due != HD_TRAP_NONE, "no trap that is not due");
	claim(due == kind, "the trap that is due comes first");
	suppose(false);
}

/* --- buffers --- */

static struct lent {
	const uint8_t *p;
	uint32_t n;
	bool write;
} lent[LENDS];

void lend_bytes(unsigned id, const void *p, uint32_t n, bool write)
{
	claim(!lent[id].p, "a buffer is lent once");
	lent[id] = (struct lent){ p, n, write };
}

void give_back(unsigned id)
{
	claim(lent[id].p != NULL, "a buffer is returned once");
	lent[id] = (struct lent){ 0 };
}

static bool covered(const uint8_t *p, size_t n, bool write)
{
	bool is = false;

	for (unsigned i = 0; i < LENDS; i++) {
		const struct lent *l = &lent[i];

		if (l->p && __CPROVER_same_object(p, l->p) && p >= l->p &&
		    n <= l->n && (size_t)(p - l->p) <= l->n - n &&
		    (l->write || !write))
			is = true;
	}
	return is;
}

#ifndef NO_COPY
/* In place of core/copy.c, which has a proof of its own. */
void hd_copy(void *dst, const void *src, size_t n)
{
	uint8_t *d = dst;
	const uint8_t *s = src;
	uint8_t held[COPY_MAX];

	if (n == 0)
		return;
	claim(covered(d, n, true), "a copy writes only where it may");
	claim(covered(s, n, false), "a copy reads only where it may");
	claim(n <= COPY_MAX, "a copy is as long as the harness can follow");
	suppose(n <= COPY_MAX);
	for (unsigned i = 0; i < COPY_MAX; i++)
		if (i < n)
			held[i] = s[i];
	for (unsigned i = 0; i < COPY_MAX; i++)
		if (i < n)
			d[i] = held[i];
}
#endif

/* --- tables --- */

void settle(unsigned i, uint32_t h, struct hd_waitable *w)
{
	struct hd_slot *s = &slots[i][h];

	claim(s->v.obj == w, "a handle names the record it was made for");
	claim(w->inst == i && w->handle == h, "a record knows its handle");
	s->v.obj = w;
	w->inst = (uint8_t)i;
	w->handle = (uint16_t)h;
}

void check_table(unsigned i, unsigned used)
{
	const struct hd_table *t = &hd_instances[i].handles;
	uint32_t seen = 0, h = t->free;
	unsigned freed = 0, live = 0;

	claim(t->used < t->size, "handles in use are in the table");
	for (unsigned n = 0; n < HD_HANDLES; n++) {
		if (h == 0)
			break;
		claim(h <= t->used && t->slots[h].kind == HD_KIND_FREE,
		      "the free list has freed slots only");
		claim(!(seen >> h & 1), "the free list has each slot once");
		seen |= 1u << h;
		freed++;
		h = t->slots[h].u.next_free;
	}
	claim(h == 0, "the free list ends");
	for (unsigned n = 1; n <= HD_HANDLES; n++)
		live += n <= t->used && t->slots[n].kind != HD_KIND_FREE;
	claim(live == used && freed + live == t->used,
	      "each slot is free or in use, once");
}
