/* base/vec.h - growable arrays in an arena.
 *
 *	VEC(uint32_t) v = { 0 };
 *	vec_push(arena, &v, 7);
 *	for (uint32_t i = 0; i < v.n; i++) use(v.at[i]);
 *
 * Pointers into a vector do not survive a push.
 */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include "base/arena.h"

#define VEC(T)                   \
	struct {                 \
		T *at;           \
		uint32_t n, cap; \
	}

/* Makes room for `more` further elements. */
#define vec_reserve(a, v, more)                                               \
	((v)->cap - (v)->n >= (more)                                          \
		 ? (void)0                                                    \
		 : (void)((v)->at = vec_grow_((a), (v)->at, (v)->n, &(v)->cap, \
					      (more), sizeof *(v)->at)))

#define vec_push(a, v, ...)                         \
	do {                                        \
		vec_reserve(a, v, 1);               \
		(v)->at[(v)->n++] = (__VA_ARGS__);  \
	} while (0)

#define vec_last(v) ((v)->at[(v)->n - 1])

void *vec_grow_(struct arena *a, void *p, uint32_t n, uint32_t *cap,
		uint32_t more, size_t size);

#endif
