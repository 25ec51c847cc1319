/* replay.h - replaying one scenario of corpus/async-traces. */
#ifndef TRACE_REPLAY_H
#define TRACE_REPLAY_H

#include "core/builtin.h"
#include "json.h"

#define MAX_LABELS	128
#define MAX_FUNCS	24
#define MAX_MEMORY	4096

/* How one function is called: an adapter of its own each way. */
struct binding {
	struct hd_lower lower;		/* first */
	const struct func *func;
	bool sync;
};

struct func {
	const struct jval *spec;
	const struct jval *params, *result;
	struct hd_lift lift;
	struct binding sync, async;
	bool post;
};

/* Replays the scenario.  Returns NULL when everything agreed, else what did
 * not; *step is then the number of the step at fault. */
const char *replay(const struct jval *scenario, int *step);

/* What the guest bodies of the replay (replay.c) offer its other files. */
extern const struct jval *replay_step;	/* next step, NULL at the end */
extern int replay_at;			/* its number */
extern struct func replay_funcs[MAX_FUNCS];
extern uint8_t replay_memory[4][MAX_MEMORY];

HD_NORETURN void replay_fail(const char *what);
void replay_next(void);
struct func *replay_func(const struct jval *name);
uint32_t replay_label(void);
void replay_bind(int64_t label);
void replay_resolved(struct hd_task *t, const struct jval *want, uint64_t v,
		     bool any);

/* adapt.c: types and adapters. */
const struct hd_elem *adapt_elem(const struct jval *name);
const struct hd_resource *adapt_resource(const struct jval *name);
void adapt_reset(const struct jval *scenario);
void adapt_bind(struct func *f);
bool adapt_padding(unsigned inst, uint32_t addr);
uint32_t adapt_flat_words(const struct func *f);
uint32_t guest_enter(struct hd_task *t, const struct func *f,
		     const uint64_t *args, uint32_t n);
void guest_post(const struct func *f, uint64_t result);

/* state.c: compares handles, free lists and backpressure of every instance. */
void state_check(const struct jval *state);

/* ops.c: performs the built-in of a step.  Returns whether it has a result. */
bool op_perform(const struct jval *op, const struct jval *a, uint64_t *r,
		const struct jval *step);

#endif
