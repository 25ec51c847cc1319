/* host/func.h - functions of the host that guests call asynchronously.
 *
 * A guest's import is bound to a struct hd_host_func like to any lifted
 * function (lower.callee = &f.lift).  Its lower->start lifts the arguments and
 * starts the work; the host answers later, at task level.
 */
#ifndef HD_HOST_FUNC_H
#define HD_HOST_FUNC_H

#include "core/task.h"

/* What the host's functions are lifted from: never locked, never poisoned. */
extern struct hd_instance hd_host_instance;

/* A struct hd_lift for a host function. */
#define HD_HOST_LIFT \
	{ .inst = &hd_host_instance, \
	  .flags = HD_LIFT_ASYNC | HD_LIFT_TYPED | HD_LIFT_HOST }

/* Answers call t with flat results for its lower->results.  May be called from
 * lower->start itself.  t is the runtime's again afterwards. */
void hd_host_answer(struct hd_task *t, const void *flat);

/* Whether the caller has asked for t to be cancelled; the host may then answer
 * all the same, or confirm. */
bool hd_host_cancel_requested(const struct hd_task *t);
void hd_host_confirm_cancel(struct hd_task *t);

#endif
