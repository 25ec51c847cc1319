/* judge.c - comparing outcomes with what the suite expects. */
#include "judge.h"

#include <string.h>

static const struct {
	enum hd_trap_kind kind;
	const char *text;
} traps[] = {
#define HD_TRAP(id, code, text) { HD_TRAP_##id, text },
#include "heddle/trap.def"
};

static const char *trap_text(unsigned kind)
{
	for (size_t k = 0; k < ARRAY_LEN(traps); k++)
		if (traps[k].kind == kind)
			return traps[k].text;
	return "unknown trap";
}

/* The suite shortens or lengthens the wording: "undefined",
 * "uninitialized element 2". */
static bool trap_agrees(unsigned kind, const char *want)
{
	const char *got = trap_text(kind);
	size_t n = strlen(got), m = strlen(want);

	return strncmp(got, want, n < m ? n : m) == 0;
}

static struct spec_value value_of(const struct spec_result *r)
{
	return (struct spec_value){ .type = (enum type)r->type,
				    .bits = { r->bits, r->hi },
				    .null = r->null,
				    .lanes = 1 };
}

static const char *values_text(const struct spec_value *v, uint32_t n,
			       struct arena *a)
{
	const char *s = "";

	for (uint32_t k = 0; k < n; k++)
		s = arena_printf(a, "%s%s%s", s, k ? " " : "",
				 spec_value_text(&v[k], a));
	return n ? s : "no results";
}

static const char *outcome_text(const struct spec_outcome *o, struct arena *a)
{
	struct spec_value *v;

	switch (o->what) {
	case SPEC_OK:
		v = arena_array(a, struct spec_value, o->nvalues);
		for (uint32_t k = 0; k < o->nvalues; k++)
			v[k] = value_of(&o->value[k]);
		return values_text(v, o->nvalues, a);
	case SPEC_TRAP:
		return arena_printf(a, "trap: %s", trap_text(o->trap));
	case SPEC_UNLINKABLE:
		return arena_printf(a, "unlinkable: %s",
				    o->detail ? o->detail : "");
	case SPEC_INVALID:
		return arena_printf(a, "rejected: %s",
				    o->detail ? o->detail : "");
	case SPEC_ERROR:
		return arena_printf(a, "error: %s",
				    o->detail ? o->detail : "");
	default:
		return "nothing: the command was not run";
	}
}

static bool results_agree(const struct spec_command *c,
			  const struct spec_outcome *o)
{
	if (c->nexpected != o->nvalues)
		return false;
	for (uint32_t k = 0; k < o->nvalues; k++) {
		struct spec_value got = value_of(&o->value[k]);
		if (!spec_match(&c->expected[k], &got))
			return false;
	}
	return true;
}

/* Whether it passes; *want says what would. */
static bool agrees(const struct spec_command *c, const struct spec_outcome *o,
		   const char **want, struct arena *a)
{
	const char *text = c->text ? c->text : "";

	switch (c->type) {
	case SPEC_MODULE: case SPEC_REGISTER: case SPEC_ACTION:
		*want = "success";
		return o->what == SPEC_OK;
	case SPEC_ASSERT_RETURN:
		*want = values_text(c->expected, c->nexpected, a);
		return o->what == SPEC_OK && results_agree(c, o);
	case SPEC_ASSERT_TRAP: case SPEC_ASSERT_UNINSTANTIABLE:
		*want = arena_printf(a, "trap: %s", text);
		return o->what == SPEC_TRAP && trap_agrees(o->trap, text);
	case SPEC_ASSERT_EXHAUSTION:
		*want = arena_printf(a, "trap: %s", text);
		return o->what == SPEC_TRAP && o->trap == HD_TRAP_STACK;
	case SPEC_ASSERT_MALFORMED: case SPEC_ASSERT_INVALID:
		*want = arena_printf(a, "rejected: %s", text);
		return o->what == SPEC_INVALID;
	case SPEC_ASSERT_UNLINKABLE:
		*want = arena_printf(a, "unlinkable: %s", text);
		return o->what == SPEC_UNLINKABLE;
	case SPEC_OTHER:
		break;
	}
	*want = arena_printf(a, "a command that is known, not %s", c->kind);
	return false;
}

void judge(struct tally *t, const struct spec_job *job, uint32_t k)
{
	const struct spec_command *c = &job->file->at[k];
	const struct spec_outcome *o = &job->out[k];
	const char *want;

	if (o->what == SPEC_SKIP) {
		tally_skip(t, 1, o->detail);
		return;
	}
	if (agrees(c, o, &want, job->arena)) {
		t->passed++;
		return;
	}
	tally_fail(t, job->file->path, c->line, "%s%s%s: expected %s, got %s",
		   c->kind, c->has_action ? " " : "",
		   c->has_action ? c->action.field : "", want,
		   outcome_text(o, job->arena));
}
