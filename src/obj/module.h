/* obj/module.h - a compiled module as an object file.
 *
 * docs/abi.md, "Objects", says what symbols and sections there are.
 */
#ifndef OBJ_MODULE_H
#define OBJ_MODULE_H

#include "obj/module_names.h"
#include "obj/obj.h"
#include "t32/compile.h"

struct info;

/* What the module needs that a target cannot give: memories beyond its
 * address space.  Returns false after a report. */
bool module_check(const struct ir_module *im, struct diag_sink *s);

/* Puts everything together, in a; info is that of a linked component, or
 * NULL.  The code must outlive the object. */
struct obj *module_object(const struct ir_module *im, const struct compiled *c,
			  const struct module_names *n, const struct info *info,
			  struct arena *a);

/* The image's list of modules: hd_app with the given prefixes in order. */
struct obj *module_app(const struct target *t, const char *const *prefix,
		       uint32_t n, struct arena *a);

/* The same for components: hd_components. */
struct obj *module_components(const struct target *t, const char *const *prefix,
			      uint32_t n, struct arena *a);

/* Adds hd_fuel, what a task starts with, in place of the runtime's default. */
void module_fuel(struct obj *o, uint32_t fuel);

/* Native stack: of one export (its stub included), and of the deepest;
 * BOUND_NONE when checked at run time. */
uint32_t module_export_depth(const struct ir_module *im,
			     const struct compiled *c, uint32_t func);
uint32_t module_stack_bound(const struct ir_module *im,
			    const struct compiled *c);

#endif
