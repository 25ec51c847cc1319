/* mach_run.c - fetching, and where machine code loops.
 *
 * Loop headers are the targets of edges to what a depth-first search has not
 * left yet.  They are only where both sides are compared: a header that is
 * missed makes a run endless, which a limit ends, never a proof.
 */
#include "prove/mach.h"

#include <string.h>

static bool fetch(const struct mach_func *f, uint32_t pc, struct t32_insn *i)
{
	return pc >= f->begin && pc < f->end && !(pc & 1) &&
	       t32_decode(f->text->bytes.at + pc, f->end - pc, i);
}

/* A relocation changes what is executed: only branches are followed. */
static bool may_execute(const struct mach_func *f, uint32_t pc,
			const struct t32_insn *i)
{
	const struct obj_reloc *r = world_reloc(f->w, f->section, pc);

	/* one changes four bytes, at a multiple of 2 */
	if ((i->size == 4 && world_reloc(f->w, f->section, pc + 2)) ||
	    (pc >= 2 && world_reloc(f->w, f->section, pc - 2)))
		return false;
	return !r || (i->size == 4 && (r->type == OBJ_R_THM_CALL ||
				       r->type == OBJ_R_THM_JUMP24));
}

static void step_to(const struct mach_func *f, struct mach *m, uint32_t pc)
{
	if (pc >= f->begin && pc < f->end && f->is_cut[(pc - f->begin) / 2])
		m->came_back = map_get(&f->back, (uint64_t)m->pc << 32 | pc);
	m->pc = pc;
}

enum { TOO_LONG = 200000 };

enum stop mach_run(struct mach_func *f, struct mach *m)
{
	enum stop out = STOP_FAIL;
	struct t32_insn i;

	if (f->wasm)
		return mach_wasm_run(f, m);
	for (uint32_t n = 0; !m->why; n++) {
		bool inside = !m->it_left && m->pc >= f->begin &&
			      m->pc < f->end;
		if (m->started && inside && f->is_cut[(m->pc - f->begin) / 2])
			return STOP_CUT;
		if (n && inside && ((m->joins &&
		    f->ways[(m->pc - f->begin) / 2] > 1) ||
		    (m->until && m->pc == m->until)))
			return STOP_JOIN;
		if (n == TOO_LONG || !fetch(f, m->pc, &i) ||
		    !may_execute(f, m->pc, &i)) {
			mach_fail(m, "not an instruction that is followed");
			break;
		}
		m->way = hash_mix(m->way ^ m->pc);
		bool going = mach_step(f, m, &i, &out);
		if (m->why)
			break;
		if (going || (out != STOP_FORK && out != STOP_CALL))
			m->started = true;
		if (!going)
			return out;
		if (m->returned)
			return STOP_RETURN;
		if (m->jumped && m->it_left) {
			mach_fail(m, "branch inside an IT block");
			break;
		}
		step_to(f, m, m->jumped ? m->target : m->next);
	}
	return STOP_FAIL;
}

/* --- loops --------------------------------------------------------------------- */

struct search {
	struct mach_func *f;
	uint8_t *colour;		/* 0 new, 1 open, 2 left */
	VEC(struct edge {
		uint32_t from;
		uint32_t pc;		/* | 1: leave it */
	}) worklist;
	uint32_t from;
};

static void header(struct mach_func *f, uint32_t from, uint32_t pc)
{
	f->is_cut[(pc - f->begin) / 2] = 1;
	*map_put(&f->back, (uint64_t)from << 32 | pc) = 1;
}

static bool has_target(const struct t32_insn *i, int32_t *off)
{
	const struct t32_row *row = t32_row(i->id);

	for (unsigned k = 0; k < row->noperands; k++)
		if (row->operand[k].kind == T32_TARGET) {
			*off = i->operand[k];
			return true;
		}
	return false;
}

/* Is there data, as the object marks it? */
static bool is_data(const struct mach_func *f, uint32_t pc)
{
	enum obj_kind kind = OBJ_THUMB;

	for (uint32_t k = 0; k < f->text->marks.n &&
			     f->text->marks.at[k].at <= pc; k++)
		kind = f->text->marks.at[k].kind;
	return kind == OBJ_DATA;
}

static void visit(struct search *s, uint32_t pc)
{
	struct mach_func *f = s->f;

	if (pc < f->begin || pc >= f->end || (pc & 1) || is_data(f, pc))
		return;
	uint32_t k = (pc - f->begin) / 2;
	if (f->ways[k] < 2)
		f->ways[k]++;
	if (s->colour[k] == 1)
		header(f, s->from, pc);
	else if (s->colour[k] == 0)
		vec_push(f->arena, &s->worklist, (struct edge){ s->from, pc });
}

/* Where code goes on after the data at `at`, as the object marks it. */
static uint32_t data_end(const struct mach_func *f, uint32_t at)
{
	for (uint32_t k = 0; k < f->text->marks.n; k++)
		if (f->text->marks.at[k].kind == OBJ_THUMB &&
		    f->text->marks.at[k].at > at &&
		    f->text->marks.at[k].at < f->end)
			return f->text->marks.at[k].at;
	return f->end;
}

/* Entries up to the least target, or to code. */
static void visit_table(struct search *s, uint32_t base, unsigned bytes)
{
	const struct mach_func *f = s->f;
	uint32_t first = data_end(f, base);

	for (uint32_t at = base; at + bytes <= first; at += bytes) {
		const uint8_t *p = f->text->bytes.at + at;
		uint32_t to = base + 2 * (bytes == 2 ?
			p[0] | (uint32_t)p[1] << 8 : p[0]);
		if (to > base && to < first)
			first = to;
		visit(s, to);
	}
}

/* Is the program counter among the registers loaded? */
static bool loads_pc(const struct t32_insn *i)
{
	const struct t32_row *row = t32_row(i->id);

	for (unsigned k = 0; k < row->noperands; k++)
		if (row->operand[k].kind == T32_LIST &&
		    i->operand[k] >> R_PC & 1)
			return true;
	return false;
}

/* Does a trap stand there, which nothing follows? */
static bool is_trap(const struct mach_func *f, uint32_t pc)
{
	const uint32_t *kind = map_get(&f->w->trap_at,
				       (uint64_t)f->section << 32 | (pc + 4));

	/* want of fuel may be mended */
	return kind && *kind != HD_TRAP_FUEL;
}

static void successors(struct search *s, uint32_t pc, const struct t32_insn *i)
{
	bool linked = world_reloc(s->f->w, s->f->section, pc) != NULL;
	int32_t off;

	switch (i->id) {
	case T32_TBB_PC:
		visit_table(s, pc + 4, 1);
		return;
	case T32_TBH_PC:
		visit_table(s, pc + 4, 2);
		return;
	case T32_BX: case T32_POP_PC:
		return;
	default:
		if (loads_pc(i) || (i->id == T32_BL && is_trap(s->f, pc)))
			return;
		break;
	}
	bool branch = has_target(i, &off) && i->id != T32_BL;
	bool always = branch && (i->id == T32_B_N || t32_operand_at(
			t32_row(i->id), 'c') < 0) &&
		      i->id != T32_CBZ && i->id != T32_CBNZ;
	/* what is behind a branch that is not always taken comes first, so
	 * that a loop is entered from above */
	if (branch && !linked)
		visit(s, pc + 4 + (uint32_t)off);
	if (!always)
		visit(s, pc + i->size);
}

static void find_loops(struct mach_func *f)
{
	struct search s = { .f = f };
	struct t32_insn i;

	s.colour = arena_array(f->arena, uint8_t, (f->end - f->begin) / 2 + 1);
	map_init(&f->back, f->arena);
	visit(&s, f->begin);
	while (s.worklist.n) {
		struct edge e = s.worklist.at[--s.worklist.n];
		uint32_t pc = e.pc;
		uint32_t k = (pc - f->begin) / 2;
		if (pc & 1) {
			s.colour[k] = 2;
			continue;
		}
		if (s.colour[k] == 1)
			header(f, e.from, pc);
		if (s.colour[k])
			continue;
		s.colour[k] = 1;
		s.from = pc;
		vec_push(f->arena, &s.worklist, (struct edge){ pc, pc | 1 });
		if (fetch(f, pc, &i))
			successors(&s, pc, &i);
	}
}

void mach_loops(struct mach_func *f)
{
	find_loops(f);
}
