/* harness.h - instances and guests for the runtime's own tests. */
#ifndef RT_HARNESS_H
#define RT_HARNESS_H

#include <stdio.h>
#include <string.h>

#include "core/builtin.h"
#include "core/lend.h"
#include "core/ring.h"
#include "core/thread.h"
#include "exec/callback.h"
#include "exec/enter.h"
#include "exec/fiber.h"

#define MEMORY 4096

static struct rt {
	HD_ALIGNED(8) uint8_t bytes[MEMORY];
	uint32_t size;
	struct hd_memory memory;
	struct hd_module module;
	struct hd_task plain;
} rt[4];

static unsigned checks, failures;

static HD_UNUSED void check(bool ok, const char *what)
{
	checks++;
	if (!ok && failures++ < 20)
		printf("not ok - %s\n", what);
}

static HD_UNUSED int finish(const char *name)
{
	printf("%s - %s: %u checks, %u failures\n", failures ? "not ok" : "ok",
	       name, checks, failures);
	return failures != 0;
}

/* All pools and the first n instances as new. */
static HD_UNUSED void start(unsigned n)
{
	hd_sched_reset();
	hd_task_reset(0);
	hd_pipe_reset();
	hd_waitable_reset();
	hd_channel_reset();
	for (unsigned i = 0; i < hd_ntasks; i++)
		hd_tasks[i] = (struct hd_task){ 0 };
	for (unsigned i = 0; i < hd_npipes; i++)
		hd_pipes[i] = (struct hd_pipe){ 0 };
	hd_fiber_reset();
	hd_lends_reset();
	hd_trap_last = (struct hd_trap_info){ 0 };
	for (unsigned i = 0; i < n; i++) {
		rt[i].size = MEMORY;
		rt[i].memory = (struct hd_memory){ rt[i].bytes, &rt[i].size,
						   MEMORY };
		rt[i].module = (struct hd_module){ .memories = &rt[i].memory,
						   .nmemories = 1 };
		hd_instance_init(&hd_instances[i], &rt[i].module,
				 hd_slots + i * hd_nhandles, hd_nhandles,
				 &rt[i].plain);
	}
}

/* Runs fn as guest code of an instance.  Returns the trap it ended in; the
 * instance is alive again afterwards. */
static HD_UNUSED uint32_t guest(struct hd_instance *in, void (*fn)(void *),
				void *arg)
{
	hd_trap_last.kind = HD_TRAP_NONE;
	if (hd_enter(&in->task->main, fn, arg))
		return HD_TRAP_NONE;
	const uint32_t kind = hd_trap_last.kind ? hd_trap_last.kind :
			      in->trap.kind;	/* POISONED only passes on */
	in->trap = (struct hd_trap_info){ 0 };
	in->flags &= (uint8_t)~HD_INST_POISONED;
	return kind;
}

#endif
