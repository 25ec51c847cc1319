/* cli/value.h - numbers as text. */
#ifndef CLI_VALUE_H
#define CLI_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads a value of a type (letter i l f d): decimal or 0x for integers, in
 * the range of either sign; C's forms for floats, with nan, inf and
 * nan:0xPAYLOAD.  Returns false when text is none. */
bool value_parse(char type, const char *text, uint64_t *bits);

/* Turns a line "f32:0xBITS" or "f64:0xBITS" of n bytes into the shortest text
 * that reads back as the same value.  Returns false for other lines. */
bool value_text(const char *line, size_t n, char *out, size_t size);

#endif
