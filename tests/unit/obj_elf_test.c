/* obj_elf_test.c - object files: what is written is read back, and the
 * cross linker takes it or refuses it as it should.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "obj/obj.h"
#include "t32/encode.h"

static int failures;

static bool check(bool ok, const char *what, const char *of)
{
	if (!ok) {
		failures++;
		printf("not ok - %s: %s\n", of, what);
	}
	return ok;
}

static void insn(struct buf *b, enum t32 id, const int32_t *op)
{
	uint8_t bytes[4];
	unsigned halfwords = 0;
	uint32_t word = 0;

	check(t32_encode(id, op, &word, &halfwords), "encode", t32_id_name(id));
	buf_put(b, bytes, t32_store(bytes, word, halfwords));
}

#define INSN(b, id, ...) insn(b, T32_##id, (const int32_t[]){ __VA_ARGS__ })

static uint32_t define(struct obj *o, const char *name, uint32_t section,
                       uint32_t value, uint32_t size)
{
	bool code = o->sections.at[section].flags & OBJ_EXEC;

	return obj_symbol(o, &(struct obj_symbol){
		.name = name, .section = section, .value = value, .size = size,
		.binding = OBJ_GLOBAL, .thumb = code,
		.type = code ? OBJ_FUNC : OBJ_OBJECT,
	});
}

static void refer(struct obj *o, uint32_t section, size_t at,
                  enum obj_reloc_type type, uint32_t symbol, int32_t addend)
{
	obj_reloc(o, &(struct obj_reloc){
		.section = section, .at = (uint32_t)at, .type = type,
		.symbol = symbol, .addend = addend,
	});
}

/* int twice(int x) { return given(x) + given_datum[1]; } in each way to refer
 * to something, with a literal in the code.
 */
static void add_code(struct obj *o)
{
	uint32_t text = obj_section(o, ".text.twice", OBJ_BYTES,
	                            OBJ_ALLOC | OBJ_EXEC, 4);
	uint32_t given = obj_reference(o, "given");
	uint32_t datum = obj_reference(o, "given_datum");
	struct buf *b = obj_at(o, text);

	INSN(b, PUSH_N, 0x4010);
	refer(o, text, b->n, OBJ_R_THM_CALL, given, 0);
	INSN(b, BL, -4);
	INSN(b, MOVW, 1, 0);
	refer(o, text, b->n - 4, OBJ_R_THM_MOVW_ABS_NC, datum, 4);
	INSN(b, MOVT, 1, 0);
	refer(o, text, b->n - 4, OBJ_R_THM_MOVT_ABS, datum, 4);
	INSN(b, LDR_I_N, 1, 1, 0);
	INSN(b, ADDS_R_N, 0, 0, 1);
	INSN(b, LDR_LIT_N, 1, 4);
	INSN(b, POP_N, 0x8010);
	obj_mark(o, text, (uint32_t)b->n, OBJ_DATA);
	refer(o, text, b->n, OBJ_R_ABS32, datum, -8);
	buf_u32(b, 0);
	define(o, "twice", text, 0, (uint32_t)b->n);

	uint32_t tail = obj_section(o, ".text.tail", OBJ_BYTES,
	                            OBJ_ALLOC | OBJ_EXEC, 4);
	b = obj_at(o, tail);
	INSN(b, B, 0);
	refer(o, tail, 0, OBJ_R_THM_JUMP24, given, 0);
	define(o, "tail", tail, 0, 4);
}

static struct obj *sample(struct arena *a, const struct target *t)
{
	struct obj *o = obj_new(a, t);

	add_code(o);
	uint32_t table = obj_section(o, ".rodata", OBJ_BYTES, OBJ_ALLOC, 4);
	uint32_t twice = obj_reference(o, "twice");

	refer(o, table, 0, OBJ_R_ABS32, twice, 0);
	refer(o, table, 4, OBJ_R_REL32, twice, 0);
	buf_u64(obj_at(o, table), 0);
	define(o, "table", table, 0, 8);
	uint32_t zero =
		obj_section(o, ".bss", OBJ_ZERO, OBJ_ALLOC | OBJ_WRITE, 8);
	o->sections.at[zero].size = 100;
	define(o, "zeroes", zero, 0, 100);
	obj_symbol(o, &(struct obj_symbol){
		.name = "limit", .section = OBJ_ABSOLUTE, .value = 0x1234,
		.binding = OBJ_GLOBAL,
	});
	obj_symbol(o, &(struct obj_symbol){
			      .name = "local",
			      .section = zero,
			      .value = 8,
			      .type = OBJ_OBJECT,
		      });
	return o;
}

static bool same_section(const struct obj_section *x,
			 const struct obj_section *y)
{
	return !strcmp(x->name, y->name) && x->type == y->type &&
	       x->flags == y->flags && x->align == y->align &&
	       x->bytes.n == y->bytes.n &&
	       (x->type != OBJ_ZERO || x->size == y->size);
}

static bool same_symbol(const struct obj_symbol *x, const struct obj_symbol *y)
{
	return x->section == y->section && x->value == y->value &&
	       x->size == y->size && x->binding == y->binding &&
	       x->type == y->type && x->thumb == y->thumb;
}

static void round_trip(const struct obj *o, const struct buf *file,
                       struct diag_sink *sink)
{
	const char *name = o->target->name;
	struct obj *r = obj_read(file->at, file->n, o->arena, sink);

	if (!check(r, "is not read back", name))
		return;
	check(r->hard_float == o->target->hard_float, "float ABI", name);
	check(!r->linked, "kind of file", name);
	for (uint32_t i = 0; i < o->sections.n; i++)
		check(same_section(&o->sections.at[i], &r->sections.at[i]),
		      "sections differ", o->sections.at[i].name);
	for (uint32_t i = 0; i < o->symbols.n; i++) {
		const struct obj_symbol *s = obj_find(r, o->symbols.at[i].name);

		check(s && same_symbol(&o->symbols.at[i], s), "symbols differ",
		      o->symbols.at[i].name);
	}
	check(r->relocs.n == o->relocs.n, "number of relocations", name);
	for (uint32_t i = 0; i < o->relocs.n && i < r->relocs.n; i++) {
		const struct obj_reloc *x = &o->relocs.at[i],
				       *y = &r->relocs.at[i];

		check(x->section == y->section && x->at == y->at &&
		      x->type == y->type && x->addend == y->addend &&
		      !strcmp(o->symbols.at[x->symbol].name,
		              r->symbols.at[y->symbol].name),
		      "relocations differ", obj_reloc_name(x->type));
	}
	check(r->sections.at[0].marks.n == 2 &&
	      r->sections.at[0].marks.at[1].kind == OBJ_DATA, "marks", name);
}

static const char given_c[] =
	"int given_datum[4] = { 1, 20, 3, 4 };\n"
	"float given_float(float x) { return x; }\n"
	"int given(int x) { return x * 2; }\n"
	"int twice(int), tail(int); extern int (*const table[2])(int);\n"
	"int _start(void) { return twice(1) + tail(2) + table[0](3); }\n";

static int tool(const char *dir, const char *fmt, const char *x, const char *y)
{
	char args[400], cmd[600];

	snprintf(args, sizeof args, fmt, x, y);
	snprintf(cmd, sizeof cmd, "cd %s && %s >>log 2>&1", dir, args);
	return system(cmd);
}

static void save(const char *dir, const char *name, const void *p, size_t n,
                 struct diag_sink *sink)
{
	char path[100];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	check(file_write(path, p, n, false, sink), "cannot write", path);
}

/* Links with gcc's object for the same target, and reads the result. */
static void link_same(const char *dir, const struct target *t, struct arena *a,
                      struct diag_sink *sink)
{
	char path[100];
	uint8_t *bytes;
	size_t n;

	if (!check(!tool(dir,
			 "arm-none-eabi-gcc %s -O1 -c given.c -o given-%s.o",
			 t->gcc_flags, t->name),
		   "gcc fails", t->name) ||
	    !check(!tool(dir,
			 "arm-none-eabi-ld --fatal-warnings -Ttext=0x8000 "
			 "-o out.elf given-%s.o %s.o",
			 t->name, t->name),
		   "ld refuses", t->name))
		return;
	snprintf(path, sizeof path, "%s/out.elf", dir);
	if (!check(file_read(path, 1 << 24, a, &bytes, &n, sink), "unread",
		   path))
		return;
	struct obj *o = obj_read(bytes, n, a, sink);
	if (!check(o, "linked file is not read", t->name))
		return;
	const struct obj_symbol *twice = obj_find(o, "twice");
	const struct obj_symbol *table = obj_find(o, "table");
	const struct obj_symbol *datum = obj_find(o, "given_datum");
	if (!check(twice && table && datum && o->linked, "symbols", t->name))
		return;
	const uint8_t *at = obj_memory(o, table->value, 8);
	const uint8_t *lit = obj_memory(o, twice->value + twice->size - 4, 4);
	if (!check(at && lit, "contents", t->name))
		return;
	uint32_t word, rel, literal;
	memcpy(&word, at, 4);
	memcpy(&rel, at + 4, 4);
	memcpy(&literal, lit, 4);
	check(word == (twice->value | 1), "ABS32 of a Thumb function", t->name);
	check(rel == (twice->value | 1) - (table->value + 4), "REL32", t->name);
	check(literal == datum->value - 8, "ABS32 with addend", t->name);
}

static void refuse(const char *dir, const struct target *t,
                   const struct target *u)
{
	int r = tool(
		dir,
		"arm-none-eabi-ld -Ttext=0x8000 -o bad.elf given-%s.o %s.o",
		t->name, u->name);

	check(t->hard_float == u->hard_float || r != 0,
	      "ld links hard with soft float", t->name);
}

static void bad_relocs(struct arena *a, struct diag_sink *sink)
{
	static const struct {
		enum obj_reloc_type type;
		uint32_t at;
		int32_t addend;
	} bad[] = {
		{ OBJ_R_THM_CALL, 0, 0 },		/* not a branch there */
		{ OBJ_R_ABS32, 2, 0 },			/* past the end */
		{ OBJ_R_ABS32, 0xfffffff0, 0 },
		{ OBJ_R_THM_MOVW_ABS_NC, 0, 0x10000 },
	};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct obj *o = obj_new(a, &targets[TARGET_M4]);
		uint32_t text =
			obj_section(o, ".text", OBJ_BYTES, OBJ_ALLOC, 4);
		struct buf out;

		buf_init(&out, a);
		INSN(obj_at(o, text), MOVW, 0, 0);
		refer(o, text, bad[i].at, bad[i].type, obj_reference(o, "x"),
		      bad[i].addend);
		check(!obj_write_elf(o, &out, sink) && !out.n,
		      "an impossible relocation is written",
		      obj_reloc_name(bad[i].type));
	}
	check(sink->n == sizeof bad / sizeof *bad, "reports",
	      "bad relocations");
	sink->n = 0;
}

/* Every file cut short or with one byte changed is read or refused; nothing
 * else may happen (sanitizers look).
 */
static void damage(const struct buf *file, struct arena *a)
{
	uint8_t *copy = arena_alloc(a, file->n);
	unsigned refused = 0;

	for (size_t i = 0; i < file->n; i++) {
		struct arena_mark m = arena_mark(a);
		struct diag_sink sink;

		diag_init(&sink, a);
		memcpy(copy, file->at, file->n);
		copy[i] ^= (uint8_t)(1u << i % 8);
		refused += !obj_read(copy, file->n, a, &sink);
		refused += !obj_read(file->at, i, a, &sink);
		arena_reset(a, m);
	}
	printf("ok - %u of %u damaged files refused\n", refused,
	       (unsigned)file->n * 2);
}

/* Writes and reads with memory that gives out at the nth request, until it
 * does not.  Returns the number of failures survived.
 */
static unsigned exhaust(void)
{
	for (volatile unsigned n = 1;; n++) {
		volatile bool done = false;
		struct arena a;
		jmp_buf oom;

		arena_init(&a, &oom);
		if (setjmp(oom) == 0) {
			struct diag_sink sink;
			struct buf file;

			diag_init(&sink, &a);
			struct obj *o = sample(&a, &targets[TARGET_M4F]);
			buf_init(&file, &a);
			arena_fail_at = n;
			obj_write_elf(o, &file, &sink);
			obj_read(file.at, file.n, &a, &sink);
			done = arena_fail_at > 0;
		}
		arena_fail_at = 0;
		arena_fini(&a);
		if (done)
			return n - 1;
	}
}

int main(void)
{
	char dir[] = "/tmp/obj_elf.XXXXXX";
	struct arena a;
	struct diag_sink sink;
	bool tools =
		system("arm-none-eabi-ld --version >/dev/null 2>&1") == 0 &&
		system("arm-none-eabi-gcc --version >/dev/null 2>&1") == 0;

	arena_init(&a, NULL);
	diag_init(&sink, &a);
	if (!mkdtemp(dir))
		return 1;
	save(dir, "given.c", given_c, strlen(given_c), &sink);
	for (unsigned i = 0; i < TARGET_COUNT; i++) {
		struct obj *o = sample(&a, &targets[i]);
		struct buf file, again;
		char name[40];

		buf_init(&file, &a);
		buf_init(&again, &a);
		if (!check(obj_write_elf(o, &file, &sink) &&
				   obj_write_elf(o, &again, &sink),
			   "write", targets[i].name))
			continue;
		check(file.n == again.n && !memcmp(file.at, again.at, file.n),
		      "two runs differ", targets[i].name);
		round_trip(o, &file, &sink);
		snprintf(name, sizeof name, "%s.o", targets[i].name);
		save(dir, name, file.at, file.n, &sink);
		if (tools)
			link_same(dir, &targets[i], &a, &sink);
		if (i == 0)
			damage(&file, &a);
	}
	for (unsigned i = 0; tools && i < TARGET_COUNT; i++)
		for (unsigned k = 0; k < TARGET_COUNT; k++)
			refuse(dir, &targets[i], &targets[k]);
	bad_relocs(&a, &sink);
	printf("ok - %u exhaustions survived\n", exhaust());
	struct buf text;
	buf_init(&text, &a);
	for (uint32_t i = 0; i < sink.n && failures; i++)
		diag_print(&sink.at[i], "obj", NULL, NULL, &text);
	buf_u8(&text, 0);
	printf("%s# %d failures%s\n", (char *)text.at, failures,
	       tools ? "" : ", linking skipped: no arm-none-eabi-gcc");
	if (!failures)
		tool(dir, "rm -r %s %s", dir, "");
	else
		printf("# kept %s\n", dir);
	arena_fini(&a);
	return failures ? 1 : tools ? 0 : 77;
}
