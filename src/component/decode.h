/* component/decode.h - what the files of the component decoder share. */
#ifndef COMPONENT_DECODE_H
#define COMPONENT_DECODE_H

#include "component/component.h"
#include "component/name.h"
#include "wasm/reader.h"

enum scope_kind { SCOPE_COMPONENT, SCOPE_COMPONENT_TYPE, SCOPE_INSTANCE_TYPE };

/* A component, or a component or instance type, being read.
 *
 *   left      types of the current section, or declarations, still to read
 *   end       where the component ends; section: where its section does
 *   number    identifies the scope in ct_type.scope
 */
struct scope {
	uint8_t kind;
	uint32_t left, number, component;
	const uint8_t *end, *section;
	comp_space space[SORT_COUNT];
	VEC(struct comp_def) defs;
	VEC(struct ct_extern) imports, exports;
	struct name_set import_names, export_names;
	struct map named;	/* types: visible.c */
	bool unnamed;		/* types need no names: COMP_UNNAMED */
	uint32_t at;
};

struct decoder {
	struct comp_file *f;
	struct ct_table *types;
	struct arena *arena;
	struct reader r;
	VEC(struct scope *) scopes;
	uint32_t nscopes;	/* numbers given out */
};

static inline struct scope *top(struct decoder *d)
{
	return vec_last(&d->scopes);
}

static inline uint32_t where(const struct decoder *d)
{
	return (uint32_t)reader_offset(&d->r);
}

/* --- subtype.c --- */

/* Replacing resource types: `map` gives what stands for what; resources made
 * in scope `from` and not in the map become comp_fresh ones of scope `to`. */
struct subst {
	struct ct_table *t;
	struct map map;
	uint32_t from, to;
	bool failed;		/* too deep, too large or too many */
};
void subst_init(struct subst *s, struct ct_table *t, uint32_t from, uint32_t to);
uint32_t subst_type(struct subst *s, uint32_t type);
struct ct_extern *subst_externs(struct subst *s, const struct ct_extern *x,
				uint32_t n);

/* Whether `have` can stand where `want` is asked for; binds the resource types
 * of `want` in s.  Returns NULL, or what differs. */
const char *match_extern(struct subst *s, struct ct_extern have,
			 struct ct_extern want);
/* The same of core types, by number. */
const char *match_core(const struct ct_table *t, uint32_t have, uint32_t want);
const char *match_core_module(const struct ct_table *t, uint32_t have,
			      uint32_t want);

/* --- decode.c --- */
PRINTF(4, 5) void comp_fail(struct decoder *d, enum diag_code code, uint64_t at,
		       const char *fmt, ...);
/* A list's length: no more items than bytes. */
uint32_t comp_read_count(struct decoder *d);
struct ct_name comp_read_name(struct decoder *d);
/* An index below the size of its space; 0 when not (reported). */
uint32_t comp_read_index(struct decoder *d, enum ct_sort sort);
uint32_t comp_check_index(struct decoder *d, const struct scope *s,
		     enum ct_sort sort, uint32_t index, uint64_t at);
/* Static type of an entry of the innermost scope. */
uint32_t comp_type_of(const struct decoder *d, enum ct_sort sort, uint32_t index);
/* Adds an entry and its definition. */
void comp_define(struct decoder *d, struct comp_def def);
struct scope *comp_push_scope(struct decoder *d, enum scope_kind kind);
/* ct_intern that reports. */
uint32_t comp_intern(struct decoder *d, struct ct_type x, uint64_t at);
/* ct_fresh that reports. */
uint32_t comp_fresh(struct decoder *d, struct ct_type x, uint64_t at);
/* A sort with its core sort. */
enum ct_sort comp_read_sort(struct decoder *d);
enum ct_sort comp_read_core_sort(struct decoder *d);

/* --- decode_type.c --- */
void comp_read_type(struct decoder *d);
void comp_read_core_type(struct decoder *d);
void comp_read_decl(struct decoder *d);
uint32_t comp_read_valtype(struct decoder *d);
/* t?:<valtype>; result list of functions and task.return. */
uint32_t comp_read_optional(struct decoder *d);
uint32_t comp_read_results(struct decoder *d);
struct ct_extern comp_read_extern(struct decoder *d);
/* The new type a declared extern introduces in this scope. */
uint32_t comp_declare(struct decoder *d, struct ct_extern x);
struct ct_name comp_read_extern_name(struct decoder *d, bool import);
void comp_close_type_scope(struct decoder *d);
/* Reports a substitution that failed. */
void comp_check_subst(struct decoder *d, const struct subst *s, uint64_t at);

/* --- decode_instance.c --- */
void comp_read_core_instance(struct decoder *d);
void comp_read_instance(struct decoder *d);
void comp_read_alias(struct decoder *d);
void comp_read_import(struct decoder *d);
void comp_read_export(struct decoder *d);
void comp_read_start(struct decoder *d);

/* --- member.c --- */
/* A function x that is named as a resource's constructor, method or static
 * function must be of such a type, the resource named before it: known[k] is
 * names.at[k].  Reports at `at`. */
void comp_check_member(struct decoder *d, const struct ct_extern *known,
		       const struct name_set *names, struct ct_extern x,
		       uint64_t at);

/* --- visible.c --- */
/* Reports at `at` when an import or export of the innermost scope is of a type
 * that cannot be named outside; x's types count as named from then on. */
void comp_check_visible(struct decoder *d, struct ct_extern x, bool import,
			uint64_t at);

/* --- decode_canon.c --- */
void comp_read_canon(struct decoder *d);

#endif
