/* elf_image.c - what a linked image says of itself.
 *
 * hd_app lists the modules; each has its exports with their signatures in
 * flash (heddle/abi.h), so that an image can be called like its source.
 */
#include "cli/elf_image.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "component/origin.h"

/* Words of struct hd_module and struct hd_export as 32-bit targets have them. */
enum { MODULE_EXPORTS = 28, MODULE_NEXPORTS = 32 };
enum { EXPORT_SIZE = 12, EXPORT_NAME = 0, EXPORT_SIG = 8 };
enum { MAX_IMAGE = 256 << 20, MAX_MODULES = 256 };

bool elf_is(const char *path)
{
	char magic[4] = { 0 };
	FILE *f = strcmp(path, "-") ? fopen(path, "rb") : NULL;

	if (!f)
		return false;
	bool elf = fread(magic, 1, 4, f) == 4 && !memcmp(magic, "\177ELF", 4);
	fclose(f);
	return elf;
}

const struct obj *elf_read(struct cli *c, const char *path)
{
	uint8_t *bytes;
	size_t n;

	if (!file_read(path, MAX_IMAGE, c->arena, &bytes, &n, c->sink))
		return NULL;
	const struct obj *o = obj_read(bytes, n, c->arena, c->sink);
	if (!o || o->linked)
		return o;
	diag_report(c->sink, DIAG_OBJECT, DIAG_NOWHERE,
		    "%s is an object, not a linked image", path);
	return NULL;
}

/* The word at an address; 0 where the file has none. */
static uint32_t word(const struct obj *o, uint32_t address)
{
	const uint8_t *p = obj_memory(o, address, 4);

	return p ? p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
			   (uint32_t)p[3] << 24 : 0;
}

/* The string at an address, in a; NULL when it runs out of the file. */
static const char *string(const struct obj *o, uint32_t address,
			  struct arena *a)
{
	const uint8_t *p;
	struct buf b;

	buf_init(&b, a);
	while ((p = obj_memory(o, address++, 1)) && *p)
		buf_u8(&b, *p);
	buf_u8(&b, 0);
	return p ? (const char *)b.at : NULL;
}

/* The last module: main calls its exports. */
static uint32_t module(const struct obj *o)
{
	const struct obj_symbol *app = obj_find(o, "hd_app");
	uint32_t m = 0, next;

	for (uint32_t k = 0; app && k < MAX_MODULES; k++) {
		next = word(o, app->value + 4 * k);
		if (!next)
			break;
		m = next;
	}
	return m;
}

const char *elf_export(const struct obj *o, const char *name, struct arena *a)
{
	uint32_t m = module(o);
	uint32_t at = m ? word(o, m + MODULE_EXPORTS) : 0;
	uint32_t n = m ? word(o, m + MODULE_NEXPORTS) : 0;

	for (; n > 0 && obj_memory(o, at, EXPORT_SIZE); n--, at += EXPORT_SIZE) {
		const char *s = string(o, word(o, at + EXPORT_NAME), a);
		if (s && strcmp(s, name) == 0)
			return string(o, word(o, at + EXPORT_SIG), a);
	}
	return NULL;
}

static bool lies_in(const struct board *b, const struct obj_section *s)
{
	uint32_t size = s->type == OBJ_ZERO ? s->size : (uint32_t)s->bytes.n;

	return (s->address - b->rom < b->rom_size &&
		size <= b->rom_size - (s->address - b->rom)) ||
	       (s->address - b->ram < b->ram_size &&
		size <= b->ram_size - (s->address - b->ram));
}

static bool fits(const struct board *b, const struct obj *o)
{
	for (uint32_t k = 0; k < o->sections.n; k++) {
		const struct obj_section *s = &o->sections.at[k];
		if (s->flags & OBJ_ALLOC && !lies_in(b, s))
			return false;
	}
	return true;
}

static unsigned features(const struct board *b)
{
	unsigned n = 0;

	for (unsigned f = b->features; f; f &= f - 1)
		n++;
	return n;
}

const struct board *elf_board(const struct obj *o)
{
	const struct board *best = NULL;

	for (int k = 0; k < BOARD_COUNT; k++)
		if (fits(&boards[k], o) &&
		    (!best || features(&boards[k]) > features(best)))
			best = &boards[k];
	return best;
}

const struct origin *elf_origin(const struct obj *o, struct arena *a)
{
	const struct obj_section *s = obj_find_section(o, ORIGIN_SECTION);

	return s ? origin_read(s->bytes.at, s->bytes.n, a) : NULL;
}
