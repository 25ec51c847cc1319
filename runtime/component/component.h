/* component/component.h - what the compiler emits for a linked component
 * besides heddle/component.h: constants that its stubs hand to the runtime.
 *
 * src/obj/component.c writes these layouts; start.c asserts their offsets.
 */
#ifndef HD_COMPONENT_INT_H
#define HD_COMPONENT_INT_H

#include "core/builtin.h"
#include "heddle/component.h"

/* A handle's way from one instance's table to another's; `what` is NULL for
 * error contexts. */
struct hd_move {
	union {
		const struct hd_resource *resource;
		const struct hd_elem *elem;
	} what;
	struct hd_instance *from, *to;
};

/* thread.new-indirect: the table its functions are in, their type. */
struct hd_thread_table {
	struct hd_reftable table;
	const void *type;
};

/* How elements get from writer built-in to reader built-in: the compiled
 * adapter and the memories its addresses are of. */
struct hd_copy_way {
	uint16_t writer, reader;	/* hd_canon.id */
	void (*code)(uint32_t to, uint32_t from, uint32_t n);
	const struct hd_memory *to, *from;
};

/* hd_elem.type of types that hd_component_copy copies. */
struct hd_copy_table {
	const struct hd_copy_way *at;
	uint32_t n;
};

/* An import bound to a host function.
 *
 *   pointer  word of the arguments that is the result pointer, or 0xff
 *   words    of the result that goes back through the arguments
 */
struct hd_host_lower {
	struct hd_lower lower;		/* first */
	const struct hd_component_func *func;
	void (*code)(struct hd_host_call *c);
	uint8_t pointer, words;
};

/* --- sync.c: the synchronous forms of built-ins that block -------------------- */

/* Traps CANNOT_LEAVE and CANNOT_BLOCK, then as the function without _sync. */
void hd_sync_call(const struct hd_lower *l, void *args);
uint32_t hd_sync_waitable_set_wait(const struct hd_canon *c, uint32_t set,
				   uint32_t ptr);
uint32_t hd_sync_stream_read(uint32_t end, uint32_t ptr, uint32_t n,
			     const struct hd_canon *c);
uint32_t hd_sync_stream_write(uint32_t end, uint32_t ptr, uint32_t n,
			      const struct hd_canon *c);
uint32_t hd_sync_future_read(uint32_t end, uint32_t ptr,
			     const struct hd_canon *c);
uint32_t hd_sync_future_write(uint32_t end, uint32_t ptr,
			      const struct hd_canon *c);
uint32_t hd_sync_subtask_cancel(const struct hd_canon *c, uint32_t handle);
uint32_t hd_sync_stream_cancel_read(const struct hd_canon *c, uint32_t handle);
uint32_t hd_sync_stream_cancel_write(const struct hd_canon *c,
				     uint32_t handle);
uint32_t hd_sync_future_cancel_read(const struct hd_canon *c, uint32_t handle);
uint32_t hd_sync_future_cancel_write(const struct hd_canon *c,
				     uint32_t handle);

/* --- called by compiled stubs ------------------------------------------------- */

/* Handles between instances.  The new handle is returned.
 * Traps  what hd_lift_X and hd_lower_X trap with. */
uint32_t hd_move_own(const struct hd_move *m, uint32_t handle);
uint32_t hd_move_borrow(const struct hd_move *m, uint32_t handle);
uint32_t hd_move_stream(const struct hd_move *m, uint32_t handle);
uint32_t hd_move_future(const struct hd_move *m, uint32_t handle);
uint32_t hd_move_error(const struct hd_move *m, uint32_t handle);

/* Around a call of realloc in `in`: it runs in that instance, which may not
 * leave. */
void hd_no_leave(struct hd_instance *in, uint32_t on);

/* During instantiation: `in`'s start function follows. */
void hd_component_instance(struct hd_instance *in);

/* A value that is none of its type. */
HD_NORETURN void hd_trap_bad_value(void);

uint32_t hd_component_thread(const struct hd_thread_table *t, uint32_t entry,
			     uint32_t arg);

/* Elements with an adapter: hd_elem.copy. */
void hd_component_copy(struct hd_pipe *p, uint8_t *dst, const uint8_t *src,
		       uint32_t n);

/* A call from C: the argument words; what resolves it. */
const uint32_t *hd_component_words(struct hd_task *t, const void *args);
void hd_component_done(struct hd_task *t, const void *flat, const void *args);

/* A host function: start and results of its struct hd_host_lower. */
uint32_t hd_host_start(struct hd_task *t, const void *args);
void hd_host_results(struct hd_task *t, const void *flat, const void *args);

/* A sync lift's results, then the instance may not leave until post-return
 * has ended. */
void hd_component_returned(struct hd_task *t, const void *flat);
void hd_component_post(struct hd_task *t);
void hd_component_posted(struct hd_task *t);

#endif
