/* emit_trap.c - branches to traps, and the calls they lead to.
 *
 * The calls stand behind the function, or between its blocks where 16-bit branches
 * reach them.  At -Oz the call of a trap whose branch would take 32 bits stands
 * behind that branch, which is then one over it.
 */
#include "base/compiler.h"
#include "t32/emit.h"

static label stub_of(struct emit *e, unsigned kind, uint32_t at)
{
	/* Neighbouring checks of one instruction share a stub. */
	for (uint32_t k = e->stubs.n; k > e->stubs_out && e->stubs.n - k < 4; k--) {
		const struct stub *st = &e->stubs.at[k - 1];
		if (st->kind == kind && st->wasm_at == at)
			return st->at;
	}
	struct stub st = { .at = asm_label(&e->s), .kind = (uint8_t)kind,
			   .wasm_at = at, .from = e->s.items.n };
	vec_push(e->s.arena, &e->stubs, st);
	return st.at;
}

static void trap_call(struct emit *e, unsigned kind, uint32_t at)
{
	asm_call(&e->s, e->trap_sym, false);
	asm_trap_site(&e->s, (enum hd_trap_kind)kind, at);
}

/* Does the call of this trap stand here? */
static bool stands_here(const struct emit *e)
{
	return e->way->here && e->ntraps < e->way->ntraps &&
	       e->way->here[e->ntraps];
}

void emit_trap_if(struct emit *e, enum cond c, unsigned kind, uint32_t at)
{
	if (stands_here(e)) {
		label over = asm_label(&e->s);
		asm_branch(&e->s, cond_not(c), over);
		trap_call(e, kind, at);
		asm_bind(&e->s, over);
	} else {
		asm_branch(&e->s, c, stub_of(e, kind, at));
		vec_last(&e->s.items).n = e->ntraps + 1;
	}
	e->ntraps++;
}

void emit_trap_cbz(struct emit *e, enum cond c, unsigned reg, unsigned kind,
		   uint32_t at)
{
	if (stands_here(e)) {
		label over = asm_label(&e->s);
		asm_cbz(&e->s, cond_not(c), reg, over);
		trap_call(e, kind, at);
		asm_bind(&e->s, over);
	} else {
		asm_cbz(&e->s, c, reg, stub_of(e, kind, at));
		vec_last(&e->s.items).n = e->ntraps + 1;
	}
	e->ntraps++;
}

void emit_stubs(struct emit *e)
{
	while (e->stubs_out < e->stubs.n) {
		struct stub st = e->stubs.at[e->stubs_out++];
		e->s.at = st.wasm_at;
		asm_bind(&e->s, st.at);
		if (st.kind == HD_TRAP_FUEL) {
			asm_call(&e->s, e->fuel_sym, false);
			asm_trap_site(&e->s, HD_TRAP_FUEL, st.wasm_at);
			asm_branch(&e->s, AL, st.back);
			continue;
		}
		trap_call(e, st.kind, st.wasm_at);
	}
}
