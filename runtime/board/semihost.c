/* semihost.c - Arm semihosting calls.
 *
 * Source: Semihosting for AArch32 and AArch64, release 2.0.
 */
#include "board/semihost.h"

enum {
	SYS_OPEN = 0x01, SYS_WRITE = 0x05, SYS_READ = 0x06,
	SYS_GET_CMDLINE = 0x15, SYS_EXIT_EXTENDED = 0x20
};

#define APPLICATION_EXIT 0x20026u

static uint32_t sh_call(uint32_t op, const void *arg)
{
	register uint32_t r0 __asm__("r0") = op;
	register const void *r1 __asm__("r1") = arg;

	__asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
	return r0;
}

static uint32_t handle(unsigned stream)
{
	static uint32_t handles[3];	/* handle + 1 */
	static const uint8_t modes[3] = { 0 /* r */, 4 /* w */, 8 /* a */ };

	if (handles[stream] == 0) {
		const uintptr_t a[3] = { (uintptr_t)":tt", modes[stream], 3 };

		handles[stream] = sh_call(SYS_OPEN, a) + 1;
	}
	return handles[stream] - 1;
}

uint32_t sh_write(unsigned stream, const void *bytes, uint32_t n)
{
	const uintptr_t a[3] = { handle(stream), (uintptr_t)bytes, n };

	return n - sh_call(SYS_WRITE, a);
}

uint32_t sh_read(unsigned stream, void *bytes, uint32_t n)
{
	const uintptr_t a[3] = { handle(stream), (uintptr_t)bytes, n };
	const uint32_t left = sh_call(SYS_READ, a);

	return left > n ? 0 : n - left;
}

uint32_t sh_cmdline(char *to, uint32_t size)
{
	uintptr_t a[2] = { (uintptr_t)to, size };

	if (sh_call(SYS_GET_CMDLINE, a) != 0 || a[1] >= size)
		return 0;
	to[a[1]] = 0;
	return (uint32_t)a[1];
}

void sh_puts(unsigned stream, const char *s)
{
	uint32_t n = 0;

	while (s[n])
		n++;
	sh_write(stream, s, n);
}

void sh_exit(uint32_t status)
{
	const uintptr_t a[2] = { APPLICATION_EXIT, status };

	sh_call(SYS_EXIT_EXTENDED, a);
	for (;;)
		;
}
