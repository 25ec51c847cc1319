/* main_bench.c - runs one kernel between two markers.
 *
 * The same program for every compiler: KERNEL_WASM takes the kernel from a
 * heddle object, otherwise it is native code.
 */
#include "board/semihost.h"

#if defined(KERNEL_WASM)
void wasm_instantiate(void);
void wasm_init(void);
uint32_t wasm_run(uint32_t n);
#define init wasm_init
#define run wasm_run
#else
void init(void);
uint32_t run(uint32_t n);
#endif

void roi_begin(void);
void roi_end(void);

__attribute__((noinline)) void roi_begin(void)
{
	__asm__ volatile("" ::: "memory");
}

__attribute__((noinline)) void roi_end(void)
{
	__asm__ volatile("nop" ::: "memory");
}

static volatile uint32_t times = NITER;

static void put_hex(uint32_t v)
{
	char text[9];

	for (int k = 7; k >= 0; k--, v >>= 4)
		text[k] = "0123456789abcdef"[v & 15];
	text[8] = '\n';
	sh_write(SH_STDOUT, text, sizeof text);
}

int main(void)
{
#if defined(KERNEL_WASM)
	wasm_instantiate();
#endif
	init();
	const uint32_t n = times;
	roi_begin();
	const uint32_t r = run(n);
	roi_end();
	put_hex(r);
	return 0;
}
