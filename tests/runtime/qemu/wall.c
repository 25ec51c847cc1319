/* wall.c - walls on a QEMU board: guests that reach for each other's memory.
 *
 * Three instances with a memory each, side by side, so that the one in the
 * middle has neighbours on both sides.  What they do is C in the place of
 * compiled code.
 */
#include "board/semihost.h"
#include "component/component.h"
#include "component/wall.h"

const struct hd_module *const hd_app[] = { NULL };

enum { N = 3, BYTES = 512, ALL = 4 * BYTES };

static HD_ALIGNED(ALL) uint8_t memory[ALL];
static const struct hd_module module;
static struct hd_wall wall[N];
static const struct hd_walls walls = { wall, memory, memory + N * BYTES,
				       hd_wall_start };
static uint32_t failed;

static void expect(bool ok, const char *what)
{
	if (ok)
		return;
	sh_puts(SH_STDOUT, "not ok - ");
	sh_puts(SH_STDOUT, what);
	sh_puts(SH_STDOUT, "\n");
	failed++;
}

static void make_walls(void)
{
	const uint32_t all = (uint32_t)memory;

	for (uint32_t k = 0; k < N; k++) {
		const uint32_t from = all + k * BYTES;
#if defined(__ARM_ARCH_8M_MAIN__) || defined(__ARM_ARCH_8_1M_MAIN__)
		/* RBAR with XN, RLAR with EN: below, above */
		wall[k] = (struct hd_wall){ {
			all | 1, k > 0 ? (from - 32) | 1 : 0,
			(from + BYTES) | 1,
			k < N - 1 ? (all + N * BYTES - 32) | 1 : 0 } };
#else
		/* RBAR with VALID, RASR: XN, no access, without the last
		 * quarter; read and write */
		wall[k] = (struct hd_wall){ {
			all | 0x12, 1u << 28 | 0xC0u << 8 | 10u << 1 | 1,
			from | 0x13, 1u << 28 | 3u << 24 | 1u << 19 | 3u << 16 |
				     8u << 1 | 1 } };
#endif
	}
}

static void begin(bool with)
{
	for (uint32_t k = 0; k < N; k++)
		hd_instances[k] = (struct hd_instance){
			.module = &module, .number = (uint8_t)k,
			.base = with ? &wall[k] : NULL };
}

/* Enters instance k; the kind of trap it ended with. */
static uint32_t run(uint32_t k, void (*code)(uint32_t), uint32_t arg)
{
	hd_instances[k].trap.kind = HD_TRAP_NONE;
	hd_instances[k].flags = 0;
	const bool ok = hd_call_plain(&hd_instances[k], code, arg);
	return ok ? HD_TRAP_NONE : hd_instances[k].trap.kind;
}

static void store(uint32_t at)
{
	*(volatile uint8_t *)&memory[at] = 0x55;
}

static void load(uint32_t at)
{
	(void)*(volatile uint8_t *)&memory[at];
}

/* The processor stands in the library when this faults. */
static void copy(uint32_t at)
{
	static const uint32_t from[16];

	hd_copy(&memory[at], from, sizeof from);
}

/* The wall of who called is up again afterwards, whatever became of it. */
static void nest(uint32_t at)
{
	run(1, store, at);
	store(8);
	store(BYTES + 8);
}

static void deep(uint32_t n)
{
	volatile uint8_t pad[64];

	pad[0] = (uint8_t)n;
	if (n)
		deep(n - 1);
	pad[1] = pad[0];
}

static void realloc_in_1(uint32_t at)
{
	hd_wall_realloc(&hd_instances[1], true);
	store(at);
	hd_wall_realloc(&hd_instances[1], false);
	store(8);
	store(at);
}

/* Data of all instances is placed, then start functions run. */
static void instantiate(void)
{
	for (uint32_t k = 0; k < N; k++)
		store(k * BYTES);
	hd_component_instance(&hd_instances[1]);
	store(BYTES + 1);
	hd_component_instance(&hd_instances[2]);
	store(2 * BYTES + 1);
	store(1);
}

static bool nothing(const struct hd_walls *w HD_UNUSED)
{
	return false;
}

static void start(void)
{
	static const struct hd_module starts = { .instantiate = instantiate };
	static const struct hd_component_instance in[N] = {
		{ &hd_instances[0], NULL }, { &hd_instances[1], NULL },
		{ &hd_instances[2], NULL } };
	static const struct hd_walls no_mpu = { .start = nothing };
	struct hd_component c = { .module = &starts, .instances = in,
				  .ninstances = N, .walls = &no_mpu };

	expect(!hd_component_start(&c) && hd_trap_last.kind == HD_TRAP_NO_MPU,
	       "without an MPU nothing starts");
	expect(memory[0] == 0, "nor runs");
	c.walls = &walls;
	expect(!hd_component_start(&c) &&
	       hd_trap_last.kind == HD_TRAP_MEMORY_BOUNDS, "start function");
	for (uint32_t k = 0; k < N; k++)
		expect(memory[k * BYTES] == 0x55 &&
		       memory[k * BYTES + 1] == (k ? 0x55 : 0),
		       "what it could write");
}

/* Of everyone, from everywhere. */
static void each(void (*code)(uint32_t), uint32_t margin, const char *what)
{
	static const uint32_t at[] = { 0, 64, BYTES - 64 };

	for (uint32_t k = 0; k < N; k++)
		for (uint32_t j = 0; j < 3 * N; j++) {
			const uint32_t to = j / 3 * BYTES + at[j % 3] + margin;

			memory[to] = 0xaa;
			const uint32_t kind = run(k, code, to);
			expect(kind == (j / 3 == k ? HD_TRAP_NONE :
						     HD_TRAP_MEMORY_BOUNDS),
			       what);
			expect(j / 3 == k || memory[to] == 0xaa,
			       "changed over the wall");
		}
}

int main(void)
{
	make_walls();
	start();
	begin(false);
	expect(run(0, store, BYTES) == HD_TRAP_NONE && memory[BYTES] == 0x55,
	       "without a wall nothing faults");
	if (!walls.start(&walls)) {
		sh_puts(SH_STDOUT, "not ok - no MPU\n");
		return 1;
	}
	expect(run(0, store, 2 * BYTES) == HD_TRAP_NONE &&
	       memory[2 * BYTES] == 0x55, "an instance without a wall");
	begin(true);
	each(store, 0, "store");
	each(store, 63, "store at the end");
	each(load, 0, "load");
	each(copy, 0, "copy");
	expect(run(1, store, N * BYTES) == HD_TRAP_NONE,
	       "what follows the memories is open");
	expect(run(0, nest, BYTES) == HD_TRAP_MEMORY_BOUNDS &&
	       memory[8] == 0x55 && memory[BYTES] == 0x55, "nested");
	memory[8] = 0;
	expect(run(0, nest, 2 * BYTES) == HD_TRAP_MEMORY_BOUNDS &&
	       memory[8] == 0x55, "nested, which traps");
	memory[8] = memory[BYTES + 16] = 0;
	expect(run(0, realloc_in_1, BYTES + 16) == HD_TRAP_MEMORY_BOUNDS &&
	       memory[8] == 0x55 && memory[BYTES + 16] == 0x55, "realloc");
	for (uint32_t k = 0; k < N; k++)
		store(k * BYTES);	/* the host's: nothing is up */
	expect(run(2, deep, 100000) == HD_TRAP_STACK, "the stack's guard");
	expect(run(2, store, 2 * BYTES) == HD_TRAP_NONE, "after that");
	return failed != 0;
}
