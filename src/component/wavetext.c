/* wavetext.c - memory, numbers and output for heddle/wave.h on the host. */
#include "component/wavetext.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Addresses begin here: 0 is none. */
enum { FIRST = 16 };

static void *memory(void *ctx, uint32_t ptr, uint32_t n)
{
	const struct wavetext *w = ctx;
	uint32_t low = 0, high = w->blocks.n;

	while (low < high) {
		uint32_t k = low + (high - low) / 2;
		const struct wavetext_block *b = &w->blocks.at[k];
		if (ptr < b->at)
			high = k;
		else if (ptr - b->at >= b->n)
			low = k + 1;
		else
			return n <= b->n - (ptr - b->at) ?
				       b->host + (ptr - b->at) : NULL;
	}
	return NULL;
}

static uint32_t alloc(void *ctx, uint32_t align, uint32_t size)
{
	struct wavetext *w = ctx;
	uint32_t at = (w->next + align - 1) & ~(align - 1);

	if (size > WAVETEXT_MEMORY - at)
		return 0;
	vec_push(w->arena, &w->blocks, (struct wavetext_block){
		at, size, arena_alloc(w->arena, size) });
	w->next = at + size;
	return at;
}

/* Streams on the command line: a mark, which is printed again. */
static bool handle(void *ctx, const struct hd_type *t, const char *text,
		   uint32_t n, uint32_t *out)
{
	(void)ctx;
	*out = 0;
	return t->kind == HD_TYPE_STREAM && t->elem &&
	       t->elem->kind == HD_TYPE_U8 && n == 6 &&
	       !memcmp(text, "@stdin", 6);
}

/* Digits, a fraction, an exponent; nan, inf. */
static bool is_number(const char *s)
{
	size_t n;

	s += *s == '-';
	if (!strcmp(s, "nan") || !strcmp(s, "inf"))
		return true;
	n = strspn(s, "0123456789");
	if (!n)
		return false;
	s += n;
	if (*s == '.') {
		n = strspn(++s, "0123456789");
		if (!n)
			return false;
		s += n;
	}
	if (*s == 'e' || *s == 'E') {
		s++;
		s += *s == '-' || *s == '+';
		n = strspn(s, "0123456789");
		if (!n)
			return false;
		s += n;
	}
	return !*s;
}

static bool real(void *ctx, const struct hd_type *t, const char *text,
		 uint32_t n, uint64_t *bits)
{
	const struct wavetext *w = ctx;
	char *s = arena_copy(w->arena, text, n);

	*bits = 0;
	if (!is_number(s))
		return false;
	if (!strcmp(s, "nan") || !strcmp(s, "-nan")) {
		*bits = t->kind == HD_TYPE_F32 ? 0x7fc00000 :
						 UINT64_C(0x7ff8) << 48;
		return *s == 'n';
	}
	if (t->kind == HD_TYPE_F32) {
		float f = strtof(s, NULL);
		memcpy(bits, &f, sizeof f);
	} else {
		double d = strtod(s, NULL);
		memcpy(bits, &d, sizeof d);
	}
	return true;
}

static void put(void *ctx, const char *text, uint32_t n)
{
	const struct wavetext *w = ctx;

	buf_put(w->out, text, n);
}

void wavetext_real(struct buf *out, bool wide, uint64_t bits)
{
	char s[40];
	float f;
	double d;

	memcpy(&f, &bits, sizeof f);
	memcpy(&d, &bits, sizeof d);
	const double v = wide ? d : (double)f;
	if (isnan(v)) {
		buf_str(out, "nan");
		return;
	}
	for (int n = 1; n <= 17; n++) {
		snprintf(s, sizeof s, "%.*g", n, v);
		if (wide ? strtod(s, NULL) == d : strtof(s, NULL) == f)
			break;
	}
	buf_str(out, s);
}

static void put_real(void *ctx, const struct hd_type *t, uint64_t bits)
{
	const struct wavetext *w = ctx;

	if (w->exact)
		wavetext_real(w->out, t->kind == HD_TYPE_F64, bits);
	else
		buf_printf(w->out, "0x%llx", (unsigned long long)bits);
}

static void put_handle(void *ctx, const struct hd_type *t, uint32_t handle)
{
	const struct wavetext *w = ctx;

	(void)t, (void)handle;
	buf_str(w->out, "@stdin");
}

void wavetext_init(struct wavetext *w, struct arena *a)
{
	*w = (struct wavetext){
		.wave = { .memory = memory, .alloc = alloc, .handle = handle,
			  .real = real, .put = put, .put_real = put_real,
			  .put_handle = put_handle,
			  .ctx = w },
		.arena = a, .next = FIRST, .exact = true,
	};
}

const char *wavetext_read(struct wavetext *w, const struct hd_type *t,
			  const char *text, uint8_t *to)
{
	w->wave.error = NULL;
	return hd_wave_read(&w->wave, t, text, to);
}

bool wavetext_print(struct wavetext *w, const struct hd_type *t,
		    const uint8_t *from, struct buf *out)
{
	w->wave.error = NULL;
	w->out = out;
	return hd_wave_print(&w->wave, t, from);
}
