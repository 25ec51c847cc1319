/* cli/bind.h - what the files of heddle bind share. */
#ifndef CLI_BIND_H
#define CLI_BIND_H

#include "base/map.h"
#include "component/component.h"

/* A function of the world: `number` in its list of functions. */
struct bind_func {
	struct ct_name interface, name;
	uint32_t type, number;
	const char *c;		/* its name in C */
};

/* The header being written.
 *
 *   names   by type: 1 + index of name; of struct, enum, ... without prefix;
 *           of an instance: UINT32_MAX, its types have theirs
 *   used    C names taken, by hash
 *   pipes   by type: path to its descriptor is known
 */
struct bind {
	struct arena *arena;
	const struct comp_file *file;
	const struct ct_table *types;
	const char *prefix;
	struct buf out;
	struct map names, written, used;
	VEC(const char *) name;
	VEC(struct bind_func) exports, imports;
	const char *docs;	/* section package-docs, or NULL */
	size_t ndocs;
};

/* "kebab-case" to an identifier, upper or lower case, no keyword of C. */
const char *bind_ident(struct bind *b, struct ct_name n, bool upper);
/* "ns:pkg/iface@1.0.0": iface; of a way ("outer#inner"), its last part's. */
struct ct_name bind_short_name(struct ct_name n);
/* A name that no other one has: `base`, or with a number behind it. */
const char *bind_unique(struct bind *b, const char *base);

/* bind_type.c: the C type of a value, and its definition (and how to put and
 * get it) when it is first used. */
const char *bind_ctype(struct bind *b, uint32_t type);
void bind_define(struct bind *b, uint32_t type);
/* Statements that put `expr` at `to + offset`, get it from `from + offset`
 * into it; `ok` becomes false when that fails. */
void bind_put(struct bind *b, uint32_t type, const char *expr,
	      uint32_t offset);
void bind_get(struct bind *b, uint32_t type, const char *expr,
	      uint32_t offset);
/* What a type is called in names of functions: "u8", "point", "list_u8". */
const char *bind_word(struct bind *b, uint32_t type);

/* bind_func.c */
void bind_export(struct bind *b, const struct bind_func *f);
void bind_import(struct bind *b, const struct bind_func *f);
void bind_pipes(struct bind *b, const struct bind_func *f, bool exported);

/* bind_docs.c: the documentation of a function, as a comment's text; NULL
 * when there is none. */
const char *bind_docs(struct bind *b, const struct bind_func *f);

#endif
