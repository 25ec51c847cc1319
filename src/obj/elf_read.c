/* elf_read.c - ELF files to the object model, through libelf.
 *
 * The file may be hostile: every offset is checked by libelf or here against
 * what it points into, names must end inside their table, and numbers of
 * sections and symbols must exist.  The first thing that is wrong is
 * reported and ends the reading.
 */
#include <gelf.h>
#include <libelf.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "obj/attributes.h"
#include "obj/obj.h"
#include "obj/place.h"

struct reader {
	Elf *elf;
	struct arena *a;
	struct diag_sink *sink;
	struct obj *o;
	const char *image;	/* the copy libelf works on */
	size_t size;
	uint32_t *section;	/* ELF number -> ours + 1, 0 is none */
	uint32_t *symbol;	/* ELF number -> ours + 1, 0 is none */
	size_t nsections, nsymbols;
	size_t taken;		/* bytes of sections and tables read */
	size_t named;		/* bytes of names read */
};

static bool bad(struct reader *r, uint64_t at, const char *what)
{
	diag_report(r->sink, DIAG_OBJECT, at, "%s", what);
	return false;
}

/* Sections of a sound file do not overlap, so together they are no longer than
 * it is; without this a small file could ask for much time and memory.
 */
static bool take(struct reader *r, size_t n)
{
	r->taken += n;
	return r->taken <= r->size ||
	       bad(r, DIAG_NOWHERE, "sections overlap");
}

static bool check_header(struct reader *r)
{
	const Elf32_Ehdr *h = elf32_getehdr(r->elf);

	if (elf_kind(r->elf) != ELF_K_ELF || !h)
		return bad(r, 0, "not a 32-bit ELF file");
	if (h->e_ident[EI_DATA] != ELFDATA2LSB || h->e_machine != EM_ARM)
		return bad(r, 0, "not for little-endian ARM");
	if (h->e_type != ET_REL && h->e_type != ET_EXEC)
		return bad(r, 0, "neither an object nor an executable");
	if (h->e_shoff % 4 != 0)
		return bad(r, h->e_shoff, "section headers out of alignment");
	if (elf_getshdrnum(r->elf, &r->nsections) != 0 || !r->nsections)
		return bad(r, 0, "no sections, or cut short");
	r->o->linked = h->e_type == ET_EXEC;
	r->o->entry = h->e_entry;
	return true;
}

/* A copy of a name, which must end inside its string table.  Names may share
 * their ends, but not without measure.
 */
static const char *name_at(struct reader *r, size_t table, size_t at)
{
	const char *s = elf_strptr(r->elf, table, at);
	size_t n = s ? strlen(s) : 0;

	r->named += n;
	if (!s || r->named / 16 > r->size) {
		bad(r, DIAG_NOWHERE, s ? "names overlap"
		                       : "a name lies outside its table");
		return NULL;
	}
	return arena_copy(r->a, s, n);
}

/* The bytes of a section, inside the image; NULL when they are not. */
static const uint8_t *raw(const struct reader *r, const Elf32_Shdr *h)
{
	if (h->sh_offset > r->size || h->sh_size > r->size - h->sh_offset)
		return NULL;
	return (const uint8_t *)r->image + h->sh_offset;
}

static unsigned flags_of(const Elf32_Shdr *h)
{
	return (h->sh_flags & SHF_ALLOC ? OBJ_ALLOC : 0u) |
	       (h->sh_flags & SHF_WRITE ? OBJ_WRITE : 0u) |
	       (h->sh_flags & SHF_EXECINSTR ? OBJ_EXEC : 0u);
}

static bool is_table(const Elf32_Shdr *h)
{
	return h->sh_type == SHT_SYMTAB || h->sh_type == SHT_STRTAB ||
	       h->sh_type == SHT_REL || h->sh_type == SHT_RELA ||
	       h->sh_type == SHT_NULL;
}

static enum obj_section_type type_of(const Elf32_Shdr *h)
{
	switch (h->sh_type) {
	case SHT_PROGBITS:
	case SHT_INIT_ARRAY:
	case SHT_FINI_ARRAY:
		return OBJ_BYTES;
	case SHT_NOBITS:
		return OBJ_ZERO;
	default:
		return OBJ_OTHER;
	}
}

static bool read_section(struct reader *r, size_t i, const Elf32_Shdr *h,
                         size_t names)
{
	uint32_t align = h->sh_addralign ? h->sh_addralign : 1;
	const char *name = name_at(r, names, h->sh_name);
	enum obj_section_type type = type_of(h);
	const uint8_t *bytes = raw(r, h);
	struct obj_section *s;

	if (!name)
		return false;
	if (align & (align - 1))
		return bad(r, h->sh_offset, "an alignment is no power of two");
	if (type != OBJ_ZERO && !bytes)
		return bad(r, h->sh_offset, "a section lies outside the file");
	if (type != OBJ_ZERO && !take(r, h->sh_size))
		return false;
	r->section[i] = obj_section(r->o, name, type, flags_of(h), align) + 1;
	s = &vec_last(&r->o->sections);
	s->address = h->sh_addr;
	s->size = h->sh_size;
	if (type != OBJ_ZERO)
		buf_put(&s->bytes, bytes, h->sh_size);
	if (h->sh_type == SHT_ARM_ATTRIBUTES &&
	    !obj_attributes_read(bytes, h->sh_size, &r->o->hard_float))
		return bad(r, h->sh_offset, "malformed build attributes");
	return true;
}

static bool read_sections(struct reader *r)
{
	size_t names;

	if (elf_getshdrstrndx(r->elf, &names) != 0)
		return bad(r, 0, "no section names");
	r->section = arena_array(r->a, uint32_t, r->nsections);
	for (size_t i = 1; i < r->nsections; i++) {
		const Elf32_Shdr *h = elf32_getshdr(elf_getscn(r->elf, i));

		if (!h)
			return bad(r, DIAG_NOWHERE, "malformed section header");
		if (!is_table(h) && !read_section(r, i, h, names))
			return false;
	}
	return true;
}

/* $t and $d, alone or followed by a dot. */
static bool is_mapping(const char *name)
{
	return name[0] == '$' && strchr("tda", name[1]) && name[1] &&
	       (!name[2] || name[2] == '.');
}

static bool place_symbol(struct reader *r, const Elf32_Sym *e,
                         struct obj_symbol *s)
{
	switch (e->st_shndx) {
	case SHN_UNDEF:
		s->section = OBJ_UNDEFINED;
		return true;
	case SHN_ABS:
		s->section = OBJ_ABSOLUTE;
		return true;
	default:
		if (e->st_shndx >= r->nsections || !r->section[e->st_shndx])
			return bad(r, DIAG_NOWHERE,
				   "a symbol is in no known section");
		s->section = r->section[e->st_shndx] - 1;
		return true;
	}
}

static enum obj_symbol_type symbol_type(const Elf32_Sym *e)
{
	switch (ELF32_ST_TYPE(e->st_info)) {
	case STT_FUNC:    return OBJ_FUNC;
	case STT_OBJECT:  return OBJ_OBJECT;
	case STT_SECTION: return OBJ_SECTION;
	default:          return OBJ_NOTYPE;
	}
}

static enum obj_binding binding(const Elf32_Sym *e)
{
	switch (ELF32_ST_BIND(e->st_info)) {
	case STB_LOCAL: return OBJ_LOCAL;
	case STB_WEAK:  return OBJ_WEAK;
	default:        return OBJ_GLOBAL;
	}
}

static bool add_mark(struct reader *r, const struct obj_symbol *s)
{
	struct obj_section *in;

	if (s->section >= r->o->sections.n)
		return bad(r, DIAG_NOWHERE,
			   "a mapping symbol is in no section");
	in = &r->o->sections.at[s->section];
	vec_push(r->a, &in->marks, (struct obj_mark){
		r->o->linked ? s->value - in->address : s->value,
		s->name[1] == 't' ? OBJ_THUMB : OBJ_DATA,
	});
	return true;
}

static int mark_order(const void *a, const void *b)
{
	const struct obj_mark *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return (int)x->kind - (int)y->kind;
}

/* Mapping symbols need not be in order; marks are. */
static void sort_marks(struct obj *o)
{
	for (uint32_t i = 0; i < o->sections.n; i++)
		if (o->sections.at[i].marks.n)
			qsort(o->sections.at[i].marks.at,
			      o->sections.at[i].marks.n,
			      sizeof(struct obj_mark), mark_order);
}

static bool read_symbol(struct reader *r, size_t i, const Elf32_Sym *e,
                        size_t names)
{
	struct obj_symbol s = {
		.name = name_at(r, names, e->st_name),
		.value = e->st_value, .size = e->st_size,
		.binding = binding(e), .type = symbol_type(e),
		.hidden = ELF32_ST_VISIBILITY(e->st_other) == STV_HIDDEN,
	};

	if (!s.name)
		return false;
	if (e->st_shndx == SHN_COMMON || ELF32_ST_TYPE(e->st_info) == STT_FILE)
		return true;
	if (e->st_shndx != SHN_UNDEF && e->st_shndx < r->nsections &&
	    !r->section[e->st_shndx])
		return true;	/* a section symbol of a table */
	if (!place_symbol(r, e, &s))
		return false;
	if (s.type == OBJ_FUNC) {
		s.thumb = s.value & 1;
		s.value &= ~1u;
	}
	if (s.type == OBJ_SECTION && s.section < r->o->sections.n)
		s.name = r->o->sections.at[s.section].name;
	/* a function may have such a name, for all that an export is called */
	if (s.type == OBJ_NOTYPE && is_mapping(s.name))
		return add_mark(r, &s);
	r->symbol[i] = obj_symbol(r->o, &s) + 1;
	return true;
}

/* The contents of section i, and its header.  libelf checks bounds. */
static const Elf_Data *contents(struct reader *r, size_t i, Elf32_Shdr **h)
{
	Elf_Scn *scn = elf_getscn(r->elf, i);
	const Elf_Data *d;

	*h = elf32_getshdr(scn);
	d = elf_getdata(scn, NULL);
	if (!d || !*h || (d->d_size && !d->d_buf)) {
		bad(r, DIAG_NOWHERE, "a table lies outside the file");
		return NULL;
	}
	return take(r, d->d_size) ? d : NULL;
}

static bool read_symbols(struct reader *r, size_t i)
{
	Elf32_Shdr *h;
	const Elf_Data *d = contents(r, i, &h);
	const Elf32_Sym *e;

	if (!d)
		return false;
	if (r->symbol)
		return bad(r, h->sh_offset, "two symbol tables");
	if (d->d_type != ELF_T_SYM)
		return bad(r, h->sh_offset, "malformed symbol table");
	e = d->d_buf;
	r->nsymbols = d->d_size / sizeof *e;
	r->symbol = arena_array(r->a, uint32_t, r->nsymbols + 1);
	for (size_t k = 1; k < r->nsymbols; k++)
		if (!read_symbol(r, k, &e[k], h->sh_link))
			return false;
	sort_marks(r->o);
	return true;
}

/* addend: NULL when it is in the place. */
static bool read_reloc(struct reader *r, uint32_t section, uint32_t at,
                       uint32_t info, const int32_t *addend)
{
	struct obj_section *s = &r->o->sections.at[section];
	struct obj_reloc v = {
		.section = section, .at = at,
		.type = (enum obj_reloc_type)ELF32_R_TYPE(info),
	};
	size_t symbol = ELF32_R_SYM(info);
	bool linked = r->o->linked;

	/* of a linked file these are addresses, and what is there is the sum
	 * already; nothing depends on them */
	if (linked)
		at = v.at = at - s->address;
	if (v.type == (enum obj_reloc_type)R_ARM_NONE ||
	    v.type == (enum obj_reloc_type)R_ARM_V4BX)
		return true;	/* nothing is stored */
	if (!obj_reloc_name(v.type))
		return linked ||
		       bad(r, at, "a relocation of unknown type");
	if (symbol >= r->nsymbols || !r->symbol[symbol])
		return linked ||
		       bad(r, at, "a relocation names no symbol");
	if (at > s->bytes.n || s->bytes.n - at < 4 ||
	    !obj_place_get(s->bytes.at + at, s->bytes.n - at, v.type,
			   &v.addend))
		return linked ||
		       bad(r, at, "a relocation applies to nothing it can");
	if (addend)
		v.addend = *addend;
	v.symbol = r->symbol[symbol] - 1;
	obj_reloc(r->o, &v);
	return true;
}

static bool read_relocs(struct reader *r, size_t i)
{
	Elf32_Shdr *h;
	const Elf_Data *d = contents(r, i, &h);
	uint32_t section;

	if (!d)
		return false;
	if (h->sh_info >= r->nsections || !r->section[h->sh_info])
		return bad(r, h->sh_offset, "relocations of no section");
	section = r->section[h->sh_info] - 1;
	if (h->sh_type == SHT_REL && d->d_type == ELF_T_REL) {
		const Elf32_Rel *e = d->d_buf;

		for (size_t k = 0; k < d->d_size / sizeof *e; k++)
			if (!read_reloc(r, section, e[k].r_offset, e[k].r_info,
					NULL))
				return false;
	} else if (h->sh_type == SHT_RELA && d->d_type == ELF_T_RELA) {
		const Elf32_Rela *e = d->d_buf;

		for (size_t k = 0; k < d->d_size / sizeof *e; k++)
			if (!read_reloc(r, section, e[k].r_offset, e[k].r_info,
			                &e[k].r_addend))
				return false;
	}
	return true;
}

/* Tables of one type, in order. */
static bool each_table(struct reader *r, bool relocs)
{
	for (size_t i = 1; i < r->nsections; i++) {
		const Elf32_Shdr *h = elf32_getshdr(elf_getscn(r->elf, i));

		if (!h)
			return bad(r, DIAG_NOWHERE, "malformed section header");
		if (!relocs && h->sh_type == SHT_SYMTAB && !read_symbols(r, i))
			return false;
		if (relocs &&
		    (h->sh_type == SHT_REL || h->sh_type == SHT_RELA) &&
		    !read_relocs(r, i))
			return false;
	}
	return true;
}

static bool read_all(struct reader *r)
{
	return check_header(r) && read_sections(r) && each_table(r, false) &&
	       each_table(r, true);
}

/* Exhaustion on the way must not strand libelf's handle. */
static bool read_guarded(struct reader *r)
{
	jmp_buf *outer = r->a->oom;
	jmp_buf here;
	bool ok;

	if (setjmp(here)) {
		r->a->oom = outer;
		elf_end(r->elf);
		longjmp(*outer, 1);
	}
	if (outer)
		r->a->oom = &here;
	ok = read_all(r);
	r->a->oom = outer;
	return ok;
}

struct obj *obj_read(const uint8_t *bytes, size_t n, struct arena *a,
                     struct diag_sink *s)
{
	struct reader r = { .a = a, .sink = s, .size = n };
	char *image = arena_copy(a, bytes, n);

	r.image = image;
	r.o = obj_new(a, NULL);
	elf_version(EV_CURRENT);
	r.elf = elf_memory(image, n);
	if (!r.elf) {
		bad(&r, 0, "not an ELF file");
		return NULL;
	}
	bool ok = read_guarded(&r);
	elf_end(r.elf);
	return ok ? r.o : NULL;
}
