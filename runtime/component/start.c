/* start.c - instances of a component, and their start functions. */
#include "component/component.h"
#include "core/entry.h"
#include "exec/enter.h"
#include "core/thread.h"

/* The compiler writes these; on the hosts pointers are wider. */
#if UINTPTR_MAX == UINT32_MAX
_Static_assert(sizeof(struct hd_instance) == HD_INSTANCE_BYTES,
	       "HD_INSTANCE_BYTES of heddle/component.h");
_Static_assert(sizeof(struct hd_canon) == 8 &&
	       offsetof(struct hd_canon, id) == 6, "hd_canon");
_Static_assert(sizeof(struct hd_elem) == 12 &&
	       offsetof(struct hd_elem, type) == 8, "hd_elem");
_Static_assert(sizeof(struct hd_lift) == 16 &&
	       offsetof(struct hd_lift, flags) == 12, "hd_lift");
_Static_assert(sizeof(struct hd_lower) == 12, "hd_lower");
_Static_assert(sizeof(struct hd_resource) == 12, "hd_resource");
_Static_assert(sizeof(struct hd_host_lower) == 24, "hd_host_lower");
_Static_assert(sizeof(struct hd_copy_way) == 16, "hd_copy_way");
#endif

extern struct hd_slot hd_thread_slots[] HD_WEAK;
extern struct hd_table hd_thread_tables[] HD_WEAK;
extern const uint16_t hd_nthreads HD_WEAK;

/* Linked with walls (component/wall.h). */
HD_WEAK void hd_wall_open(const struct hd_instance *in);

/* Instances that have handle tables so far. */
static uint32_t taken;

/* What start functions run as. */
static struct hd_task boot;

/* Of a component with walls, an instance's base is its wall. */
static void *base_of(const struct hd_component *c, uint32_t k)
{
	return c->walls ? (void *)(uintptr_t)&c->walls->of[k] :
			  c->module->instance;
}

static bool prepare(const struct hd_component *c)
{
	if (c->ninstances > (uint32_t)hd_ninstances - taken)
		return false;
	for (uint32_t k = 0; k < c->ninstances; k++, taken++) {
		struct hd_instance *in = c->instances[k].instance;

		*in = (struct hd_instance){
			.module = c->module, .base = base_of(c, k),
			.parent = c->instances[k].parent,
			.number = (uint8_t)taken };
		in->handles.slots = hd_slots + taken * hd_nhandles;
		in->handles.size = hd_nhandles;
		hd_instance_at[taken] = in;
		if (&hd_nthreads && hd_nthreads && hd_thread_slots) {
			in->threads = &hd_thread_tables[taken];
			*in->threads = (struct hd_table){
				.slots = hd_thread_slots +
					 taken * (hd_nthreads + 1u),
				.size = (uint16_t)(hd_nthreads + 1) };
		}
	}
	return true;
}

void hd_component_instance(struct hd_instance *in)
{
	boot.inst->entered--;
	boot.inst = in;
	in->entered++;
	hd_now.instance = in->base;
	if (hd_wall_open)
		hd_wall_open(in);
}

static void instantiate(void *arg)
{
	const struct hd_component *c = arg;

	if (hd_wall_open)
		hd_wall_open(NULL);	/* data of all instances, first */
	hd_let_others();
	c->module->instantiate();
	hd_hold_others();
}

static void poison_all(const struct hd_component *c)
{
	const struct hd_trap_info why = { HD_TRAP_POISONED, UINT32_MAX,
					  UINT32_MAX };

	for (uint32_t k = 0; k < c->ninstances; k++)
		if (!hd_poisoned(c->instances[k].instance))
			hd_poison(c->instances[k].instance, &why);
}

static bool refuse(enum hd_trap_kind why)
{
	hd_trap_last = (struct hd_trap_info){ (uint32_t)why, UINT32_MAX,
					      UINT32_MAX };
	return false;
}

bool hd_component_start(const struct hd_component *c)
{
	HD_ENTRY;
	if (c->walls && !c->walls->start(c->walls))
		return refuse(HD_TRAP_NO_MPU);
	if (!prepare(c))
		return refuse(HD_TRAP_POOL_FULL);
	boot = (struct hd_task){ .inst = c->instances[0].instance,
				 .fuel = hd_fuel };
	boot.inst->entered++;
	boot.main.task = &boot;
	boot.main.state = HD_THREAD_RUNNING;
	const bool ok = hd_enter(&boot.main, instantiate, (void *)(uintptr_t)c);
	boot.inst->entered--;
	if (!ok)
		poison_all(c);
	return ok;
}

/* --- names ------------------------------------------------------------------- */

static bool begins(const char *s, const char *prefix, const char **rest)
{
	for (; *prefix; s++, prefix++)
		if (*s != *prefix)
			return false;
	*rest = s;
	return true;
}

static bool is_named(const struct hd_component_func *f, const char *name)
{
	const char *rest;

	if (begins(name, f->name, &rest) && *rest == 0)
		return true;
	return begins(name, f->interface, &rest) && *rest++ == '#' &&
	       begins(rest, f->name, &rest) && *rest == 0;
}

const struct hd_component_func *
hd_component_export(const struct hd_component *c, const char *name)
{
	const struct hd_component_func *found = NULL;

	for (uint32_t k = 0; k < c->nexports; k++) {
		if (!is_named(&c->exports[k], name))
			continue;
		if (found)
			return NULL;
		found = &c->exports[k];
	}
	return found;
}
