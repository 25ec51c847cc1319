/* decode_canon.c - canonical definitions: lift, lower, built-ins.
 *
 * canon.def says what follows each opcode.  Options are checked against what
 * the types need: memory for what lies in memory, realloc for what is made
 * there.  Source: component-model 6d28164, Binary.md "Canonical Definitions",
 * CanonicalABI.md "Canonical ABI Options".
 */
#include "component/decode.h"

#include <string.h>

/* What a definition needs of its options. */
struct needs {
	bool memory, realloc;
};

/* --- options ------------------------------------------------------------------- */

static void set_once(struct decoder *d, uint32_t *to, enum ct_sort sort,
		     uint64_t at, const char *what)
{
	uint32_t index = comp_read_index(d, sort);

	if (*to != COMP_NONE)
		comp_fail(d, DIAG_CANON, at, "option %s is given twice", what);
	*to = index;
}

static void set_encoding(struct decoder *d, struct comp_canon *c, uint8_t code,
			 uint64_t at)
{
	if (c->has_encoding)
		comp_fail(d, DIAG_CANON, at, "two string encodings");
	c->has_encoding = true;
	c->encoding = code;
}

static void read_option(struct decoder *d, struct comp_canon *c)
{
	uint64_t at = reader_offset(&d->r);
	uint8_t code = reader_u8(&d->r);

	switch (code) {
	case 0x00:
	case 0x01:
	case 0x02:
		set_encoding(d, c, code, at);
		break;
	case 0x03:
		set_once(d, &c->memory, SORT_CORE_MEMORY, at, "memory");
		break;
	case 0x04:
		set_once(d, &c->realloc, SORT_CORE_FUNC, at, "realloc");
		break;
	case 0x05:
		set_once(d, &c->post_return, SORT_CORE_FUNC, at, "post-return");
		break;
	case 0x06:
		if (c->async)
			comp_fail(d, DIAG_CANON, at, "option async is given twice");
		c->async = true;
		break;
	case 0x07:
		set_once(d, &c->callback, SORT_CORE_FUNC, at, "callback");
		break;
	case 0x08:
	case 0x09:
		comp_fail(d, DIAG_UNSUPPORTED, at, "canonical option 0x%02x "
		     "(proposal gc)", code);
		break;
	default:
		comp_fail(d, DIAG_MALFORMED, at, "canonical option 0x%02x", code);
	}
}

/* --- operands -------------------------------------------------------------------- */

static bool read_flag(struct decoder *d, const char *what)
{
	uint64_t at = reader_offset(&d->r);
	uint8_t v = reader_u8(&d->r);

	if (v > 1)
		comp_fail(d, DIAG_MALFORMED, at, "0x%02x of flag %s", v, what);
	return v == 1;
}

/* t, e or r: a type of some kind. */
static uint32_t read_kind(struct decoder *d, enum ct_kind kind,
			  const char *what)
{
	uint64_t at = reader_offset(&d->r);
	uint32_t index = comp_read_index(d, SORT_TYPE);

	if (d->r.bad)
		return 0;
	uint32_t type = comp_type_of(d, SORT_TYPE, index);
	if (ct_get(d->types, type)->kind != kind)
		comp_fail(d, DIAG_TYPE, at, "type %u is no %s", index, what);
	return type;
}

static uint32_t read_func(struct decoder *d, enum ct_sort sort)
{
	uint64_t at = reader_offset(&d->r);

	if (reader_u8(&d->r) != 0)
		comp_fail(d, DIAG_MALFORMED, at, "no function");
	return comp_read_index(d, sort);
}

static void read_slot(struct decoder *d, struct comp_canon *c)
{
	uint64_t at = reader_offset(&d->r);
	uint8_t type = reader_u8(&d->r);

	if (type == 0x7e)
		comp_fail(d, DIAG_UNSUPPORTED, at, "context of type i64 (proposal "
		     "memory64)");
	else if (type != 0x7f)
		comp_fail(d, DIAG_TYPE, at, "context of type 0x%02x", type);
	at = reader_offset(&d->r);
	c->slot = reader_u32(&d->r);
	if (!d->r.bad && c->slot > 1)
		comp_fail(d, DIAG_CANON, at, "context %u, there are 0 and 1", c->slot);
}

static void read_thread_type(struct decoder *d, struct comp_canon *c)
{
	uint64_t at = reader_offset(&d->r);

	c->type = comp_read_index(d, SORT_CORE_TYPE);
	if (!d->r.bad && comp_type_of(d, SORT_CORE_TYPE, c->type) !=
				 ct_core_sig(d->types, "i:"))
		comp_fail(d, DIAG_TYPE, at, "a thread's function takes i32");
}

static void read_table(struct decoder *d, struct comp_canon *c)
{
	uint64_t at = reader_offset(&d->r);

	c->slot = comp_read_index(d, SORT_CORE_TABLE);
	if (d->r.bad)
		return;
	const struct ct_core *t = &d->types->core.at[
		comp_type_of(d, SORT_CORE_TABLE, c->slot)];
	if (t->valtype != T_FUNCREF)
		comp_fail(d, DIAG_TYPE, at, "no table of functions");
}

static void read_operand(struct decoder *d, struct comp_canon *c, char what)
{
	bool future = c->op >= CANON_FUTURE_NEW;

	switch (what) {
	case 'f':
		c->func = read_func(d, SORT_CORE_FUNC);
		break;
	case 'c':
		c->func = read_func(d, SORT_FUNC);
		break;
	case 't':
		if (c->op == CANON_LIFT)
			c->type = read_kind(d, CT_FUNC, "function type");
		else
			read_thread_type(d, c);
		break;
	case 'e':
		c->type = future ? read_kind(d, CT_FUTURE, "future type") :
				   read_kind(d, CT_STREAM, "stream type");
		break;
	case 'r':
		c->type = read_kind(d, CT_RESOURCE, "resource type");
		break;
	case 'v':
		c->type = comp_read_results(d);
		break;
	case 'o':
		for (uint32_t n = comp_read_count(d); n && !d->r.bad; n--)
			read_option(d, c);
		break;
	case 'a':
		c->async = read_flag(d, "async");
		break;
	case 'x':
		c->cancellable = read_flag(d, "cancellable");
		break;
	case 'm':
		c->memory = comp_read_index(d, SORT_CORE_MEMORY);
		break;
	case 'b':
		read_table(d, c);
		break;
	default:
		read_slot(d, c);
	}
}

/* --- rules -------------------------------------------------------------------------- */

static void check_sig(struct decoder *d, uint32_t func, const char *sig,
		      const char *what, uint64_t at)
{
	if (func == COMP_NONE || d->r.bad)
		return;
	if (comp_type_of(d, SORT_CORE_FUNC, func) != ct_core_sig(d->types, sig))
		comp_fail(d, DIAG_CANON, at, "option %s: the function must have "
		     "type %s", what, sig);
}

static void check_allowed(struct decoder *d, const struct comp_canon *c,
			  uint64_t at)
{
	const bool lift = c->op == CANON_LIFT, task = c->op == CANON_TASK_RETURN;
	const bool errors = c->op == CANON_ERROR_CONTEXT_NEW ||
			    c->op == CANON_ERROR_CONTEXT_DEBUG;
	const char *why = NULL;

	if (!lift && c->post_return != COMP_NONE)
		why = "post-return is for lifts only";
	else if (!lift && c->callback != COMP_NONE)
		why = "callback is for lifts only";
	else if (c->callback != COMP_NONE && !c->async)
		why = "callback without async";
	else if (c->post_return != COMP_NONE && c->async)
		why = "post-return with async";
	else if (task && c->realloc != COMP_NONE)
		why = "realloc of task.return";
	else if ((task || errors) && c->async)
		why = "async is not an option here";
	else if (c->realloc != COMP_NONE && c->memory == COMP_NONE)
		why = "realloc without memory";
	if (why)
		comp_fail(d, DIAG_CANON, at, "%s", why);
	check_sig(d, c->realloc, "iiii:i", "realloc", at);
	check_sig(d, c->callback, "iii:i", "callback", at);
}

static bool pointers(const struct decoder *d, uint32_t type)
{
	return type != CT_NO_TYPE && ct_get(d->types, type)->pointers;
}

static uint8_t flat(const struct decoder *d, uint32_t type)
{
	return type == CT_NO_TYPE ? 0 : ct_get(d->types, type)->nflat;
}

/* What passing this function's values in a context takes. */
static struct needs call_needs(const struct decoder *d, uint32_t func,
			       const struct comp_canon *c)
{
	const struct ct_type *f = ct_get(d->types, func);
	const bool lift = c->op == CANON_LIFT;
	uint32_t max = !lift && c->async ? CT_MAX_ASYNC_PARAMS : CT_MAX_PARAMS;
	bool made = ct_flat_params(d->types, func).n > max;
	struct needs n = { 0 };

	for (uint32_t k = 0; k < f->n; k++)
		made |= pointers(d, f->item[k].type);
	n.memory = made;
	n.realloc = lift && made;
	if (lift && c->async)
		return n;	/* task.return has options of its own */
	n.memory |= pointers(d, f->elem) ||
		    flat(d, f->elem) > (c->async ? 0 : CT_MAX_RESULTS);
	n.realloc |= !lift && pointers(d, f->elem);
	return n;
}

static struct needs copy_needs(const struct decoder *d,
			       const struct comp_canon *c)
{
	uint32_t e = ct_get(d->types, c->type)->elem;
	bool read = c->op == CANON_STREAM_READ || c->op == CANON_FUTURE_READ;

	return (struct needs){
		.memory = e != CT_NO_TYPE && ct_get(d->types, e)->size > 0,
		.realloc = read && pointers(d, e),
	};
}

static struct needs needs_of(const struct decoder *d,
			     const struct comp_canon *c)
{
	switch (c->op) {
	case CANON_LIFT:
		return call_needs(d, c->type, c);
	case CANON_LOWER:
		return call_needs(d, comp_type_of(d, SORT_FUNC, c->func), c);
	case CANON_TASK_RETURN:
		return (struct needs){
			.memory = pointers(d, c->type) ||
				  flat(d, c->type) > CT_MAX_PARAMS,
		};
	case CANON_STREAM_READ:
	case CANON_STREAM_WRITE:
	case CANON_FUTURE_READ:
	case CANON_FUTURE_WRITE:
		return copy_needs(d, c);
	case CANON_ERROR_CONTEXT_NEW:
		return (struct needs){ .memory = true };
	case CANON_ERROR_CONTEXT_DEBUG:
		return (struct needs){ .memory = true, .realloc = true };
	default:
		return (struct needs){ 0 };
	}
}

static void check_needs(struct decoder *d, const struct comp_canon *c,
			uint64_t at)
{
	struct needs n = needs_of(d, c);

	if (n.memory && c->memory == COMP_NONE)
		comp_fail(d, DIAG_CANON, at, "the types need option memory");
	else if (n.realloc && c->realloc == COMP_NONE)
		comp_fail(d, DIAG_CANON, at, "the types need option realloc");
}

static const char *core_text(struct decoder *d, const struct wasm_functype *f)
{
	return wasm_type_text(f, d->arena);
}

static void check_lift(struct decoder *d, const struct comp_canon *c,
		       uint64_t at)
{
	const struct ct_core *have =
		&d->types->core.at[comp_type_of(d, SORT_CORE_FUNC, c->func)];
	struct wasm_functype want =
		ct_flatten(d->types, c->type, CT_LIFT, c->async,
			   c->callback != COMP_NONE, d->arena);

	if (!wasm_same_type(&have->func, &want)) {
		comp_fail(d, DIAG_CANON, at, "the core function has type %s, lifting "
		     "asks for %s", core_text(d, &have->func),
		     core_text(d, &want));
		return;
	}
	if (c->post_return == COMP_NONE)
		return;
	const struct wasm_functype post = { .param = want.result,
					    .nparams = want.nresults };
	if (comp_type_of(d, SORT_CORE_FUNC, c->post_return) !=
	    ct_core_func(d->types, &post))
		comp_fail(d, DIAG_CANON, at, "option post-return: the function must "
		     "have type %s", core_text(d, &post));
}

static void check_rules(struct decoder *d, const struct comp_canon *c,
			uint64_t at)
{
	const bool local = c->op == CANON_RESOURCE_NEW ||
			   c->op == CANON_RESOURCE_REP;
	uint32_t func = c->type;

	if (c->op == CANON_LOWER)
		func = comp_type_of(d, SORT_FUNC, c->func);
	if ((c->op == CANON_LIFT || c->op == CANON_LOWER) && c->async &&
	    !ct_get(d->types, func)->async)
		comp_fail(d, DIAG_CANON, at, "the `async` canonical option requires "
		     "an async function type");
	if (local && (ct_get(d->types, c->type)->scope != top(d)->number ||
		      !ct_get(d->types, c->type)->n))
		comp_fail(d, DIAG_CANON, at, "the resource is not defined by this "
		     "component");
	check_allowed(d, c, at);
	if (!d->r.bad)
		check_needs(d, c, at);
	if (!d->r.bad && c->op == CANON_LIFT)
		check_lift(d, c, at);
}

/* The core function a definition makes; of a lift, the function type. */
static uint32_t made_type(struct decoder *d, const struct comp_canon *c)
{
	struct wasm_functype f;

	if (c->op == CANON_LIFT)
		return c->type;
	if (c->op == CANON_LOWER)
		f = ct_flatten(d->types, comp_type_of(d, SORT_FUNC, c->func),
			       CT_LOWER, c->async, false, d->arena);
	else if (c->op == CANON_TASK_RETURN)
		f = ct_flatten_return(d->types, c->type, d->arena);
	else
		return ct_core_sig(d->types, canon_info[c->op].sig);
	return ct_core_func(d->types, &f);
}

static enum canon find_op(struct decoder *d, uint64_t at, uint8_t code)
{
	for (int k = 0; k < CANON_COUNT; k++)
		if (canon_info[k].code == code)
			return (enum canon)k;
	if (code == 0x08)
		comp_fail(d, DIAG_UNSUPPORTED, at, "backpressure.set (use "
		     "backpressure.inc and .dec)");
	else if (code == 0x07)
		comp_fail(d, DIAG_UNSUPPORTED, at, "asynchronous resource.drop");
	else if (code >= 0x40 && code <= 0x42)
		comp_fail(d, DIAG_UNSUPPORTED, at, "shared threads (proposal "
		     "shared-everything-threads)");
	else
		comp_fail(d, DIAG_MALFORMED, at, "canonical definition 0x%02x", code);
	return CANON_LIFT;
}

void comp_read_canon(struct decoder *d)
{
	uint64_t at = reader_offset(&d->r);
	struct comp_canon *c = arena_new(d->arena, struct comp_canon);

	*c = (struct comp_canon){
		.memory = COMP_NONE, .realloc = COMP_NONE,
		.post_return = COMP_NONE, .callback = COMP_NONE,
		.func = COMP_NONE, .type = COMP_NONE, .slot = COMP_NONE,
	};
	c->op = (uint8_t)find_op(d, at, reader_u8(&d->r));
	for (const char *p = canon_info[c->op].operands; *p && !d->r.bad; p++)
		read_operand(d, c, *p);
	if (d->r.bad)
		return;
	check_rules(d, c, at);
	if (d->r.bad)
		return;
	comp_define(d, (struct comp_def){
		.op = COMP_CANON, .at = (uint32_t)at, .canon = c,
		.sort = c->op == CANON_LIFT ? SORT_FUNC : SORT_CORE_FUNC,
		.type = made_type(d, c) });
}
