/* obj/component.h - descriptors and stubs of a component in its object.
 *
 * The layouts are those of heddle/component.h and of the runtime's core/ and
 * component/ headers; runtime/component/start.c asserts them.
 */
#ifndef OBJ_COMPONENT_H
#define OBJ_COMPONENT_H

#include "component/info.h"
#include "obj/module_build.h"

/* Where memories are with --mpu: offsets and sizes in the section of all.
 *
 *   region   of the MPU, a power of two on Armv7-M and the alignment
 *   bytes    of the memories, at the beginning of `taken`, which no other
 *            instance has a part of
 */
struct wall_group {
	uint64_t at, bytes, taken, region;
};
struct wall_plan {
	uint64_t bytes, region;		/* of the section */
	uint32_t ninst;
	struct wall_group *group;	/* per instance */
	uint64_t *memory;		/* per memory: its offset */
};

/* have: symbol + 1, as in struct mod */
struct comp {
	const struct info *info;
	uint32_t instances;		/* symbol of their storage */
	uint32_t *elem, *type;		/* per type */
	uint32_t *resource, *lift;	/* per resource, per function */
	uint32_t *canon;		/* per built-in */
	bool *blocks;			/* per wasm function */
	VEC(struct comp_result) results;
	struct map imports;		/* function of the host: 1 + order */
	VEC(uint32_t) import;		/* ... in that order */
	struct wall_plan *wall;		/* NULL: without --mpu */
	uint32_t wall_section;
};

/* Results are the same for task.return when type and options are. */
struct comp_result {
	uint32_t type, encoding, memory, symbol;
};

/* Whether an image of the component can be made: reports what is too large
 * for the runtime's tables. */
bool component_check(const struct info *f, const struct wasm_module *m,
		     bool pointer_instance, struct diag_sink *s);

/* Prepares b->comp. */
void cobj_begin(struct mod *b, const struct info *f);

/* The symbol wasm calls for an import of LINK_MODULE. */
uint32_t cobj_import(struct mod *b, uint32_t func);

/* P_component. */
void cobj_end(struct mod *b);

/* Functions that only descriptors refer to are no exports of the module. */
bool cobj_hides(const struct mod *b, const struct wasm_export *e);

/* --- component_type.c ------------------------------------------------------- */

/* Symbols of a struct hd_type, and of an array of struct hd_component_func
 * for exports or imports. */
uint32_t cobj_type(struct mod *b, uint32_t type);
uint32_t cobj_exports(struct mod *b);
uint32_t cobj_imports(struct mod *b);

/* --- component.c ------------------------------------------------------------- */

/* HD_INSTANCE_BYTES of heddle/component.h. */
enum { COBJ_INSTANCE_BYTES = 68 };

/* "P.what<k>" */
const char *cobj_local(struct mod *b, const char *what, uint32_t k);
/* Appends to the descriptors: an address (have) or 0; four bytes. */
void cobj_pointer_or_null(struct mod *b, uint32_t have);
void cobj_put_bytes(struct mod *b, uint8_t a0, uint8_t a1, uint16_t h);
/* struct hd_lower of a lowered import; struct hd_lift of a task.return. */
uint32_t cobj_lower(struct mod *b, const struct info_builtin *k);
uint32_t cobj_return(struct mod *b, const struct info_builtin *k);

/* --- component_wall.c --------------------------------------------------------- */

/* Lays the memories of a component linked with walls out. */
void wall_plan(struct wall_plan *p, const struct info *f,
	       const struct ir_module *im, const struct target *t,
	       struct arena *a);
/* Makes the section of all memories; the symbol of one's storage in it; of the
 * struct hd_walls. */
void cobj_plan_walls(struct mod *b);
uint32_t cobj_walled_memory(struct mod *b, const char *name, uint32_t k,
			    uint32_t bytes);
uint32_t cobj_walls(struct mod *b);

/* --- shared ------------------------------------------------------------------ */

uint32_t cobj_elem(struct mod *b, uint32_t type);
uint32_t cobj_resource(struct mod *b, uint32_t r);
/* Appends the address of instance `inst`, of the host's for INFO_NONE. */
void cobj_put_instance(struct mod *b, uint32_t inst);
/* The number of a host function among the imports. */
uint32_t cobj_host_number(struct mod *b, uint32_t func);
/* A struct hd_lower for calls of function `func` from C. */
uint32_t cobj_call(struct mod *b, uint32_t func);

#endif
