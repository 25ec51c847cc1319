/* component/wavetext.h - values as text on the compiler's side.
 *
 * Memory of its own stands for a guest's.  Numbers are read and printed as
 * decimal text here; the runtime has only their bits.
 */
#ifndef COMPONENT_WAVETEXT_H
#define COMPONENT_WAVETEXT_H

#include "base/buf.h"
#include "component/hdtype.h"
#include "heddle/wave.h"

/* Most bytes of lists and strings of one call. */
enum { WAVETEXT_MEMORY = 1 << 24 };

/* [at, at + n) of the guest's addresses. */
struct wavetext_block {
	uint32_t at, n;
	uint8_t *host;
};

/*   wave    its error and at, after a failure
 *   blocks  in order of addresses
 *   exact   print floats as decimal text, not as bits */
struct wavetext {
	struct hd_wave wave;
	struct arena *arena;
	VEC(struct wavetext_block) blocks;
	uint32_t next;
	struct buf *out;
	bool exact;
};

void wavetext_init(struct wavetext *w, struct arena *a);

/* Reads the value at `text`; returns what follows, or NULL. */
const char *wavetext_read(struct wavetext *w, const struct hd_type *t,
			  const char *text, uint8_t *to);

/* Appends the value to out. */
bool wavetext_print(struct wavetext *w, const struct hd_type *t,
		    const uint8_t *from, struct buf *out);

/* Decimal text of a float, the shortest that reads back the same. */
void wavetext_real(struct buf *out, bool wide, uint64_t bits);

#endif
