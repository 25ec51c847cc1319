/* qemu_plan.c - names, registrations and the order of steps. */
#include <string.h>

#include "spec/qemu.h"

/* The module command k makes, or UINT32_MAX. */
static uint32_t made_by(const struct qemu_image *im, uint32_t k)
{
	for (uint32_t i = 0; i < im->modules.n; i++)
		if (im->modules.at[i].command == k)
			return i;
	return UINT32_MAX;
}

/* The module called `name` ("$m"; NULL: the latest) before command k. */
static uint32_t find_named(const struct qemu_image *im, uint32_t k,
			   const char *name)
{
	const struct spec_file *f = im->job->file;

	while (k-- > 0) {
		const struct spec_command *c = &f->at[k];
		if (c->type != SPEC_MODULE)
			continue;
		if (!name || (c->name && !strcmp(c->name, name)))
			return made_by(im, k);
	}
	return UINT32_MAX;
}

/* The module registered as `as` before command k. */
static uint32_t find_registered(const struct qemu_image *im, uint32_t k,
				const char *as)
{
	const struct spec_file *f = im->job->file;

	while (k-- > 0)
		if (f->at[k].type == SPEC_REGISTER && f->at[k].as &&
		    !strcmp(f->at[k].as, as))
			return find_named(im, k, f->at[k].name);
	return UINT32_MAX;
}

static const struct wasm_export *find_export(const struct wasm_module *m,
					     const char *name, uint32_t n)
{
	for (uint32_t k = 0; k < m->exports.n; k++)
		if (m->exports.at[k].nname == n &&
		    !memcmp(m->exports.at[k].name, name, n))
			return &m->exports.at[k];
	return NULL;
}

/* The import that item `index` of a kind is, or UINT32_MAX. */
static uint32_t import_of(const struct wasm_module *m, unsigned kind,
			  uint32_t index)
{
	for (uint32_t k = 0; k < m->imports.n; k++)
		if (m->imports.at[k].kind == kind &&
		    m->imports.at[k].index == index)
			return k;
	return UINT32_MAX;
}

static const char *spectest(const struct qemu_image *im,
			    const struct wasm_import *i)
{
	if (i->kind == WASM_FUNC)
		return "spectest_print";	/* all of them do nothing */
	return arena_printf(im->a, "spectest_%s", i->name);
}

const char *qemu_resolve(const struct qemu_image *im, uint32_t command,
			 const struct wasm_module *m, uint32_t import)
{
	const struct wasm_import *i = &m->imports.at[import];

	if (!strcmp(i->module, "spectest"))
		return spectest(im, i);
	uint32_t from = find_registered(im, command, i->module);
	if (from == UINT32_MAX)
		return NULL;
	const struct qemu_module *q = &im->modules.at[from];
	const struct wasm_export *e = find_export(q->wasm, i->name, i->nname);
	if (!e)
		return NULL;
	uint32_t again = import_of(q->wasm, e->kind, e->index);
	if (again != UINT32_MAX)
		return qemu_resolve(im, q->command, q->wasm, again);
	return q->names.export[e - q->wasm->exports.at];
}

void qemu_plan(struct qemu_image *im)
{
	const struct spec_file *f = im->job->file;

	im->module_of = arena_array(im->a, uint32_t, f->n);
	for (uint32_t k = 0; k < f->n; k++) {
		struct spec_outcome *out = &im->job->out[k];
		uint32_t m = made_by(im, k);
		if (out->what != SPEC_NOT_RUN)
			continue;
		if (m == UINT32_MAX && f->at[k].has_action)
			m = find_named(im, k, f->at[k].action.module);
		if (m == UINT32_MAX && f->at[k].type == SPEC_REGISTER) {
			out->what = SPEC_OK;
			continue;
		}
		if (m == UINT32_MAX) {
			out->what = SPEC_ERROR;
			out->detail = "no module to act on";
			continue;
		}
		im->module_of[k] = m + 1;
		vec_push(im->a, &im->steps, k);
	}
}

/* --- steps as assembly --------------------------------------------------------- */

static void write_args(const struct spec_action *act, uint32_t k,
		       struct buf *out)
{
	buf_printf(out, "\t.p2align 3\na%u:\n", k);
	for (uint32_t j = 0; j < act->nargs; j++) {
		const struct spec_value *v = &act->arg[j];
		uint64_t bits = v->bits[0];
		/* host references are their number plus one */
		if (v->type == T_EXTERNREF || v->type == T_FUNCREF)
			bits = v->null ? 0 : bits + 1;
		buf_printf(out, "\t.word 0x%x, 0x%x\n", (unsigned)bits,
			   (unsigned)(bits >> 32));
	}
}

static void write_call(const struct qemu_module *m,
		       const struct spec_action *act, uint32_t k,
		       struct buf *out)
{
	uint32_t n = 0;

	for (uint32_t e = 0; e < m->wasm->exports.n; e++) {
		const struct wasm_export *x = &m->wasm->exports.at[e];
		if (x->kind != WASM_FUNC)
			continue;
		if (x->nname == act->nfield &&
		    !memcmp(x->name, act->field, x->nname))
			break;
		n++;
	}
	buf_printf(out, "\t.word 1, %s_module, %u, a%u, 0, 0\n", m->prefix, n,
		   k);
}

static void write_get(const struct qemu_image *im, const struct qemu_module *m,
		      const struct spec_action *act, struct buf *out)
{
	const struct wasm_export *e = find_export(m->wasm, act->field,
						  act->nfield);
	const char *sym = "0";
	bool wide = false;

	if (e && e->kind == WASM_GLOBAL) {
		uint8_t t = m->wasm->globals.at[e->index].type;
		uint32_t i = import_of(m->wasm, WASM_GLOBAL, e->index);
		wide = t == T_I64 || t == T_F64;
		sym = i != UINT32_MAX
			      ? qemu_resolve(im, m->command, m->wasm, i)
			      : m->names.export[e - m->wasm->exports.at];
	}
	buf_printf(out, "\t.word 2, 0, 0, 0, %s, %u\n", sym, wide);
}

void qemu_write_steps(const struct qemu_image *im, struct buf *out)
{
	const struct spec_file *f = im->job->file;

	buf_str(out, "\t.section .rodata.args, \"a\"\n");
	for (uint32_t s = 0; s < im->steps.n; s++)
		if (f->at[im->steps.at[s]].has_action)
			write_args(&f->at[im->steps.at[s]].action,
				   im->steps.at[s], out);
	buf_printf(out, "\t.section .rodata.steps, \"a\"\n\t.p2align 2\n"
			"\t.global spec_nsteps\nspec_nsteps: .word %u\n"
			"\t.global spec_steps\nspec_steps:\n", im->steps.n);
	for (uint32_t s = 0; s < im->steps.n; s++) {
		uint32_t k = im->steps.at[s];
		const struct qemu_module *m =
			&im->modules.at[im->module_of[k] - 1];
		const struct spec_command *c = &f->at[k];
		if (m->command == k)
			buf_printf(out, "\t.word 0, %s_module, 0, 0, 0, 0\n",
				   m->prefix);
		else if (c->action.get)
			write_get(im, m, &c->action, out);
		else
			write_call(m, &c->action, k, out);
	}
}

/* --- answers -------------------------------------------------------------------- */

static uint64_t little(const uint8_t *p, int n)
{
	uint64_t v = 0;

	while (n-- > 0)
		v = v << 8 | p[n];
	return v;
}

/* The result types of a step. */
static const uint8_t *types_of(const struct qemu_image *im, uint32_t k,
			       uint32_t *n)
{
	const struct qemu_module *m = &im->modules.at[im->module_of[k] - 1];
	const struct spec_action *act = &im->job->file->at[k].action;

	*n = 0;
	if (m->command == k)
		return NULL;
	const struct wasm_export *e = find_export(m->wasm, act->field,
						  act->nfield);
	if (!e)
		return NULL;
	*n = 1;
	if (e->kind == WASM_GLOBAL)
		return &m->wasm->globals.at[e->index].type;
	const struct wasm_functype *t =
		&m->wasm->types.at[m->wasm->funcs.at[e->index].type];
	*n = t->nresults;
	return t->result;
}

static void read_results(const struct qemu_image *im, uint32_t k,
			 const uint8_t *p, uint32_t n, struct spec_outcome *out)
{
	uint32_t ntypes;
	const uint8_t *type = types_of(im, k, &ntypes);

	if (n != ntypes) {
		out->what = SPEC_ERROR;
		out->detail = "wrong number of results";
		return;
	}
	out->value = arena_array(im->a, struct spec_result, n);
	out->nvalues = n;
	for (uint32_t j = 0; j < n; j++) {
		struct spec_result *r = &out->value[j];
		r->type = type[j];
		r->bits = little(p + 8 * j, 8);
		if (r->type == T_I32 || r->type == T_F32)
			r->bits &= UINT32_MAX;
		if (r->type != T_EXTERNREF && r->type != T_FUNCREF)
			continue;
		r->bits &= UINT32_MAX;
		r->null = r->bits == 0;
		r->bits -= !r->null;
	}
}

void qemu_read_answers(const struct qemu_image *im, const struct buf *out,
		       const char *why)
{
	size_t at = 0;

	for (uint32_t s = 0; s < im->steps.n; s++) {
		uint32_t k = im->steps.at[s];
		struct spec_outcome *o = &im->job->out[k];
		const uint8_t *p = out->at + at;
		bool whole = out->n - at >= 8 && p[2] == 0xa5 && p[3] == 0x5a &&
			     out->n - at - 8 >= 8u * p[1];
		if (!whole) {
			o->what = SPEC_ERROR;
			o->detail = why ? why : "firmware stopped before this";
			at = out->n;
			continue;
		}
		at += 8 + 8u * p[1];
		o->fuel = (uint32_t)little(p + 4, 4);
		o->trap = p[0];
		o->what = p[0] ? SPEC_TRAP : SPEC_OK;
		if (!p[0])
			read_results(im, k, p + 8, p[1], o);
	}
}
