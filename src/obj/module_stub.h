/* obj/module_stub.h - code between wasm functions and C. */
#ifndef OBJ_MODULE_STUB_H
#define OBJ_MODULE_STUB_H

#include "t32/code.h"

/* A stub for a function of type t: entered one way, it calls `sym` another.
 *
 *   STUB_ENTRY   entered from C, calls wasm: more than one result goes to the
 *                memory named by an extra first parameter; makes room for tail
 *                calls; loads the instance base
 *   STUB_REF     entered by an indirect call of another module: makes room for
 *                tail calls
 *   STUB_IMPORT  entered from wasm, calls C */
enum stub_kind { STUB_ENTRY, STUB_REF, STUB_IMPORT };

/* Whether functions of the type need one; without, they are called directly. */
bool stub_needed(enum stub_kind kind, const struct wasm_functype *t,
		 const struct t32_options *o);

/* Its code, in a; syms holds `sym` and what the stub itself refers to.
 * `index` is the function it belongs to. */
struct t32_code *stub_make(enum stub_kind kind, const struct wasm_functype *t,
			   const struct mir_sym *sym, uint32_t index,
			   const struct t32_options *o, struct arena *a);

/* Enters code that instances share, sym[0], for the one whose storage begins at
 * sym[1]: the caller's r9 is kept. */
struct t32_code *stub_veneer(const struct wasm_functype *t,
			     const struct mir_sym sym[2], uint32_t index,
			     const struct t32_options *o, struct arena *a);

/* Jumps to to[k] when r9 is the address of base[k], which for one of the n it is. */
struct t32_code *stub_choice(const struct mir_sym *base,
			     const struct mir_sym *to, uint32_t n,
			     uint32_t index, struct arena *a);

/* A jump to `sym`, with the same convention. */
struct t32_code *stub_jump(const struct mir_sym *sym, uint32_t index,
			   struct arena *a);

/* P_instantiate: hd_module_reset(module), then `sym` with its convention. */
struct t32_code *stub_instantiate(const struct mir_sym *module,
				  const struct mir_sym *sym,
				  const struct t32_options *o, struct arena *a);

#endif
