/* main.c - a firmware that runs a sandboxed control step.
 *
 * It is an ordinary C program with its own start-up and linker script.  The
 * guest was compiled by heddle into guest.o, whose C side is guest.h.
 */
#include <stdint.h>

#include "exec/app.h"
#include "guest.h"
#include "host/script.h"

const struct hd_module *const hd_app[] = { &guest_module, 0 };

/* --- what the guest may use of the board ------------------------------------------ */

static int32_t temperature = 18000;
static int32_t heating;

uint32_t guest_import_board_read_sensor(void)
{
	temperature += heating ? 700 : -300;
	return (uint32_t)temperature;
}

static void print(const char *text);

void guest_import_board_heater(uint32_t on)
{
	heating = (int32_t)on;
	print(on ? "heater on\n" : "heater off\n");
}

/* --- output and exit, through the debugger ------------------------------------------ */

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

static void quit(uint32_t status)
{
	const uint32_t block[2] = { 0x20026, status };

	semihosting(0x20, block);	/* SYS_EXIT_EXTENDED */
}

static void print_number(uint32_t v)
{
	char text[12], *p = text + sizeof text - 1;

	*p = 0;
	do {
		*--p = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	print(p);
	print("\n");
}

/* A trap outside a protected call: none of this program's making. */
void hd_port_panic(void)
{
	quit(99);
	for (;;)
		;
}

/* --- the program ------------------------------------------------------------------------ */

/* Calls an export; a trap in it ends the guest, not the firmware. */
static int call(const char *name, uint64_t arg, uint32_t *result)
{
	struct hd_instance *in = &hd_instances[0];
	uint64_t r;

	if (!hd_host_call(in, hd_host_export(&guest_module, name), &arg, &r)) {
		print("trap: ");
		print(hd_trap_text((enum hd_trap_kind)in->trap.kind));
		print("\n");
		return 0;
	}
	*result = (uint32_t)r;
	return 1;
}

int main(void)
{
	uint32_t t = 0;

	if (hd_app_start() != 1 || hd_poisoned(&hd_instances[0]))
		return 1;
	for (int i = 0; i < 24; i++)
		if (!call("step", 20000, &t))
			return 1;
	print_number(t);
	/* Start over: nothing has been sampled, so this traps. */
	guest_instantiate();
	return call("average", 0, &t);
}

/* --- start-up ---------------------------------------------------------------------------- */

extern uint32_t __data_load, __data_start, __data_end, __bss_start, __bss_end;
extern uint32_t __stack_bottom[], __stack_top[];

void Reset_Handler(void)
{
	for (uint32_t *s = &__data_load, *d = &__data_start; d < &__data_end;)
		*d++ = *s++;
	for (uint32_t *d = &__bss_start; d < &__bss_end;)
		*d++ = 0;
	/* What guests that recurse compare with; 512 for the runtime itself. */
	hd_now.stack_limit = (uint32_t)__stack_bottom + 512 +
			     guest_module.stack_margin;
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
