/* world_shared.c - code that several instances share.
 *
 * Names say which code is which function for which context; that is only where
 * proofs begin: the code is followed once for each context, with r9 the base of
 * that one's storage, against that context's function.  Whoever calls it has the
 * base in r9, or calls something else.  What enters it from elsewhere, a veneer,
 * is proved against a body that is nothing but the call.
 */
#include <stdlib.h>
#include <string.h>

#include "prove/shared.h"
#include "t32/decode.h"

/* "shared<f>.<c>" and "base<c>" behind the prefix and a dot. */
static const char *number(const char *text, const char *word, uint32_t *n)
{
	size_t len = strlen(word);
	char *end;

	if (strncmp(text, word, len) || text[len] < '0' || text[len] > '9')
		return NULL;
	*n = (uint32_t)strtoul(text + len, &end, 10);
	return end;
}

enum { MOST_CONTEXTS = 1 << 16 };

bool world_shared_symbol(struct world *w, const char *prefix, uint32_t symbol)
{
	const struct obj_symbol *s = &w->o->symbols.at[symbol];
	const size_t n = strlen(prefix);
	uint32_t func, context;
	const char *end;

	if (s->binding != OBJ_LOCAL || strncmp(s->name, prefix, n) ||
	    s->name[n] != '.')
		return false;
	const char *text = s->name + n + 1;
	if ((end = number(text, "shared", &func)) &&
	    (end = number(end, ".", &context)) && !*end) {
		vec_push(w->arena, &w->shared, (struct shared_code){
			s->section, s->value, s->size, func, context });
		return true;
	}
	if (!(end = number(text, "base", &context)) || *end ||
	    context >= MOST_CONTEXTS)
		return false;
	while (w->base.n <= context)
		vec_push(w->arena, &w->base, UINT32_MAX);
	w->base.at[context] = w->regions.n;
	vec_push(w->arena, &w->regions, (struct region){
		.kind = REGION_BASE, .index = context, .section = s->section,
		.at = s->value, .size = s->size, .symbol = symbol });
	return true;
}

void world_check_bases(struct world *w)
{
	for (uint32_t k = 0; k < w->shared.n; k++) {
		const struct shared_code *s = &w->shared.at[k];
		if (s->context >= w->base.n ||
		    w->base.at[s->context] == UINT32_MAX)
			w->why = "shared code without storage";
		for (uint32_t j = 0; j < k; j++)
			if (w->shared.at[j].func == s->func ||
			    (w->shared.at[j].section == s->section &&
			     w->shared.at[j].at == s->at &&
			     w->shared.at[j].context == s->context))
				w->why = "shared code of two functions";
	}
	/* apart, for what there is nothing of may be where others begin */
	for (uint32_t c = 0; c < w->base.n; c++)
		if (w->base.at[c] != UINT32_MAX &&
		    w->regions.at[w->base.at[c]].size < 4)
			w->why = "storage of a context without a beginning";
}

const struct shared_code *world_shared_of(const struct world *w, uint32_t func)
{
	for (uint32_t k = 0; k < w->shared.n; k++)
		if (w->shared.at[k].func == func)
			return &w->shared.at[k];
	return NULL;
}

bool world_is_shared(const struct world *w, const struct code_ref *c)
{
	for (uint32_t k = 0; k < w->shared.n; k++)
		if (w->shared.at[k].section == c->section &&
		    w->shared.at[k].at == c->at)
			return true;
	return false;
}

struct world *world_in_context(const struct world *w,
			       const struct shared_code *s, struct arena *a)
{
	struct world *r = arena_new(a, struct world);
	const struct region *base = &w->regions.at[w->base.at[s->context]];

	*r = *w;
	r->context = s->context + 1;
	r->instance_section = base->section;
	r->instance_at = base->at;
	return r;
}

uint32_t world_context_of(const struct world *w, const struct terms *z, term r9)
{
	const struct term_node *i = term_at(z, r9);

	return i->op == TM_SYM && i->imm < w->regions.n &&
			       w->regions.at[i->imm].kind == REGION_BASE
		       ? w->regions.at[i->imm].index + 1 : 0;
}

/* --- choices ------------------------------------------------------------------------- */

enum { R_IP = 12, R_BASE = 9, NOT_EQUAL = 1 };

/* The context plus 1 whose base a literal is. */
static uint32_t literal(const struct world *w, const struct code_ref *c,
			uint32_t at)
{
	const struct obj_reloc *r = world_reloc(w, c->section, at);

	if (!r || r->type != OBJ_R_ABS32 || r->addend || at < c->at ||
	    at + 4 > c->at + c->size)
		return 0;
	const struct obj_symbol *y = &w->o->symbols.at[r->symbol];
	for (uint32_t k = 0; k < w->base.n; k++) {
		if (w->base.at[k] == UINT32_MAX)
			continue;
		const struct region *b = &w->regions.at[w->base.at[k]];
		if (b->section == y->section && b->at == y->value)
			return k + 1;
	}
	return 0;
}

/* Where code of a context gets to that begins there and does nothing but compare
 * r9 with bases, in ip, and branch: the jump out of it.  NULL for other code. */
static const struct obj_reloc *follow(const struct world *w, uint32_t context,
				      const struct code_ref *c)
{
	const struct obj_section *s = &w->o->sections.at[c->section];
	uint32_t ip = 0, pc = c->at;
	bool compared = false, equal = false;
	struct t32_insn i;

	for (uint32_t steps = 4 * w->base.n + 4; steps > 0; steps--) {
		if (pc < c->at || pc >= c->at + c->size ||
		    c->at + c->size > s->bytes.n ||
		    !t32_decode(s->bytes.at + pc, c->at + c->size - pc, &i))
			return NULL;
		const struct obj_reloc *r = world_reloc(w, c->section, pc);
		if (r)
			return i.id == T32_B && r->type == OBJ_R_THM_JUMP24 &&
				       !r->addend ? r : NULL;
		if (i.id == T32_LDR_LIT && i.operand[0] == R_IP) {
			ip = literal(w, c, (pc & ~3u) + 4 +
					   (uint32_t)i.operand[1]);
			compared = false;
		} else if (i.id == T32_CMP_H_N && i.operand[0] == R_BASE &&
			   i.operand[1] == R_IP && ip) {
			compared = true;
			equal = ip == context;
		} else if (i.id == T32_B_C_N && compared &&
			   i.operand[0] == NOT_EQUAL) {
			if (!equal) {
				pc += 4 + (uint32_t)i.operand[1];
				continue;
			}
		} else {
			return NULL;
		}
		pc += i.size;
	}
	return NULL;
}

uint32_t world_shared_entry(const struct world *w, uint32_t context,
			    uint32_t section, uint32_t at)
{
	for (uint32_t k = 0; k < w->shared.n; k++) {
		const struct shared_code *s = &w->shared.at[k];
		if (s->section == section && s->at == at &&
		    s->context + 1 == context && s->func < w->m->funcs.n)
			return s->func;
	}
	return UINT32_MAX;
}

uint32_t world_shared_at(const struct world *w, uint32_t context,
			 uint32_t section, uint32_t at)
{
	const uint32_t func = world_shared_entry(w, context, section, at);

	if (!context || !w->shared.n || func != UINT32_MAX)
		return func;
	const struct code_ref *c = world_code_at(w, section, at);
	const struct obj_reloc *r = c && c->stub ? follow(w, context, c) : NULL;
	return r ? world_function_at(w, r) : UINT32_MAX;
}

/* --- what is the same ------------------------------------------------------------------ */

uint32_t world_canonical(const struct world *w, uint32_t region)
{
	const struct region *r = &w->regions.at[region];

	if (!r->constant || (r->kind != REGION_DATA && r->kind != REGION_DIRECT))
		return region;
	for (uint32_t k = 0; k < region; k++) {
		const struct region *x = &w->regions.at[k];
		if (x->kind == r->kind && x->section == r->section &&
		    x->at == r->at && x->size == r->size)
			return k;
	}
	return region;
}
