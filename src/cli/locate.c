/* locate.c - reports on what was made of the inputs: where in which input. */
#include "cli/component.h"
#include "component/origin.h"

/* What is composed or wrapped: a place in a part (its end is one), or nowhere. */
static void in_part(const struct cli *c, struct diag *d)
{
	for (uint32_t k = 0; k < c->nparts; k++)
		if (d->at >= c->part[k].begin && d->at <= c->part[k].end) {
			d->file = c->part[k].file;
			d->at -= c->part[k].begin;
			return;
		}
	d->at = DIAG_NOWHERE;
}

/* What is linked: a function, and its instruction when one is meant. */
static void in_linked(const struct cli *c, struct diag *d)
{
	const struct origin *o = c->origin;
	const struct origin_func *f = d->at == DIAG_NOWHERE ? NULL :
				      origin_find(o, (uint32_t)d->at);
	struct buf text;
	uint32_t at;

	if (!f && d->func < o->funcs.n)
		f = &o->funcs.at[d->func];
	d->at = f && d->at != DIAG_NOWHERE &&
		origin_place(o, f, (uint32_t)d->at, &at) ? at : DIAG_NOWHERE;
	d->func = UINT32_MAX;
	d->ins = UINT32_MAX;
	if (!f)
		return;
	buf_init(&text, c->arena);
	if (d->detail && *d->detail)
		buf_printf(&text, "%s; ", d->detail);
	origin_text(f, &text);
	buf_u8(&text, 0);
	d->detail = (char *)text.at;
	if (f->file != ORIGIN_NONE) {
		d->file = o->files.at[f->file];
		d->func = f->func;
	}
}

bool cli_locate(const struct cli *c, struct diag *d)
{
	if (d->file || (d->at == DIAG_NOWHERE && d->func == UINT32_MAX) ||
	    (!c->origin && !c->nparts))
		return false;
	if (c->origin)
		in_linked(c, d);
	else
		in_part(c, d);
	return true;
}

void cli_inputs_done(struct cli *c)
{
	c->part = NULL;
	c->nparts = 0;
	c->origin = NULL;
	c->module = NULL;
}
