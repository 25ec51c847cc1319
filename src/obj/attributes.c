/* attributes.c - build attributes.
 *
 * Attributes that compiled wasm does not depend on (size of enumerations and
 * of wchar_t) are left out, which means "not used": such an object links with
 * either choice.  The number model is always given, for without it a linker
 * does not compare how floats are passed.
 *
 * Source: Addenda to, and Errata in, the ABI for the Arm Architecture
 * (IHI 0045), "Build attributes".
 */
#include "obj/attributes.h"

#include <string.h>

enum tag {
	TAG_FILE = 1, CPU_RAW_NAME = 4, CPU_NAME = 5, CPU_ARCH = 6,
	CPU_ARCH_PROFILE = 7, THUMB_ISA_USE = 9, FP_ARCH = 10,
	ABI_FP_DENORMAL = 20, ABI_FP_EXCEPTIONS = 21, ABI_FP_NUMBER_MODEL = 23,
	ABI_ALIGN_NEEDED = 24, ABI_ALIGN_PRESERVED = 25, ABI_HARDFP_USE = 27,
	ABI_VFP_ARGS = 28, COMPATIBILITY = 32, CPU_UNALIGNED_ACCESS = 34,
	DSP_EXTENSION = 46,
};

enum arch { ARCH_V7 = 10, ARCH_V7EM = 13, ARCH_V8M = 17, ARCH_V8_1M = 21 };

static enum arch arch_of(const struct target *t)
{
	if (t->id == TARGET_M55)
		return ARCH_V8_1M;
	if (t->features & T32_V8M)
		return ARCH_V8M;
	return t->features & T32_DSP ? ARCH_V7EM : ARCH_V7;
}

/* VFPv4-D16 or FPv5-D16; 0 is none. */
static unsigned fp_of(const struct target *t)
{
	if (!(t->features & T32_FP))
		return 0;
	return t->features & T32_FPV5 ? 8 : 6;
}

static void attribute(struct buf *b, enum tag tag, unsigned value)
{
	if (!value)
		return;		/* every tag's default */
	buf_uleb(b, tag);
	buf_uleb(b, value);
}

static void write_file_attributes(struct buf *b, const struct target *t)
{
	bool v8 = t->features & T32_V8M;
	bool single = (t->features & (T32_FP | T32_FPDP)) == T32_FP;

	attribute(b, CPU_ARCH, arch_of(t));
	attribute(b, CPU_ARCH_PROFILE, 'M');
	attribute(b, THUMB_ISA_USE, v8 ? 3 : 2);
	attribute(b, FP_ARCH, fp_of(t));
	attribute(b, ABI_FP_DENORMAL, 1);
	attribute(b, ABI_FP_EXCEPTIONS, 1);
	attribute(b, ABI_FP_NUMBER_MODEL, 3);
	attribute(b, ABI_ALIGN_NEEDED, 1);
	attribute(b, ABI_ALIGN_PRESERVED, 1);
	attribute(b, ABI_HARDFP_USE, single);
	attribute(b, ABI_VFP_ARGS, t->hard_float);
	attribute(b, CPU_UNALIGNED_ACCESS, 1);
	/* v7E-M implies it */
	attribute(b, DSP_EXTENSION, v8 && t->features & T32_DSP);
}

void obj_attributes_write(struct buf *b, const struct target *t)
{
	static const char vendor[] = "aeabi";
	struct buf file;

	buf_init(&file, b->arena);
	write_file_attributes(&file, t);
	buf_u8(b, 'A');
	buf_u32(b, (uint32_t)(4 + sizeof vendor + 5 + file.n));
	buf_put(b, vendor, sizeof vendor);
	buf_u8(b, TAG_FILE);
	buf_u32(b, (uint32_t)(5 + file.n));
	buf_put(b, file.at, file.n);
}

/* A reader that stays at its end, and at `bad`, once it passes it. */
struct cursor {
	const uint8_t *p, *end;
	bool bad;
};

static uint64_t uleb(struct cursor *c)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 35; shift += 7) {
		if (c->p == c->end)
			break;
		v |= (uint64_t)(*c->p & 0x7f) << shift;
		if (!(*c->p++ & 0x80))
			return v;
	}
	c->bad = true;
	return 0;
}

static void skip_string(struct cursor *c)
{
	const uint8_t *zero = memchr(c->p, 0, (size_t)(c->end - c->p));

	c->bad = c->bad || !zero;
	c->p = zero ? zero + 1 : c->end;
}

/* A block that begins with its own length, after `before` bytes. */
static struct cursor block(struct cursor *c, size_t before)
{
	size_t left = (size_t)(c->end - c->p);
	struct cursor in = { c->end, c->end, false };
	uint32_t size;

	if (left < before + 4) {
		c->bad = true;
		return in;
	}
	size = c->p[before] | (uint32_t)c->p[before + 1] << 8 |
	       (uint32_t)c->p[before + 2] << 16 |
	       (uint32_t)c->p[before + 3] << 24;
	if (size < before + 4 || size > left) {
		c->bad = true;
		return in;
	}
	in = (struct cursor){ c->p + before + 4, c->p + size, false };
	c->p += size;
	return in;
}

/* Odd tags above 32 and the two names have strings; COMPATIBILITY has both. */
static void read_attribute(struct cursor *c, bool *hard_float)
{
	uint64_t tag = uleb(c), value;

	if (tag == CPU_RAW_NAME || tag == CPU_NAME ||
	    (tag > COMPATIBILITY && tag & 1)) {
		skip_string(c);
		return;
	}
	value = uleb(c);
	if (tag == ABI_VFP_ARGS)
		*hard_float = value == 1;
	if (tag == COMPATIBILITY)
		skip_string(c);
}

bool obj_attributes_read(const uint8_t *p, size_t n, bool *hard_float)
{
	struct cursor all = { p, p + n, false };

	*hard_float = false;
	if (n == 0 || *all.p++ != 'A')
		return false;
	while (all.p < all.end && !all.bad) {
		struct cursor vendor = block(&all, 0);
		const uint8_t *name = vendor.p;

		skip_string(&vendor);
		if (vendor.bad)
			return false;
		while (!strcmp((const char *)name, "aeabi") &&
		       vendor.p < vendor.end) {
			uint8_t scope = *vendor.p;
			struct cursor file = block(&vendor, 1);

			while (scope == TAG_FILE && file.p < file.end &&
			       !file.bad)
				read_attribute(&file, hard_float);
			if (vendor.bad || file.bad)
				return false;
		}
	}
	return !all.bad;
}
