/* rings.c - core/byte_ring.c: bytes put and got, of any number, from any
 * state that INV-R1 allows; so of every sequence, and not only up to a depth. */
#include "core/ring.h"
#include "world.h"

#ifndef CAPACITY
#define CAPACITY 4
#endif
#define MOST (CAPACITY + 1)

static uint8_t storage[CAPACITY], buffer[MOST];

/* Byte k of what is in the ring, oldest first. */
static uint8_t byte_of(const struct hd_ring *r, uint32_t k)
{
	return storage[(r->head + k) % CAPACITY];
}

int main(void)
{
	struct hd_ring r = { storage, CAPACITY, below(CAPACITY), below(CAPACITY + 1), 1 };
	const struct hd_ring was = r;
	const uint32_t n = nondet_word(), k = below(MOST);
	uint8_t old[CAPACITY];

	for (unsigned i = 0; i < CAPACITY; i++) {
		storage[i] = (uint8_t)nondet_word();
		old[i] = 0;
	}
	for (unsigned i = 0; i < CAPACITY; i++)
		old[i] = byte_of(&r, i);
	for (unsigned i = 0; i < MOST; i++)
		buffer[i] = (uint8_t)nondet_word();
	lend_bytes(0, storage, CAPACITY, true);
	if (nondet_word() & 1) {
		const uint32_t room = CAPACITY - r.fill;

		lend_bytes(1, buffer, n < MOST ? n : MOST, false);
		const uint32_t m = hd_ring_put(&r, buffer, n);
		claim(m == (n < room ? n : room), "as much as there is room for");
		claim(r.fill == was.fill + m, "and it is there");
		claim(k >= r.fill || byte_of(&r, k) ==
		      (k < was.fill ? old[k % CAPACITY] : buffer[k - was.fill]),
		      "in order, behind what was");
		reach("a put");
	} else {
		lend_bytes(1, buffer, n < MOST ? n : MOST, true);
		const uint32_t m = hd_ring_get(&r, buffer, n);
		claim(m == (n < was.fill ? n : was.fill), "as much as there is");
		claim(r.fill == was.fill - m, "and it is there no more");
		claim(k >= m || buffer[k] == old[k % CAPACITY], "the oldest first");
		claim(k >= r.fill || byte_of(&r, k) == old[(k + m) % CAPACITY],
		      "what is left stays in order");
		reach("a get");
	}
	claim(r.fill <= CAPACITY && r.head < CAPACITY, "INV-R1");
}
