/* board/edge.h - values and streams of calls from the command line. */
#ifndef HD_EDGE_H
#define HD_EDGE_H

#include "heddle/component.h"

/* hd_call.user of such a call: the arguments, separated by commas. */
struct edge_call {
	char *text;
};

/* hd_call.lower and hd_call.done.  Text that is no value ends the program. */
void edge_lower(struct hd_call *c);
void edge_done(struct hd_call *c, const uint32_t *words);

/* Writes the results, without an end of line. */
void edge_print(void);

/* Moves bytes from standard input to the guest, from the guest to standard
 * output.  Returns false when nothing was moved. */
bool edge_pump_in(void);
bool edge_pump_out(void);

/* Whether no stream to standard output is open. */
bool edge_idle(void);

/* An unsigned number in a base up to 16. */
void edge_number(unsigned stream, uint64_t v, unsigned base);

#endif
