/* main_async.c - one callback or one pump of a module of tests/rfc46.
 *
 * The intrinsics are stand-ins: what is measured is the guest's own code.
 *
 *	-DEVENT=e	calls the callback with event e
 *	-DBYTES=n	calls `start`; the first stream_read gives n bytes
 */
#include <stdint.h>

void wasm_instantiate(void);
extern uint8_t wasm_memory[];

int32_t kiln_builtins_stream_read(uint32_t h, uint32_t ptr, uint32_t len,
				  uint32_t mem);
int32_t kiln_builtins_stream_write(uint32_t h, uint32_t ptr, uint32_t len,
				   uint32_t mem);
int32_t kiln_builtins_future_read(uint32_t h, uint32_t ptr, uint32_t mem);
int32_t kiln_builtins_future_write(uint32_t h, uint32_t ptr, uint32_t mem);
void kiln_builtins_stream_drop_readable(uint32_t h);
void kiln_builtins_stream_drop_writable(uint32_t h);

#ifndef BYTES
#define BYTES 0
#endif
enum { PENDING = -5 };
static volatile uint32_t left = BYTES;

int32_t kiln_builtins_stream_read(uint32_t h, uint32_t ptr, uint32_t len,
				  uint32_t mem)
{
	const uint32_t n = left < len ? left : len;

	(void)h;
	(void)ptr;
	(void)mem;
	left -= n;
	return n ? (int32_t)n : PENDING;
}

int32_t kiln_builtins_stream_write(uint32_t h, uint32_t ptr, uint32_t len,
				   uint32_t mem)
{
	(void)h;
	(void)ptr;
	(void)mem;
	return (int32_t)len;
}

int32_t kiln_builtins_future_read(uint32_t h, uint32_t ptr, uint32_t mem)
{
	(void)h;
	(void)ptr;
	(void)mem;
	return 0;
}

int32_t kiln_builtins_future_write(uint32_t h, uint32_t ptr, uint32_t mem)
{
	return kiln_builtins_future_read(h, ptr, mem);
}

void kiln_builtins_stream_drop_readable(uint32_t h)
{
	(void)h;
}

void kiln_builtins_stream_drop_writable(uint32_t h)
{
	(void)h;
}

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

#ifdef EVENT
void wasm___callback(uint32_t event, uint32_t payload);
#else
void wasm_start(uint32_t in, uint32_t out);
#endif

int main(void)
{
	wasm_instantiate();
	/* the buffers of all three transforms */
	for (uint32_t k = 0; k < 256; k++)
		wasm_memory[64 + k] = wasm_memory[2080 + k] = (uint8_t)(k * 7);
	roi_begin();
#ifdef EVENT
	wasm___callback(EVENT, 0);
#else
	wasm_start(1, 2);
#endif
	roi_end();
	return 0;
}
