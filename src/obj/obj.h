/* obj/obj.h - an object file, whatever made it and whatever format it goes to.
 *
 * Sections, symbols and relocations are numbered in the order in which they
 * are added; files list them in that order, so that output depends on nothing
 * else.  Everything lives in the arena given to obj_new() or obj_read().
 */
#ifndef OBJ_OBJ_H
#define OBJ_OBJ_H

#include "base/buf.h"
#include "base/diag.h"
#include "base/map.h"
#include "base/vec.h"
#include "t32/target.h"

enum obj_section_type {
	OBJ_BYTES, /* contents in the file */
	OBJ_ZERO,  /* size only; zero at run time */
	OBJ_OTHER, /* read from a file, neither of these: note, index ... */
};

enum obj_section_flag {
	OBJ_ALLOC = 1 << 0,	/* in memory at run time */
	OBJ_WRITE = 1 << 1,
	OBJ_EXEC  = 1 << 2,
};

/* What the bytes from a place on are; written as mapping symbols. */
enum obj_kind { OBJ_THUMB, OBJ_DATA };

struct obj_mark {
	uint32_t at;
	enum obj_kind kind;
};

struct obj_section {
	const char *name;
	enum obj_section_type type;
	unsigned flags;		/* enum obj_section_flag */
	uint32_t align;		/* a power of two */
	uint32_t address;	/* of a linked file; 0 in an object */
	uint32_t size;		/* OBJ_ZERO; else bytes.n */
	struct buf bytes;
	VEC(struct obj_mark) marks;	/* ascending */
};

/* struct obj_symbol.section when it is none. */
#define OBJ_UNDEFINED UINT32_MAX
#define OBJ_ABSOLUTE  (UINT32_MAX - 1)

enum obj_binding { OBJ_LOCAL, OBJ_GLOBAL, OBJ_WEAK };
enum obj_symbol_type { OBJ_NOTYPE, OBJ_OBJECT, OBJ_FUNC, OBJ_SECTION };

struct obj_symbol {
	const char *name;
	uint32_t section;	/* number, OBJ_UNDEFINED or OBJ_ABSOLUTE */
	uint32_t value;		/* offset in its section; address when linked */
	uint32_t size;
	enum obj_binding binding;
	enum obj_symbol_type type;
	bool thumb; /* a Thumb function: bit 0 of its address is set */
	bool hidden;		/* not for other modules of the link */
};

enum obj_reloc_type {
#define RELOC(id, number, field, bias) OBJ_R_##id = number,
#include "obj/reloc.def"
};

/* The place at section + at is to refer to symbol + addend; what it refers to
 * it with is the type.  MOVW_ABS_NC and MOVT_ABS hold addends of 16 bits,
 * signed, and the same one.
 */
struct obj_reloc {
	uint32_t section, at;
	uint32_t symbol;
	enum obj_reloc_type type;
	int32_t addend;
};

struct obj {
	struct arena *arena;
	const struct target *target;	/* NULL when read from a file */
	bool linked;			/* read: an executable */
	bool hard_float; /* read: float arguments in VFP registers */
	uint32_t entry;			/* read */
	VEC(struct obj_section) sections;
	VEC(struct obj_symbol) symbols;
	VEC(struct obj_reloc) relocs;
	struct map names;		/* hash of name -> symbol number + 1 */
};

/* --- building --------------------------------------------------------------*/

/* An empty object for a target, which decides its build attributes. */
struct obj *obj_new(struct arena *a, const struct target *t);

/* Adds a section.  Returns its number; obj_at() gives its bytes to fill. */
uint32_t obj_section(struct obj *o, const char *name,
		     enum obj_section_type type, unsigned flags,
		     uint32_t align);

/* The bytes of a section, to append to.  Valid until a section is added. */
struct buf *obj_at(struct obj *o, uint32_t section);

/* From offset `at` on the section holds `kind`.  Ascending; a kind that does
 * not change adds nothing.  Without marks executable sections are THUMB,
 * others DATA.
 */
void obj_mark(struct obj *o, uint32_t section, uint32_t at, enum obj_kind kind);

/* Adds a symbol.  Returns its number.  The name is kept, not copied. */
uint32_t obj_symbol(struct obj *o, const struct obj_symbol *s);

/* The symbol of that name that others can see, made undefined and global when
 * there is none; local symbols are never meant.
 */
uint32_t obj_reference(struct obj *o, const char *name);

void obj_reloc(struct obj *o, const struct obj_reloc *r);

/* --- looking ---------------------------------------------------------------*/

/* By name; a global one before a local one.  NULL when there is none. */
const struct obj_symbol *obj_find(const struct obj *o, const char *name);
const struct obj_section *obj_find_section(const struct obj *o,
					   const char *name);

/* The name of a relocation type, "R_ARM_THM_CALL"; NULL when not in
 * reloc.def.
 */
const char *obj_reloc_name(unsigned type);

/* The bytes of a linked file at [address, address + size); NULL when they are
 * not all in one section with contents.
 */
const uint8_t *obj_memory(const struct obj *o, uint32_t address, uint32_t size);

/* --- files -----------------------------------------------------------------*/

/* Appends o as a relocatable ELF file to out.  Returns false after a report:
 * OBJECT when a relocation cannot hold its addend or lies outside its section,
 * IO or MEMORY.
 */
bool obj_write_elf(const struct obj *o, struct buf *out, struct diag_sink *s);

/* Reads a 32-bit little-endian ARM ELF file, relocatable or linked.  The bytes
 * are copied.  Mapping symbols become marks, not symbols.  Relocations of types
 * that are not in reloc.def are an error in objects and left out of linked
 * files, as those are that do not fit.  A linked file has some when it was
 * linked with --emit-relocs: their addends are then what the place holds, a
 * word, or the distance of a branch's target from its own address.
 * Returns NULL after a report (OBJECT).
 */
struct obj *obj_read(const uint8_t *bytes, size_t n, struct arena *a,
                     struct diag_sink *s);

#endif
