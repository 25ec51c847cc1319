/* base/file.h - whole files in and out. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/diag.h"

/* Reads a whole file ("-" is standard input) of at most `max` bytes.
 * Returns false after a report (IO, or LIMIT when longer). */
bool file_read(const char *path, size_t max, struct arena *a, uint8_t **data,
	       size_t *n, struct diag_sink *s);

/* Writes a whole file ("-" is standard output): to a temporary beside it,
 * flushed, then renamed, so that no partial file is ever seen. */
bool file_write(const char *path, const void *data, size_t n, bool executable,
		struct diag_sink *s);

#endif
