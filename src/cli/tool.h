/* cli/tool.h - other programs: finding and running them, without a shell. */
#ifndef CLI_TOOL_H
#define CLI_TOOL_H

#include "cli/cli.h"

typedef VEC(const char *) tool_argv;

/* Path of a program in PATH; NULL after a report that names the Debian
 * package it comes from. */
const char *tool_find(struct cli *c, const char *name, const char *package);

/* Runs argv (ended by NULL here) with this program's standard streams, but
 * for output and errors that are not NULL: they are collected.  Stops it after
 * `seconds` (0: never).  Returns its exit status, 128 + n for signal n; -1
 * after a report. */
int tool_run(struct cli *c, tool_argv *argv, struct buf *out, struct buf *err,
	     unsigned seconds);

/* Adds the words of a text, split at spaces. */
void tool_words(struct cli *c, tool_argv *argv, const char *text);

/* The folder that holds <target>/libheddle-rt.a: beside this program in the
 * build tree, or ../lib/heddle/rt where it is installed, or $HEDDLE_RUNTIME.
 * NULL after a report. */
const char *tool_runtime(struct cli *c, const struct target *t);

/* A new folder for temporary files, and removing it with the files in it. */
const char *tool_temp(struct cli *c);
void tool_temp_remove(const char *dir);

#endif
