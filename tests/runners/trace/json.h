/* json.h - a JSON reader for traces; no heap, no C library. */
#ifndef TRACE_JSON_H
#define TRACE_JSON_H

#include <stdbool.h>
#include <stdint.h>

enum jtype { J_NULL, J_BOOL, J_NUMBER, J_STRING, J_ARRAY, J_OBJECT };

/* A value; members of arrays and objects are linked by next. */
struct jval {
	const char *key;	/* in objects; not NUL-terminated */
	const char *text;	/* strings */
	const struct jval *first, *next;
	int64_t number;		/* numbers and booleans */
	uint16_t key_length, length;	/* of strings; or count of members */
	uint8_t type;
};

/* Reads one value.  The text must stay where it is.  Returns NULL when it is
 * not JSON or has more values than fit. */
const struct jval *json_read(const char *text, uint32_t length);

/* Member of an object, or NULL. */
const struct jval *json_get(const struct jval *v, const char *key);

/* Number of member `key`, or `other`. */
int64_t json_number(const struct jval *v, const char *key, int64_t other);

/* Whether string s equals text (s may be NULL). */
bool json_is(const struct jval *s, const char *text);

/* Element i of an array, or NULL. */
const struct jval *json_at(const struct jval *v, uint32_t i);

#endif
