/* multi_wall.c - walls (--mpu) and two executors on a board: one is an interrupt that
 * comes into code of the other's guest, and at random moments of putting walls up.
 */
#include "board/semihost.h"
#include "component/wall.h"
#include "exec/executor.h"
#include "host/mailbox.h"
#include "machine.h"

const struct hd_module *const hd_app[] = { NULL };

/* Instance 0 is of the main loop, instance 1 of the interrupt. */
enum { N = 2, BYTES = 512, ALL = 2 * BYTES };

static HD_ALIGNED(ALL) uint8_t memory[ALL];
static const struct hd_module module;
static struct hd_wall wall[N];
static const struct hd_walls walls = { wall, memory, memory + ALL, hd_wall_start };

static void make_walls(void)
{
	const uint32_t all = (uint32_t)memory;

	for (uint32_t k = 0; k < N; k++) {
		const uint32_t from = all + k * BYTES, other = all + (1 - k) * BYTES;
#if defined(__ARM_ARCH_8M_MAIN__) || defined(__ARM_ARCH_8_1M_MAIN__)
		/* RBAR with XN, RLAR with EN: below, above */
		const uint32_t base = other | 1, limit = (other + BYTES - 32) | 1;

		(void)from;
		wall[k] = k ? (struct hd_wall){ { base, limit, (all + ALL) | 1, 0 } } :
			      (struct hd_wall){ { all | 1, 0, base, limit } };
#else
		/* RBAR with VALID, RASR: XN, no access; read and write */
		(void)other;
		wall[k] = (struct hd_wall){ {
			all | 0x12, 1u << 28 | 9u << 1 | 1,
			from | 0x13, 1u << 28 | 3u << 24 | 1u << 19 | 3u << 16 |
				     8u << 1 | 1 } };
#endif
		hd_instances[k] = (struct hd_instance){
			.module = &module, .number = (uint8_t)k, .base = &wall[k] };
		hd_executor_bind(&hd_instances[k], k);
	}
}

/* Calls code of instance k; the kind of trap it ended with. */
static uint32_t run(uint32_t k, void (*code)(uint32_t), uint32_t arg)
{
	const bool before = hd_port_hold(true);

	hd_instances[k].trap.kind = HD_TRAP_NONE;
	hd_instances[k].flags = 0;
	const bool ok = hd_call_plain(&hd_instances[k], code, arg);
	hd_port_hold(before);
	return ok ? HD_TRAP_NONE : hd_instances[k].trap.kind;
}

static void store(uint32_t at)
{
	*(volatile uint8_t *)&memory[at] = 0x55;
}

/* --- the interrupt --- */

static uint32_t visits;
static bool with_guest;		/* it calls its guest, too */

static void visit(struct hd_mailbox *m, uint32_t word)
{
	(void)m;
	(void)word;
	visits++;
	store(1);		/* the host's: nothing is up */
	store(BYTES + 1);
	if (!with_guest)
		return;
	expect(run(1, store, BYTES + 2) == HD_TRAP_NONE, "its own memory");
	memory[2] = 0;
	expect(run(1, store, 2) == HD_TRAP_MEMORY_BOUNDS && memory[2] == 0,
	       "the interrupt's guest has a wall");
	store(1);
	store(BYTES + 1);
}

static struct hd_mailbox box;
static struct hd_mail places[8];

static void pend(struct hd_executor *e)
{
	(void)e;
	NVIC_ISPR = 1u << IRQ;
}

static void executor(void)
{
	hd_executor_run(1);
}

static uint32_t random = 12345;

static void tick(void)
{
	random = random * 1664525u + 1013904223u;
	hd_mailbox_put(&box, 0);
	with_guest = random >> 31;
	SYST_RVR = 200 + (random >> 8) % 1500;
}

static void machine(void)
{
	hd_executors[1].kick = pend;
	machine_executor(tick, executor);
}

/* --- the main loop's guest --- */

static void interrupted(uint32_t at)
{
	const uint32_t before = visits;

	store(8);
	hd_mailbox_put(&box, 0);
	__asm__ volatile("dsb\n\tisb" ::: "memory");
	expect(visits == before + 1, "the interrupt has been");
	store(9);		/* the wall is up again: its own is open, */
	store(at);		/* the other is not */
}

int main(void)
{
	struct hd_outer outer;

	make_walls();
	machine();
	hd_executor_begin(1, &outer);
	hd_mailbox_init(&box, places, 8, visit, NULL);
	hd_executor_end(&outer);
	hd_executor_begin(0, &outer);
	expect(walls.start(&walls), "there is an MPU");
	for (unsigned k = 0; k < 2; k++) {
		with_guest = k;
		memory[BYTES + 16] = 0;
		expect(run(0, interrupted, 10) == HD_TRAP_NONE && memory[9] == 0x55,
		       "its own memory after an interrupt");
		expect(run(0, interrupted, BYTES + 16) == HD_TRAP_MEMORY_BOUNDS &&
		       memory[BYTES + 16] == 0, "its wall after an interrupt");
		store(BYTES + 16);	/* the host's */
	}
	SYST_RVR = 1000;
	SYST_CVR = 0;
	SYST_CSR = 7;
	while (visits < VISITS) {
		expect(run(0, store, 3) == HD_TRAP_NONE, "its own memory");
		memory[BYTES + 3] = 0;
		expect(run(0, store, BYTES + 3) == HD_TRAP_MEMORY_BOUNDS &&
		       memory[BYTES + 3] == 0, "its wall");
		store(BYTES + 3);	/* the host's: nothing is up */
	}
	SYST_CSR = 0;
	hd_executor_end(&outer);
	sh_puts(SH_STDOUT, "ok - walls of executors\n");
	return 0;
}
