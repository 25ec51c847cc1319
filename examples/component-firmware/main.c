/* main.c - a firmware around a component.
 *
 * thermostat.h was made of the component by `heddle bind`: functions to call
 * what it exports, declarations of what it imports.  The rest is an ordinary
 * C program with its own start-up and linker script.
 */
#include <stdint.h>

#define THERMOSTAT_DEFINE_IMPORTS
#include "thermostat.h"
#include "exec/loop.h"

/* --- output and exit, through the debugger ------------------------------------- */

static uint32_t semihosting(uint32_t op, const void *arg)
{
	register uint32_t r0 __asm__("r0") = op;
	register const void *r1 __asm__("r1") = arg;

	__asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
	return r0;
}

static void print(const char *text)
{
	semihosting(0x04, text);	/* SYS_WRITE0 */
}

static void print_text(struct hd_text t)
{
	char c[2] = { 0 };

	for (uint32_t k = 0; k < t.n; k++) {
		c[0] = t.at[k];
		print(c);
	}
}

static void print_number(int32_t v)
{
	char text[12], *p = text + sizeof text - 1;
	uint32_t n = v < 0 ? 0u - (uint32_t)v : (uint32_t)v;

	*p = 0;
	do {
		*--p = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	if (v < 0)
		*--p = '-';
	print(p);
}

static void quit(uint32_t status)
{
	const uint32_t block[2] = { 0x20026, status };

	semihosting(0x20, block);	/* SYS_EXIT_EXTENDED */
}

void hd_port_panic(void)
{
	quit(99);
	for (;;)
		;
}

static void need(bool ok, const char *what)
{
	if (ok)
		return;
	print("failed: ");
	print(what);
	print("\n");
	quit(1);
}

/* --- what the component imports -------------------------------------------------- */

static int16_t temperature = 2000;

int16_t thermostat_board_read_sensor(void)
{
	temperature = (int16_t)(temperature + 25);
	return temperature;
}

void thermostat_board_log(uint32_t level, struct hd_text text)
{
	print(level == THERMOSTAT_LEVEL_WARNING ? "warning: " : "info: ");
	print_text(text);
	print("\n");
}

/* One sleeper; time is a counter here. */
static struct hd_host_call sleeper;
static bool sleeping;
static uint32_t now, wake;

void thermostat_board_sleep(const struct hd_host_call *c, uint32_t ms)
{
	sleeper = *c;
	sleeping = true;
	wake = now + ms;
}

static void tick(void)
{
	now++;
	if (!sleeping || now < wake)
		return;
	sleeping = false;
	thermostat_board_sleep_return(&sleeper);
}

/* --- calls ----------------------------------------------------------------------------- */

static uint8_t storage[256];

static void summaries(void)
{
	static const int16_t readings[] = { 1990, 2000, 2035 };
	struct thermostat_result_stats_string r;
	struct hd_bump space = { storage, sizeof storage, 0 };
	struct thermostat_list_s16 list = { readings, 3 };

	need(thermostat_control_summary(hd_text("gr\xc3\xbc\xc3\x9f dich"), list,
					&r, &space), "summary");
	need(r.tag == 0, "a summary");
	print_text(r.u.ok.label);
	print(": ");
	print_number((int32_t)r.u.ok.n);
	print(" readings, mean ");
	print_number((int32_t)(r.u.ok.mean * 100.0f));
	print("\n");
	list.n = 0;
	space.used = 0;
	need(thermostat_control_summary(hd_text("empty"), list, &r, &space),
	     "summary");
	need(r.tag == 1, "an error");
	print_text(r.u.err);
	print("\n");
}

static bool measured;

static void measure_done(struct thermostat_control_measure *c)
{
	print("sum ");
	print_number(c->result);
	print("\n");
	measured = c->ok;
}

static void measurement(void)
{
	static struct thermostat_control_measure c;

	c.times = 3;
	c.done = measure_done;
	need(thermostat_control_measure_start(&c), "measure");
	print("started\n");
	while (!measured) {
		while (hd_step_once())
			;
		tick();
	}
	print_number((int32_t)now);
	print(" ms\n");
}

/* --- streams --------------------------------------------------------------------------- */

static struct hd_host_end to_guest, from_guest;
static int16_t to_ring[8], from_ring[8];

static void smooth_done(struct thermostat_control_smooth *c)
{
	need(thermostat_stream_s16_read(&from_guest, from_ring, 8, c->result),
	     "the stream that smooth returned");
}

static void stream(void)
{
	static struct thermostat_control_smooth c;
	int16_t v, next = 100;
	uint32_t left = 10;

	need(thermostat_stream_s16_write(&to_guest, to_ring, 8, &c.readings),
	     "a stream");
	c.window = 4;
	c.done = smooth_done;
	need(thermostat_control_smooth_start(&c), "smooth");
	while (!c.ok || !hd_host_gone(&from_guest) ||
	       hd_host_count(&from_guest)) {
		while (left && hd_host_put(&to_guest, &next)) {
			next = (int16_t)(next + 100);
			if (!--left)
				hd_host_end_drop(&to_guest);
		}
		hd_step_once();
		while (c.ok && hd_host_get(&from_guest, &v)) {
			print_number(v);
			print(" ");
		}
	}
	hd_host_end_drop(&from_guest);
	print("\n");
}

int main(void)
{
	need(hd_component_start(&thermostat_component),
	     hd_trap_text((enum hd_trap_kind)hd_trap_last.kind));
	summaries();
	measurement();
	stream();
	return 0;
}

/* --- start-up --------------------------------------------------------------------------- */

extern uint32_t __data_load, __data_start, __data_end, __bss_start, __bss_end;
extern uint32_t __stack_bottom[], __stack_top[];

void Reset_Handler(void);
void Reset_Handler(void)
{
	for (uint32_t *s = &__data_load, *d = &__data_start; d < &__data_end;)
		*d++ = *s++;
	for (uint32_t *d = &__bss_start; d < &__bss_end;)
		*d++ = 0;
	/* What guests that recurse compare with; 512 for the runtime itself. */
	hd_now.stack_limit = (uint32_t)__stack_bottom + 512 +
			     thermostat_component.module->stack_margin;
	quit((uint32_t)main());
	for (;;)
		;
}

static void Fault_Handler(void)
{
	quit(98);
}

__attribute__((section(".vectors"), used))
static const void *const vectors[] = {
	__stack_top, (const void *)Reset_Handler, (const void *)Fault_Handler,
	(const void *)Fault_Handler, (const void *)Fault_Handler,
	(const void *)Fault_Handler, (const void *)Fault_Handler,
};
