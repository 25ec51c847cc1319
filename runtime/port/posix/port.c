/* port.c - the posix port (x86-64): tests, sanitizers, fuzzing. */
#include "port/port.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#if defined(__SANITIZE_ADDRESS__)
#define HD_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HD_ASAN 1
#endif
#endif

#ifdef HD_ASAN
#include <sanitizer/asan_interface.h>
#endif

HD_NORETURN void hd_posix_throw(struct hd_jump *j);
void hd_posix_start(void);

void hd_port_throw(struct hd_jump *j)
{
#ifdef HD_ASAN
	/* the frames thrown away leave no red zones behind */
	char *low = (char *)__builtin_frame_address(0) - 256;

	if ((char *)j->sp > low)
		__asan_unpoison_memory_region(low,
					      (size_t)((char *)j->sp - low));
#endif
	hd_posix_throw(j);
}

void hd_port_panic(void)
{
	abort();
}

void *hd_port_stack_init(void *stack, size_t size, void (*entry)(void *),
			 void *arg)
{
	uintptr_t top = ((uintptr_t)stack + size) & ~(uintptr_t)15;
	uintptr_t *sp = (uintptr_t *)top - 8;

#ifdef HD_ASAN
	__asan_unpoison_memory_region(stack, size);
#endif
	memset(sp, 0, 8 * sizeof *sp);
	sp[2] = (uintptr_t)arg;			/* r13 */
	sp[3] = (uintptr_t)entry;		/* r12 */
	sp[6] = (uintptr_t)hd_posix_start;	/* return address */
	return sp;
}

void hd_port_idle(void)
{
}

uint32_t hd_port_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint32_t)((uint64_t)t.tv_sec * 1000 +
			  (uint64_t)t.tv_nsec / 1000000);
}
