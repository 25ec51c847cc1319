/* cc.h - the one place where the runtime depends on a compiler.
 *
 * GCC and clang for Arm and x86-64 are supported; a port to another compiler
 * replaces this file.
 */
#ifndef HD_CC_H
#define HD_CC_H

#define HD_NORETURN	__attribute__((noreturn))
#define HD_INLINE	inline __attribute__((always_inline))
#define HD_WEAK		__attribute__((weak))
#define HD_UNUSED	__attribute__((unused))
#define HD_NOTHING	_Static_assert(1, "")
/* HD_HOT: the few functions whose instruction count is promised
 * (docs/runtime.md).  HD_SHORT: whether usual cases have a way of their own
 * beside the general one.  HD_IN_LINE: code that is repeated where it is used;
 * HD_ONCE: the same, and not repeated where that is given up;
 * HD_APART: code that is kept out of a usual way.
 * All are given up where flash is dearer (HD_SMALL), and where several
 * executors share the runtime (HD_MULTI). */
#if defined(HD_SMALL) || defined(HD_MULTI)
#define HD_SHORT	0
#define HD_HOT
#define HD_IN_LINE	inline
#define HD_ONCE		__attribute__((noinline))
#define HD_APART
#else
#define HD_SHORT	1
#define HD_IN_LINE	HD_INLINE
#define HD_ONCE		HD_INLINE
#define HD_APART	__attribute__((noinline))
#if defined(__GNUC__) && !defined(__clang__)
#define HD_HOT		__attribute__((hot, optimize("O2")))
#else
#define HD_HOT		__attribute__((hot))
#endif
#endif
#define HD_COLD		__attribute__((cold, noinline))
#define HD_NOINLINE	__attribute__((noinline))
#define HD_ALIGNED(n)	__attribute__((aligned(n)))
#define HD_CLEANUP(f)	__attribute__((cleanup(f)))
#define HD_SECTION(s)	__attribute__((section(s)))
#define HD_LIKELY(x)	__builtin_expect(!!(x), 1)
#define HD_UNLIKELY(x)	__builtin_expect(!!(x), 0)
/* Tools that follow values (tests/runtime/cbmc) lose them in a union and in the
 * bits of an address. To them, members of which one is in use at a time, as
 * something else says, are all there, and an address is where in its object it
 * is. HD_LOW_BITS are those that alignment leaves free, HD_WITHOUT the address
 * without such `bits`. */
#ifdef HD_FOLLOWED
#define HD_EITHER	struct
#define HD_LOW_BITS(p)	__CPROVER_POINTER_OFFSET(p)
#define HD_WITHOUT(p, bits) \
	((const void *)((const char *)(p) - (HD_LOW_BITS(p) & (bits))))
#else
#define HD_EITHER	union
#define HD_LOW_BITS(p)	((uintptr_t)(p))
#define HD_WITHOUT(p, bits) \
	((const void *)((uintptr_t)(p) & ~(uintptr_t)(bits)))
#endif
/* 32 bits of whatever a record has there. */
#define HD_WORD		uint32_t __attribute__((may_alias))
/* x is computed here, once, and not again at each use: HD_KEEP where that is
 * faster, HD_FIXED where it is smaller, too. */
#define HD_FIXED(x)	__asm__("" : "+r"(x))
#ifdef HD_SMALL
#define HD_KEEP(x)	(void)(x)
#else
#define HD_KEEP(x)	HD_FIXED(x)
#endif
#define HD_CLZ32(x)	((uint32_t)__builtin_clz(x))
#define HD_CLZ64(x)	((uint32_t)__builtin_clzll(x))
#define HD_CTZ32(x)	((uint32_t)__builtin_ctz(x))

#endif
