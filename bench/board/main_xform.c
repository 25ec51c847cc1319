/* main_xform.c - runs a stream transformer of tests/rfc46 between two markers.
 *
 * The same host for every compiler: reads give CHUNKS times 256 bytes, which
 * are put into the buffer by the first one (later ones find what the guest
 * left there), writes take everything.  Prints a sum over the bytes written.
 * KERNEL_WASM takes the guest from a heddle object.
 */
#include "board/semihost.h"

enum { BYTES = 256, CHUNKS = 40 };

static uint32_t chunks, sum;

static int32_t give(uint8_t *p)
{
	if (chunks == CHUNKS)
		return 0;
	if (chunks++ == 0)
		for (uint32_t k = 0; k < BYTES; k++)
			p[k] = (uint8_t)(k * 7 + 30);
	return BYTES;
}

static int32_t accept(const uint8_t *p, uint32_t n)
{
	sum = sum * 31 + p[0] + p[n / 2] + p[n - 1];
	return (int32_t)n;
}

#if defined(KERNEL_WASM)
extern uint8_t wasm_memory[];
void wasm_instantiate(void);
void wasm_start(uint32_t in, uint32_t out);
#define start wasm_start

uint32_t kiln_builtins_stream_read(uint32_t h, uint32_t p, uint32_t n, uint32_t m);
uint32_t kiln_builtins_stream_write(uint32_t h, uint32_t p, uint32_t n, uint32_t m);
void kiln_builtins_stream_drop_readable(uint32_t h);
void kiln_builtins_stream_drop_writable(uint32_t h);

uint32_t kiln_builtins_stream_read(uint32_t h, uint32_t p, uint32_t n, uint32_t m)
{
	(void)h, (void)n, (void)m;
	return (uint32_t)give(wasm_memory + p);
}

uint32_t kiln_builtins_stream_write(uint32_t h, uint32_t p, uint32_t n, uint32_t m)
{
	(void)h, (void)m;
	return (uint32_t)accept(wasm_memory + p, n);
}

void kiln_builtins_stream_drop_readable(uint32_t h)
{
	(void)h;
}

void kiln_builtins_stream_drop_writable(uint32_t h)
{
	(void)h;
}
#else
void start(int32_t in, int32_t out);
int32_t stream_read(int32_t h, void *p, int32_t n, int32_t m);
int32_t stream_write(int32_t h, const void *p, int32_t n, int32_t m);
void stream_drop_readable(int32_t h);
void stream_drop_writable(int32_t h);

int32_t stream_read(int32_t h, void *p, int32_t n, int32_t m)
{
	(void)h, (void)n, (void)m;
	return give(p);
}

int32_t stream_write(int32_t h, const void *p, int32_t n, int32_t m)
{
	(void)h, (void)m;
	return accept(p, (uint32_t)n);
}

void stream_drop_readable(int32_t h)
{
	(void)h;
}

void stream_drop_writable(int32_t h)
{
	(void)h;
}
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

int main(void)
{
	char text[9];

#if defined(KERNEL_WASM)
	wasm_instantiate();
#endif
	roi_begin();
	start(1, 2);
	roi_end();
	for (int k = 7; k >= 0; k--, sum >>= 4)
		text[k] = "0123456789abcdef"[sum & 15];
	text[8] = '\n';
	sh_write(SH_STDOUT, text, sizeof text);
	return 0;
}
