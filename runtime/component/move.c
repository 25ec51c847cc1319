/* move.c - values that are more than their bytes, between instances. */
#include "component/component.h"
#include "exec/enter.h"

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

		if (w->writer != p->end[1].canon ||
		    w->reader != p->end[0].canon)
			continue;
		w->code((uint32_t)(dst - w->to->base),
			(uint32_t)(src - w->from->base), n);
		return;
	}
	hd_trap(HD_TRAP_TYPE_MISMATCH);
}

/* --- realloc ------------------------------------------------------------------- */

/* realloc runs as a task of its own, so that built-ins it calls find its
 * instance; it cannot be called again while it runs. */
void hd_no_leave(struct hd_instance *in, uint32_t on)
{
	static struct hd_task reallocs;
	static struct hd_task *outer;

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
}

/* --- text ------------------------------------------------------------------------ */

static const uint8_t *text(const struct hd_memory *m, uint32_t ptr, uint32_t n)
{
	const uint32_t size = *m->size;

	hd_trap_if(ptr > size || n > size - ptr, HD_TRAP_BUFFER_BOUNDS);
	return m->base + ptr;
}

/* Bytes of the UTF-8 sequence at p, 0 when it is none.
 * Source: Unicode, "Well-Formed UTF-8 Byte Sequences". */
static uint32_t sequence(const uint8_t *p, uint32_t n)
{
	const uint8_t b = p[0];
	uint32_t len;
	uint8_t low = 0x80, high = 0xbf;

	if (b < 0x80)
		return 1;
	if (b < 0xc2 || b > 0xf4)
		return 0;
	len = b < 0xe0 ? 2 : b < 0xf0 ? 3 : 4;
	if (b == 0xe0)
		low = 0xa0;
	else if (b == 0xed)
		high = 0x9f;
	else if (b == 0xf0)
		low = 0x90;
	else if (b == 0xf4)
		high = 0x8f;
	if (len > n || p[1] < low || p[1] > high)
		return 0;
	for (uint32_t k = 2; k < len; k++)
		if ((p[k] & 0xc0) != 0x80)
			return 0;
	return len;
}

void hd_check_utf8(const struct hd_memory *m, uint32_t ptr, uint32_t n)
{
	const uint8_t *p = text(m, ptr, n);

	for (uint32_t len; n > 0; n -= len, p += len) {
		len = sequence(p, n);
		hd_trap_if(len == 0, HD_TRAP_BAD_VALUE);
	}
}

void hd_check_utf16(const struct hd_memory *m, uint32_t ptr, uint32_t n)
{
	const uint8_t *p = text(m, ptr, n);

	for (uint32_t k = 0; k + 1 < n; k += 2) {
		if ((p[k + 1] & 0xf8) != 0xd8)
			continue;
		/* a surrogate: high, then low */
		hd_trap_if(p[k + 1] & 4 || k + 3 >= n ||
			   (p[k + 3] & 0xfc) != 0xdc, HD_TRAP_BAD_VALUE);
		k += 2;
	}
}

void hd_trap_bad_value(void)
{
	hd_trap(HD_TRAP_BAD_VALUE);
}
