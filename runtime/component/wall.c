/* wall.c - which instance's memories are open (component/wall.h). */
#include "component/wall.h"

#include "component/component.h"

/* What is up; NULL: nothing. */
static const struct hd_wall *now;

/* Where there are memories of components with walls. */
static uintptr_t begin = UINTPTR_MAX, end;

/* An executor of higher priority that interrupts this puts `now` up again before
 * it comes back (hd_wall_switch); the same follows here. */
static HD_INLINE void put(const struct hd_wall *w)
{
	if (w == now)
		return;
	now = w;
	hd_port_wall(w);
}

/* In any case: what is interrupted may have come only as far as `now`. */
const struct hd_wall *hd_wall_switch(const struct hd_wall *next)
{
	const struct hd_wall *outer = now;

	now = next;
	hd_port_wall(next);
	return outer;
}

/* Linked components are never compiled with --instance=pointer: base is the
 * instance's wall (start.c).  Of the host it is NULL. */
static HD_INLINE const struct hd_wall *wall_of(const struct hd_instance *in)
{
	if (!in || !in->module || in->module->instance)
		return NULL;
	return in->base;
}

void hd_wall_open(const struct hd_instance *in)
{
	put(wall_of(in));
}

void hd_wall_lift(void)
{
	put(NULL);
}

HD_HOT bool hd_enter(struct hd_thread *t, void (*fn)(void *), void *arg)
{
	const struct hd_wall *outer = now;

	put(wall_of(t->task->inst));
	const bool ok = hd_enter_plain(t, fn, arg);
	put(outer);
	return ok;
}

HD_HOT uint64_t hd_enter_callback(uint32_t event, uint32_t p1, uint32_t p2,
				  struct hd_thread *th)
{
	const struct hd_wall *outer = now;

	put(wall_of(th->task->inst));
	const uint64_t answer = hd_enter_callback_plain(event, p1, p2, th);
	put(outer);
	return answer;
}

void hd_wall_realloc(const struct hd_instance *in, bool on)
{
	static const struct hd_wall *outer;

	if (on)
		outer = now;
	put(on ? wall_of(in) : outer);
}

void hd_wall_copy(struct hd_pipe *p, uint8_t *dst, const uint8_t *src,
		  uint32_t n)
{
	const struct hd_wall *outer = now;

	put(NULL);
	hd_copy(dst, src, n * p->elem->size);
	put(outer);
}

void hd_wall_copy_each(struct hd_pipe *p, uint8_t *dst, const uint8_t *src,
		       uint32_t n)
{
	const struct hd_wall *outer = now;

	put(NULL);
	hd_component_copy(p, dst, src, n);
	put(outer);
}

bool hd_wall_start(const struct hd_walls *w)
{
	if (!hd_port_wall_start(now))
		return false;
	if ((uintptr_t)w->begin < begin)
		begin = (uintptr_t)w->begin;
	if ((uintptr_t)w->end > end)
		end = (uintptr_t)w->end;
	return true;
}

bool hd_wall_hit(uint32_t at)
{
	return at >= begin && at < end;
}
