/* elf_write.c - object files as ELF, through libelf.
 *
 * Everything is laid out in arena memory first; only then is libelf opened,
 * so that exhaustion can never strand its handle or the temporary file that
 * it writes to.  Order: the sections of the object, build attributes,
 * relocations, symbol table, names.  Mapping symbols come before the other
 * local ones.
 */
#include <gelf.h>
#include <libelf.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/compiler.h"
#include "obj/attributes.h"
#include "obj/obj.h"
#include "obj/place.h"

/* One section of the file: its header, and what goes into it. */
struct part {
	const char *name;
	uint32_t type, flags, align, entsize, link, info;
	const void *data;
	size_t size;
	Elf_Type form;
	uint32_t name_at;
};

struct layout {
	const struct obj *o;
	struct arena *a;
	struct diag_sink *sink;
	VEC(struct part) parts;		/* parts.at[0] is the null section */
	VEC(Elf32_Sym) syms;
	VEC(Elf32_Rel) *rels;		/* per section */
	struct buf strings, names, attributes;
	uint32_t *number;		/* symbol -> its place in syms */
	uint32_t locals;
};

static uint32_t add_string(struct buf *b, const char *s)
{
	uint32_t at = (uint32_t)b->n;

	buf_put(b, s, strlen(s) + 1);
	return at;
}

static uint32_t add_part(struct layout *l, const struct part *p)
{
	vec_push(l->a, &l->parts, *p);
	vec_last(&l->parts).name_at = add_string(&l->names, p->name);
	return l->parts.n - 1;
}

static uint32_t elf_flags(const struct obj_section *s)
{
	return (s->flags & OBJ_ALLOC ? SHF_ALLOC : 0u) |
	       (s->flags & OBJ_WRITE ? SHF_WRITE : 0u) |
	       (s->flags & OBJ_EXEC ? SHF_EXECINSTR : 0u);
}

/* Section numbers of the file are those of the object plus one. */
static void add_sections(struct layout *l)
{
	for (uint32_t i = 0; i < l->o->sections.n; i++) {
		const struct obj_section *s = &l->o->sections.at[i];
		struct part p = {
			.name = s->name, .type = SHT_NOBITS,
			.flags = elf_flags(s), .align = s->align,
			.size = s->size, .form = ELF_T_BYTE,
		};

		if (s->type != OBJ_ZERO) {
			p.type = SHT_PROGBITS;
			p.size = s->bytes.n;
			p.data = arena_copy(l->a, s->bytes.at, s->bytes.n);
		}
		add_part(l, &p);
	}
}

static void add_mapping(struct layout *l, uint32_t section,
                        const struct obj_mark *m)
{
	const char *name = m->kind == OBJ_THUMB ? "$t" : "$d";

	vec_push(l->a, &l->syms, (Elf32_Sym){
		.st_name = add_string(&l->strings, name),
		.st_value = m->at,
		.st_info = ELF32_ST_INFO(STB_LOCAL, STT_NOTYPE),
		.st_shndx = (Elf32_Section)(section + 1),
	});
}

static void add_mappings(struct layout *l)
{
	for (uint32_t i = 0; i < l->o->sections.n; i++) {
		const struct obj_section *s = &l->o->sections.at[i];
		struct obj_mark all = {
			0, s->flags & OBJ_EXEC ? OBJ_THUMB : OBJ_DATA,
		};

		if (!(s->flags & OBJ_ALLOC) || s->type != OBJ_BYTES ||
		    !s->bytes.n)
			continue;
		if (!s->marks.n || s->marks.at[0].at > 0)
			add_mapping(l, i, &all);
		for (uint32_t k = 0; k < s->marks.n; k++)
			add_mapping(l, i, &s->marks.at[k]);
	}
}

static Elf32_Section place_of(const struct obj_symbol *s)
{
	if (s->section == OBJ_UNDEFINED)
		return SHN_UNDEF;
	return s->section == OBJ_ABSOLUTE ? SHN_ABS
	                                  : (Elf32_Section)(s->section + 1);
}

static void add_symbol(struct layout *l, uint32_t i)
{
	static const uint8_t bind[] = { STB_LOCAL, STB_GLOBAL, STB_WEAK };
	static const uint8_t type[] = {
		STT_NOTYPE, STT_OBJECT, STT_FUNC, STT_SECTION,
	};
	const struct obj_symbol *s = &l->o->symbols.at[i];

	l->number[i] = l->syms.n;
	vec_push(l->a, &l->syms, (Elf32_Sym){
		.st_name = add_string(&l->strings, s->name),
		.st_value = s->value | (s->thumb ? 1u : 0u),
		.st_size = s->size,
		.st_info = (unsigned char)ELF32_ST_INFO(bind[s->binding],
		                                        type[s->type]),
		.st_other = s->hidden ? STV_HIDDEN : STV_DEFAULT,
		.st_shndx = place_of(s),
	});
}

static void add_symbols(struct layout *l)
{
	const struct obj *o = l->o;

	l->number = arena_array(l->a, uint32_t, o->symbols.n);
	buf_u8(&l->strings, 0);
	vec_push(l->a, &l->syms, (Elf32_Sym){ 0 });
	add_mappings(l);
	for (uint32_t i = 0; i < o->symbols.n; i++)
		if (o->symbols.at[i].binding == OBJ_LOCAL)
			add_symbol(l, i);
	l->locals = l->syms.n;
	for (uint32_t i = 0; i < o->symbols.n; i++)
		if (o->symbols.at[i].binding != OBJ_LOCAL)
			add_symbol(l, i);
}

/* Puts the addend into the copied bytes and the rest into the list. */
static bool add_reloc(struct layout *l, const struct obj_reloc *r)
{
	struct part *p = &l->parts.at[r->section + 1];
	uint8_t *bytes = (uint8_t *)(uintptr_t)p->data;
	const char *name = obj_reloc_name(r->type);

	if (p->type != SHT_PROGBITS || r->at > p->size ||
	    !obj_place_put(bytes + r->at, p->size - r->at, r->type,
			   r->addend)) {
		diag_report(l->sink, DIAG_OBJECT, r->at,
		            "%s in %s cannot refer to %s + %d",
		            name ? name : "unknown relocation", p->name,
		            l->o->symbols.at[r->symbol].name, (int)r->addend);
		return false;
	}
	vec_push(l->a, &l->rels[r->section], (Elf32_Rel){
		.r_offset = r->at,
		.r_info = ELF32_R_INFO(l->number[r->symbol], r->type),
	});
	return true;
}

static bool add_relocs(struct layout *l)
{
	const struct obj *o = l->o;

	l->rels = arena_alloc(l->a, (o->sections.n + 1) * sizeof *l->rels);
	for (uint32_t i = 0; i < o->relocs.n; i++)
		if (!add_reloc(l, &o->relocs.at[i]))
			return false;
	return true;
}

/* The sections that only the format needs. */
static void add_tables(struct layout *l)
{
	uint32_t nrels = 0, symtab;

	for (uint32_t i = 0; i < l->o->sections.n; i++)
		nrels += l->rels[i].n > 0;
	buf_init(&l->attributes, l->a);
	obj_attributes_write(&l->attributes, l->o->target);
	add_part(l, &(struct part){
		.name = ".ARM.attributes", .type = SHT_ARM_ATTRIBUTES,
		.align = 1, .data = l->attributes.at, .size = l->attributes.n,
		.form = ELF_T_BYTE,
	});
	symtab = l->parts.n + nrels;
	for (uint32_t i = 0; i < l->o->sections.n; i++)
		if (l->rels[i].n > 0)
			add_part(l, &(struct part){
				.name = arena_printf(l->a, ".rel%s",
				                     l->parts.at[i + 1].name),
				.type = SHT_REL, .flags = SHF_INFO_LINK,
				.align = 4, .entsize = sizeof(Elf32_Rel),
				.link = symtab, .info = i + 1,
				.data = l->rels[i].at,
				.size = l->rels[i].n * sizeof(Elf32_Rel),
				.form = ELF_T_REL,
			});
	add_part(l, &(struct part){
		.name = ".symtab", .type = SHT_SYMTAB, .align = 4,
		.entsize = sizeof(Elf32_Sym), .form = ELF_T_SYM,
		.link = symtab + 1, .info = l->locals, .data = l->syms.at,
		.size = l->syms.n * sizeof(Elf32_Sym),
	});
	add_part(l, &(struct part){
		.name = ".strtab", .type = SHT_STRTAB, .align = 1,
		.data = l->strings.at, .size = l->strings.n, .form = ELF_T_BYTE,
	});
	uint32_t names = add_part(l, &(struct part){
		.name = ".shstrtab", .type = SHT_STRTAB, .align = 1,
		.form = ELF_T_BYTE,
	});
	l->parts.at[names].data = l->names.at;
	l->parts.at[names].size = l->names.n;
}

static bool write_part(Elf *elf, const struct part *p)
{
	Elf_Scn *scn = elf_newscn(elf);
	Elf_Data *data = scn ? elf_newdata(scn) : NULL;
	Elf32_Shdr *h = scn ? elf32_getshdr(scn) : NULL;

	if (!data || !h)
		return false;
	h->sh_name = p->name_at;
	h->sh_type = p->type;
	h->sh_flags = p->flags;
	h->sh_entsize = p->entsize;
	h->sh_link = p->link;
	h->sh_info = p->info;
	data->d_buf = (void *)(uintptr_t)p->data;
	data->d_size = p->size;
	data->d_type = p->form;
	data->d_align = p->align;
	data->d_version = EV_CURRENT;
	return true;
}

/* No arena memory is asked for from here on. */
static bool write_parts(Elf *elf, const struct layout *l)
{
	Elf32_Ehdr *h = elf32_newehdr(elf);

	if (!h)
		return false;
	h->e_ident[EI_DATA] = ELFDATA2LSB;
	h->e_type = ET_REL;
	h->e_machine = EM_ARM;
	h->e_version = EV_CURRENT;
	h->e_flags = EF_ARM_EABI_VER5;
	h->e_shstrndx = (Elf32_Half)(l->parts.n - 1);
	for (uint32_t i = 1; i < l->parts.n; i++)
		if (!write_part(elf, &l->parts.at[i]))
			return false;
	return elf_update(elf, ELF_C_WRITE) >= 0;
}

static size_t bound(const struct layout *l)
{
	size_t n = sizeof(Elf32_Ehdr) + 64;

	for (uint32_t i = 0; i < l->parts.n; i++)
		n += sizeof(Elf32_Shdr) + l->parts.at[i].align +
		     (l->parts.at[i].type == SHT_NOBITS ? 0
							: l->parts.at[i].size);
	return n;
}

/* Through a file without a name, read back into image.  Returns the bytes,
 * 0 on failure.
 */
static size_t to_image(const struct layout *l, uint8_t *image, size_t room)
{
	FILE *f = tmpfile();
	size_t n = 0;
	Elf *elf;

	if (!f)
		return 0;
	elf = elf_begin(fileno(f), ELF_C_WRITE, NULL);
	if (elf && write_parts(elf, l)) {
		rewind(f);
		n = fread(image, 1, room, f);
		if (n == room || ferror(f))
			n = 0;
	}
	if (elf)
		elf_end(elf);
	fclose(f);
	return n;
}

bool obj_write_elf(const struct obj *o, struct buf *out, struct diag_sink *s)
{
	struct layout l = { .o = o, .a = out->arena, .sink = s };
	uint8_t *image;
	size_t n, room;

	if (o->sections.n >= SHN_LORESERVE / 2 - 8) {
		diag_report(s, DIAG_OBJECT, DIAG_NOWHERE,
			    "%u sections are too many",
			    (unsigned)o->sections.n);
		return false;
	}
	buf_init(&l.strings, l.a);
	buf_init(&l.names, l.a);
	buf_u8(&l.names, 0);
	vec_push(l.a, &l.parts, (struct part){ 0 });
	add_sections(&l);
	add_symbols(&l);
	if (!add_relocs(&l))
		return false;
	add_tables(&l);
	room = bound(&l);
	image = arena_alloc(l.a, room);
	elf_version(EV_CURRENT);
	n = to_image(&l, image, room);
	if (!n) {
		diag_report(s, DIAG_IO, DIAG_NOWHERE, "ELF output: %s",
		            elf_errmsg(-1));
		return false;
	}
	buf_put(out, image, n);
	return true;
}
