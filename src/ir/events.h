/* ir/events.h - which events can reach the callbacks of a module. */
#ifndef IR_EVENTS_H
#define IR_EVENTS_H

#include "ir/ir.h"

enum { IR_EVENTS = 7 };
extern const char *const ir_event_name[IR_EVENTS];

/* Sets events, events_given, check_events of im, and which functions are
 * callbacks.  a is scratch. */
void ir_event_facts(struct ir_module *im, const struct ir_options *o,
		    struct arena *a);

/* seen[f]: f can be reached from exports, start, tables and globals, whatever
 * is taken in bodies.  a is scratch. */
void ir_reachable(const struct wasm_module *m, struct arena *a, bool *seen);

/* Whether nothing in im can ever raise backpressure.  a is scratch;
 * reachable as from ir_reachable. */
bool ir_no_backpressure(const struct ir_module *im, struct arena *a,
			const bool *reachable);

#endif
