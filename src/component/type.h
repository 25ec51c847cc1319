/* component/type.h - types of the component model, and their layout.
 *
 * Value and function types are interned: equal types have equal numbers, so
 * comparing them is comparing integers.  A resource type is equal to itself
 * only.  Layout and flattening are computed once, when a type is made, from
 * those of its parts; nothing here is more than linear in the input.
 */
#ifndef COMPONENT_TYPE_H
#define COMPONENT_TYPE_H

#include "base/map.h"
#include "base/vec.h"
#include "wasm/module.h"

#define CT_NO_TYPE UINT32_MAX

enum ct_kind {
#define P(id, code, text, size, align, flat) CT_##id,
#define C(id, code, text) CT_##id,
#include "component/type.def"
	CT_RESOURCE, CT_FUNC, CT_INSTANCE, CT_COMPONENT,
	CT_KINDS,
	CT_PRIMITIVES = CT_RECORD	/* these are the types 0 .. n-1 */
};

/* Flat values kept of a type; longer ones are only known to be longer. */
enum { CT_FLAT_KEPT = 17, CT_MAX_PARAMS = 16, CT_MAX_ASYNC_PARAMS = 4,
       CT_MAX_RESULTS = 1, CT_MAX_DEPTH = 100 };

struct ct_name {
	const char *at;
	uint32_t n;
};

/* A field, case, label, parameter or tuple element. */
struct ct_item {
	struct ct_name name;
	uint32_t type;		/* CT_NO_TYPE: no payload */
};

enum ct_sort {
	SORT_FUNC, SORT_VALUE, SORT_TYPE, SORT_COMPONENT, SORT_INSTANCE,
	SORT_CORE_FUNC, SORT_CORE_TABLE, SORT_CORE_MEMORY, SORT_CORE_GLOBAL,
	SORT_CORE_TYPE, SORT_CORE_MODULE, SORT_CORE_INSTANCE,
	SORT_COUNT
};

/* A named import or export: what it is and of which type.  `type` is a number
 * of this table, or of the core types for core sorts. */
struct ct_extern {
	struct ct_name name;
	uint8_t sort;
	uint32_t type;
};

/*   item      fields, cases, labels, tuple elements, parameters
 *   elem      list, option, stream, future: element; own, borrow: resource;
 *             result: ok; map: key; function: result
 *   elem2     result: error; map: value
 *   scope     resources, instance and component types: where they were made
 *   n         how many; of a fixed list, elements; of a resource, 1 when it is
 *             defined in its scope, 0 when imported or made by instantiation
 *   resources some resource type stands in it
 *   borrows   a borrow stands in it; pointers: a string or list stands in it
 *   nflat     flat values, CT_FLAT_KEPT when there are as many or more
 */
struct ct_type {
	uint8_t kind;
	bool async, resources, borrows, pointers, plain;
	uint8_t align, depth, nflat;
	uint8_t flat[CT_FLAT_KEPT];	/* enum type */
	uint32_t size, n, elem, elem2, scope, next;
	struct ct_item *item;
	struct ct_extern *import, *export;
	uint32_t nimports, nexports;
};

/* A type of the core index spaces.  Function types are interned. */
struct ct_core {
	uint8_t kind;			/* enum ct_sort, SORT_CORE_* */
	uint8_t valtype;		/* of tables and globals */
	bool mut;
	struct wasm_limits limits;
	struct wasm_functype func;
	struct ct_core_item *import, *export;
	uint32_t nimports, nexports, next;
};

struct ct_core_item {
	struct ct_name module, name;
	uint32_t type;
};

struct ct_table {
	struct arena *arena;
	VEC(struct ct_type) types;
	VEC(struct ct_core) core;
	struct map by_hash, core_by_hash;
};

/* Types a file may lead to: instantiation multiplies them. */
enum { CT_MAX_TYPES = 500000 };

/* The table with the primitive types as 0 .. CT_PRIMITIVES-1. */
void ct_init(struct ct_table *t, struct arena *a);

/* The number of a type equal to x (layout is filled in here); x's arrays are
 * kept.  CT_NO_TYPE when it nests deeper than CT_MAX_DEPTH, is larger than
 * 2^30 bytes, or there are CT_MAX_TYPES. */
uint32_t ct_intern(struct ct_table *t, struct ct_type x);

/* A new type, equal to no other: resources, instances, components.  CT_NO_TYPE
 * when there are CT_MAX_TYPES, or it nests deeper than CT_MAX_DEPTH. */
uint32_t ct_fresh(struct ct_table *t, struct ct_type x);

/* The number of a core function type; its arrays are kept. */
uint32_t ct_core_func(struct ct_table *t, const struct wasm_functype *f);
/* The same from "ii:i". */
uint32_t ct_core_sig(struct ct_table *t, const char *sig);
/* Any other core type. */
uint32_t ct_core_fresh(struct ct_table *t, struct ct_core x);

/* Bytes of the discriminant of n cases, of flags with n labels. */
uint32_t ct_discriminant(uint32_t n);
uint32_t ct_flags_size(uint32_t n);

/* Case k of a variant, enum, option or result: its payload or CT_NO_TYPE;
 * and how many there are. */
uint32_t ct_case(const struct ct_type *x, uint32_t k);
uint32_t ct_cases(const struct ct_type *x);
/* Offset of the payload of such a type. */
uint32_t ct_payload_offset(const struct ct_table *t, const struct ct_type *x);

/* Whether any bytes are a value of the type, so that copying them is enough:
 * numbers, and records and tuples of numbers without padding (which is the
 * sender's own business). */
bool ct_any_bytes(const struct ct_table *t, uint32_t type);

enum ct_context { CT_LIFT, CT_LOWER };

/* The core type of a function, lifted or lowered, sync or async.
 *
 *   callback  async lifts only: returns the callback code
 */
struct wasm_functype ct_flatten(const struct ct_table *t, uint32_t func,
				enum ct_context context, bool async,
				bool callback, struct arena *a);
/* The core type of task.return for a result (CT_NO_TYPE: none). */
struct wasm_functype ct_flatten_return(const struct ct_table *t,
				       uint32_t result, struct arena *a);

/* All parameters as one tuple: its flat values, and whether they are too many
 * for `max`. */
struct ct_flat {
	uint8_t type[CT_FLAT_KEPT];
	uint32_t n;
};
struct ct_flat ct_flat_params(const struct ct_table *t, uint32_t func);

bool ct_same_name(struct ct_name a, struct ct_name b);
const struct ct_extern *ct_find(const struct ct_extern *x, uint32_t n,
				struct ct_name name);

/* "list<u8>", "func async(x: u32) -> string"; names of resources are numbers. */
void ct_print(const struct ct_table *t, uint32_t type, struct buf *out);
const char *ct_sort_text(enum ct_sort s);

static inline const struct ct_type *ct_get(const struct ct_table *t, uint32_t x)
{
	return &t->types.at[x];
}

#endif
