/* listing.c - compiled code as assembly text, from the bytes themselves. */
#include "cli/listing.h"

#include <string.h>

#include "base/compiler.h"
#include "t32/decode.h"
#include "t32/print.h"

static const char *const trap_text[] = {
#define HD_TRAP(id, code, text) [code] = text,
#include "heddle/trap.def"
};

static const char *const kind_text[] = {
	[SYM_MEMORY] = "memory", [SYM_MEMORY_SIZE] = "memory_size",
	[SYM_MEMORY_DESC] = "memory_desc", [SYM_GLOBAL] = "global",
	[SYM_TABLE] = "table", [SYM_TABLE_SIZE] = "table_size",
	[SYM_TABLE_DESC] = "table_desc", [SYM_TABLE_DIRECT] = "table_direct",
	[SYM_TYPE] = "type", [SYM_FUNCREF] = "funcref", [SYM_DATA] = "data",
	[SYM_DATA_DROPPED] = "data_len", [SYM_ELEM] = "elem",
	[SYM_ELEM_DROPPED] = "elem_len",
};

/* Where the walk through one function stands. */
struct listing {
	const struct t32_code *c;
	const struct module_names *n;
	uint32_t nfuncs;
	struct buf *out;
	uint32_t at;
	uint32_t it;		/* ITSTATE; 0 outside of IT blocks */
	uint32_t data, reloc, trap;	/* next of each */
};

static void symbol(const struct listing *l, const struct mir_sym *s)
{
	if (s->kind == SYM_RUNTIME)
		buf_str(l->out, s->name);
	else if (s->kind == SYM_FUNC)
		buf_str(l->out, s->index < l->nfuncs ? l->n->called[s->index]
						      : "instantiate");
	else if (s->kind == SYM_TABLE_DIRECT)
		buf_printf(l->out, "table_direct%u.%u", s->index, s->index2);
	else
		buf_printf(l->out, "%s%u", kind_text[s->kind], s->index);
}

/* The relocation at this place, if any. */
static void reloc(struct listing *l, const char *before)
{
	const struct t32_code *c = l->c;

	if (l->reloc == c->relocs.n || c->relocs.at[l->reloc].at != l->at)
		return;
	const struct t32_reloc *r = &c->relocs.at[l->reloc++];
	buf_str(l->out, before);
	symbol(l, &c->syms.at[r->sym]);
	if (r->addend)
		buf_printf(l->out, "%+d", r->addend);
}

static uint32_t little(const uint8_t *p, unsigned n)
{
	uint32_t v = 0;

	while (n--)
		v = v << 8 | p[n];
	return v;
}

static void data(struct listing *l)
{
	uint32_t end = l->c->data.at[l->data++].end;

	while (l->at < end) {
		unsigned n = l->at % 4 == 0 && end - l->at >= 4 ? 4 : 1;
		buf_printf(l->out, n == 4 ? "\t.word\t0x%08x" : "\t.byte\t%u",
			   little(l->c->bytes + l->at, n));
		reloc(l, "\t@ ");
		buf_str(l->out, "\n");
		l->at += n;
	}
}

static void traps(struct listing *l)
{
	const struct t32_code *c = l->c;

	for (; l->trap < c->traps.n && c->traps.at[l->trap].ret == l->at;
	     l->trap++) {
		unsigned kind = c->traps.at[l->trap].kind;
		buf_printf(l->out, "\t@ trap: %s",
			   kind < ARRAY_LEN(trap_text) && trap_text[kind]
				   ? trap_text[kind] : "?");
	}
}

static enum t32_cond condition(struct listing *l, const struct t32_insn *i)
{
	enum t32_cond c = l->it ? (enum t32_cond)(l->it >> 4) : T32_AL;

	if (i->id == T32_IT)
		l->it = i->word & 0xff;
	else if (l->it & 7)
		l->it = (l->it & 0xe0) | (l->it << 1 & 0x1f);
	else
		l->it = 0;
	return c;
}

static void instruction(struct listing *l)
{
	const struct t32_code *c = l->c;
	struct t32_insn i;
	char text[96];

	if (!t32_decode(c->bytes + l->at, c->n - l->at, &i)) {
		buf_printf(l->out, "\t.short\t0x%04x\n",
			   little(c->bytes + l->at, 2));
		l->at += 2;
		return;
	}
	t32_print(text, sizeof text, &i, condition(l, &i));
	buf_printf(l->out, "\t%s", text);
	reloc(l, "\t@ ");
	l->at += i.size;
	traps(l);
	buf_str(l->out, "\n");
}

void listing(const struct t32_code *c, const struct module_names *n,
	     uint32_t nfuncs, struct buf *out)
{
	struct listing l = { .c = c, .n = n, .nfuncs = nfuncs, .out = out };

	buf_printf(out, "%s:\n", c->index < nfuncs ? n->local[c->index]
						    : "instantiate");
	while (l.at < c->n)
		if (l.data < c->data.n && c->data.at[l.data].begin == l.at)
			data(&l);
		else
			instruction(&l);
}
