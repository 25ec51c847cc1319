/* instances.c - two instances of one module built with --instance=pointer:
 * each has its own memory, globals and tables. */
#include "board/semihost.h"
#include "counter.h"
#include "exec/app.h"
#include "host/script.h"

const struct hd_module *const hd_app[] = { &counter_module, 0 };

static uint64_t storage[1 << 15];	/* enough for counter_instance_size */
static struct hd_module second;
static struct hd_instance other;
static struct hd_slot slots[8];
static struct hd_task task;

static uint32_t call(struct hd_instance *in, const char *name, uint64_t arg)
{
	uint64_t r = 0xdead;

	hd_host_call(in, hd_host_export(in->module, name), &arg, &r);
	return (uint32_t)r;
}

/* Prints "NAME a b\n" for one call in each instance. */
static void both(const char *name, uint32_t a, uint32_t b)
{
	char text[] = "0 0\n";

	text[0] = (char)('0' + call(&hd_instances[0], name, a));
	text[2] = (char)('0' + call(&other, name, b));
	sh_puts(SH_STDOUT, name);
	sh_puts(SH_STDOUT, " ");
	sh_puts(SH_STDOUT, text);
}

int main(void)
{
	if (hd_app_start() != 1 || sizeof storage < counter_module.instance_bytes)
		return 1;
	hd_module_place(&second, &counter_module, storage);
	hd_instance_init(&other, &second, slots, 8, &task);
	task.fuel = 1000000;
	if (!hd_instantiate(&other))
		return 2;
	both("add", 1, 2);
	both("add", 3, 4);
	both("store", 7, 8);
	both("load", 0, 0);
	both("grow", 0, 1);
	both("size", 0, 0);
	both("call", 0, 1);
	/* instantiating one again leaves the other alone */
	if (!hd_instantiate(&hd_instances[0]))
		return 3;
	both("load", 0, 0);
	both("size", 0, 0);
	return hd_poisoned(&other) || hd_poisoned(&hd_instances[0]);
}
