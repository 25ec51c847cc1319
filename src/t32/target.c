/* target.c - cores and boards. */
#include "t32/target.h"

#include <string.h>

/* The vocabulary of target.def. */
enum {
	V7M = T32_V7M, DSP = T32_DSP, FP = T32_FP, FPDP = T32_FPDP,
	FPV5 = T32_FPV5, V8M = T32_V8M,
	SOFT = 0, HARD = 1,
};

const struct board boards[BOARD_COUNT] = {
#define BOARD(id, name, features, rom, rom_size, ram, ram_size, script) \
	{ BOARD_##id, name, script, features, rom, rom_size, ram, ram_size },
#include "t32/board.def"
};

#define COST(id, ...) \
	static const struct target_cost cost_##id = { __VA_ARGS__ };
#include "t32/target.def"

#define FLAGS_SOFT(fpu) "-mfloat-abi=soft"
#define FLAGS_HARD(fpu) "-mfloat-abi=hard -mfpu=" fpu

const struct target targets[TARGET_COUNT] = {
#define TARGET(id, name, features, float_abi, cpu, fpu, board, cost)        \
	{ TARGET_##id, name, features, float_abi == HARD, cpu, fpu,         \
	  "-mthumb -mcpu=" cpu " " FLAGS_##float_abi(fpu),                  \
	  &boards[BOARD_##board], &cost_##cost },
#include "t32/target.def"
};

const struct target *target_find(const char *name)
{
	static const char family[] = "cortex-";

	for (size_t i = 0; i < TARGET_COUNT; i++)
		if (!strcmp(targets[i].name, name) ||
		    !strcmp(targets[i].name + sizeof family - 1, name))
			return &targets[i];
	return NULL;
}

const struct board *board_find(const char *name)
{
	for (size_t i = 0; i < BOARD_COUNT; i++)
		if (!strcmp(boards[i].name, name))
			return &boards[i];
	return NULL;
}

bool board_runs(const struct board *b, const struct target *t)
{
	return (t->features & ~b->features) == 0;
}
