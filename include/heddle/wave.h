/* heddle/wave.h - component values as text: WebAssembly Value Encoding.
 *
 *	true   -7   1.5e3   nan   -inf   'x'   "text\n\u{1f9f5}"
 *	[1, 2]   (1, "a")   {x: 1, y: some(2)}   {read, write}
 *	none   some(3)   ok   ok(1)   err("why")   case   case(payload)
 *
 * Where a type leaves no doubt, the payload alone stands for some(...) and
 * ok(...), and fields of option type may be missing from a record ({:} is a
 * record without any).  %word is a label that is also a keyword; // begins a
 * comment.  A map is written as the list of its pairs.
 *
 * Reading and printing work on the layout in memory that the canonical ABI
 * gives a value, with pointers of a guest.  Nothing is kept between calls, and
 * nothing is allocated but by the caller's functions; recursion is as deep as
 * the type.  Context: any task.
 *
 * Source: WebAssembly Value Encoding, as wasm-wave reads and writes it; no
 * multi-line strings.
 */
#ifndef HEDDLE_WAVE_H
#define HEDDLE_WAVE_H

#include "heddle/component.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What reading and printing need of their surroundings.
 *
 *   encoding  enum hd_string_encoding of the guest
 *   memory    host address of n bytes at ptr, NULL when out of bounds
 *   alloc     reading: the address of size new bytes; 0 when there are none.
 *             realloc of the guest, so that it may be called again and again
 *   handle    reading: the handle that a word like @stdin stands for
 *   real      reading: the bits of a number in text[0..n); NULL: only
 *             0x... bits
 *   put       printing: writes n bytes
 *   put_real  printing: writes a float given by its bits; NULL: as 0x...
 *   put_handle  printing: writes a handle; NULL: as @n
 */
struct hd_wave {
	uint8_t encoding;
	void *(*memory)(void *ctx, uint32_t ptr, uint32_t n);
	uint32_t (*alloc)(void *ctx, uint32_t align, uint32_t size);
	bool (*handle)(void *ctx, const struct hd_type *t, const char *text,
		       uint32_t n, uint32_t *handle);
	bool (*real)(void *ctx, const struct hd_type *t, const char *text,
		     uint32_t n, uint64_t *bits);
	void (*put)(void *ctx, const char *text, uint32_t n);
	void (*put_real)(void *ctx, const struct hd_type *t, uint64_t bits);
	void (*put_handle)(void *ctx, const struct hd_type *t,
			   uint32_t handle);
	void *ctx;
	const char *error;	/* what is wrong, after a function failed */
	const char *at;		/* and where, after reading */
};

/* Reads a value of type t into the t->size bytes at `to`.
 * Returns what follows the value, or NULL: w->error and w->at tell why. */
const char *hd_wave_read(struct hd_wave *w, const struct hd_type *t,
			 const char *text, uint8_t *to);

/* Skips blanks and comments. */
const char *hd_wave_skip(const char *text);

/* Prints the value of type t at `from`.
 * Returns false when it is none: a bad discriminant, text or pointer. */
bool hd_wave_print(struct hd_wave *w, const struct hd_type *t,
		   const uint8_t *from);

/* Words that a value is passed as (an i64 or f64 is two, low first), from and
 * to its layout in memory.
 * Returns how many words there are; types with t->flat only. */
uint32_t hd_wave_flatten(const struct hd_type *t, const uint8_t *from,
			 uint32_t *words);
uint32_t hd_wave_unflatten(const struct hd_type *t, const uint32_t *words,
			   uint8_t *to);

#ifdef __cplusplus
}
#endif
#endif
