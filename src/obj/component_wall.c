/* component_wall.c - memories of a component side by side, and the regions of
 * the MPU that deny an instance all but its own (--mpu).
 *
 * All memories are one section, those of an instance next to each other.
 * What the words of a struct hd_wall are: runtime/port/cortex-m/wall.c.
 *
 * Armv7-M: a region is a power of two, aligned to itself, in eight parts that
 * can each be left out.  The instances' regions are laid out in order of size,
 * the section is the region that denies them all; its alignment is that
 * region's, so every linker script keeps it.
 * Armv8-M: regions begin and end anywhere, in steps of 32 bytes.
 */
#include "obj/component.h"

enum { V8_STEP = 32, PARTS = 8 };

/* RBAR and RASR of Armv7-M */
enum { VALID_2 = 0x12, VALID_3 = 0x13 };
#define RASR_ENABLE	1u
#define RASR_NEVER_RUN	(1u << 28)
#define RASR_FULL	(3u << 24)	/* read and write */
#define RASR_CACHED	(1u << 19 | 3u << 16)	/* normal, write-back */
/* RBAR and RLAR of Armv8-M */
enum { RBAR_NEVER_RUN = 1, RLAR_ENABLE = 1 };

static bool any_range(const struct target *t)
{
	return t->features & T32_V8M;
}

static uint64_t power(uint64_t n)
{
	uint64_t p = PARTS * V8_STEP;

	while (p < n)
		p *= 2;
	return p;
}

static uint64_t up(uint64_t n, uint64_t step)
{
	return (n + step - 1) / step * step;
}

/* The largest of the groups that are not laid out yet. */
static struct wall_group *largest(struct wall_plan *p, const bool *done)
{
	struct wall_group *g = NULL;

	for (uint32_t k = 0; k < p->ninst; k++)
		if (!done[k] && (!g || p->group[k].region > g->region))
			g = &p->group[k];
	return g;
}

void wall_plan(struct wall_plan *p, const struct info *f,
	       const struct ir_module *im, const struct target *t,
	       struct arena *a)
{
	*p = (struct wall_plan){ .ninst = f->parents.n };
	p->group = arena_array(a, struct wall_group, p->ninst + 1);
	p->memory = arena_array(a, uint64_t, f->owners.n + 1);
	bool *done = arena_array(a, bool, p->ninst + 1);
	struct wall_group *g;

	for (uint32_t k = 0; k < f->owners.n; k++) {
		g = &p->group[f->owners.at[k]];
		p->memory[k] = g->bytes;	/* from its beginning */
		g->bytes += up(im->memory[k].capacity, V8_STEP);
	}
	for (uint32_t k = 0; k < p->ninst; k++) {
		g = &p->group[k];
		g->region = any_range(t) ? V8_STEP : power(g->bytes);
		g->taken = any_range(t) ? g->bytes :
					  up(g->bytes, g->region / PARTS);
	}
	while ((g = largest(p, done)) != NULL) {
		done[g - p->group] = true;
		if (!g->bytes)
			continue;
		g->at = up(p->bytes, g->region);
		p->bytes = g->at + g->taken;
	}
	p->region = any_range(t) ? V8_STEP : power(p->bytes);
	if (!any_range(t))
		p->bytes = up(p->bytes, p->region / PARTS);
	for (uint32_t k = 0; k < f->owners.n; k++)
		p->memory[k] += p->group[f->owners.at[k]].at;
}

void cobj_plan_walls(struct mod *b)
{
	struct comp *c = b->comp;

	c->wall = arena_new(b->a, struct wall_plan);
	wall_plan(c->wall, c->info, b->im, b->c->gen.target, b->a);
	c->wall_section = obj_section(
		b->o, arena_printf(b->a, ".bss.heddle.walls.%s", b->n->prefix),
		OBJ_ZERO, OBJ_ALLOC | OBJ_WRITE, (uint32_t)c->wall->region);
	b->o->sections.at[c->wall_section].size = (uint32_t)c->wall->bytes;
}

uint32_t cobj_walled_memory(struct mod *b, const char *name, uint32_t k,
			    uint32_t bytes)
{
	return mod_object(b, name, b->comp->wall_section,
			  (uint32_t)b->comp->wall->memory[k], bytes);
}

/* --- words ------------------------------------------------------------------------ */

/* A word: the address of something in the section, with bits of its own. */
static void put_address(struct mod *b, uint64_t at, uint32_t bits)
{
	mod_pointer(b, b->rodata,
		    mod_section_symbol(b, b->comp->wall_section),
		    (uint32_t)at + bits);
}

/* RASR of a region of which the first `taken` bytes are meant. */
static uint32_t rasr(uint64_t region, uint64_t taken, uint32_t access)
{
	uint32_t size = 0, without = 0;

	while ((uint64_t)1 << (size + 1) < region)
		size++;
	for (uint32_t k = 0; k < PARTS; k++)
		if (k * (region / PARTS) >= taken)
			without |= 1u << k;
	return RASR_NEVER_RUN | access | without << 8 | size << 1 |
	       RASR_ENABLE;
}

static void v7_words(struct mod *b, const struct wall_group *g)
{
	const struct wall_plan *p = b->comp->wall;

	put_address(b, 0, VALID_2);
	mod_word(b, b->rodata, rasr(p->region, p->bytes, 0));
	if (!g->bytes) {
		put_address(b, 0, VALID_3);	/* though it is off */
		mod_word(b, b->rodata, 0);
		return;
	}
	put_address(b, g->at, VALID_3);
	mod_word(b, b->rodata,
		 rasr(g->region, g->taken, RASR_FULL | RASR_CACHED));
}

/* What lies in [from, to), or nothing. */
static void v8_words(struct mod *b, uint64_t from, uint64_t to)
{
	if (from == to) {
		mod_word(b, b->rodata, 0);
		mod_word(b, b->rodata, 0);
		return;
	}
	put_address(b, from, RBAR_NEVER_RUN);
	put_address(b, to - V8_STEP, RLAR_ENABLE);
}

static void words(struct mod *b, const struct wall_group *g)
{
	const struct wall_plan *p = b->comp->wall;

	if (!any_range(b->c->gen.target)) {
		v7_words(b, g);
		return;
	}
	v8_words(b, 0, g->bytes ? g->at : p->bytes);
	v8_words(b, g->bytes ? g->at + g->taken : p->bytes, p->bytes);
}

uint32_t cobj_walls(struct mod *b)
{
	const struct wall_plan *p = b->comp->wall;
	uint32_t start = mod_reference(b, "hd_wall_start");
	uint32_t at = mod_here(b, b->rodata, 4);

	for (uint32_t k = 0; k < p->ninst; k++)
		words(b, &p->group[k]);
	uint32_t of = mod_object(b, cobj_local(b, "wall", 0), b->rodata, at,
				 16 * p->ninst);
	at = mod_here(b, b->rodata, 4);
	mod_pointer(b, b->rodata, of, 0);
	put_address(b, 0, 0);
	put_address(b, p->bytes, 0);
	mod_pointer(b, b->rodata, start, 0);
	return mod_object(b, cobj_local(b, "walls", 0), b->rodata, at, 16);
}
