/* tap.h - TAP lines for unit tests.
 *
 *	ok(n == 3, "three of %s", name);
 *	return done();
 */
#ifndef TAP_H
#define TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/compiler.h"

static unsigned tap_run, tap_failed;

PRINTF(2, 3) UNUSED static bool ok(bool pass, const char *fmt, ...)
{
	va_list ap;

	tap_run++;
	tap_failed += !pass;
	printf("%sok %u - ", pass ? "" : "not ", tap_run);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	return pass;
}

/* Prints the plan; the exit status of main. */
UNUSED static int done(void)
{
	printf("1..%u\n", tap_run);
	return tap_failed != 0;
}

#endif
