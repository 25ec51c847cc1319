/* mutate_main.c - firmware that runs a module and mutants of it side by side.
 *
 * Code is in writable memory on the boards used, so a mutant is made in place,
 * run, and taken back. A timer ends runs that are too long: inputs on which the
 * original is too long are not used, and a mutant has four times as long. Before that the place is made undefined, to see whether
 * any input comes by; inputs that do not come into the function are left out. For each mutant two bytes go to standard output: 'r' or
 * 'u', reached or not, then '=' or '!', the same or not; the first comes before
 * the mutant runs, so a hang shows.
 */
#include <string.h>

#include "board/semihost.h"
#include "config.h"
#include "host/script.h"
#include "mutate_steps.h"

enum { EXPORTS = 256, INPUTS = 8, RESULTS = 16, TICKS = 5000 };

static struct hd_instance instance;
static struct hd_slot slots[64];
static struct hd_task task;

/* --- the timer --- */

#define SYST_CSR (*(volatile uint32_t *)0xE000E010)
#define SYST_RVR (*(volatile uint32_t *)0xE000E014)
#define SYST_CVR (*(volatile uint32_t *)0xE000E018)
#define VTOR     (*(volatile uint32_t *)0xE000ED08)

extern const uint32_t hd_vectors[];
static uint32_t vectors[64] __attribute__((aligned(256)));
static volatile bool expired;

void hd_trap_raise(enum hd_trap_kind kind, uint32_t func, uint32_t where);

/* The frame to return with: of hd_trap_raise below the protected call. */
uint32_t *expire(uint32_t *frame);
uint32_t *expire(uint32_t *frame)
{
	SYST_CSR = 0;
	if (!hd_now.frame)
		return frame;
	expired = true;
	uint32_t *f = (uint32_t *)hd_now.frame - 8;
	memset(f, 0, 32);
	f[0] = HD_TRAP_FUEL;
	f[6] = (uint32_t)hd_trap_raise & ~1u;
	f[7] = 1u << 24;
	return f;
}

__attribute__((naked)) static void tick(void)
{
	__asm volatile("mrs r0, psp\n\tbl expire\n\tmsr psp, r0\n\t"
		       "mvn lr, #2\n\tbx lr");
}

static void set_timer(uint32_t ticks)
{
	expired = false;
	SYST_RVR = ticks;
	SYST_CVR = 0;
	SYST_CSR = 7;
}

static void init_timer(void)
{
	memcpy(vectors, hd_vectors, 16 * 4);
	vectors[15] = (uint32_t)tick;
	VTOR = (uint32_t)vectors;
	__asm volatile("dsb\n\tisb" ::: "memory");
}

/* --- inputs and results --- */

static uint32_t seed;

static uint32_t random(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed;
}

/* Edges, small numbers, addresses and anything. */
static uint64_t value(char sig)
{
	static const uint32_t edge[] = {
		0, 1, 2, 0x7fffffff, 0x80000000, 0xffffffff, 31, 32, 0xfffc,
		0xffff, 0x10000, 0x3f800000, 0x7fc00000, 0x7f800001,
	};
	const uint32_t x = random();
	uint32_t low = x & 1 ? edge[(x >> 4) % 14] : x & 2 ? (x >> 8) & 63 :
		       x & 4 ? (x >> 8) & 0xfff : random();

	if (sig == 'i' || sig == 'f')
		return low;
	return low | (uint64_t)(x & 8 ? random() : x & 16 ? 0xffffffff : 0) << 32;
}

static uint32_t hash(uint32_t h, const void *p, uint32_t n)
{
	const uint32_t *w = p;

	for (; n >= 4; n -= 4)
		h = (h ^ *w++) * 0x01000193u;
	return h;
}

static uint32_t memories(uint32_t h)
{
	for (uint32_t k = 0; k < mutate_module->nmemories; k++) {
		const struct hd_memory *m = &mutate_module->memories[k];
		/* the first 8 KiB, and each 64th word of the rest */
		const uint32_t n = *m->size, most = n < 8192 ? n : 8192;
		h = hash(h ^ n, m->base, most);
		for (uint32_t at = most; at + 4 <= n; at += 256)
			h = hash(h, m->base + at, 4);
	}
	return h;
}

static uint32_t begin(void)
{
	hd_instance_init(&instance, mutate_module, slots, 64, &task);
	task.fuel = hd_fuel;
	return hd_instantiate(&instance) ? 0 : instance.trap.kind;
}

/* A run of one export, or of instantiation alone, on one input, as a number; sets expired. */
static uint32_t run(const struct hd_export *e, uint32_t input, uint32_t ticks)
{
	static uint64_t results[RESULTS];
	uint64_t args[16];
	set_timer(ticks);
	uint32_t n = 0, h = begin();
	SYST_CSR = 0;

	if (h || expired || !e)
		return memories(h);
	seed = 0x9e3779b9u * (input + 1);
	for (const char *s = e->sig; *s && *s != ':' && n < 16; s++)
		args[n++] = value(*s);
	memset(results, 0, sizeof results);
	task.fuel = hd_fuel;
	set_timer(ticks);
	const bool ok = hd_host_call(&instance, e, args, results);
	SYST_CSR = 0;
	if (!ok)
		h = 0x1000 + instance.trap.kind;
	else
		h = hash(h, results, sizeof results);
	return memories(h);
}

/* The code of wasm function `index`. */
extern const struct hd_func_site __start_heddle_funcs[] HD_WEAK;
extern const struct hd_func_site __stop_heddle_funcs[] HD_WEAK;

static uint8_t *code_of(uint32_t index)
{
	for (const struct hd_func_site *f = __start_heddle_funcs;
	     f != __stop_heddle_funcs; f++)
		if (f->index == index)
			return (uint8_t *)(f->code & ~(uintptr_t)1);
	return NULL;
}

static uint32_t expected[EXPORTS][INPUTS];
static bool used[EXPORTS][INPUTS], entered[EXPORTS][INPUTS];
static uint32_t nused;

/* The exports, and behind them instantiation alone. */
static uint32_t rows(void)
{
	const uint32_t n = mutate_module->nexports;

	return (n < EXPORTS ? n : EXPORTS - 1) + 1;
}

static const struct hd_export *export_of(uint32_t row)
{
	return row + 1 < rows() ? &mutate_module->exports[row] : NULL;
}

static bool same_on(uint32_t row, uint32_t input)
{
	return run(export_of(row), input, 4 * TICKS) == expected[row][input] && !expired;
}

/* On the inputs of which `which` says so. */
static bool same(bool which[EXPORTS][INPUTS])
{
	for (uint32_t k = 0; k < rows(); k++)
		for (uint32_t i = 0; i < (export_of(k) ? INPUTS : 1); i++)
			if (which[k][i] && !same_on(k, i))
				return false;
	return true;
}

static void patch(uint8_t *p, const uint8_t *bytes, uint32_t n)
{
	memcpy(p, bytes, n);
	__asm volatile("dsb\n\tisb" ::: "memory");
}

static const uint8_t udf[8] = { 0xff, 0xde, 0xff, 0xde, 0xff, 0xde, 0xff, 0xde };

/* Which inputs come into a function at all: where it begins is made undefined. What
 * no other input sees, is the same on them. */
static void find_entered(uint8_t *code)
{
	uint8_t old[2];

	memcpy(old, code, 2);
	patch(code, udf, 2);
	for (uint32_t k = 0; k < rows(); k++)
		for (uint32_t i = 0; i < (export_of(k) ? INPUTS : 1); i++)
			entered[k][i] = used[k][i] && !same_on(k, i);
	patch(code, old, 2);
}

static void try(const struct mutate_step *m)
{
	static uint8_t *last;
	uint8_t *p = code_of(m->func);
	bool ok = p && !memcmp(p + m->offset, m->old, m->n);

	if (!ok) {
		sh_write(SH_STDOUT, "??", 2);
		return;
	}
	if (p != last)
		find_entered(p);
	last = p;
	p += m->offset;
	patch(p, udf, 2);
	sh_write(SH_STDOUT, same(entered) ? "u" : "r", 1);
	patch(p, m->new, m->n);
	ok = same(entered);
	patch(p, m->old, m->n);
	sh_write(SH_STDOUT, ok ? "=" : "!", 1);
}

int main(void)
{
	init_timer();
	for (uint32_t k = 0; k < rows(); k++)
		for (uint32_t i = 0; i < (export_of(k) ? INPUTS : 1); i++) {
			expected[k][i] = run(export_of(k), i, TICKS);
			used[k][i] = !expired;
			nused += used[k][i];
		}
	if (nused == 0 || !same(used))
		return 1;	/* not repeatable: nothing can be said */
	for (uint32_t k = 0; k < mutate_nsteps; k++)
		try(&mutate_steps[k]);
	return 0;
}
