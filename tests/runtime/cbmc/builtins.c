/* builtins.c - core/task.c and core/error.c: backpressure, contexts and error
 * contexts, with any arguments, in any state. */
#include "world.h"

#define H HD_HANDLES

static struct hd_instance *in;
static bool live[H + 1];		/* an error context; or something else */
static bool error[H + 1];

static enum hd_trap_kind leave(void)
{
	return in->no_leave ? HD_TRAP_CANNOT_LEAVE : HD_TRAP_NONE;
}

static enum hd_trap_kind unless_error(uint32_t h)
{
	if (leave())
		return leave();
	if (h == 0 || h > H || !live[h])
		return HD_TRAP_BAD_HANDLE;
	return error[h] ? HD_TRAP_NONE : HD_TRAP_HANDLE_TYPE;
}

static void backpressure(void)
{
	const uint16_t was = in->backpressure;
	const bool up = nondet_word() & 1;

	expect(was == (up ? UINT16_MAX : 0) ? HD_TRAP_BACKPRESSURE : HD_TRAP_NONE);
	if (up)
		hd_backpressure_inc();
	else
		hd_backpressure_dec();
	returned();
	claim(in->backpressure == was + (up ? 1 : -1), "each inc has its dec");
	claim(hd_has_pressure(in) == (in->backpressure || in->flag), "calls wait");
	if (up)
		reach("inc");
	else
		reach("dec");
}

static void context(void)
{
	const uint32_t i = nondet_word(), v = nondet_word();
	const uint32_t other = hd_now.context[~i & 1];

	expect(i > 1 ? HD_TRAP_BAD_VALUE : HD_TRAP_NONE);
	hd_context_set(i, v);
	returned();
	claim(hd_context_get(i) == v && hd_context_get(i ^ 1) == other,
	      "a context keeps its word, and the other its own");
	reach("a context");
}

static void new_error(void)
{
	static const struct hd_canon c;
	const uint32_t h = below(H + 1);

	in->handles.free = (uint16_t)h;
	if (h) {
		suppose(!live[h]);
		in->handles.slots[h].u.next_free = 0;
	}
	expect(leave() ? leave() : h ? HD_TRAP_NONE : HD_TRAP_TABLE_FULL);
	claim(hd_error_context_new(&c, nondet_word(), nondet_word()) == h, "its handle");
	returned();
	claim(in->handles.slots[h].kind == HD_KIND_ERROR, "an error context");
	reach("an error context is made");
}

static void message(void)
{
	static const struct hd_canon c;
	const uint32_t h = nondet_word(), ptr = nondet_word(), at = below(MEMORY);
	const uint8_t was = memories[0][at];

	expect(unless_error(h) ? unless_error(h) : ptr & 3 ? HD_TRAP_BUFFER_ALIGN :
	       ptr > MEMORY - 8 ? HD_TRAP_BUFFER_BOUNDS : HD_TRAP_NONE);
	hd_error_context_debug_message(&c, h, ptr);
	returned();
	claim(memories[0][at] == (at - ptr < 8 ? 0 : was), "no message, and nothing else");
	reach("a message");
}

static void drop(void)
{
	const uint32_t h = nondet_word();

	expect(unless_error(h));
	hd_error_context_drop(h);
	returned();
	claim(in->handles.slots[h].kind == HD_KIND_FREE && in->handles.free == h,
	      "its handle is free");
	reach("an error context is dropped");
}

int main(void)
{
	world_begin();
	as_guest(0);
	in = &hd_instances[0];
	in->backpressure = (uint16_t)nondet_word();
	in->flag = nondet_word() & 1;
	in->no_leave = nondet_word() & 1;
	in->handles.used = H;
	hd_now.context[0] = nondet_word();
	hd_now.context[1] = nondet_word();
	for (unsigned k = 0; k < MEMORY; k++)
		memories[0][k] = (uint8_t)nondet_word();
	for (unsigned h = 1; h <= H; h++) {
		live[h] = nondet_word() & 1;
		error[h] = nondet_word() & 1;
		in->handles.slots[h].kind = !live[h] ? HD_KIND_FREE :
			error[h] ? HD_KIND_ERROR : HD_KIND_SET;
	}
	switch (nondet_word()) {
	case 0: backpressure(); break;
	case 1: context(); break;
	case 2: new_error(); break;
	case 3: message(); break;
	default: drop();
	}
}
