/* thread_test.c - fibers of the pulseengine:async facade, explicit threads,
 * fuel policies. */
#define HD_FUEL_POLICY 2	/* refill */
#include "big_config.h"
#include "core/kiln.h"
#include "exec/fuel.h"
#include "exec/loop.h"
#include "harness.h"
#include "host/script.h"

static struct hd_instance *const in = &hd_instances[0];
static char trail[256];
static unsigned at;
static int32_t h[3];

static void mark(char c)
{
	if (at + 1 < sizeof trail)
		trail[at++] = c;
	trail[at] = 0;
}

static void worker(uint32_t arg)
{
	for (unsigned i = 0; i < 3; i++) {
		mark((char)('a' + arg));
		kiln_builtins_thread_yield();
	}
	if (arg == 1)
		kiln_builtins_thread_exit();
	mark((char)('A' + arg));
}

static void hopper(uint32_t arg)
{
	mark('h');
	kiln_builtins_thread_switch_to(arg);
	mark('H');
}

static void faulty(uint32_t arg)
{
	mark('!');
	if (arg)
		hd_trap(HD_TRAP_UNREACHABLE);
}

void (*hd_hook_function(uint32_t instance, uint32_t index))(uint32_t)
{
	static void (*const functions[])(uint32_t) = { worker, hopper, faulty };

	(void)instance;
	return index < 3 ? functions[index] : NULL;
}

static void three(void *arg)
{
	(void)arg;
	for (uint32_t i = 0; i < 3; i++)
		h[i] = kiln_builtins_thread_new(0, i);
	mark('.');
	kiln_builtins_thread_yield();
	mark('.');
	kiln_builtins_thread_switch_to((uint32_t)h[2]);
	mark('.');
}

static void hops(void *arg)
{
	(void)arg;
	const int32_t w = kiln_builtins_thread_new(0, 0);
	const int32_t p = kiln_builtins_thread_new(1, (uint32_t)w);
	kiln_builtins_thread_switch_to((uint32_t)p);
	mark('.');
}

static void unknown(void *arg)
{
	(void)arg;
	kiln_builtins_thread_new(9, 0);
}

static void dead(void *arg)
{
	(void)arg;
	const int32_t f = kiln_builtins_thread_new(2, 0);

	kiln_builtins_thread_switch_to((uint32_t)f);
	kiln_builtins_thread_switch_to((uint32_t)f);
}

static void trapping(void *arg)
{
	(void)arg;
	kiln_builtins_thread_switch_to((uint32_t)kiln_builtins_thread_new(2, 1));
}

static void many(void *arg)
{
	int32_t n = 0;

	while (kiln_builtins_thread_new(0, 0) > 0)
		n++;
	*(int32_t *)arg = n;
}

static void leave(void *arg)
{
	(void)arg;
	mark('x');
	kiln_builtins_thread_exit();
	mark('y');
}

static void begin(void)
{
	start(1);
	for (unsigned i = 0; i < hd_nxthreads; i++)
		hd_xthreads[i] = (struct hd_xthread){ 0 };
	at = 0;
	trail[0] = 0;
}

static void test_fibers(void)
{
	begin();
	check(guest(in, three, NULL) == 0, "three fibers");
	check(!strcmp(trail, ".a.c."), "yield runs one, switch another");
	hd_run();
	check(!strcmp(trail, ".a.c.bacbacbAC"), "the rest in turn");
	for (unsigned i = 0; i < 3; i++)
		check(!hd_table_slot(&in->handles, (uint32_t)h[i]), "handles are gone");
	check(strchr(trail, 'A') && strchr(trail, 'C') && !strchr(trail, 'B'),
	      "thread_exit ends a fiber");
	begin();
	check(guest(in, hops, NULL) == 0 && !strncmp(trail, "ha", 2), "a fiber switches");
	hd_run();
	check(strchr(trail, 'H') && strchr(trail, 'A'), "and both end");
	begin();
	check(guest(in, unknown, NULL) == HD_TRAP_UNDEFINED_ELEM, "no such function");
	begin();
	check(guest(in, dead, NULL) == HD_TRAP_DEAD_THREAD, "a dead fiber");
	begin();
	check(guest(in, trapping, NULL) == HD_TRAP_UNREACHABLE, "a fiber's trap is the instance's");
	begin();
	int32_t n = 0;
	check(guest(in, many, &n) == 0 && n == HD_THREADS, "out of fibers is a code");
	begin();
	guest(in, leave, NULL);
	check(!strcmp(trail, "x") && !hd_poisoned(in), "thread_exit ends a callback");
}

/* --- fuel --- */

static int32_t grant;

int32_t hd_hook_refill(uint32_t instance)
{
	(void)instance;
	return grant;
}

static void burn(void *arg)
{
	for (uint32_t n = *(uint32_t *)arg; n > 0; n--)
		if (--hd_now.fuel < 0)
			hd_fuel_out();
}

static void test_fuel(void)
{
	uint32_t n = 10;

	begin();
	in->task->fuel = 25;
	check(guest(in, burn, &n) == 0 && in->task->fuel == 15, "charged");
	check(guest(in, burn, &n) == 0 && in->task->fuel == 5, "across entries");
	grant = 100;
	check(guest(in, burn, &n) == 0 && in->task->fuel > 80, "refilled");
	grant = 0;
	n = 200;
	check(guest(in, burn, &n) != HD_TRAP_NONE, "not refilled: trap");
}

int main(void)
{
	test_fibers();
	test_fuel();
	return finish("threads and fuel");
}
