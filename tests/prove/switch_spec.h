/* switch_spec.h - what the runtime's assembly must do; for switch_test.c alone.
 *
 * Each function of the kernel here runs one of the runtime's and compares.
 */
#ifndef SWITCH_SPEC_H
#define SWITCH_SPEC_H

/* --- what is common ---------------------------------------------------------------- */

static bool equal(struct run *x, term a, term b, const char *why)
{
	return a == b || wrong(x, why);
}

static const struct event *nth(struct run *x, enum what what, unsigned n)
{
	for (uint32_t k = 0; k < x->events.n; k++)
		if (x->events.at[k].what == what && n-- == 0)
			return &x->events.at[k];
	return NULL;
}

/* The only call, of a symbol or (NULL) a value. */
static const struct event *only_call(struct run *x, const char *name, term code)
{
	const struct event *e = nth(x, CALL, 0);

	if (!e || nth(x, CALL, 1) ||
	    (name ? !e->name || strcmp(e->name, name) : e->value != code)) {
		wrong(x, "the call");
		return NULL;
	}
	return e;
}

/* Nothing is stored but words from `low` up to sp0, and at these addresses. */
static bool stores_only(struct run *x, uint32_t low, const term *also,
			unsigned n)
{
	uint32_t at;

	for (uint32_t k = 0; k < x->events.n; k++) {
		const struct event *e = &x->events.at[k];
		unsigned j = 0;
		if (e->what != STORE)
			continue;
		while (j < n && also[j] != e->at)
			j++;
		if (j == n &&
		    (term_split(&x->z, e->at, &at) != x->f.sp0 ||
		     (int32_t)at >= 0 || (int32_t)at < -(int32_t)low))
			return wrong(x, "a store elsewhere");
	}
	return true;
}

/* Words at base: s16-s31 where with, `pads` of no meaning, r4-r11, then where
 * to go on: as they were on entry, or (loaded) as they are now.  Returns what is
 * behind them, 0 when wrong. */
static uint32_t saved(struct run *x, term base, uint32_t at, bool with,
		      unsigned pads)
{
	for (unsigned k = 16; with && k < 32; k++, at += 4)
		if (word(x, base, at) != x->f.s0[k])
			return wrong(x, "s16-s31 saved");
	at += 4 * pads;
	for (unsigned k = 4; k < 12; k++, at += 4)
		if (word(x, base, at) != x->f.r0[k])
			return wrong(x, "r4-r11 saved");
	if (word(x, base, at) != x->f.r0[R_LR])
		return wrong(x, "return address saved");
	return at + 4;
}

static uint32_t loaded(struct run *x, term base, uint32_t at, bool with,
		       unsigned pads)
{
	const struct event *e = nth(x, JUMP, 0);

	for (unsigned k = 16; with && k < 32; k++, at += 4)
		if (x->s.s[k] != word(x, base, at))
			return wrong(x, "s16-s31 of the other");
	at += 4 * pads;
	for (unsigned k = 4; k < 12; k++, at += 4)
		if (x->s.r[k] != word(x, base, at))
			return wrong(x, "r4-r11 of the other");
	if (!e || x->stop != STOP_TAIL || e->name ||
	    e->value != word(x, base, at))
		return wrong(x, "where it goes on");
	return at + 4;
}

/* Returned to its caller with all that a callee keeps. */
static bool returned(struct run *x, bool keeps_fp)
{
	if (x->stop != STOP_RETURN)
		return wrong(x, "no return");
	for (unsigned k = 4; k < 12; k++)
		if (x->s.r[k] != x->f.r0[k])
			return wrong(x, "r4-r11 kept");
	for (unsigned k = 16; keeps_fp && k < 32; k++)
		if (x->s.s[k] != x->f.s0[k])
			return wrong(x, "s16-s31 kept");
	return equal(x, x->s.r[R_SP], x->f.sp0, "SP kept");
}

/* CONTROL says again that nothing is in s16-s31, where that was so; where they
 * were loaded the core itself has made it say so. */
static bool fp_cleared(struct run *x, bool in_use)
{
	const struct event *e;
	uint32_t v;

	for (unsigned k = 0; in_use && (e = nth(x, SPECIAL, k)); k++)
		if (e->at == MRS_CONTROL)
			return wrong(x, "CONTROL.FPCA cleared");
	if (!x->fp || in_use)
		return true;
	return (term_is_const(&x->z, x->special_control, &v) &&
		v == x->control) || wrong(x, "CONTROL.FPCA left set");
}

static term entry(struct run *x, unsigned r)
{
	return x->f.r0[r];
}

/* --- switch.S: the fiber switch -------------------------------------------------------- */

static uint32_t with_fp(const struct run *x)
{
	return x->v8 ? 1 : 0x10;
}

/* The guard of the stack that is left, as it is put down. */
static bool old_guard(struct run *x, bool in_use, uint32_t size)
{
	uint32_t g = (x->v8 ? OLD_LIMIT : OLD_GUARD) | (in_use ? with_fp(x) : 0);
	term own_sp = plus(x, x->f.sp0, 0 - size);

	return equal(x, word(x, own_sp, 0), number(x, g), "guard saved") &&
	       equal(x, word(x, entry(x, 0), 0), own_sp, "SP saved") &&
	       saved(x, own_sp, 4, in_use, 0) == size;
}

static bool new_guard(struct run *x, uint32_t guard)
{
	const struct event *e;

	if (x->v8)
		return equal(x, x->limit, number(x, guard & ~1u),
			     "limit of the new stack") &&
		       equal(x, x->other_limit, number(x, OTHER_LIMIT),
			     "limit of the SP that is not in use");
	for (unsigned k = 0; (e = nth(x, STORE, k)); k++)
		if (e->at == number(x, MPU_RBAR))
			return equal(x, e->value, number(x, guard | 0x10),
				     "guard of the new stack");
	return wrong(x, "no guard of the new stack");
}

static bool switch_once(struct run *x, const char *name, uint32_t control,
			bool with)
{
	const bool in_use = x->fp && (control & CONTROL_FPCA);
	const uint32_t guard = (x->v8 ? 0x20008000 : 0x20008001) |
			       (with ? with_fp(x) : 0);
	const uint32_t size = 4 + 36 + (in_use ? 64 : 0);
	term also[2];

	begin(x, name, control);
	x->other = entry(x, 1);
	x->another = true;
	seed(x, x->other, 0, number(x, guard));
	run(x);
	if (x->why)
		return false;
	uint32_t end = loaded(x, x->other, 4, with, 0);
	also[0] = entry(x, 0);
	also[1] = number(x, MPU_RBAR);
	return end && !(size & 7) &&
	       equal(x, x->s.r[R_SP], plus(x, x->other, end), "SP of the other") &&
	       old_guard(x, in_use, size) && new_guard(x, guard) &&
	       fp_cleared(x, with) &&
	       stores_only(x, size, also, x->v8 ? 1 : 2);
}

static bool spec_switch(struct run *x, const char *name)
{
	for (uint32_t control = 0; control < 8; control++)
		for (int with = 0; with <= x->fp; with++)
			if (!switch_once(x, name, control, with))
				return false;
	return true;
}

/* r4(r5), which does not return. */
static bool spec_start(struct run *x, const char *name)
{
	begin(x, name, 0);
	run(x);
	const struct event *e = only_call(x, NULL, entry(x, 4));
	bool faults = x->why && strstr(x->why, "udf");

	if (faults)
		x->why = NULL;
	return e && (faults || wrong(x, "it goes on")) &&
	       equal(x, e->r[0], entry(x, 5), "argument") &&
	       equal(x, e->sp, x->f.sp0, "SP");
}

/* --- enter.S ------------------------------------------------------------------------------ */

/* A frame: eight words of hd_now, CONTROL (or a word of no meaning), s16-s31
 * where in use, r4-r11, where to go on. */
enum { FRAME = 32 + 4 + 36 };

/* hd_now as it was on entry is at the frame, before anything else of it. */
static bool frame_right(struct run *x, term frame, const term *was,
			uint32_t control)
{
	const bool in_use = x->fp && (control & CONTROL_FPCA);

	for (unsigned k = 0; k < NOW_WORDS; k++)
		if (word(x, frame, 4 * k) != was[k])
			return wrong(x, "hd_now saved");
	if (x->fp && word(x, frame, 32) != number(x, control))
		return wrong(x, "CONTROL saved");
	return saved(x, frame, 36, in_use, 0) != 0;
}

static uint32_t first_call(const struct run *x)
{
	uint32_t k = 0;

	while (k < x->events.n && x->events.at[k].what != CALL)
		k++;
	return k;
}

/* What was loaded from there before the call; 0. */
static term before(struct run *x, term base, uint32_t by)
{
	for (uint32_t k = 0; base && k < first_call(x); k++)
		if (x->events.at[k].what == LOAD &&
		    x->events.at[k].at == plus(x, base, by))
			return x->events.at[k].value;
	return 0;
}

/* hd_now is the thread's. */
static bool in_force(struct run *x, const struct event *e, term thread,
		     const term *was)
{
	term task = before(x, thread, THREAD_TASK);
	term inst = before(x, task, TASK_INST);
	const term want[NOW_WORDS] = {
		before(x, task, TASK_FUEL), was[1],
		before(x, inst, INSTANCE_BASE), task,
		before(x, thread, THREAD_CONTEXT),
		before(x, thread, THREAD_CONTEXT + 4), thread, e->sp
	};

	for (unsigned k = 0; k < NOW_WORDS; k++)
		if (!want[k] || e->now[k] != want[k])
			return wrong(x, "hd_now of the thread");
	return true;
}

/* Fuel and context of who ran go to their task and thread; then hd_now is as it
 * was.  n: hd_now when that began. */
static bool put_back(struct run *x, const term *n, const term *was, uint32_t low)
{
	term also[3 + NOW_WORDS] = { plus(x, n[3], TASK_FUEL),
				     plus(x, n[6], THREAD_CONTEXT),
				     plus(x, n[6], THREAD_CONTEXT + 4) };

	for (unsigned k = 0; k < NOW_WORDS; k++) {
		also[3 + k] = plus(x, x->now, 4 * k);
		if (word(x, x->now, 4 * k) != was[k])
			return wrong(x, "hd_now restored");
	}
	return equal(x, word(x, also[0], 0), n[0], "fuel of the task") &&
	       equal(x, word(x, also[1], 0), n[4], "context of the thread") &&
	       equal(x, word(x, also[2], 0), n[5], "context of the thread") &&
	       stores_only(x, low, also, 3 + NOW_WORDS);
}

/* What hd_now was found to be after event number `from`. */
static bool now_after(struct run *x, uint32_t from, term *n)
{
	for (unsigned k = 0; k < NOW_WORDS; k++) {
		n[k] = 0;
		for (uint32_t j = from; j < x->events.n && !n[k]; j++)
			if (x->events.at[j].what == LOAD &&
			    x->events.at[j].at == plus(x, x->now, 4 * k))
				n[k] = x->events.at[j].value;
		if (!n[k])
			return wrong(x, "hd_now not read after the call");
	}
	return true;
}

/* What is called, and with what. */
static bool callee_right(struct run *x, const struct event *e, term thread,
			 bool callback)
{
	term task = before(x, thread, THREAD_TASK);
	term lift = before(x, before(x, task, TASK_LOWER), LOWER_CALLEE);
	term code = callback ? before(x, lift, LIFT_CALLBACK) : entry(x, 1);

	if (!code || !only_call(x, NULL, code))
		return wrong(x, "another callee");
	if (!callback)
		return equal(x, e->r[0], entry(x, 2), "argument");
	for (unsigned k = 0; k < 3; k++)
		if (e->r[k] != entry(x, k))
			return wrong(x, "arguments");
	return true;
}

static bool enter_once(struct run *x, const char *name, uint32_t control,
		       bool callback)
{
	const bool in_use = x->fp && (control & CONTROL_FPCA);
	const uint32_t low = FRAME + (in_use ? 64 : 0);
	term was[NOW_WORDS], n[NOW_WORDS];

	begin(x, name, control);
	for (unsigned k = 0; !x->why && k < NOW_WORDS; k++)
		was[k] = word(x, x->now, 4 * k);
	run(x);
	if (x->why)
		return false;
	term thread = entry(x, callback ? 3 : 0);
	const struct event *e = nth(x, CALL, 0);
	return e && !(low & 7) && callee_right(x, e, thread, callback) &&
	       equal(x, e->sp, plus(x, x->f.sp0, 0 - low), "SP at the call") &&
	       frame_right(x, e->sp, was, control) &&
	       in_force(x, e, thread, was) && now_after(x, first_call(x), n) &&
	       put_back(x, n, was, low) && returned(x, in_use) &&
	       fp_cleared(x, in_use) &&
	       equal(x, x->s.r[callback], number(x, 1), "result");
}

static bool spec_enter(struct run *x, const char *name)
{
	for (uint32_t control = 0; control < 8; control++)
		if (!enter_once(x, name, control, false))
			return false;
	return true;
}

static bool spec_callback(struct run *x, const char *name)
{
	for (uint32_t control = 0; control < 8; control++)
		if (!enter_once(x, name, control, true))
			return false;
	return true;
}

/* Out of the innermost frame, whoever made it, with 0; or panics. */
static bool unwind_once(struct run *x, const char *name, uint32_t control)
{
	const bool in_use = x->fp && (control & CONTROL_FPCA);
	term was[NOW_WORDS], n[NOW_WORDS], frame;

	begin(x, name, 7);
	if (x->why)
		return false;
	x->other = frame = word(x, x->now, NOW_FRAME);
	facts_add(&x->facts, term_bnot(&x->z, term_eq(&x->z, frame,
						      number(x, 0))));
	for (unsigned k = 0; k < NOW_WORDS; k++)
		was[k] = word(x, frame, 4 * k);
	seed(x, frame, 32, x->fp ? number(x, control) : var(x));
	run(x);
	if (x->why || !now_after(x, 0, n))
		return false;
	uint32_t end = loaded(x, frame, 36, in_use, 0);
	return end && put_back(x, n, was, 0) && fp_cleared(x, in_use) &&
	       equal(x, x->s.r[R_SP], plus(x, frame, end), "SP of the frame") &&
	       equal(x, x->s.r[0], number(x, 0), "result") &&
	       equal(x, x->s.r[1], number(x, 0), "result");
}

static bool spec_unwind(struct run *x, const char *name)
{
	for (uint32_t control = 0; control < 8; control++)
		if (!unwind_once(x, name, control))
			return false;
	begin(x, name, 0);
	if (x->why)
		return false;
	seed(x, x->now, NOW_FRAME, number(x, 0));
	run(x);
	x->why = NULL;		/* what is behind the call is not reached */
	return only_call(x, "hd_port_panic", 0) != NULL;
}

/* --- switch.S: fuel, traps, protected calls ------------------------------------------------ */

/* A call of hd_fuel_spent that keeps all but lr. */
static bool spec_fuel(struct run *x, const char *name)
{
	for (uint32_t control = 0; control < 8; control++) {
		const bool in_use = x->fp && (control & CONTROL_FPCA);
		begin(x, name, control);
		run(x);
		const struct event *e = only_call(x, "hd_fuel_spent", 0);
		if (x->why || !e || !returned(x, true) ||
		    !stores_only(x, 24 + (in_use ? 64 : 0), NULL, 0) ||
		    !equal(x, e->r[0], entry(x, R_LR), "the site"))
			return false;
		for (unsigned k = 0; k < 13; k++)
			if (x->s.r[k] != entry(x, k))
				return wrong(x, "r0-r12 kept");
		for (unsigned k = 0; in_use && k < 16; k++)
			if (x->s.s[k] != x->f.s0[k])
				return wrong(x, "s0-s15 kept");
	}
	return true;
}

/* To hd_trap_from with the site, and unreachable's number. */
static bool spec_site(struct run *x, const char *name)
{
	begin(x, name, 0);
	run(x);
	const struct event *e = nth(x, JUMP, 0);
	return e && e->name && !strcmp(e->name, "hd_trap_from") &&
	       !nth(x, CALL, 0) && !nth(x, STORE, 0) &&
	       equal(x, e->r[0], entry(x, R_LR), "the site") &&
	       equal(x, e->r[1], number(x, 1), "its kind") &&
	       equal(x, e->sp, x->f.sp0, "SP");
}

/* r1(r2) with all kept where *r0 says: 0. */
static bool spec_catch(struct run *x, const char *name)
{
	const uint32_t low = 40 + (x->fp ? 64 : 0);

	begin(x, name, 0);
	run(x);
	const struct event *e = only_call(x, NULL, entry(x, 1));
	term frame = plus(x, x->f.sp0, 0 - low), also = entry(x, 0);
	const struct event *put = NULL;
	for (unsigned k = 0; !put && nth(x, STORE, k); k++)
		if (nth(x, STORE, k)->at == also)
			put = nth(x, STORE, k);
	return e && put && !x->why &&
	       equal(x, put->value, frame, "SP kept") &&
	       equal(x, e->sp, frame, "SP at the call") &&
	       equal(x, e->r[0], entry(x, 2), "argument") &&
	       saved(x, frame, 0, x->fp, 1) && returned(x, true) &&
	       stores_only(x, low, &also, 1) &&
	       equal(x, x->s.r[0], number(x, 0), "result");
}

/* Out of that: 1. */
static bool spec_throw(struct run *x, const char *name)
{
	begin(x, name, 0);
	if (x->why)
		return false;
	x->other = word(x, entry(x, 0), 0);
	run(x);
	uint32_t end = x->why ? 0 : loaded(x, x->other, 0, x->fp, 1);
	return end && equal(x, x->s.r[R_SP], plus(x, x->other, end), "SP") &&
	       stores_only(x, 0, NULL, 0) &&
	       equal(x, x->s.r[0], number(x, 1), "result");
}

#endif
