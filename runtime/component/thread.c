/* thread.c - thread.new-indirect of a component. */
#include "component/component.h"

uint32_t hd_component_thread(const struct hd_thread_table *t, uint32_t entry,
			     uint32_t arg)
{
	hd_trap_if(entry >= *t->table.size, HD_TRAP_UNDEFINED_ELEM);
	const struct hd_func *f = t->table.base[entry];
	hd_trap_if(!f, HD_TRAP_NULL_ELEM);
	hd_trap_if(f->type != t->type, HD_TRAP_CALL_TYPE);
	return hd_thread_new_indirect((void (*)(uint32_t))f->code, arg);
}
