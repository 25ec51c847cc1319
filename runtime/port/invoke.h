/* port/invoke.h - calling a compiled function of any signature.
 *
 * The one trampoline of the firmware main, the host API and the test runners.
 */
#ifndef HD_INVOKE_H
#define HD_INVOKE_H

#include <stdbool.h>
#include <stdint.h>

/* Most words of arguments on the stack; more are refused. */
#define HD_INVOKE_STACK 128

/* Calls `code` as struct hd_export describes, in the float ABI this file's
 * assembly was built for.
 *
 *   sig      parameters ':' results, letters i l f d e x
 *   args     one value in each 8-byte slot, raw bits, narrow ones in the low
 *   results  as many slots as results, upper halves of narrow ones are zero
 *
 * Returns false, without calling, when sig has an unknown letter or too many
 * parameters. */
bool hd_invoke(void (*code)(void), const char *sig, const uint64_t *args,
	       uint64_t *results);

#endif
