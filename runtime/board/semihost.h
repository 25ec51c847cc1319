/* board/semihost.h - files, arguments and exit through a debugger or QEMU. */
#ifndef HD_SEMIHOST_H
#define HD_SEMIHOST_H

#include <stdint.h>

#include "core/cc.h"

/* The three standard streams. */
enum { SH_STDIN, SH_STDOUT, SH_STDERR };

/* Writes n bytes; returns how many were written. */
uint32_t sh_write(unsigned stream, const void *bytes, uint32_t n);

/* Reads up to n bytes, waiting for at least one.
 * Returns 0 at the end of the input. */
uint32_t sh_read(unsigned stream, void *bytes, uint32_t n);

/* Copies the command line, NUL-terminated; returns its length, 0 if none. */
uint32_t sh_cmdline(char *to, uint32_t size);

void sh_puts(unsigned stream, const char *s);

/* Ends the program. */
HD_NORETURN void sh_exit(uint32_t status);

#endif
