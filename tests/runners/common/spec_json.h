/* common/spec_json.h - core test suite files, as wast2json writes them.
 *
 * One .json file is a list of commands; modules are files beside it.
 */
#ifndef COMMON_SPEC_JSON_H
#define COMMON_SPEC_JSON_H

#include "base/arena.h"
#include "wasm/op.h"

enum spec_command_type {
	SPEC_MODULE,			/* instantiate; the current module */
	SPEC_REGISTER,			/* under the name `as` for imports */
	SPEC_ACTION,
	SPEC_ASSERT_RETURN,
	SPEC_ASSERT_TRAP,
	SPEC_ASSERT_EXHAUSTION,
	SPEC_ASSERT_MALFORMED,
	SPEC_ASSERT_INVALID,
	SPEC_ASSERT_UNLINKABLE,
	SPEC_ASSERT_UNINSTANTIABLE,	/* traps while instantiated */
	SPEC_OTHER			/* anything else; `kind` names it */
};

/* What a lane may be instead of its bits. */
enum spec_nan { SPEC_EXACT, SPEC_NAN_CANONICAL, SPEC_NAN_ARITHMETIC };

/* An argument, a result, or what a result must be. */
struct spec_value {
	enum type type;
	uint64_t bits[2];		/* raw; bits[1] is the upper half of a v128;
					   number of an externref */
	bool null;			/* references */
	bool any;			/* any value of the type (references: not null) */
	uint8_t lanes;			/* 1, or of a v128 */
	uint8_t nan[16];		/* enum spec_nan of each lane; floats only */
	struct spec_value *alternative;	/* any of these will do; or NULL */
	uint32_t nalternatives;
};

struct spec_action {
	bool get;			/* of a global; else a call */
	const char *module;		/* "$name", or NULL: the current one */
	const char *field;
	uint32_t nfield;		/* it may contain zero bytes */
	struct spec_value *arg;
	uint32_t nargs;
};

struct spec_command {
	enum spec_command_type type;
	const char *kind;		/* "assert_return" ... */
	unsigned line;
	const char *filename;		/* of a module, or NULL */
	bool text_module;		/* it is in the text format */
	const char *name;		/* "$name" given to or used by it, or NULL */
	const char *as;			/* SPEC_REGISTER */
	const char *text;		/* of the expected error or trap, or NULL */
	bool has_action;
	struct spec_action action;
	struct spec_value *expected;
	uint32_t nexpected;
	bool has_expected;
};

struct spec_file {
	const char *path;
	const char *dir;		/* of path, for filename */
	struct spec_command *at;
	uint32_t n;
};

/* Reads a file.  Returns NULL, or what is wrong with it. */
const char *spec_load(struct spec_file *f, const char *path, struct arena *a);

/* Path of a command's module. */
const char *spec_module_path(const struct spec_file *f,
			     const struct spec_command *c, struct arena *a);

/* Whether a result is what was expected.  `got` has type, bits, null. */
bool spec_match(const struct spec_value *want, const struct spec_value *got);

/* "i32:7", "f32:nan:canonical", "v128:0011..", "externref:null". */
const char *spec_value_text(const struct spec_value *v, struct arena *a);

struct spec_paths {
	const char **at;
	uint32_t n;
};

/* The .json files (manifest.json apart) that are `path` or in the folder
 * `path` and below, sorted. */
struct spec_paths spec_find(const char *path, struct arena *a);

#endif
