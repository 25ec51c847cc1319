/* upcase_guest.c - a hand-made module in the shape the compiler emits.
 *
 * Exercises the firmware main on QEMU without the compiler: start(in, out),
 * calls of every argument class, results of every kind, traps.
 */
#include "core/kiln.h"
#include "heddle/abi.h"

static uint8_t memory[65536];
static uint32_t memory_size = sizeof memory;
static uint32_t in, out, off, len;

static void step(void)
{
	for (;;) {
		while (off < len) {
			const int32_t n = kiln_builtins_stream_write(
				out, 64 + off, len - off, 0);
			if (n <= 0)
				return;
			off += (uint32_t)n;
		}
		const int32_t n = kiln_builtins_stream_read(in, 64, 256, 0);
		if (n == 0) {
			kiln_builtins_stream_drop_readable(in);
			kiln_builtins_stream_drop_writable(out);
			return;
		}
		if (n < 0)
			return;
		off = 0;
		len = (uint32_t)n;
		for (uint32_t i = 0; i < len; i++)
			if (memory[64 + i] >= 'a' && memory[64 + i] <= 'z')
				memory[64 + i] ^= 32;
	}
}

static void start(uint32_t r, uint32_t w)
{
	in = r;
	out = w;
	step();
}

static void callback(uint32_t event, uint32_t handle)
{
	(void)event;
	(void)handle;
	step();
}

static uint64_t mix(uint32_t a, uint64_t b, float c, double d, uint32_t e,
		    float f)
{
	return a + b + (uint64_t)c + (uint64_t)d + e + (uint64_t)f;
}

static void pair(uint64_t *results, uint32_t a, uint64_t b)
{
	*(uint32_t *)results = a + 1;
	results[1] = b + 1;
}

static double half(float a)
{
	return (double)a / 2;
}

static void nine(uint64_t *r, double a, double b, double c, double d, double e,
		 double f, double g, double h, float i, uint32_t j, uint64_t k,
		 uint32_t l)
{
	r[0] = (uint64_t)(a + b + c + d + e + f + g + h);
	r[1] = (uint64_t)i * 1000000 + j * 10000 + k * 100 + l;
}

static void hard(void)
{
	*(volatile uint32_t *)0xfffffff0u = 1;
}

static uint32_t deep(uint32_t n)
{
	volatile uint32_t pad[64];

	pad[n & 63] = n;
	return n == 0 ? 0 : deep(n - 1) + pad[n & 63];
}

static uint32_t divide(uint32_t a, uint32_t b)
{
	uint32_t r;

	__asm__ volatile("udiv %0, %1, %2" : "=r"(r) : "r"(a), "r"(b));
	return r;
}

static void bounds(void)
{
	kiln_builtins_stream_read(1, 65530, 16, 0);
}

static void instantiate(void)
{
}

static const struct hd_memory memories[] = {
	{ memory, &memory_size, sizeof memory },
};
#define E(name, sig) { #name, (void (*)(void))name, sig }
static const struct hd_export exports[] = {
	E(start, "ii:"), E(mix, "ilfdif:l"), E(pair, "il:il"), E(half, "f:d"),
	E(nine, "ddddddddfili:ll"), E(hard, ":"), E(deep, "i:i"),
	E(divide, "ii:i"), E(bounds, ":"),
};
static const struct hd_module module = {
	.name = "guest", .memories = memories, .nmemories = 1,
	.instantiate = instantiate, .callback = (void (*)(void))callback,
	.callback_form = HD_CALLBACK_EVENT, .stack_bound = UINT32_MAX,
	.exports = exports, .nexports = sizeof exports / sizeof *exports,
};
const struct hd_module *const hd_app[] = { &module, 0 };
