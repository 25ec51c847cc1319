/* component/name.h - the grammar of import and export names. */
#ifndef COMPONENT_NAME_H
#define COMPONENT_NAME_H

#include "component/type.h"

/* "foo", "foo-bar2", "HTTP-get": labels of fields, cases, parameters. */
bool name_is_label(struct ct_name n);

enum name_form {
	NAME_BAD,
	NAME_LABEL,		/* foo */
	NAME_CONSTRUCTOR,	/* [constructor]r */
	NAME_METHOD,		/* [method]r.f, [static]r.f */
	NAME_INTERFACE,		/* ns:pkg/iface@1.2.3 */
	NAME_LOCATOR		/* url=, integrity=, locked-dep=, unlocked-dep= */
};
enum name_form name_form(struct ct_name n);

/* What must be unique among imports and among exports: the name in lower case
 * without [method] or [static].  Allocated in a. */
struct ct_name name_key(struct ct_name n, struct arena *a);

/* Labels or names seen so far, by key. */
struct name_set {
	struct arena *arena;
	struct map map;
	VEC(struct ct_name) names;
};
void name_set_init(struct name_set *s, struct arena *a);
/* Adds the key of a name; false when it was there, or l is to stand beside
 * [method]l.l or [static]l.l. */
bool name_set_add(struct name_set *s, struct ct_name n);
/* Which of the added names has the key of n, or UINT32_MAX. */
uint32_t name_set_find(const struct name_set *s, struct ct_name n);
/* The same of the name as it stands. */
bool name_set_add_exact(struct name_set *s, struct ct_name n);

#endif
