/* common/wave_json.h - component values of JSON test files as WAVE text. */
#ifndef COMMON_WAVE_JSON_H
#define COMMON_WAVE_JSON_H

#include <jansson.h>

#include "base/buf.h"

/* Appends a {"type": ..., "value": ...} as text; false when it is none. */
bool wave_json(const json_t *v, struct buf *out);

/* "NAME(A, B)" for an array of argument values; NULL when one is none. */
const char *wave_call(const char *name, const json_t *args, struct arena *a);

#endif
