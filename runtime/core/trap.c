/* trap.c - raising traps.
 *
 * A trap poisons the running instance and unwinds to the protected call that
 * entered it (exec/enter.h); other instances go on.
 */
#include "core/entry.h"
#include "exec/enter.h"

extern const struct hd_trap_site __start_heddle_traps[] HD_WEAK;
extern const struct hd_trap_site __stop_heddle_traps[] HD_WEAK;
extern const struct hd_func_site __start_heddle_funcs[] HD_WEAK;
extern const struct hd_func_site __stop_heddle_funcs[] HD_WEAK;

struct hd_trap_info hd_trap_last;

uint32_t hd_trap_function(uintptr_t pc)
{
	uint32_t index = UINT32_MAX;
	uintptr_t at = 0;	/* the last one that begins before pc */

	for (const struct hd_func_site *f = __start_heddle_funcs;
	     f != __stop_heddle_funcs; f++)
		if (f->code <= pc && f->code >= at) {
			at = f->code;
			index = f->index;
		}
	return index;
}

void hd_trap_raise(enum hd_trap_kind kind, uint32_t func, uint32_t where)
{
	hd_hold_others();	/* until whoever entered the guest lets go */
	struct hd_instance *in = hd_running();
	const struct hd_trap_info info = { (uint32_t)kind, func, where };

	if (kind != HD_TRAP_POISONED)	/* which only passes a trap on */
		hd_trap_last = info;
	if (in && !hd_poisoned(in))
		hd_poison(in, &info);
	hd_unwind();
}

void hd_trap(enum hd_trap_kind kind)
{
	hd_trap_raise(kind, UINT32_MAX, UINT32_MAX);
}

void hd_trap_as(void *kind)
{
	hd_trap((enum hd_trap_kind)(uintptr_t)kind);
}

void hd_trap_from(uintptr_t ret, enum hd_trap_kind kind)
{
	uint32_t where = UINT32_MAX;

	ret &= ~(uintptr_t)1;
	for (const struct hd_trap_site *s = __start_heddle_traps;
	     s != __stop_heddle_traps; s++)
		if (s->ret == ret) {
			kind = (enum hd_trap_kind)(s->where >> 28);
			where = s->where & 0x0fffffff;
			break;
		}
	hd_trap_raise(kind, hd_trap_function(ret - 2), where);
}
