/* runners/spec/target.h - where a suite's commands are carried out.
 *
 * A target is given one whole file at once: a simulator links all its modules
 * into one firmware and streams the results back, the evaluator goes command
 * by command.  Decoding, validation and the judgement of outcomes are common
 * (main.c, judge.c), so a target only says what happened.
 */
#ifndef SPEC_TARGET_H
#define SPEC_TARGET_H

#include "heddle/abi.h"
#include "common/spec_json.h"
#include "wasm/module.h"

/* What came of one command. */
enum spec_what {
	SPEC_NOT_RUN,		/* the target said nothing: counts as a failure */
	SPEC_OK,		/* ran to its end; results are in value */
	SPEC_TRAP,		/* trapped with `trap` (instantiation included) */
	SPEC_UNLINKABLE,	/* an import was missing or of another type */
	SPEC_INVALID,		/* malformed or invalid; set by the common part */
	SPEC_SKIP,		/* `detail` is the reason */
	SPEC_ERROR		/* could not be carried out; `detail` says why */
};

/* One result, exactly as it came out.
 *
 *   bits  a number's bits; of an externref its host number, of a funcref
 *         anything; 0 when null
 *   null  a null reference */
struct spec_result {
	uint8_t type;		/* enum type */
	bool null;
	uint64_t bits, hi;	/* hi: upper half of v128 */
};

struct spec_outcome {
	uint8_t what;		/* enum spec_what */
	uint8_t trap;		/* enum hd_trap_kind */
	uint32_t nvalues;
	uint32_t fuel;		/* charged by it, where the target counts */
	struct spec_result *value;
	const char *detail;
};

/* A file being run.  module[k] is the module, decoded and validated, of command
 * k when that is SPEC_MODULE, SPEC_ASSERT_UNLINKABLE or
 * SPEC_ASSERT_UNINSTANTIABLE and the module is in the binary format; else
 * NULL.  Outcomes that need no target (what != SPEC_NOT_RUN) are set. */
struct spec_job {
	const struct spec_file *file;
	struct wasm_module **module;
	struct spec_outcome *out;	/* one per command; zeroed */
	uint64_t *memory;	/* per module's command: bytes of its largest memory in the end; only the evaluator fills it; may be NULL */
	const char *target;		/* the name asked for, "cortex-m4" */
	const char *name;		/* of the file, without folder and .json */
	struct arena *arena;		/* for this file */
	struct diag_sink *sink;
};

/* One row of the table in main.c. */
struct spec_target {
	const char *prefix;	/* target names it takes: "eval", "cortex-" */
	const char *help;
	/* Carries out every command of the file; fills job->out. */
	void (*run)(struct spec_job *job);
};

extern const struct spec_target spec_target_eval;
extern const struct spec_target spec_target_qemu;

/* The module that every suite may import (suite convention):
 *
 *   functions  print, print_i32, print_i64, print_f32, print_f64,
 *              print_i32_f32, print_f64_f64
 *   globals    global_i32 = 666, global_i64 = 666, global_f32 = 666.6,
 *              global_f64 = 666.6
 *   table      funcref, 10 to 20;  memory  1 to 2 pages
 *
 * Each row: name, parameter letters. */
#define SPECTEST_FUNCS(F)                 \
	F(print, "")                      \
	F(print_i32, "i")                 \
	F(print_i64, "l")                 \
	F(print_f32, "f")                 \
	F(print_f64, "d")                 \
	F(print_i32_f32, "if")            \
	F(print_f64_f64, "dd")
#define SPECTEST_GLOBALS(G)                         \
	G(global_i32, T_I32, 666)                   \
	G(global_i64, T_I64, 666)                   \
	G(global_f32, T_F32, 0x4426a666)            \
	G(global_f64, T_F64, 0x4084d4cccccccccd)
enum {
	SPECTEST_TABLE_MIN = 10,
	SPECTEST_TABLE_MAX = 20,
	SPECTEST_MEMORY_MIN = 1,
	SPECTEST_MEMORY_MAX = 2
};

#endif
