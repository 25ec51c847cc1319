/* intrinsic.c - looking imports up in intrinsic.def. */
#include "wasm/intrinsic.h"

#include <string.h>

/* Vocabulary of the table: component-model event numbers. */
enum { NONE = 0, STREAM_READ = 2, STREAM_WRITE, FUTURE_READ, FUTURE_WRITE };
enum { MEM_NONE = -1, MEM_2 = 2, MEM_3 = 3 };

#define MEM_(mem) MEM_##mem
const struct intrinsic_info intrinsic_info[INTRINSIC_COUNT] = {
#define X(name, sig, mem, event, buffer, result) \
	{ #name, sig, MEM_(mem), event, BUFFER_##buffer, RESULT_##result },
#include "wasm/intrinsic.def"
};

/* Equal when '.' and '-' count as '_'. */
static bool same_name(const char *import, uint32_t n, const char *name)
{
	if (strlen(name) != n)
		return false;
	for (uint32_t k = 0; k < n; k++) {
		char c = import[k] == '.' || import[k] == '-' ? '_' : import[k];
		if (c != name[k])
			return false;
	}
	return true;
}

static int find(const struct wasm_import *i)
{
	for (int k = 0; k < INTRINSIC_COUNT; k++)
		if (same_name(i->name, i->nname, intrinsic_info[k].name))
			return k;
	return -1;
}

static bool of_module(const struct wasm_import *i)
{
	return i->nmodule == sizeof ASYNC_MODULE - 1 &&
	       memcmp(i->module, ASYNC_MODULE, i->nmodule) == 0;
}

int intrinsic_of(const struct wasm_module *m, uint32_t func)
{
	if (func >= m->nimported[WASM_FUNC])
		return -1;
	const struct wasm_import *i = &m->imports.at[m->funcs.at[func].import];
	return of_module(i) ? find(i) : -1;
}

static bool takes_words(const struct wasm_functype *t, uint32_t params,
			uint32_t results)
{
	bool words = t->nparams == params && t->nresults == results;

	for (uint32_t k = 0; words && k < params; k++)
		words = t->param[k] == T_I32;
	return words && (!results || t->result[0] == T_I32);
}

/* "[context-get-S]#K" of CANON_MODULE, S its slot. */
static enum context_use canon_context(const struct wasm_import *i,
				      uint32_t *slot)
{
	static const char get[] = "[context-get-", set[] = "[context-set-";
	enum { LEN = sizeof get - 1 };

	if (i->nmodule != sizeof CANON_MODULE - 1 ||
	    memcmp(i->module, CANON_MODULE, i->nmodule) != 0 ||
	    i->nname < LEN + 3 || i->name[LEN] < '0' ||
	    i->name[LEN] >= '0' + CONTEXT_WORDS ||
	    memcmp(i->name + LEN + 1, "]#", 2) != 0)
		return CONTEXT_NONE;
	*slot = (uint32_t)(i->name[LEN] - '0');
	return memcmp(i->name, get, LEN) == 0 ? CONTEXT_GET :
	       memcmp(i->name, set, LEN) == 0 ? CONTEXT_SET : CONTEXT_NONE;
}

enum context_use intrinsic_context(const struct wasm_module *m, uint32_t func,
				   uint32_t *slot)
{
	const int k = intrinsic_of(m, func);
	enum context_use use = k == INTRINSIC_context_get ? CONTEXT_GET :
			       k == INTRINSIC_context_set ? CONTEXT_SET :
							    CONTEXT_NONE;

	*slot = UINT32_MAX;
	if (func >= m->nimported[WASM_FUNC])
		return CONTEXT_NONE;
	if (k < 0)
		use = canon_context(&m->imports.at[m->funcs.at[func].import],
				    slot);
	const bool set = use == CONTEXT_SET;
	return takes_words(&m->types.at[m->funcs.at[func].type],
			   (unsigned)set + (*slot == UINT32_MAX), !set) ?
		       use : CONTEXT_NONE;
}

bool intrinsic_is_start(const struct wasm_module *m, uint32_t func)
{
	const struct wasm_functype *t = &m->types.at[m->funcs.at[func].type];

	return t->nparams == 1 && t->nresults == 0 && t->param[0] == T_I32;
}

static void unknown(const struct wasm_import *i, struct diag_sink *s)
{
	struct buf b;

	buf_init(&b, s->arena);
	buf_str(&b, "known:");
	for (int k = 0; k < INTRINSIC_COUNT; k++)
		buf_printf(&b, " %s", intrinsic_info[k].name);
	struct diag *d = diag_report(s, DIAG_INTRINSIC, i->at,
				     ASYNC_MODULE " has no \"%s\"%s", i->name,
				     i->kind == WASM_FUNC ? "" :
				     " that is not a function");
	d->note = (char *)b.at;
}

static bool check(const struct wasm_module *m, const struct wasm_import *i,
		  struct diag_sink *s)
{
	int k = i->kind == WASM_FUNC ? find(i) : -1;

	if (k < 0) {
		unknown(i, s);
		return false;
	}
	const struct wasm_functype *t =
		&m->types.at[m->funcs.at[i->index].type];
	const char *have = wasm_type_text(t, s->arena);
	const char *want = intrinsic_info[k].sig;
	if (*want == '*' ? t->nresults == 0 : strcmp(have, want) == 0)
		return true;
	diag_report(s, DIAG_SIGNATURE, i->at, "%s is %s, not %s", i->name,
		    *want == '*' ? "without results" : want, have);
	return false;
}

bool intrinsic_check(const struct wasm_module *m, struct diag_sink *s)
{
	bool ok = true;

	for (uint32_t k = 0; k < m->imports.n; k++)
		if (of_module(&m->imports.at[k]))
			ok &= check(m, &m->imports.at[k], s);
	return ok;
}

static bool uses_async(const struct wasm_module *m)
{
	for (uint32_t k = 0; k < m->imports.n; k++)
		if (of_module(&m->imports.at[k]))
			return true;
	return false;
}

static enum callback_form form_of(const char *sig)
{
	if (strcmp(sig, "ii:") == 0)
		return CALLBACK_EVENT;
	if (strcmp(sig, "ii:i") == 0)
		return CALLBACK_EVENT_I32;
	return strcmp(sig, "iii:i") == 0 ? CALLBACK_CANON : CALLBACK_NONE;
}

bool intrinsic_callback(const struct wasm_module *m, enum callback_form *form,
			uint32_t *func, struct diag_sink *s)
{
	*form = CALLBACK_NONE;
	*func = UINT32_MAX;
	for (uint32_t k = 0; k < m->exports.n; k++) {
		const struct wasm_export *e = &m->exports.at[k];
		if (e->kind != WASM_FUNC || strcmp(e->name, "__callback") != 0)
			continue;
		const char *sig = wasm_type_text(
			&m->types.at[m->funcs.at[e->index].type], s->arena);
		*form = form_of(sig);
		*func = e->index;
		if (*form != CALLBACK_NONE || !uses_async(m))
			return true;
		diag_report(s, DIAG_SIGNATURE, e->at,
			    "__callback is ii:, ii:i or iii:i, not %s", sig);
		return false;
	}
	return true;
}
