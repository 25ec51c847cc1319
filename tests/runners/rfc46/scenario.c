/* scenario.c - a script becomes lines for script_main; its answers are
 * compared with the expectations step by step. */
#include "rfc46/scenario.h"

#include <stdlib.h>
#include <string.h>

#include "heddle/abi.h"

enum { DEFAULT_CAPACITY = 65536 };

static const char *text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

bool rfc46_load(struct rfc46_file *f, const char *path, struct arena *a,
		const char **why)
{
	json_error_t e;

	*why = NULL;
	*f = (struct rfc46_file){ .root = json_load_file(path, 0, &e) };
	if (!f->root) {
		*why = arena_printf(a, "line %d: %s", e.line, e.text);
		return false;
	}
	f->scenarios = json_object_get(f->root, "scenarios");
	if (!json_is_array(f->scenarios)) {
		rfc46_close(f);
		return false;
	}
	const char *slash = strrchr(path, '/');
	f->module = arena_printf(a, "%.*s%s", slash ? (int)(slash + 1 - path) : 0,
				 path, text(f->root, "module"));
	f->n = (uint32_t)json_array_size(f->scenarios);
	return true;
}

void rfc46_close(struct rfc46_file *f)
{
	json_decref(f->root);
	f->root = NULL;
}

const char *rfc46_name(const struct rfc46_file *f, uint32_t k)
{
	return text(json_array_get(f->scenarios, k), "name");
}

/* --- the script as lines --------------------------------------------------- */

/* Handles such as "$in.r" are sent as they are: only script_main knows the
 * numbers. */
struct player {
	struct arena *a;
	struct buf lines;
};

static void send_hex(struct player *p, const json_t *o)
{
	const char *hex = text(o, "hex");

	buf_printf(&p->lines, " %s", *hex ? hex : "-");
}

static void send_args(struct player *p, const json_t *args)
{
	size_t k;
	json_t *v;

	json_array_foreach(args, k, v) {
		if (json_is_string(v))
			buf_printf(&p->lines, " %s", json_string_value(v));
		else
			buf_printf(&p->lines, " %u",
				   (unsigned)json_integer_value(v));
	}
}

static long number(const json_t *o, const char *key, long otherwise)
{
	const json_t *v = json_object_get(o, key);

	return v ? (long)json_integer_value(v) : otherwise;
}

static const char *send(struct player *p, const json_t *o)
{
	const char *op = text(o, "op");
	struct buf *b = &p->lines;

	if (!strcmp(op, "new_stream")) {
		buf_printf(b, "stream %s %ld %ld", text(o, "name"),
			   number(o, "elem", 1),
			   number(o, "capacity", DEFAULT_CAPACITY));
	} else if (!strcmp(op, "new_future")) {
		buf_printf(b, "future %s %ld", text(o, "name"),
			   number(o, "size", 4));
	} else if (!strcmp(op, "feed")) {
		buf_printf(b, "feed %s", text(o, "stream"));
		send_hex(p, o);
	} else if (!strcmp(op, "close") || !strcmp(op, "drop_reader")) {
		buf_printf(b, "%s %s", op, text(o, "stream"));
	} else if (!strcmp(op, "drain")) {
		buf_printf(b, "drain %s %ld", text(o, "stream"),
			   number(o, "max", 1L << 30));
	} else if (!strcmp(op, "resolve")) {
		buf_printf(b, "resolve %s", text(o, "future"));
		send_hex(p, o);
	} else if (!strcmp(op, "abandon") || !strcmp(op, "take")) {
		buf_printf(b, "%s %s", op, text(o, "future"));
	} else if (!strcmp(op, "deliver")) {
		buf_printf(b, "deliver %ld", number(o, "max", 1L << 30));
	} else if (!strcmp(op, "event")) {
		buf_printf(b, "event %ld", number(o, "type", 0));
		const json_t *v = json_object_get(o, "payload");
		if (json_is_string(v))
			buf_printf(b, " %s", json_string_value(v));
		else
			buf_printf(b, " %u", (unsigned)json_integer_value(v));
	} else if (!strcmp(op, "call")) {
		buf_printf(b, "call %s", text(o, "func"));
		send_args(p, json_object_get(o, "args"));
	} else {
		return arena_printf(p->a, "unknown script operation %s", op);
	}
	buf_str(b, "\n");
	return NULL;
}

/* --- the answers ------------------------------------------------------------------ */

struct answers {
	char *at;			/* next line */
	struct buf backpressure;	/* "0 1 0 " */
	const char *trap;		/* rest of the trap line, or NULL */
};

/* The next line that is an answer; NULL at the end or at the trap. */
static char *next_line(struct answers *s)
{
	for (;;) {
		char *line = s->at, *end = strchr(line, '\n');
		if (!end)
			return NULL;
		*end = 0;
		s->at = end + 1;
		if (!strncmp(line, "backpressure ", 13)) {
			buf_printf(&s->backpressure, "%s ", line + 13);
			continue;
		}
		if (!strncmp(line, "trap ", 5)) {
			s->trap = line + 5;
			return NULL;
		}
		return line;
	}
}

static bool answers(const char *op)
{
	return !strcmp(op, "new_stream") || !strcmp(op, "new_future") ||
	       !strcmp(op, "drain") || !strcmp(op, "take") ||
	       !strcmp(op, "deliver") || !strcmp(op, "call");
}

static bool is_step(const char *op)
{
	return answers(op) && strncmp(op, "new_", 4) != 0;
}

/* i32 results come as 8 bytes of hex, little endian. */
static unsigned long word_of(const char *hex)
{
	unsigned long v = 0;

	for (int k = 3; k >= 0; k--) {
		char two[3] = { hex[2 * k], hex[2 * k + 1], 0 };
		v = v << 8 | strtoul(two, NULL, 16);
	}
	return v;
}

/* What the expectation of a step looks like as an answer. */
static const char *expected(const json_t *step, struct arena *a)
{
	const char *op = text(step, "op"), *hex = text(step, "hex");

	if (!strcmp(op, "deliver"))
		return arena_printf(a, "%ld", number(step, "events", 0));
	if (!strcmp(op, "drain"))
		return arena_printf(a, "%s %d", *hex ? hex : "-",
				    json_is_true(json_object_get(step, "eof")));
	if (!strcmp(op, "take"))
		return json_is_string(json_object_get(step, "hex"))
			       ? arena_printf(a, "1 %s", hex)
			       : "0 -";
	const json_t *ret = json_object_get(step, "ret");
	if (!json_is_integer(ret))
		return "-";
	return arena_printf(a, "%lu",
			    (unsigned long)json_integer_value(ret) & 0xffffffffu);
}

static const char *got(const json_t *step, const char *line, struct arena *a)
{
	if (strcmp(text(step, "op"), "call") != 0 || !strcmp(line, "-"))
		return line;
	return arena_printf(a, "%lu", word_of(line));
}

/* All bytes drained of each stream, as hex. */
static void collect(json_t *drained, const char *stream, const char *line,
		    struct arena *a)
{
	const char *space = strchr(line, ' ');
	const char *before = text(drained, stream);
	int n = line[0] == '-' ? 0 : (int)(space - line);

	json_object_set_new(drained, stream,
			    json_string(arena_printf(a, "%s%.*s", before, n,
						     line)));
}

static const char *compare_trap(const json_t *want, const char *trap,
				struct arena *a)
{
	static const struct {
		const char *word;
		enum hd_trap_kind kind;
	} rows[] = {
		{ "out of bounds buffer", HD_TRAP_BUFFER_BOUNDS },
		{ "unaligned", HD_TRAP_BUFFER_ALIGN },
		{ "out of bounds", HD_TRAP_MEMORY_BOUNDS },
		{ "unreachable", HD_TRAP_UNREACHABLE },
		{ "divide by zero", HD_TRAP_DIV_ZERO },
	};
	const char *message = text(want, "message");

	if (!trap)
		return arena_printf(a, "no trap; expected %s", message);
	for (unsigned k = 0; k < sizeof rows / sizeof rows[0]; k++)
		if (strstr(message, rows[k].word))
			return strtol(trap, NULL, 10) == (long)rows[k].kind
				       ? NULL
				       : arena_printf(a, "trap %s; expected %s",
						      trap, message);
	return arena_printf(a, "expected trap \"%s\" is none this runner knows",
			    message);
}

static const char *compare_end(const json_t *want, struct answers *s,
			       json_t *drained, struct arena *a)
{
	const json_t *trap = json_object_get(want, "trap");
	const json_t *bp = json_object_get(want, "backpressure_changes");
	const char *key;
	json_t *v;
	size_t k;
	struct buf b;

	if (json_is_object(trap)) {
		const char *why = compare_trap(trap, s->trap, a);
		if (why)
			return why;
	} else if (s->trap) {
		return arena_printf(a, "unexpected trap %s", s->trap);
	}
	json_object_foreach(json_object_get(want, "drained"), key, v) {
		if (strcmp(text(drained, key), json_string_value(v)) != 0)
			return arena_printf(a, "stream %s: drained %s; expected %s",
					    key, text(drained, key),
					    json_string_value(v));
	}
	buf_init(&b, a);
	buf_str(&b, "");
	json_array_foreach(bp, k, v)
		buf_printf(&b, "%d ", (int)json_integer_value(v));
	if (strcmp((char *)b.at, (char *)s->backpressure.at) != 0)
		return arena_printf(a, "backpressure %s; expected %s",
				    (char *)s->backpressure.at, (char *)b.at);
	return NULL;
}

static const char *compare(const json_t *scenario, char *out, struct arena *a)
{
	const json_t *want = json_object_get(scenario, "expected");
	const json_t *steps = json_object_get(want, "steps");
	struct answers s = { .at = out };
	json_t *o, *drained = json_object();
	size_t k, step = 0;
	const char *why = NULL;

	buf_init(&s.backpressure, a);
	buf_str(&s.backpressure, "");
	json_array_foreach(json_object_get(scenario, "script"), k, o) {
		const char *op = text(o, "op");
		char *line = answers(op) ? next_line(&s) : NULL;
		if (!line || !is_step(op)) {
			if (s.trap || (answers(op) && !line))
				break;
			continue;
		}
		const json_t *e = json_array_get(steps, step);
		if (!e || strcmp(expected(e, a), got(e, line, a)) != 0) {
			why = arena_printf(a, "step %zu (%s): got %s; expected %s",
					   step, op, line,
					   e ? expected(e, a) : "no such step");
			break;
		}
		step++;
		if (!strcmp(op, "drain"))
			collect(drained, text(o, "stream"), line, a);
	}
	char *status = why ? NULL : next_line(&s);
	if (!why && step < json_array_size(steps))
		why = arena_printf(a, "ended after %zu of %zu steps", step,
				   json_array_size(steps));
	if (!why)
		why = compare_end(want, &s, drained, a);
	if (!why && !s.trap) {
		const char *e = arena_printf(a, "%ld %ld",
					     number(want, "final_backpressure", 0),
					     number(want, "undelivered_events", 0));
		if (!status || strcmp(status, e) != 0)
			why = arena_printf(a, "final backpressure and events %s; "
					      "expected %s",
					   status ? status : "missing", e);
	}
	json_decref(drained);
	return why;
}

const char *rfc46_play(const struct rfc46_file *f, uint32_t k,
		       const struct target *t, const char *elf, struct arena *a)
{
	const json_t *scenario = json_array_get(f->scenarios, k);
	struct player p = { .a = a };
	json_t *o;
	size_t i;

	buf_init(&p.lines, a);
	json_array_foreach(json_object_get(scenario, "script"), i, o) {
		const char *why = send(&p, o);
		if (why)
			return why;
	}
	buf_str(&p.lines, "status\n");
	struct fw_result r = fw_qemu(t, elf, p.lines.at, p.lines.n, 60, a);
	if (!r.ran || r.status != 0)
		return arena_printf(a, "firmware: %s (status %d) %s",
				    r.why ? r.why : "failed", r.status,
				    (char *)r.err.at);
	return compare(scenario, (char *)r.out.at, a);
}
