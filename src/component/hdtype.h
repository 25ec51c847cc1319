/* component/hdtype.h - types of a table as host code sees them
 * (heddle/component.h): for values on the compiler's side of the boundary. */
#ifndef COMPONENT_HDTYPE_H
#define COMPONENT_HDTYPE_H

#include "component/type.h"
#include "heddle/component.h"

struct hd_types {
	const struct ct_table *table;
	struct arena *arena;
	struct map known;	/* type to 1 + index of made */
	VEC(struct hd_type *) made;
};

void hd_types_init(struct hd_types *h, const struct ct_table *t,
		   struct arena *a);

/* The value type; its pipe or resource is NULL. */
const struct hd_type *hd_type_get(struct hd_types *h, uint32_t type);

/* The parameters of a function as one tuple. */
const struct hd_type *hd_type_params(struct hd_types *h, uint32_t func);

#endif
