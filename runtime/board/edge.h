/* board/edge.h - values and streams of calls from the command line. */
#ifndef HD_EDGE_H
#define HD_EDGE_H

#include "heddle/component.h"

/* hd_call.user of such a call.
 *
 *   text    the arguments, separated by commas
 *   result  flat words the callee returned
 */
struct edge_call {
	char *text;
	uint32_t result[HD_CALL_WORDS];
	const char *error;
};

/* Whether the arguments fit the function's type and all types can be handled:
 * NULL, or what is wrong. */
const char *edge_check(struct hd_call *c);

/* hd_call.lower and hd_call.done. */
void edge_lower(struct hd_call *c);
void edge_done(struct hd_call *c, const uint32_t *words);

/* Writes the results, without an end of line. */
void edge_print(const struct hd_call *c);

/* Moves bytes from standard input to the guest, from the guest to standard
 * output.  Returns false when nothing was moved. */
bool edge_pump_in(void);
bool edge_pump_out(void);

/* Whether no stream to standard output is open. */
bool edge_idle(void);

/* An unsigned number in a base up to 16. */
void edge_number(unsigned stream, uint64_t v, unsigned base);

#endif
