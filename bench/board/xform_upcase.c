/* xform_upcase.c - tests/rfc46/xform_upcase.wat for a native compiler. */
typedef unsigned char T;
static inline T xf(T c)
{
	return c >= 'a' && c <= 'z' ? (T)(c - 32) : c;
}
#include "xform.h"
