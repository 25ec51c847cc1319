/* prove/descriptor.h - what the runtime reads of a component in an object. */
#ifndef PROVE_DESCRIPTOR_H
#define PROVE_DESCRIPTOR_H

#include "component/info.h"
#include "prove/world.h"
#include "wasm/intrinsic.h"

/* Descriptors of a component are what the section of its linked module says, or why is
 * set: descriptor.c */
void world_check_component(struct world *w);

/* A place that a word or an instruction refers to: of the object, or by name
 * (section is OBJ_UNDEFINED). */
struct part {
	const struct obj_symbol *y;
	uint32_t section, at;
};

/* Result types with their options, told apart by an address. */
struct mark {
	uint32_t type, encoding, memory, section, at;
};

struct descriptor {
	struct world *w;
	const struct info *info;
	struct part instances;		/* storage of instance 0; the others follow */
	VEC(struct mark) marks;
};

/* The address that a word holds; false when it holds none. */
bool part_at(const struct descriptor *d, uint32_t section, uint32_t at,
	     struct part *p);
/* A word that is a number, or not an address: null. */
bool part_number(const struct descriptor *d, struct part p, uint32_t offset,
		 uint32_t v);
/* What a word of p refers to. */
bool part_in(const struct descriptor *d, struct part p, uint32_t offset,
	     struct part *to);
bool part_is_name(struct part p, const char *name);
/* A word that refers to the runtime's function of that name, NULL: null. */
bool part_name(const struct descriptor *d, struct part p, uint32_t offset,
	       const char *name);
/* A word that refers to instance k, INFO_NONE: the host's. */
bool part_instance(const struct descriptor *d, struct part p, uint32_t offset,
		   uint32_t k);
bool part_is_instance(const struct descriptor *d, struct part p, uint32_t k);
/* A word that refers to code by which the runtime can call `func`; INFO_NONE:
 * null. */
bool part_entry(const struct descriptor *d, struct part p, uint32_t offset,
		uint32_t func);
/* A word that refers to a region of the module's. */
bool part_region(const struct descriptor *d, struct part p, uint32_t offset,
		 enum region_kind kind, uint32_t index);

/* A word that refers to a text; the members of a struct hd_component_func that say how many
 * parameters, which instance, realloc, encoding, memory, and whether it is async. */
bool part_text(const struct descriptor *d, struct part p, uint32_t offset,
	       struct ct_name name);
bool part_options(const struct descriptor *d, struct part p, uint32_t inst,
		  uint32_t realloc, uint32_t encoding, uint32_t memory,
		  uint32_t type);

/* descriptor_part.c: each, of the thing of that number in the section. */
bool part_is_elem(const struct descriptor *d, struct part p, uint32_t type);
bool part_is_resource(const struct descriptor *d, struct part p, uint32_t r);
bool part_is_lift(struct descriptor *d, struct part p, uint32_t func);
bool part_is_return(struct descriptor *d, struct part p,
		    const struct info_builtin *k);
/* How C calls function `func`, and how a built-in does. */
bool part_is_call(struct descriptor *d, struct part p, uint32_t func);
bool part_is_lower(struct descriptor *d, struct part p,
		   const struct info_builtin *k);

/* Bytes of an instance of the runtime: HD_INSTANCE_BYTES. */
enum { INSTANCE_BYTES = 68 };

/* What the code of a symbol refers to: the runtime's function of that name, and *rest, one more
 * place, which may be missing (section OBJ_ABSOLUTE). */
bool part_code(const struct descriptor *d, struct part code, const char *name,
	       struct part *rest);

#endif
