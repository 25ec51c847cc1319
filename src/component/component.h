/* component/component.h - a decoded and validated component binary.
 *
 * A file holds a tree of component definitions.  Each has its index spaces,
 * in which an entry is only a type, and a list of definitions in file order;
 * evaluating that list (graph.h) gives the entries their meaning.
 */
#ifndef COMPONENT_COMPONENT_H
#define COMPONENT_COMPONENT_H

#include "component/type.h"

#define COMP_NONE UINT32_MAX

enum canon {
#define B(id, code, operands, sig, name, symbol, contract) CANON_##id,
#include "component/canon.def"
	CANON_COUNT
};

struct canon_info {
	uint8_t code;
	const char *operands, *sig, *name, *symbol, *contract;
};
extern const struct canon_info canon_info[CANON_COUNT];

enum comp_encoding { ENC_UTF8, ENC_UTF16, ENC_LATIN1_UTF16 };

/* Options and immediates of a canonical definition; COMP_NONE where an index
 * is not given.  The indices are of the component's core index spaces. */
struct comp_canon {
	uint8_t op;			/* enum canon */
	uint8_t encoding;
	bool has_encoding, async, cancellable;
	uint32_t memory, realloc, post_return, callback;
	uint32_t func;			/* f or c */
	uint32_t type;			/* t, e, r, or result of task.return */
	uint32_t slot;			/* context: which; thread.new-indirect: table */
};

struct comp_arg {
	struct ct_name name;
	uint8_t sort;			/* enum ct_sort */
	uint32_t index;
};

enum comp_op {
	COMP_CORE_MODULE,	/* a: number in file.modules */
	COMP_CORE_INSTANTIATE,	/* a: core module index; args: instances */
	COMP_CORE_BAG,		/* args: what it exports */
	COMP_COMPONENT,		/* a: number in file.components */
	COMP_INSTANTIATE,	/* a: component index; args */
	COMP_BAG,		/* args */
	COMP_ALIAS,		/* a: instance index; name */
	COMP_CORE_ALIAS,	/* a: core instance index; name */
	COMP_OUTER,		/* a: components outwards; b: index there */
	COMP_TYPE,		/* type: number; a: resources: destructor */
	COMP_CORE_TYPE,
	COMP_CANON,
	COMP_START,
	COMP_IMPORT,		/* name, type */
	COMP_EXPORT		/* name; a: index of sort; type */
};

/* One definition.  Except for COMP_START it adds one entry to the index space
 * `sort`, whose static type is `type`. */
struct comp_def {
	uint8_t op, sort;
	uint32_t at;		/* offset in the file */
	uint32_t a, b, type;
	struct ct_name name;
	struct comp_arg *arg;
	uint32_t nargs;
	struct comp_canon *canon;
};

typedef VEC(uint32_t) comp_space;

/*   type     its component type
 *   parent   the component it is defined in, or COMP_NONE */
struct component {
	comp_space space[SORT_COUNT];	/* static type of each entry */
	VEC(struct comp_def) defs;
	uint32_t type, parent, at;
};

struct comp_module {
	struct wasm_module *wasm;	/* offsets count from its first byte */
	uint32_t at;			/* where that is in the file */
	uint32_t type;			/* core type */
	const char *name;
};

struct comp_file {
	const uint8_t *bytes;
	size_t size;
	struct arena *arena;
	struct ct_table types;
	VEC(struct component) components;	/* 0 is the outermost */
	VEC(struct comp_module) modules;
	const struct wasm_limits_opt *limits;
};

/* Numbers of sections.  Source: component-model 6d28164, Binary.md "Component
 * Definitions". */
enum comp_section {
	COMP_SECTION_CUSTOM,
	COMP_SECTION_MODULE,
	COMP_SECTION_CORE_INSTANCE,
	COMP_SECTION_CORE_TYPE,
	COMP_SECTION_COMPONENT,
	COMP_SECTION_INSTANCE,
	COMP_SECTION_ALIAS,
	COMP_SECTION_TYPE,
	COMP_SECTION_CANON,
	COMP_SECTION_START,
	COMP_SECTION_IMPORT,
	COMP_SECTION_EXPORT,
	COMP_SECTION_VALUE
};

/* A custom section that says: records, resources and the like in imports and
 * exports behind it need no names.  Stands in components that heddle makes of
 * what has none: core modules, types in text. */
#define COMP_UNNAMED "heddle:unnamed-types"

/* Whether bytes begin like a component. */
bool comp_is_component(const uint8_t *bytes, size_t n);

/* Decodes and validates a component, its core modules included.  Reports to s
 * and returns false when something is wrong; at the first error. */
bool comp_decode(struct comp_file *f, const uint8_t *bytes, size_t n,
		 const struct wasm_limits_opt *limits, struct arena *a,
		 struct diag_sink *s);

#endif
