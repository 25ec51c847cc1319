/* prove/link/text.h - functions that move strings against the text of transcode.def. */
#ifndef PROVE_LINK_TEXT_H
#define PROVE_LINK_TEXT_H

#include "prove/link/adapt.h"

/* What a name of the text stands for.
 *
 *   value  a number; a local, JOINT_NONE until the text sets it; a function: which
 *          text_form
 *   text   of TEXT_TEXT */
struct text_name {
	const char *name;
	enum { TEXT_NUMBER, TEXT_LOCAL, TEXT_FUNC, TEXT_TEXT } kind;
	uint32_t value;
	const char *text;
};

/* What the code units of a string are: of an encoding, or of one of the two of a tagged
 * string once its tag has been looked at; EITHER looks. */
enum text_form {
	FORM_UTF8, FORM_UTF16, FORM_TAGGED_UTF16, FORM_LATIN1, FORM_EITHER,
	FORMS
};

/* text.c: reads instructions as the text says; names end with a NULL name. */
void text_follow(struct adapt *x, const char *text, struct text_name *name);

/* adapt_text.c: a call of the function that moves strings of a form. */
void adapt_text_as(struct adapt *x, enum text_form form);

#endif
