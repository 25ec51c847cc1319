/* decode.c - the frame of a module: magic, sections, their order.
 *
 * sections.c reads what is in them.  A malformed section ends decoding: what
 * follows would be guesswork.
 */
#include "wasm/decode.h"

#include <string.h>

const struct wasm_limits_opt wasm_default_limits = {
	.max_functions = 1000000,
	.max_locals = 50000,
	.max_depth = 65536,
	.max_items = 10000000,
	.max_arity = 1000,
	.max_all_locals = 16000000,
	.max_stack = 1000000,
	.max_memories = 1000,
};

static const struct {
	const char *text;
	uint8_t order;		/* 1 .. as in section.def */
	void (*read)(struct decoder *d);
} sections[SEC_IDS] = {
#define S(id, number, order, text, read) \
	[SEC_##id] = { text, order, decode_##read },
#include "wasm/section.def"
};

uint32_t list_length(struct decoder *d, size_t max)
{
	uint64_t at = reader_offset(d->r);
	uint32_t n = reader_u32(d->r);

	if (n > (size_t)(d->r->end - d->r->at))
		reader_fail(d->r, DIAG_END, at, "a list of %u items", n);
	else if (n > max)
		reader_fail(d->r, DIAG_LIMIT, at,
			    "a list of %u items, allowed are %zu", n, max);
	return d->r->bad ? 0 : n;
}

static void read_header(struct reader *r)
{
	if (r->end - r->at < 4 || memcmp(r->at, "\0asm", 4) != 0) {
		reader_fail(r, DIAG_MAGIC, 0, "no \\0asm");
		return;
	}
	reader_bytes(r, 4);
	uint32_t version = reader_fixed32(r);
	if (!r->bad && version == 0x1000d)
		reader_fail(r, DIAG_VERSION, 4, "a component, not a module");
	else if (!r->bad && version != 1)
		reader_fail(r, DIAG_VERSION, 4, "version %u", version);
}

static void read_custom(struct decoder *d, uint32_t after)
{
	struct wasm_custom c = { .section = after };

	c.name = reader_name(d->r, d->arena, &c.nname);
	c.begin = (uint32_t)reader_offset(d->r);
	c.n = (uint32_t)(d->r->end - d->r->at);
	if (!d->r->bad)
		vec_push(d->arena, &d->customs, c);
	d->r->at = d->r->end;
}

static void read_section(struct decoder *d, uint8_t id)
{
	sections[id].read(d);
	if (!d->r->bad && d->r->at != d->r->end)
		reader_fail(d->r, DIAG_SECTION_SIZE, reader_offset(d->r),
			    "%zu bytes are left of the %s section",
			    (size_t)(d->r->end - d->r->at), sections[id].text);
}

static void read_sections(struct decoder *d, struct reader *file)
{
	uint8_t order = 0, last = SEC_CUSTOM;

	while (!file->bad && file->at < file->end) {
		uint64_t at = reader_offset(file);
		uint8_t id = reader_u8(file);
		uint32_t n = reader_u32(file);
		d->section = reader_sub(file, n);
		if (file->bad)
			return;
		if (id == SEC_CUSTOM) {
			read_custom(d, last);
		} else if (id >= SEC_IDS) {
			unknown(d->r, WHERE_SECTION, id, at, DIAG_SECTION,
				"section");
		} else if (sections[id].order <= order) {
			reader_fail(d->r, DIAG_SECTION_ORDER, at,
				    "the %s section again or too late",
				    sections[id].text);
		} else {
			order = sections[id].order;
			last = id;
			read_section(d, id);
		}
		file->bad = d->section.bad;
	}
}

/* Counts that two sections state must agree. */
static void check_counts(struct decoder *d, struct reader *file)
{
	const struct wasm_module *m = d->m;
	uint32_t own = d->funcs.n - m->nimported[WASM_FUNC];

	if (own != d->nbodies)
		reader_fail(file, DIAG_COUNT, m->size,
			    "%u functions but %u bodies", own, d->nbodies);
	if (m->has_data_count && m->data_count != m->datas.n)
		reader_fail(file, DIAG_COUNT, m->size,
			    "data count %u but %u segments", m->data_count,
			    m->datas.n);
}

static void take_vectors(struct decoder *d)
{
	struct wasm_module *m = d->m;

	m->funcs.at = d->funcs.at;
	m->funcs.n = d->funcs.n;
	m->tables.at = d->tables.at;
	m->tables.n = d->tables.n;
	m->memories.at = d->memories.at;
	m->memories.n = d->memories.n;
	m->globals.at = d->globals.at;
	m->globals.n = d->globals.n;
	m->customs.at = d->customs.at;
	m->customs.n = d->customs.n;
}

bool wasm_decode(struct wasm_module *m, const uint8_t *bytes, size_t n,
		 const struct wasm_limits_opt *limits, struct arena *a,
		 struct diag_sink *s)
{
	struct reader file = {
		.at = bytes, .end = bytes + n, .base = bytes, .sink = s,
	};
	struct decoder d = { .m = m, .limits = limits, .arena = a };

	d.r = &d.section;
	*m = (struct wasm_module){
		.bytes = bytes, .size = n, .start = UINT32_MAX,
	};
	/* offsets are 32 bits */
	if (n > UINT32_MAX) {
		reader_fail(&file, DIAG_LIMIT, 0, "%zu bytes", n);
		return false;
	}
	read_header(&file);
	read_sections(&d, &file);
	if (!file.bad)
		check_counts(&d, &file);
	take_vectors(&d);
	if (file.bad)
		return false;
	m->declared = arena_array(a, bool, m->funcs.n);
	for (uint32_t i = 0; i < m->customs.n; i++)
		if (strcmp(m->customs.at[i].name, "name") == 0)
			decode_names(m, &m->customs.at[i], a);
	return true;
}
