/* opt/out/less.h - functions that are not written as asked. */
#ifndef OPT_OUT_LESS_H
#define OPT_OUT_LESS_H

#include "opt/out/needed.h"

/* The custom section: pairs of a function's number and its rung, LEB128. */
#define OUT_LESS "heddle.less"

/* Appends the section's contents to b: functions of m, which is made of an
 * input of which `rung` tells, by `origin`; nothing when all are as asked. */
void out_list_less(const struct wasm_module *m, const uint8_t *rung,
		   const struct out_origin *origin, struct buf *b);

/* Sets rung[funcs.n] of the functions that the section of m lists.  A list that
 * makes no sense, or none, says nothing. */
void out_read_less(const struct wasm_module *m, uint8_t *rung);

#endif
