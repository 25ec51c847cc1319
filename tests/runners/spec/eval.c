/* eval.c - the target `eval`: commands carried out by the evaluator. */
#include <string.h>

#include "common/passes.h"
#include "ir/eval.h"
#include "opt/opt.h"
#include "eval_opt.h"
#include "target.h"

const char *spec_eval_opt;

/* externref n is n + 1 in the evaluator, where 0 is null. */
enum { EXTERN_BIAS = 1, MAX_DEPTH = 4000 };

struct named {
	const char *name;
	struct eval_instance *in;
	struct wasm_module *m;
	uint32_t command;
};

struct suite {
	struct spec_job *job;
	struct eval_store *st;
	VEC(struct named) instances;	/* the last named NULL or not is current */
	bool unsupported;		/* the current module could not be built */
};

/* --- spectest --------------------------------------------------------- */

static enum hd_trap_kind print(void *ctx, const eval_value *args,
			       eval_value *results)
{
	(void)ctx, (void)args, (void)results;
	return HD_TRAP_NONE;
}

static const struct wasm_functype *print_type(struct arena *a,
					      const char *params)
{
	struct wasm_functype *t = arena_new(a, struct wasm_functype);

	t->nparams = (uint32_t)strlen(params);
	t->param = arena_array(a, uint8_t, t->nparams);
	for (uint32_t k = 0; k < t->nparams; k++)
		t->param[k] = (uint8_t)type_of_letter(params[k]);
	return t;
}

static void define_spectest(struct eval_store *st, struct arena *a)
{
#define F(name, params)                                                  \
	eval_define_func(st, "spectest", #name, print_type(a, params), \
			 print, NULL);
	SPECTEST_FUNCS(F)
#define G(name, type, bits) \
	eval_define_global(st, "spectest", #name, type, false, bits);
	SPECTEST_GLOBALS(G)
	eval_define_table(st, "spectest", "table", T_FUNCREF,
			  (struct wasm_limits){ SPECTEST_TABLE_MIN,
						SPECTEST_TABLE_MAX, true });
	eval_define_memory(st, "spectest", "memory",
			   (struct wasm_limits){ SPECTEST_MEMORY_MIN,
						 SPECTEST_MEMORY_MAX, true });
}

/* --- values ----------------------------------------------------------- */

static eval_value to_eval(const struct spec_value *v)
{
	if (v->null)
		return 0;
	return v->type == T_EXTERNREF ? v->bits[0] + EXTERN_BIAS : v->bits[0];
}

static struct spec_result from_eval(enum type t, eval_value v)
{
	struct spec_result r = { .type = (uint8_t)t, .bits = v };

	if (t == T_FUNCREF || t == T_EXTERNREF)
		r.null = v == 0;
	if (t == T_EXTERNREF && v)
		r.bits = v - EXTERN_BIAS;
	return r;
}

/* --- commands --------------------------------------------------------- */

static struct named *find(struct suite *s, const char *name)
{
	for (uint32_t k = s->instances.n; k-- > 0;) {
		struct named *i = &s->instances.at[k];
		if (!name || (i->name && strcmp(i->name, name) == 0))
			return i;
	}
	return NULL;
}

static void fail(struct spec_outcome *out, const char *detail)
{
	out->what = SPEC_ERROR;
	out->detail = detail;
}

static const char *last_report(const struct spec_job *job)
{
	const struct diag_sink *s = job->sink;

	return s->n ? s->at[s->n - 1].detail : "";
}

static struct eval_instance *instantiate(struct suite *s,
					 struct wasm_module *m,
					 struct spec_outcome *out)
{
	struct eval_instance *in;
	enum hd_trap_kind trap;

	s->job->sink->n = 0;
	switch (eval_instantiate(s->st, m, &in, &trap, s->job->sink)) {
	case EVAL_OK:
		out->what = SPEC_OK;
		return in;
	case EVAL_TRAP:
		out->what = SPEC_TRAP;
		out->trap = (uint8_t)trap;
		break;
	case EVAL_UNLINKABLE:
		out->what = SPEC_UNLINKABLE;
		out->detail = last_report(s->job);
		break;
	case EVAL_UNSUPPORTED:
		out->what = SPEC_SKIP;
		out->detail = "needs simd, which is not compiled yet";
		break;
	}
	return NULL;
}

static void module(struct suite *s, const struct spec_command *c,
		   struct wasm_module *m, struct spec_outcome *out)
{
	struct eval_instance *in = instantiate(s, m, out);

	s->unsupported = out->what == SPEC_SKIP;
	if (in)
		vec_push(s->job->arena, &s->instances,
			 (struct named){ c->name, in, m,
					 (uint32_t)(c - s->job->file->at) });
}

static const struct wasm_export *export_of(const struct named *i,
					   const struct spec_action *a)
{
	for (uint32_t k = 0; k < i->m->exports.n; k++) {
		const struct wasm_export *e = &i->m->exports.at[k];
		if (e->kind == (a->get ? WASM_GLOBAL : WASM_FUNC) &&
		    e->nname == a->nfield &&
		    memcmp(e->name, a->field, a->nfield) == 0)
			return e;
	}
	return NULL;
}

static void invoke(struct suite *s, const struct named *i, uint32_t func,
		   const struct spec_action *act, struct spec_outcome *out)
{
	struct arena *a = s->job->arena;
	const struct wasm_functype *t =
		&i->m->types.at[i->m->funcs.at[func].type];
	eval_value *args = arena_array(a, eval_value, t->nparams);
	eval_value *res = arena_array(a, eval_value, t->nresults);
	enum hd_trap_kind trap;

	if (act->nargs != t->nparams) {
		fail(out, "wrong number of arguments");
		return;
	}
	for (uint32_t k = 0; k < t->nparams; k++)
		args[k] = to_eval(&act->arg[k]);
	if (eval_call_index(i->in, func, args, res, &trap) != EVAL_OK) {
		out->what = SPEC_TRAP;
		out->trap = (uint8_t)trap;
		return;
	}
	out->what = SPEC_OK;
	out->nvalues = t->nresults;
	out->value = arena_array(a, struct spec_result, t->nresults);
	for (uint32_t k = 0; k < t->nresults; k++)
		out->value[k] = from_eval((enum type)t->result[k], res[k]);
}

static void action(struct suite *s, const struct spec_action *act,
		   struct spec_outcome *out)
{
	const struct named *i = find(s, act->module);
	const struct wasm_export *e;

	if (s->unsupported && !act->module) {
		out->what = SPEC_SKIP;
		out->detail = "needs simd, which is not compiled yet";
		return;
	}
	if (!i) {
		fail(out, "no such module");
		return;
	}
	e = export_of(i, act);
	if (!e) {
		fail(out, "no such export");
		return;
	}
	if (!act->get) {
		invoke(s, i, e->index, act, out);
		return;
	}
	out->what = SPEC_OK;
	out->nvalues = 1;
	out->value = arena_new(s->job->arena, struct spec_result);
	*out->value = from_eval((enum type)i->m->globals.at[e->index].type,
				eval_global_at(i->in, e->index));
}

static void register_module(struct suite *s, const struct spec_command *c,
			    struct spec_outcome *out)
{
	const struct named *i = find(s, c->name);

	if (!i) {
		fail(out, "no such module");
		return;
	}
	eval_register(s->st, c->as, i->in);
	out->what = SPEC_OK;
}

static void command(struct suite *s, uint32_t k)
{
	const struct spec_command *c = &s->job->file->at[k];
	struct spec_outcome *out = &s->job->out[k];

	if (out->what != SPEC_NOT_RUN)
		return;
	if (c->type == SPEC_MODULE)
		module(s, c, s->job->module[k], out);
	else if (c->type == SPEC_REGISTER)
		register_module(s, c, out);
	else if (c->has_action)
		action(s, &c->action, out);
	else if (s->job->module[k])
		instantiate(s, s->job->module[k], out);
}

/* How far memories grew: what a board must reserve. */
static void report_memories(const struct suite *s)
{
	for (uint32_t k = 0; k < s->instances.n; k++) {
		const struct named *i = &s->instances.at[k];
		uint64_t *most = &s->job->memory[i->command], bytes = 0;
		for (uint32_t j = 0; j < i->m->memories.n; j++)
			if (eval_memory(i->in, j, &bytes) && bytes > *most)
				*most = bytes;
	}
}

static bool optimise(void *ctx, struct ir_func *f)
{
	const struct opt_options o = passes_options(spec_eval_opt);

	(void)ctx;
	opt_run(f, &o, NULL);
	return true;
}

static void run(struct spec_job *job)
{
	struct eval_options o = { .max_depth = MAX_DEPTH, .fuel = -1,
				  .pass = spec_eval_opt ? optimise : NULL };
	struct suite s = { .job = job };

	s.st = eval_store_new(job->arena, &o);
	define_spectest(s.st, job->arena);
	for (uint32_t k = 0; k < job->file->n; k++)
		command(&s, k);
	if (job->memory)
		report_memories(&s);
}

const struct spec_target spec_target_eval = {
	.prefix = "eval",
	.help = "the evaluator of the intermediate form",
	.run = run,
};
