/* startup.c - start-up and faults of the QEMU boards.
 *
 * Thread mode runs on the process stack and handlers on the main stack, so a
 * guest that overflows its stack still leaves room to report it; of guests in
 * handlers see fault.S.  Both stacks are guarded by PSPLIM and MSPLIM (Armv8-M) or MPU
 * regions (Armv7-M).
 */
#include "board/semihost.h"
#include "exec/enter.h"

extern uint32_t __data_lma, __data_start, __data_end, __bss_start, __bss_end;
extern uint32_t __walls_start HD_WEAK, __walls_end HD_WEAK;	/* board.ld */
extern uint8_t __stack_bottom[], __stack_top[], __handler_stack_top[];
extern const uint8_t __guest_start[], __guest_end[];

/* Every module of the image, whoever runs it (docs/abi.md, "Objects"). */
extern const struct hd_module *const __start_heddle_modules[] HD_WEAK;
extern const struct hd_module *const __stop_heddle_modules[] HD_WEAK;

/* Linked with walls (component/wall.h). */
HD_WEAK bool hd_wall_hit(uint32_t at);

/* Linked with several executors (exec/executor.h). */
extern uint32_t hd_executor_exception HD_WEAK;

int main(void);
HD_NORETURN void hd_board_start(void);
void *hd_fault(uint32_t *frame, uint32_t exc_return);

#define REG(a)		(*(volatile uint32_t *)(a))
#define BYTES(a)	((const volatile uint8_t *)(a))
#define ICTR		REG(0xE000E004u)
#define NVIC_IABR	(&REG(0xE000E300u))
#define NVIC_IPR	BYTES(0xE000E400u)
#define ICSR		REG(0xE000ED04u)
#define CCR		REG(0xE000ED14u)
#define SHPR		BYTES(0xE000ED18u)	/* from exception 4 on */
#define SHCSR		REG(0xE000ED24u)
#define CFSR		REG(0xE000ED28u)
#define HFSR		REG(0xE000ED2Cu)
#define MMFAR		REG(0xE000ED34u)
#define CPACR		REG(0xE000ED88u)
#define MPU_TYPE	REG(0xE000ED90u)
#define MPU_CTRL	REG(0xE000ED94u)
#define MPU_RNR		REG(0xE000ED98u)
#define MPU_RBAR	REG(0xE000ED9Cu)
#define MPU_RASR	REG(0xE000EDA0u)
#define FPCCR		REG(0xE000EF34u)

/* bits of CFSR */
#define MSTKERR		(1u << 4)
#define MMARVALID	(1u << 7)
#define STKOF		(1u << 20)
#define DIVBYZERO	(1u << 25)

/* of HFSR: one of those that could not be told by themselves */
#define FORCED		(1u << 30)
/* of SHCSR: usage and memory faults that came while this one's frame was pushed */
#define AGAIN		(3u << 12)

/* Bytes at the bottom of the stack that nothing may touch. */
#define GUARD		1024
#define HANDLER_GUARD	128	/* more than floating point in a frame */

/* Bytes below the guests' stack limit for the runtime's own frames. */
#define RUNTIME_STACK	768

static void guard_stack(void)
{
#if defined(__ARM_ARCH_8M_MAIN__) || defined(__ARM_ARCH_8_1M_MAIN__)
	__asm__ volatile("msr psplim, %0" :: "r"(__stack_bottom + GUARD));
	__asm__ volatile("msr msplim, %0" :: "r"(__stack_top));
#else
	if (MPU_TYPE >> 8 == 0)
		return;
	MPU_RNR = 0;
	MPU_RBAR = (uint32_t)__stack_bottom;
	MPU_RASR = 1u << 28 | 9u << 1 | 1u;		/* XN, no access, 1 KB */
	MPU_RNR = 4;			/* 2 and 3: component/wall.h */
	MPU_RBAR = (uint32_t)__stack_top;
	MPU_RASR = 1u << 28 | 6u << 1 | 1u;		/* HANDLER_GUARD */
	MPU_RNR = 1;			/* of the running fiber: hd_port_switch */
	MPU_RBAR = (uint32_t)__stack_bottom;
	MPU_RASR = 1u << 28 | 4u << 1 | 1u;		/* 32 bytes */
	MPU_CTRL = 5;					/* privileged background map */
	__asm__ volatile("dsb\n\tisb" ::: "memory");
#endif
}

/* What the guests use below the limit before they check again. */
static uint32_t __attribute__((unused)) guest_margin(void)
{
	uint32_t most = 0;

	for (const struct hd_module *const *m = __start_heddle_modules;
	     m != __stop_heddle_modules; m++)
		if ((*m)->stack_margin > most)
			most = (*m)->stack_margin;
	return most;
}

void hd_board_start(void)
{
	CPACR |= 0xFu << 20;
	SHCSR |= 7u << 16;	/* UsageFault, BusFault, MemManage */
	CCR |= 1u << 4;		/* division by zero faults */
	__asm__ volatile("dsb\n\tisb" ::: "memory");
	for (uint32_t *s = &__data_lma, *d = &__data_start; d < &__data_end;)
		*d++ = *s++;
	for (uint32_t *d = &__bss_start; d < &__bss_end;)
		*d++ = 0;
	for (uint32_t *d = &__walls_start; d < &__walls_end;)
		*d++ = 0;
	guard_stack();
	hd_now.stack_limit = (uint32_t)__stack_bottom + GUARD + RUNTIME_STACK +
			     guest_margin();
	sh_exit((uint32_t)main());
}

void hd_port_panic(void)
{
	sh_puts(SH_STDERR, "heddle: fatal fault outside guest code\n");
	sh_exit(99);
}

/* Whether an address is in the guard of a stack or the running fiber. */
static bool in_guard(uint32_t at)
{
#if defined(__ARM_ARCH_8M_MAIN__) || defined(__ARM_ARCH_8_1M_MAIN__)
	(void)at;
	return false;		/* PSPLIM raises STKOF */
#else
	return at - (uint32_t)__stack_bottom < GUARD ||
	       at - (uint32_t)__stack_top < HANDLER_GUARD || at - (MPU_RBAR & ~31u) < 32;
#endif
}

/* The trap kind of a fault, HD_TRAP_NONE when it is not a guest's doing. */
static enum hd_trap_kind fault_kind(uint32_t cfsr, uint32_t pc)
{
	if (cfsr & (STKOF | MSTKERR))
		return HD_TRAP_STACK;
	if ((cfsr & MMARVALID) && in_guard(MMFAR))
		return HD_TRAP_STACK;
	if ((cfsr & MMARVALID) && hd_wall_hit && hd_wall_hit(MMFAR))
		return HD_TRAP_MEMORY_BOUNDS;	/* library code of its, too */
	if (pc < (uint32_t)__guest_start || pc >= (uint32_t)__guest_end)
		return HD_TRAP_NONE;
	return cfsr & DIVBYZERO ? HD_TRAP_DIV_ZERO : HD_TRAP_HARD_FAULT;
}

static bool is_active(uint32_t exception)
{
	/* bits of SHCSR; 6 reads as 0 */
	static const uint8_t bit[16] = { 6, 6, 6, 6, 0, 1, 3, 4, 6, 6, 6, 7, 8, 6, 10, 11 };
	const uint32_t irq = exception - 16;

	if (exception < 16)
		return SHCSR >> bit[exception] & 1;
	return NVIC_IABR[irq / 32] >> irq % 32 & 1;
}

/* In which exception the fault came, where no frame tells: of those that are active,
 * but for the fault, the most urgent; 0: none. */
static uint32_t interrupted(void)
{
	const uint32_t fault = ICSR & 0x1ff;
	const uint32_t end = 16 + 32 * ((ICTR & 15) + 1);
	uint32_t found = 0, least = 0x100;

	for (uint32_t n = 4; n < end; n++) {
		const uint32_t priority = n < 16 ? SHPR[n - 4] : NVIC_IPR[n - 16];

		if (n != fault && is_active(n) && priority < least) {
			least = priority;
			found = n;
		}
	}
	return found;
}

static bool on_handler_stack(uintptr_t at)
{
	return at >= (uintptr_t)__stack_top && at < (uintptr_t)__handler_stack_top;
}

/* Whether what was interrupted may be a guest: whatever runs on the process
 * stack; and of an executor that is an interrupt, what runs below a protected call on
 * the handlers' stack, or on another, its fiber's.  Not what has come into an
 * executor and is none. */
static bool may_be_guest(const uint32_t *frame, uint32_t exc_return, uint32_t exception)
{
	const uintptr_t at = (uintptr_t)hd_now.frame;

	if (&hd_executor_exception && exception != hd_executor_exception)
		return false;
	return at && ((exc_return & 4) ||
		      (at >= (uintptr_t)frame &&
		       on_handler_stack(at) == on_handler_stack((uintptr_t)frame)));
}

/* Whether the runtime was left in the middle of something, with the other executors held
 * off (port/cortex-m/hold.c).  Guests leave room for it on their stacks: handlers of
 * interrupts have taken that, and more than HD_FIBER_ROOM. */
static bool inside(void)
{
	uint32_t basepri;

	__asm__ volatile("mrs %0, basepri" : "=r"(basepri));
	return &hd_executor_exception && basepri;
}

/* Makes a fault in guest code a trap of that guest: the interrupted mode resumes
 * in hd_trap_raise just below the protected call.
 * Returns the stack pointer holding the frame to return with. */
void *hd_fault(uint32_t *frame, uint32_t exc_return)
{
	const uint32_t cfsr = CFSR;
	const bool stacked = !(cfsr & (STKOF | MSTKERR));
	const uint32_t pc = stacked ? frame[6] : 0;
	const uint32_t exception = stacked ? frame[7] & 0x1ff : interrupted();
	const enum hd_trap_kind kind = fault_kind(cfsr, pc);

	if (!may_be_guest(frame, exc_return, exception) || kind == HD_TRAP_NONE ||
	    (kind == HD_TRAP_STACK && inside()))
		hd_port_panic();
	CFSR = cfsr;			/* write one to clear */
	HFSR = FORCED;
	SHCSR &= ~AGAIN;
#ifdef __ARM_FP
	FPCCR &= ~1u;			/* forget the lazy state */
#endif
	uint32_t *f = (uint32_t *)hd_now.frame - 8;
	f[0] = (uint32_t)kind;
	f[1] = stacked ? hd_trap_function(pc) : UINT32_MAX;
	f[2] = UINT32_MAX;
	f[3] = 0;
	f[4] = 0;
	f[5] = 0;
	f[6] = (uint32_t)hd_trap_raise & ~1u;
	f[7] = 1u << 24 | exception;
	return f;
}
