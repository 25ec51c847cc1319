/* cabi.h - the canonical ABI on the host, from the specification's text.
 *
 * The oracle for adapters: values are lifted out of one memory and lowered
 * into another, each as its own step, as the definitions do it.  It shares no
 * code with src/component.
 *
 * Source: component-model 6d28164, CanonicalABI.md.
 */
#ifndef CABI_H
#define CABI_H

#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "firmware/adapter_move.h"

enum kind {
	BOOL, S8, U8, S16, U16, S32, U32, S64, U64, F32, F64, CHAR, STRING,
	ERROR_CONTEXT, LIST, FIXED, RECORD, TUPLE, VARIANT, ENUM, OPTION,
	RESULT, FLAGS, OWN, BORROW, STREAM, FUTURE, MAP, KINDS
};

/*   n    fields, cases, labels, elements of a fixed list
 *   sub  their types; NULL is no payload.  LIST, FIXED, OPTION, STREAM,
 *        FUTURE: sub[0]; RESULT: ok, error; MAP: key, value */
struct ty {
	enum kind k;
	uint32_t n;
	const struct ty **sub;
};

enum encoding { UTF8, UTF16, LATIN1_UTF16 };
#define TAG 0x80000000u

/* A lifted value.  Numbers and handles in bits; strings as code points with
 * the hint of where they came from; the rest in sub (bits: case). */
struct val {
	uint64_t bits;
	uint32_t n;
	struct val *sub;
	uint32_t *text;
	enum encoding hint;
	uint32_t units;		/* tagged */
};

/* A guest as its options show it. */
struct guest {
	uint8_t *mem;
	uint32_t size;
	enum encoding enc;
};

struct cabi {
	struct arena *arena;
	jmp_buf *trap;		/* where traps go */
	struct moves *moves;
};

/* Core values: i32 and f32 are the low half. */
struct flat {
	uint8_t type;		/* 'i' 'l' 'f' 'd' */
	uint64_t v;
};
enum { FLAT_MAX = 2048 };

uint32_t cabi_size(const struct ty *t);
uint32_t cabi_align(const struct ty *t);
/* Cases of VARIANT, ENUM, OPTION, RESULT and the payload of one. */
uint32_t cabi_cases(const struct ty *t);
const struct ty *cabi_case(const struct ty *t, uint32_t k);
uint32_t cabi_payload(const struct ty *t);
uint32_t cabi_discriminant(uint32_t cases);
/* Appends the flat types; how many there are. */
uint32_t cabi_flatten(const struct ty *t, uint8_t *out);

struct val cabi_load(struct cabi *c, const struct guest *g, uint32_t p,
		     const struct ty *t);
struct val cabi_lift(struct cabi *c, const struct guest *g,
		     const struct flat **v, const struct ty *t);
void cabi_store(struct cabi *c, struct guest *g, const struct val *v,
		const struct ty *t, uint32_t p);
/* Appends to *out, which moves on. */
void cabi_lower(struct cabi *c, struct guest *g, const struct val *v,
		const struct ty *t, struct flat **out);

/* lift_flat_values and lower_flat_values: flat, or in memory when there are
 * more than max; `at` is the caller's result pointer, or NULL: realloc.
 * What lowering leaves is appended to out. */
struct val cabi_lift_all(struct cabi *c, const struct guest *g, uint32_t max,
			 const struct flat *in, const struct ty *tuple);
uint32_t cabi_lower_all(struct cabi *c, struct guest *g, uint32_t max,
			const struct val *v, const struct ty *tuple,
			const uint32_t *at, struct flat *out);

/* The guests' realloc: what the core function of make.c does. */
uint32_t cabi_realloc(struct cabi *c, struct guest *g, uint32_t old,
		      uint32_t old_size, uint32_t align, uint32_t size);

enum { CABI_LIMIT = (1 << 28) - 1 };

/* A pointer and a length as guests have them. */
struct cabi_range {
	uint32_t p, n;
};

/* text.c */
struct val cabi_load_text(struct cabi *c, const struct guest *g, uint32_t p,
			  uint32_t units);
struct cabi_range cabi_store_text(struct cabi *c, struct guest *g,
				  const struct val *v);

/* realloc with arguments a, and the checks of what it returns. */
uint32_t cabi_grow(struct cabi *c, struct guest *g, const uint32_t a[4],
		   uint32_t checked_align);
#define GROW(old, n, align, m, check) \
	cabi_grow(c, g, (const uint32_t[]){ (old), (n), (align), (m) }, (check))
void cabi_in_bounds(struct cabi *c, const struct guest *g, uint32_t p,
		    uint64_t n);

void cabi_trap(struct cabi *c);
uint64_t cabi_get(const struct guest *g, uint32_t p, uint32_t n);
void cabi_put(struct guest *g, uint32_t p, uint64_t v, uint32_t n);

#endif
