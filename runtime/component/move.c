/* move.c - values that are more than their bytes, between instances. */
#include "component/component.h"
#include "core/entry.h"
#include "exec/enter.h"
#include "exec/executor.h"

uint32_t hd_move_own(const struct hd_move *m, uint32_t handle)
{
	const struct hd_resource *r = m->what.resource;

	return hd_lower_own(m->to, r, hd_lift_own(m->from, r, handle));
}

uint32_t hd_move_borrow(const struct hd_move *m, uint32_t handle)
{
	const struct hd_resource *r = m->what.resource;
	struct hd_task *t = hd_now.task;	/* the callee's */

	return hd_lower_borrow(t, r, hd_lift_borrow(t, m->from, r, handle));
}

uint32_t hd_move_stream(const struct hd_move *m, uint32_t handle)
{
	return hd_lower_pipe(m->to, hd_lift_pipe(m->from, m->what.elem, handle,
						 false));
}

uint32_t hd_move_future(const struct hd_move *m, uint32_t handle)
{
	return hd_lower_pipe(m->to, hd_lift_pipe(m->from, m->what.elem, handle,
						 true));
}

/* Error contexts carry nothing: a new one is as good. */
uint32_t hd_move_error(const struct hd_move *m, uint32_t handle)
{
	HD_ENTRY;
	const struct hd_slot *s = hd_table_slot(&m->from->handles, handle);

	hd_trap_if(!s, HD_TRAP_BAD_HANDLE);
	hd_trap_if(s->kind != HD_KIND_ERROR, HD_TRAP_HANDLE_TYPE);
	const uint32_t h = hd_table_put(&m->to->handles, HD_KIND_ERROR, NULL);
	hd_trap_if(h == 0, HD_TRAP_TABLE_FULL);
	return h;
}

void hd_component_copy(struct hd_pipe *p, uint8_t *dst, const uint8_t *src,
		       uint32_t n)
{
	const struct hd_copy_table *t = p->elem->type;

	for (uint32_t k = 0; k < t->n; k++) {
		const struct hd_copy_way *w = &t->at[k];

		if (w->writer != hd_pipe_canon(p, 1) ||
		    w->reader != hd_pipe_canon(p, 0))
			continue;
		w->code((uint32_t)(dst - w->to->base),
			(uint32_t)(src - w->from->base), n);
		return;
	}
	hd_trap(HD_TRAP_TYPE_MISMATCH);
}

/* --- realloc ------------------------------------------------------------------- */

/* Linked with walls (component/wall.h). */
HD_WEAK void hd_wall_realloc(const struct hd_instance *in, bool on);

/* realloc runs as a task of its own, so that built-ins it calls find its
 * instance; it cannot be called again while it runs. */
void hd_no_leave(struct hd_instance *in, uint32_t on)
{
	static struct hd_task reallocs;
	static struct hd_task *outer;

#ifdef HD_MULTI
	/* others are held off all the while: of these variables there is one */
	static bool held;
	const bool before = hd_port_hold(true);

	hd_trap_if(hd_elsewhere(in), HD_TRAP_CANNOT_ENTER);
	if (on)
		held = before;
#endif

	in->no_leave = on != 0;
	if (on) {
		outer = hd_now.task;
		reallocs = (struct hd_task){ .inst = in };
		hd_now.task = &reallocs;
		hd_now.instance = in->base;
	} else {
		hd_now.task = outer;
		hd_now.instance = outer->inst->base;
	}
	if (hd_wall_realloc)
		hd_wall_realloc(in, on != 0);
#ifdef HD_MULTI
	if (!on)
		hd_port_hold(held);
#endif
}

void hd_trap_bad_value(void)
{
	hd_trap(HD_TRAP_BAD_VALUE);
}
