/* emit_move.c - moves, alone and in parallel. */
#include "base/compiler.h"
#include "t32/emit.h"

static void move_single(struct emit *e, unsigned d, unsigned s)
{
	if (d == s)
		return;
	if (d >= REG_S0 && s >= REG_S0)
		ASM2(&e->s, T32_VMOV_F, sreg(d), sreg(s));
	else if (d >= REG_S0)
		ASM2(&e->s, T32_VMOV_F_R, sreg(d), (int32_t)s);
	else if (s >= REG_S0)
		ASM2(&e->s, T32_VMOV_R_F, (int32_t)d, sreg(s));
	else
		emit_mov(e, d, s);
}

void emit_move(struct emit *e, const struct mir_opnd *d,
	       const struct mir_opnd *s)
{
	unsigned to = emit_reg(e, d), from = emit_reg(e, s);

	if (to == from)
		return;
	if (!is_double(e, d)) {
		move_single(e, to, from);
	} else if (e->f->target->features & T32_FPDP) {
		ASM2(&e->s, T32_VMOV_D, dreg(to), dreg(from));
	} else {
		move_single(e, to, from);
		move_single(e, to + 1, from + 1);
	}
}

/* Moves as words: source of each register, REG_NONE when it keeps. */
struct words {
	uint8_t from[64];
	uint8_t readers[64];	/* moves still to come that read it */
};

static void want(struct words *w, unsigned d, unsigned s)
{
	if (d == s)
		return;
	CHECK(w->from[d] == REG_NONE);
	w->from[d] = (uint8_t)s;
	w->readers[s]++;
}

static void do_move(struct emit *e, struct words *w, unsigned d)
{
	unsigned s = w->from[d];

	move_single(e, d, s);
	w->from[d] = REG_NONE;
	w->readers[s]--;
	/* s itself may now be free to be written */
	if (w->from[s] != REG_NONE && w->readers[s] == 0)
		do_move(e, w, s);
}

/* Register d heads a cycle: keep its value in ip until its reader is done. */
static void break_cycle(struct emit *e, struct words *w, unsigned d)
{
	unsigned reader = d;

	for (unsigned r = 0; r < 64; r++)
		if (w->from[r] == d)
			reader = r;
	CHECK(reader != d);
	move_single(e, REG_IP, d);
	w->readers[d]--;
	w->from[reader] = REG_NONE;
	do_move(e, w, d);
	move_single(e, reader, REG_IP);
}

void emit_parmove(struct emit *e, const struct mir_ins *i)
{
	struct words w;

	for (unsigned r = 0; r < 64; r++) {
		w.from[r] = REG_NONE;
		w.readers[r] = 0;
	}
	for (unsigned k = 0; k < i->ndef; k++) {
		unsigned d = emit_def(e, i, k), s = emit_use(e, i, k);
		want(&w, d, s);
		if (is_double(e, mir_def(e->f, i, k)))
			want(&w, d + 1, s + 1);
	}
	for (unsigned r = 0; r < 64; r++)
		if (w.from[r] != REG_NONE && w.readers[r] == 0)
			do_move(e, &w, r);
	for (unsigned r = 0; r < 64; r++)
		if (w.from[r] != REG_NONE)
			break_cycle(e, &w, r);
}
