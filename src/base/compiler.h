/* base/compiler.h - the only place for compiler extensions. */
#ifndef BASE_COMPILER_H
#define BASE_COMPILER_H

#if defined(__GNUC__)
#define NORETURN __attribute__((noreturn))
#define PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#define UNUSED __attribute__((unused))
#else
#define NORETURN
#define PRINTF(fmt, first)
#define UNUSED
#endif

/* CHECK stays in every build: it guards paths that lead to emitted code. */
#define CHECK(x) ((x) ? (void)0 : check_failed(#x, __FILE__, __LINE__))
/* Where control never comes, in every build. */
#define NOT_REACHED(what) check_failed(what, __FILE__, __LINE__)
NORETURN void check_failed(const char *what, const char *file, int line);

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
