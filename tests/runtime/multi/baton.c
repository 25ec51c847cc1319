/* baton.c - one actor at a time (baton.h). */
#include "baton.h"

#include <string.h>

#include "exec/executor.h"
#include "port/port.h"

enum state { READY, FOR_LOCK, FOR_BELL, ENDED };

#define NOBODY	ACTORS
#define STACK	(256 * 1024)

static struct actor {
	void *sp;
	struct hd_outer outer;		/* what is in force in it */
	enum state state;
	uint32_t bell;
	uint32_t weight;
} actors[ACTORS + 1];			/* the last is who runs them */

static HD_ALIGNED(16) uint8_t stacks[ACTORS][STACK];
static uint32_t number, me = NOBODY;
static uint32_t inside = NOBODY;	/* who holds the others off */
static uint32_t random_state;
static uint32_t one_of;			/* a point passes the baton once in so many */
static uint32_t mood;			/* points until that and the weights change */
static uint32_t points;			/* until a run is too long */

#define MOST_POINTS	20000000
static void (*code)(uint32_t k);

uint32_t baton_passed;
static uint32_t draw(uint32_t n)
{
	random_state = random_state * 1664525u + 1013904223u;
	return (random_state >> 8) % n;
}

/* For a while now and then one goes on as if the others were away. */
static void change(void)
{
	static const uint32_t often[] = { 1, 2, 3, 8, 40 };
	static const uint32_t weights[] = { 1, 1, 1, 4, 30, 1000 };

	mood = 1u << draw(12);
	one_of = often[draw(sizeof often / sizeof often[0])];
	for (uint32_t k = 0; k < number; k++)
		actors[k].weight = weights[draw(sizeof weights / sizeof weights[0])];
}

static bool can_go_on(const struct actor *a)
{
	return a->state == READY || (a->state == FOR_LOCK && inside == NOBODY) ||
	       (a->state == FOR_BELL && a->bell > 0);
}

/* Who goes on: the more weight, the more often.  NOBODY if nobody can. */
static uint32_t choose(void)
{
	uint32_t sum = 0;

	for (unsigned k = 0; k < number; k++)
		if (can_go_on(&actors[k]))
			sum += actors[k].weight;
	if (sum == 0)
		return NOBODY;
	uint32_t at = draw(sum);
	for (unsigned k = 0;; k++) {
		if (!can_go_on(&actors[k]))
			continue;
		if (at < actors[k].weight)
			return k;
		at -= actors[k].weight;
	}
}

/* As an RTOS switches between threads. */
static void switch_to(uint32_t k)
{
	struct actor *from = &actors[me], *to = &actors[k];

	me = NOBODY;
	hd_executor_switch(&from->outer, &to->outer);
	me = k;
	hd_port_switch(&from->sp, to->sp);
}

/* Gives the baton to whom the seed says, or back when nobody can go on. */
static void pass(void)
{
	const uint32_t k = choose();

	if (k == me)
		return;
	baton_passed++;
	switch_to(k);
}

void baton_point(void)
{
	if (me == NOBODY)
		return;
	if (points++ >= MOST_POINTS)
		switch_to(NOBODY);	/* for good */
	if (mood-- == 0)
		change();
	if (draw(one_of) == 0)
		pass();
}

/* The runtime's functions are compiled to call these: where it is not inside, each is
 * a point; inside, where others can come only as far as its door, a few are. */
static void in_runtime(void)
{
	if (inside != me || (points & 15) == 0)
		baton_point();
	else
		points++;
}

void __cyg_profile_func_enter(void *function, void *site);
void __cyg_profile_func_exit(void *function, void *site);

void __cyg_profile_func_enter(void *function, void *site)
{
	(void)function;
	(void)site;
	in_runtime();
}

void __cyg_profile_func_exit(void *function, void *site)
{
	(void)function;
	(void)site;
	in_runtime();
}

void baton_ring(uint32_t k)
{
	actors[k].bell++;
	baton_point();
}

void baton_wait(void)
{
	struct actor *a = &actors[me];

	a->state = FOR_BELL;
	pass();
	a->state = READY;
	a->bell--;
}

bool hd_port_hold(bool on)
{
	const bool before = me != NOBODY && inside == me;

	if (me == NOBODY || on == before)
		return before;
	if (on) {
		baton_point();
		actors[me].state = FOR_LOCK;
		if (inside != NOBODY)
			pass();
		actors[me].state = READY;
		inside = me;
	} else {
		inside = NOBODY;
		baton_point();
	}
	return before;
}

static void begin(void *arg)
{
	(void)arg;
	code(me);
	actors[me].state = ENDED;
	pass();
}

bool baton_run(uint32_t n, uint32_t seed, void (*body)(uint32_t k))
{
	bool all = true;

	random_state = seed * 2654435761u;
	number = n;
	code = body;
	points = 0;
	inside = NOBODY;
	memset(actors, 0, sizeof actors);
	for (uint32_t k = 0; k < n; k++)
		actors[k].sp = hd_port_stack_init(stacks[k], STACK, begin, NULL);
	change();
	pass();
	for (uint32_t k = 0; k < n; k++)
		all &= actors[k].state == ENDED;
	return all;
}
