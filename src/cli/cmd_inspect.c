/* cmd_inspect.c - heddle inspect: what a module takes, gives and needs. */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "cli/component.h"
#include "cli/pipeline.h"
#include "component/component.h"
#include "wasm/intrinsic.h"

/* What is being written. */
struct report {
	struct cli *c;
	struct pipeline *p;
	struct wasm_module *m;
	struct buf out;
	bool json, compiled;
	enum callback_form form;
};

static const char *const kinds[] = { "function", "table", "memory", "global" };
static const char *const forms[] = {
	"none", "(event, payload)", "(event, payload) -> code",
	"(event, p1, p2) -> code",
};
static const char *const events[] = {
	"none", "subtask", "stream-read", "stream-write", "future-read",
	"future-write", "task-cancelled",
};

/* --- dialects ----------------------------------------------------------------------- */

static bool starts(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

static const char *dialect(const struct wasm_module *m)
{
	for (uint32_t k = 0; k < m->imports.n; k++)
		if (!strcmp(m->imports.at[k].module, ASYNC_MODULE))
			return "pulseengine:async";
	for (uint32_t k = 0; k < m->imports.n; k++)
		if (*m->imports.at[k].name == '[')
			return "canon core";
	for (uint32_t k = 0; k < m->exports.n; k++)
		if (starts(m->exports.at[k].name, "[async-lift") ||
		    starts(m->exports.at[k].name, "[callback]"))
			return "canon core";
	return "core";
}

/* --- items ---------------------------------------------------------------------------- */

static void limits(struct buf *b, const struct wasm_limits *l)
{
	buf_printf(b, "%u", l->min);
	if (l->has_max)
		buf_printf(b, "..%u", l->max);
	else
		buf_str(b, "..");
}

/* "ii:i", "1..2 pages", "mut i32" */
static const char *type_text(struct report *r, uint8_t kind, uint32_t index)
{
	const struct wasm_module *m = r->m;
	struct buf b;

	buf_init(&b, r->c->arena);
	switch (kind) {
	case WASM_FUNC:
		buf_str(&b, wasm_type_text(
			&m->types.at[m->funcs.at[index].type], r->c->arena));
		break;
	case WASM_TABLE:
		limits(&b, &m->tables.at[index].limits);
		buf_printf(&b, " %s", type_name(m->tables.at[index].type));
		break;
	case WASM_MEMORY:
		limits(&b, &m->memories.at[index].limits);
		buf_str(&b, " pages");
		break;
	default:
		buf_printf(&b, "%s%s", m->globals.at[index].mut ? "mut " : "",
			   type_name(m->globals.at[index].type));
	}
	buf_u8(&b, 0);
	return (char *)b.at;
}

static void field(struct report *r, const char *name, const char *value)
{
	buf_printf(&r->out, "\"%s\":", name);
	buf_json(&r->out, value);
}

static void import(struct report *r, uint32_t k)
{
	const struct wasm_import *i = &r->m->imports.at[k];
	const char *type = type_text(r, i->kind, i->index);

	if (!r->json) {
		buf_printf(&r->out, "  %-8s %s %s  %s\n", kinds[i->kind],
			   i->module, i->name, type);
		return;
	}
	buf_str(&r->out, k ? ",{" : "{");
	field(r, "module", i->module);
	buf_str(&r->out, ",");
	field(r, "name", i->name);
	buf_str(&r->out, ",");
	field(r, "kind", kinds[i->kind]);
	buf_str(&r->out, ",");
	field(r, "type", type);
	buf_str(&r->out, ",");
	field(r, "symbol", r->p->names.import[k]);
	buf_str(&r->out, "}");
}

/* The stack an exported function needs: "128", "null" in JSON. */
static const char *depth(struct report *r, uint32_t func)
{
	if (!r->compiled)
		return r->json ? "null" : "not compiled";
	uint32_t d = module_export_depth(&r->p->ir, &r->p->code, func);
	if (d == BOUND_NONE)
		return r->json ? "null" : "checked at run time";
	return arena_printf(r->c->arena, r->json ? "%u" : "%u bytes", d);
}

static void export(struct report *r, uint32_t k)
{
	const struct wasm_export *e = &r->m->exports.at[k];
	const char *type = type_text(r, e->kind, e->index);
	bool func = e->kind == WASM_FUNC;

	if (!r->json) {
		buf_printf(&r->out, "  %-8s %s  %s%s%s\n", kinds[e->kind],
			   e->name, type, func ? "  stack " : "",
			   func ? depth(r, e->index) : "");
		return;
	}
	buf_str(&r->out, k ? ",{" : "{");
	field(r, "name", e->name);
	buf_str(&r->out, ",");
	field(r, "kind", kinds[e->kind]);
	buf_str(&r->out, ",");
	field(r, "type", type);
	buf_str(&r->out, ",");
	field(r, "symbol", r->p->names.export[k]);
	if (func)
		buf_printf(&r->out, ",\"stack\":%s", depth(r, e->index));
	buf_str(&r->out, "}");
}

/* --- sections -------------------------------------------------------------------------- */

static void begin_list(struct report *r, const char *name, uint32_t n)
{
	if (r->json)
		buf_printf(&r->out, ",\n\"%s\":[", name);
	else if (n)
		buf_printf(&r->out, "%s:\n", name);
}

static void end_list(struct report *r)
{
	if (r->json)
		buf_str(&r->out, "]");
}

static void items(struct report *r)
{
	begin_list(r, "imports", r->m->imports.n);
	for (uint32_t k = 0; k < r->m->imports.n; k++)
		import(r, k);
	end_list(r);
	begin_list(r, "exports", r->m->exports.n);
	for (uint32_t k = 0; k < r->m->exports.n; k++)
		export(r, k);
	end_list(r);
}

/* Intrinsics used, the events that follow from them, the callback. */
static void async_surface(struct report *r)
{
	bool may[ARRAY_LEN(events)] = { false }, first = true;

	for (uint32_t f = 0; f < r->m->nimported[WASM_FUNC]; f++) {
		int k = intrinsic_of(r->m, f);
		if (k >= 0)
			may[intrinsic_info[k].event] = true;
	}
	if (r->json) {
		buf_str(&r->out, ",\n\"callback\":");
		buf_json(&r->out, forms[r->form]);
	} else {
		buf_printf(&r->out, "callback: %s\n", forms[r->form]);
	}
	begin_list(r, "events", 1);
	for (size_t k = 1; k < ARRAY_LEN(events); k++) {
		if (!may[k])
			continue;
		buf_printf(&r->out, r->json ? "%s\"%s\"" : "%s  %s\n",
			   r->json && !first ? "," : "", events[k]);
		first = false;
	}
	if (!r->json && first)
		buf_str(&r->out, "  none\n");
	end_list(r);
}

static void memories(struct report *r)
{
	begin_list(r, "memories", r->m->memories.n);
	for (uint32_t k = 0; k < r->m->memories.n; k++) {
		const struct ir_memory_facts *f = &r->p->ir.memory[k];
		unsigned long long bytes = f->bytes, cap = f->capacity;
		buf_printf(&r->out, r->json ?
			   "%s{\"bytes\":%llu,\"capacity\":%llu,\"fixed\":%s}" :
			   "%s  %llu bytes, up to %llu%s\n",
			   r->json && k ? "," : "", bytes, cap,
			   r->json ? f->fixed ? "true" : "false" :
			   f->fixed ? ", never grows" : "");
	}
	end_list(r);
}

static void sizes(struct report *r)
{
	uint32_t n = 0, stack = BOUND_NONE;

	for (uint32_t f = 0; r->compiled && f < r->p->code.n; f++)
		n += r->p->code.code[f] ? r->p->code.code[f]->n : 0;
	if (r->compiled)
		stack = module_stack_bound(&r->p->ir, &r->p->code);
	if (r->json) {
		buf_printf(&r->out, ",\n\"code_bytes\":%u,\"stack_bytes\":", n);
		if (stack == BOUND_NONE)
			buf_str(&r->out, "null");
		else
			buf_printf(&r->out, "%u", stack);
		return;
	}
	if (r->compiled)
		buf_printf(&r->out, "code: %u bytes for %s\n", n,
			   r->p->target->name);
	if (stack != BOUND_NONE)
		buf_printf(&r->out, "stack: %u bytes at most\n", stack);
	else
		buf_str(&r->out, r->compiled ? "stack: checked at run time\n" :
					       "stack: not compiled\n");
}

static void write_report(struct report *r)
{
	const char *name = dialect(r->m);

	if (r->json) {
		buf_str(&r->out, "{");
		field(r, "dialect", name);
		buf_printf(&r->out, ",\"functions\":%u",
			   r->m->funcs.n - r->m->nimported[WASM_FUNC]);
	} else {
		buf_printf(&r->out, "dialect: %s\nfunctions: %u\n", name,
			   r->m->funcs.n - r->m->nimported[WASM_FUNC]);
	}
	items(r);
	async_surface(r);
	memories(r);
	sizes(r);
	if (r->json)
		buf_str(&r->out, "}\n");
}

/* A module that heddle cannot compile is still worth looking at: then the
 * stack is not known, and why goes to standard error. */
static void compile(struct report *r)
{
	struct cli quiet = *r->c;
	struct diag_sink sink;

	diag_init(&sink, r->c->arena);
	quiet.sink = &sink;
	r->compiled = pipeline_compile_loaded(&quiet, r->m, NULL, r->p);
	for (uint32_t k = 0; k < sink.n && !cli_has(r->c, OPT_QUIET); k++)
		fprintf(stderr, "%s: note: not compiled: %s: %s\n",
			r->c->input, diag_text(sink.at[k].code),
			sink.at[k].detail);
}

int cmd_inspect(struct cli *c)
{
	struct pipeline p = { 0 };
	struct report r = { .c = c, .p = &p, .json = cli_has(c, OPT_JSON) };
	uint8_t *bytes;
	uint32_t func;
	size_t n;

	if (!c->arg.n)
		return cli_usage(c, "inspect needs an input file"), EXIT_USAGE;
	if (cli_has(c, OPT_TRAP))
		return inspect_trap(c);
	if (!cli_target(c) || !cli_read_parts(c, 0, c->arg.n, &bytes, &n))
		return EXIT_REJECTED;
	if (comp_is_component(bytes, n))
		return inspect_component(c, bytes, n);
	if (!(r.m = cli_load_bytes(c, bytes, n)) ||
	    !intrinsic_callback(r.m, &r.form, &func, c->sink))
		return EXIT_REJECTED;
	buf_init(&r.out, c->arena);
	compile(&r);
	write_report(&r);
	bool ok = file_write("-", r.out.at, r.out.n, false, c->sink);
	return ok ? EXIT_DONE : EXIT_RESOURCE;
}
