/* engine.c - breadth-first search over the states of a world.
 *
 *	rt_explore WORLD [DEPTH [STATES]]
 *
 * A state is stored as its difference from the first one: words that differ,
 * with a mask of the bytes. Exit 0: every claim held in all states reached; 1:
 * a claim failed; 3: the number of states ran past the limit.
 */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "explore.h"

extern uint64_t hd_state_start[], hd_state_end[];
static size_t words;
static uint64_t *first;		/* the first state */

/* Stored states: keys one behind the other, and for each where its key is, the
 * state it was first reached from and by which operation. */
struct node {
	uint64_t at;
	uint32_t from;
	uint16_t length;
	uint8_t letter;
};
static uint8_t *keys;
static uint64_t used, room;
static struct node *nodes;
static uint32_t nnodes, most;
static uint32_t *table;
static uint32_t slots;

static const struct world *world;
static uint32_t current;
static unsigned doing;
static unsigned long steps, claims;

static void *need(void *p)
{
	if (!p) {
		printf("out of memory\n");
		exit(4);
	}
	return p;
}

/* Byte by byte: the state holds red zones when sanitizers are on. */
__attribute__((no_sanitize("address"), no_sanitize("undefined"),
	       optimize("no-tree-loop-distribute-patterns")))
static unsigned encode(uint8_t *key)
{
	unsigned n = 0;

	for (size_t i = 0; i < words; i++) {
		const uint64_t x = hd_state_start[i] ^ first[i];
		unsigned mask = 0, k = 3;

		if (x == 0)
			continue;
		for (unsigned b = 0; b < 8; b++)
			if (x >> (8 * b) & 0xff) {
				mask |= 1u << b;
				key[n + k++] = (uint8_t)(x >> (8 * b));
			}
		key[n] = (uint8_t)i;
		key[n + 1] = (uint8_t)(i >> 8);
		key[n + 2] = (uint8_t)mask;
		n += k;
	}
	return n;
}

__attribute__((no_sanitize("address"), no_sanitize("undefined"),
	       optimize("no-tree-loop-distribute-patterns")))
static void restore(uint32_t node)
{
	const uint8_t *key = keys + nodes[node].at;
	const uint8_t *const end = key + nodes[node].length;

	for (size_t i = 0; i < words; i++)
		hd_state_start[i] = first[i];
	while (key < end) {
		const unsigned mask = key[2];
		uint64_t *w = &hd_state_start[key[0] | key[1] << 8];

		key += 3;
		for (unsigned b = 0; b < 8; b++)
			if (mask >> b & 1)
				*w ^= (uint64_t)*key++ << (8 * b);
	}
}

static uint32_t hash(const uint8_t *p, unsigned n)
{
	uint64_t h = 0xcbf29ce484222325u;

	while (n-- > 0)
		h = (h ^ *p++) * 0x100000001b3u;
	return (uint32_t)(h ^ h >> 32);
}

static void rehash(void)
{
	slots = slots ? slots * 2 : 1 << 16;
	free(table);
	table = need(calloc(slots, sizeof *table));
	for (uint32_t i = 0; i < nnodes; i++) {
		uint32_t s = hash(keys + nodes[i].at, nodes[i].length);

		while (table[s &= slots - 1])
			s++;
		table[s] = i + 1;
	}
}

/* Keeps the present state unless it is known. */
static void keep(uint32_t from, unsigned letter)
{
	if (used + words * 11 > room)
		keys = need(realloc(keys, room = room * 2 + words * 11 + 4096));
	if (nnodes == most)
		nodes = need(realloc(nodes, (most = most * 2 + 1024) *
					    sizeof *nodes));
	if (nnodes * 2 >= slots)
		rehash();
	const unsigned n = encode(keys + used);
	uint32_t s = hash(keys + used, n);
	for (; table[s &= slots - 1]; s++) {
		const struct node *o = &nodes[table[s] - 1];

		if (o->length == n && !memcmp(keys + o->at, keys + used, n))
			return;
	}
	nodes[nnodes] = (struct node){ used, from, (uint16_t)n,
				       (uint8_t)letter };
	table[s] = ++nnodes;
	used += n;
}

static void path(uint32_t node)
{
	if (node == 0)
		return;
	path(nodes[node].from);
	printf("  %s\n", world->letter(nodes[node].letter));
}

void claim(bool holds, const char *what)
{
	claims++;
	if (holds)
		return;
	printf("not ok - %s: %s after\n", world->name, what);
	path(current);
	if (doing < world->letters)
		printf("  %s\n", world->letter(doing));
	fflush(stdout);
	_Exit(1);
}

/* The runtime has followed a poisoned pointer, or does not come back. */
static void crashed(int sig)
{
	claim(false, sig == SIGALRM ? "an operation does not end" : "a crash");
}

/* Every operation in state `current`. */
static void expand(void)
{
	alarm(60);
	for (doing = 0; doing < world->letters; doing++) {
		restore(current);
		if (!world->act(doing))
			continue;
		steps++;
		world->check();
		world->canon();
		keep(current, doing);
	}
}

static const struct world *const worlds[] = {
	&world_stream, &world_streams, &world_future, &world_futures, &world_host, &world_ring, &world_rings,
	&world_calls,
};

int main(int argc, char **argv)
{
	const unsigned depth = argc > 2 ? (unsigned)atoi(argv[2]) : 1000;
	const uint32_t limit = argc > 3 ? (uint32_t)atol(argv[3]) : 50000000;
	unsigned d = 0;

	for (unsigned i = 0; i < sizeof worlds / sizeof *worlds; i++)
		if (argc > 1 && !strcmp(worlds[i]->name, argv[1]))
			world = worlds[i];
	if (!world)
		return printf("usage: rt_explore WORLD [DEPTH [STATES]]\n"), 2;
	signal(SIGSEGV, crashed);
	signal(SIGBUS, crashed);
	signal(SIGALRM, crashed);
	words = (size_t)(hd_state_end - hd_state_start);
	first = need(malloc(words * sizeof *first));
	doing = world->letters;
	world->reset();
	world->check();
	world->canon();
	for (size_t i = 0; i < words; i++)
		first[i] = hd_state_start[i];
	keep(0, 0);
	for (uint32_t end = 1; d < depth && current < nnodes; d++) {
		for (; current < end; current++) {
			expand();
			if (nnodes > limit) {
				printf("not ok - %s: more than %u states\n",
				       world->name, limit);
				return 3;
			}
		}
		end = nnodes;
	}
	printf("ok - %s: %u states of %zu bytes, %lu steps, %lu claims; %s %u\n",
	       world->name, nnodes, words * 8, steps, claims,
	       current == nnodes ? "complete, longest shortest path" :
				   "all sequences of length", d);
	return 0;
}
