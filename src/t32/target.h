/* target.h - cores and boards. */
#ifndef HEDDLE_T32_TARGET_H
#define HEDDLE_T32_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "t32/table.h"

enum board_id {
#define BOARD(id, name, features, rom, rom_size, ram, ram_size, script) BOARD_##id,
#include "t32/board.def"
	BOARD_COUNT
};

enum target_id {
#define TARGET(id, name, features, float_abi, cpu, fpu, board, cost) TARGET_##id,
#include "t32/target.def"
	TARGET_COUNT
};

/* Columns of board.def. */
struct board {
	enum board_id id;
	const char *name;		/* also qemu-system-arm -M */
	const char *script;
	unsigned features;		/* of its core */
	uint32_t rom, rom_size, ram, ram_size;
};

/* Cycles, columns of target.def's second table. */
struct target_cost {
	uint8_t load, load_next, store, taken, mul, mull, div;
	uint8_t fadd, fmul, fma, fdiv;
};

/* Columns of target.def.
 *
 *   gcc_flags  for arm-none-eabi-gcc, compiling and linking, and for as
 */
struct target {
	enum target_id id;
	const char *name;
	unsigned features;		/* enum t32_feature */
	bool hard_float;
	const char *cpu, *fpu, *gcc_flags;
	const struct board *board;
	const struct target_cost *cost;
};

extern const struct target targets[TARGET_COUNT];
extern const struct board boards[BOARD_COUNT];

/* By name, "cortex-m4" or "m4".  NULL when there is none. */
const struct target *target_find(const char *name);
const struct board *board_find(const char *name);

/* Does the board's core run code for the target? */
bool board_runs(const struct board *b, const struct target *t);

/* May the row be emitted for the target? */
static inline bool target_has(const struct target *t, enum t32 id)
{
	unsigned needs = t32_row(id)->needs;

	return (needs & t->features) == needs;
}

#endif
