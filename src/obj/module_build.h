/* obj/module_build.h - the state of module_object, shared by module.c (the
 * module's tables and entry), module_code.c (functions) and module_data.c
 * (memories, tables, globals, segments).
 *
 * Symbols are made when first referred to; `have` arrays hold symbol + 1.
 */
#ifndef OBJ_MODULE_BUILD_H
#define OBJ_MODULE_BUILD_H

#include "obj/module.h"
#include "wasm/intrinsic.h"

struct mod_range {
	uint32_t symbol, bytes;
	uint32_t used;		/* have: the word that says how many are in use */
};
struct mod_word {
	uint32_t symbol, value;
	uint32_t to;		/* 1 + symbol whose address is the value, 0 none */
};
struct mod_link {
	uint32_t symbol, to;
};

/* Code whose places are listed behind those of all functions. */
struct mod_late {
	const struct t32_code *code;
	uint32_t symbol;
};

struct mod {
	struct obj *o;
	struct arena *a;
	const struct ir_module *im;
	const struct wasm_module *m;
	const struct compiled *c;
	const struct module_names *n;
	uint32_t rodata, bss;			/* sections */
	uint32_t strings;
	struct map references;			/* hash of name -> symbol + 1 */
	VEC(uint32_t) section_symbol;		/* have, per section */

	/* have: per function, 1 more for instantiation */
	uint32_t *func, *entry, *ref_code, *funcref;
	uint32_t *type;
	uint32_t *memory, *memory_size, *memory_desc;
	uint32_t *table, *table_size, *table_desc;
	uint32_t *memory_part, *table_part;	/* descriptors in an instance */
	uint32_t *direct;			/* tables.n * types.n */
	uint32_t *global;
	uint32_t *data, *data_len, *elem, *elem_len;
	VEC(uint32_t) offset;			/* have, per symbol in .bss */
	VEC(struct mod_range) zero;
	VEC(struct mod_word) words;
	VEC(struct mod_link) links;
	uint32_t traps, funcs, modules;		/* sections */
	uint32_t text;				/* of all functions, or none */
	struct comp *comp;			/* component.h; NULL: core module */
	struct mod_share *share;		/* module_share.h; NULL: nothing is */
	VEC(struct mod_late) late;		/* stubs that are no function's */
};

/* --- module.c ---------------------------------------------------------------- */

/* The symbol of what code refers to. */
uint32_t mod_symbol(struct mod *b, const struct mir_sym *s);
/* A local object of `size` bytes at offset `at` of a section. */
uint32_t mod_object(struct mod *b, const char *name, uint32_t section,
		    uint32_t at, uint32_t size);
/* The symbol of that name in other objects, or P_module.  Never one of the
 * guest's own names, whatever those are. */
uint32_t mod_reference(struct mod *b, const char *name);
/* The same with a name others see; `local` gives place and size. */
void mod_alias(struct mod *b, const char *name, uint32_t local);
/* An absolute number that others see. */
void mod_absolute(struct mod *b, const char *name, uint32_t value);
/* Appends a word / the address of symbol + addend to a section's bytes. */
void mod_word(struct mod *b, uint32_t section, uint32_t value);
void mod_pointer(struct mod *b, uint32_t section, uint32_t symbol,
		 uint32_t addend);
/* Room of zeros at run time; returns its symbol. */
uint32_t mod_zeros(struct mod *b, const char *name, uint32_t size,
		   uint32_t align);
/* An absolute symbol: the offset of an object in its section, the instance. */
uint32_t mod_offset(struct mod *b, uint32_t symbol);
/* A symbol for the beginning of a section. */
uint32_t mod_section_symbol(struct mod *b, uint32_t section);
/* Aligns the section's end; returns its offset. */
uint32_t mod_here(struct mod *b, uint32_t section, uint32_t align);

/* --- module_code.c -------------------------------------------------------------- */

void mod_functions(struct mod *b);
/* Puts code into the object; returns its (local) symbol.  What it refers to is
 * put later, when every function has one: `group` is that of the instances that
 * share it, or UINT32_MAX. */
uint32_t mod_put_code(struct mod *b, const struct t32_code *c,
		      const char *name);
void mod_put_rest(struct mod *b, const struct t32_code *c, uint32_t symbol,
		  uint32_t group);
uint32_t mod_func(struct mod *b, uint32_t func);	/* as wasm calls it */
uint32_t mod_entry(struct mod *b, uint32_t func);	/* as C calls it */
uint32_t mod_funcref(struct mod *b, uint32_t func);	/* struct hd_func */
uint32_t mod_type(struct mod *b, uint32_t type);
void mod_export_func(struct mod *b, const struct wasm_export *e,
		     const char *name);
/* P_instantiate; returns its symbol. */
uint32_t mod_instantiate(struct mod *b, uint32_t module);
/* Code that is no wasm function's; returns its symbol. */
uint32_t mod_put_stub(struct mod *b, const struct t32_code *c,
		      const char *name);
/* Lists them, at the end. */
void mod_put_late(struct mod *b);

/* --- module_data.c --------------------------------------------------------------- */

uint32_t mod_memory(struct mod *b, uint32_t k);
uint32_t mod_memory_size(struct mod *b, uint32_t k);
uint32_t mod_memory_desc(struct mod *b, uint32_t k);
/* Descriptors that are part of an instance, as shared code finds them. */
uint32_t mod_instance_memory(struct mod *b, uint32_t k);
uint32_t mod_instance_table(struct mod *b, uint32_t k);
uint32_t mod_table(struct mod *b, uint32_t k);
uint32_t mod_table_size(struct mod *b, uint32_t k);
uint32_t mod_table_desc(struct mod *b, uint32_t k);
uint32_t mod_table_direct(struct mod *b, uint32_t k, uint32_t type);
uint32_t mod_global(struct mod *b, uint32_t k);
uint32_t mod_data(struct mod *b, uint32_t k);
uint32_t mod_data_len(struct mod *b, uint32_t k);
uint32_t mod_elem(struct mod *b, uint32_t k);
uint32_t mod_elem_len(struct mod *b, uint32_t k);
void mod_export_data(struct mod *b, const struct wasm_export *e,
		     const char *name);
uint32_t mod_table_capacity(const struct wasm_table *t);

#endif
