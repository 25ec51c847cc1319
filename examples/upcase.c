/* upcase.c - an asynchronous filter: reads a stream of bytes, makes ASCII
 * letters upper case, writes another stream.
 *
 * Nothing here blocks.  start() takes both ends and pumps until an end has to
 * wait; the host then calls __callback when the end is ready, and the pump goes
 * on where it was.  A short write leaves the rest in the buffer.
 *
 * Build: examples/build.sh (clang-19, wasm-ld-19).
 */
#include <stdint.h>

#define ASYNC(name) \
	__attribute__((import_module("pulseengine:async"), import_name(name)))
#define EXPORT(name) __attribute__((export_name(name)))

/* Returns bytes moved, 0 at the end of the stream, or a negative code. */
ASYNC("stream_read") int32_t stream_read(uint32_t end, void *to, uint32_t n, uint32_t mem);
ASYNC("stream_write") int32_t stream_write(uint32_t end, const void *from, uint32_t n, uint32_t mem);
ASYNC("stream_drop_readable") void stream_drop_readable(uint32_t end);
ASYNC("stream_drop_writable") void stream_drop_writable(uint32_t end);

enum { PENDING = -5 };
enum { EVENT_STREAM_READ = 2, EVENT_STREAM_WRITE = 3 };

static uint8_t buffer[256];
static uint32_t in, out;	/* handles; 0 when dropped */
static uint32_t begin, end;	/* of what is in the buffer and not written yet */

static void transform(uint8_t *p, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		p[i] -= (uint8_t)((uint8_t)(p[i] - 'a') < 26 ? 32 : 0);
}

static void finish(void)
{
	if (in)
		stream_drop_readable(in);
	if (out)
		stream_drop_writable(out);
	in = out = 0;
}

/* Writes what is there.  Returns 0 when the end must wait. */
static int drain(void)
{
	while (begin < end) {
		int32_t n = stream_write(out, buffer + begin, end - begin, 0);
		if (n < 0 && n != PENDING) {
			finish();	/* nobody reads any more */
			return 0;
		}
		if (n > 0)
			begin += (uint32_t)n;
		if (begin < end)
			return 0;	/* short: an event follows */
	}
	return 1;
}

static void pump(void)
{
	while (in && drain()) {
		int32_t n = stream_read(in, buffer, sizeof buffer, 0);
		if (n == PENDING)
			return;		/* an event follows */
		if (n <= 0) {
			finish();
			return;
		}
		transform(buffer, (uint32_t)n);
		begin = 0;
		end = (uint32_t)n;
	}
}

EXPORT("start") void start(uint32_t readable, uint32_t writable)
{
	in = readable;
	out = writable;
	begin = end = 0;
	pump();
}

EXPORT("__callback") void callback(uint32_t event, uint32_t handle)
{
	(void)handle;
	if (event == EVENT_STREAM_READ || event == EVENT_STREAM_WRITE)
		pump();
}
