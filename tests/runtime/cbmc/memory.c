/* memory.c - core/memory.c: ranges and growth, for all arguments. */
#include "world.h"

static void ranges(void)
{
	static uint8_t bytes[64];
	static uint32_t size;
	static struct hd_memory memory;
	static struct hd_module module;
	struct hd_instance in = { .module = &module };
	const uint32_t mem = nondet_word(), ptr = nondet_word(), len = nondet_word();

	size = below(sizeof bytes + 1);
	memory = (struct hd_memory){ bytes, &size, sizeof bytes };
	module.memories = &memory;
	module.nmemories = 1;
	const uint8_t *p = hd_guest_range(&in, mem, ptr, len);
	claim((p != NULL) == (mem == 0 && (uint64_t)ptr + len <= size),
	      "a range is there if it is in its memory");
	claim(!p || p == bytes + ptr, "and where it is");
	reach("a range");
}

static void growth(void)
{
	uint32_t size = nondet_word() & ~0xffffu;
	const uint32_t old = size, pages = nondet_word();
	const struct hd_memory m = { NULL, &size, nondet_word() & ~0xffffu };

	suppose(size <= m.capacity);
	const uint32_t was = hd_memory_grow(&m, pages);
	if (was == UINT32_MAX) {
		claim(size == old, "what fails changes nothing");
		claim((uint64_t)old + ((uint64_t)pages << 16) > m.capacity,
		      "growth is refused beyond the capacity only");
		reach("no room to grow");
		return;
	}
	claim(was == old >> 16 && size <= m.capacity &&
	      (uint64_t)size == (uint64_t)old + ((uint64_t)pages << 16), "growth");
	reach("a memory grows");
}

int main(void)
{
	if (nondet_word() & 1)
		ranges();
	else
		growth();
}
