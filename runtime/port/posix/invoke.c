/* invoke.c - the trampoline for integer signatures on the host.
 *
 * The host runs no compiled wasm; hand-written test modules have up to six
 * i32 or i64 parameters and one integer result.
 */
#include "port/invoke.h"

typedef uint64_t (*any)(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t,
			uint64_t);

bool hd_invoke(void (*code)(void), const char *sig, const uint64_t *args,
	       uint64_t *results)
{
	uint64_t a[6] = { 0 };
	unsigned n = 0;

	for (; *sig && *sig != ':'; sig++, n++) {
		if (n == 6 || (*sig != 'i' && *sig != 'l'))
			return false;
		a[n] = *sig == 'i' ? (uint32_t)args[n] : args[n];
	}
	if (*sig == ':')
		sig++;
	if (sig[0] && sig[1])
		return false;
	const uint64_t r = ((any)code)(a[0], a[1], a[2], a[3], a[4], a[5]);
	if (sig[0] == 'i')
		results[0] = (uint32_t)r;
	else if (sig[0] == 'l')
		results[0] = r;
	else if (sig[0])
		return false;
	return true;
}
