/* opt_interval_test.c - every operation on intervals holds its members. */
#include "opt/interval.h"
#include "tap.h"
#include "wasm/sem.h"

static uint64_t seed = UINT64_C(88172645463325252);

static uint32_t next_random(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 16);
}

/* Intervals around the places where orders change. */
static struct range some(void)
{
	static const uint32_t edge[] = { 0, 1, 0x7f, 0xff, 0xffff, 0x7fffffff,
					 0x80000000, 0xffffff80, 0xffffffff };
	uint32_t r = next_random();
	uint32_t lo = r & 1 ? edge[(r >> 1) % ARRAY_LEN(edge)] - (r >> 8) % 5
			    : next_random();
	uint32_t len = r & 2 ? (r >> 12) % 9
		     : r & 4 ? next_random() >> ((r >> 20) % 32) : 0;

	if ((r & 0x70) == 0)
		return range_full();
	return len == 0 ? range_const(lo) : range_of(lo, lo + len);
}

static uint32_t member(struct range r)
{
	uint32_t k = next_random();
	uint32_t off = k & 1 ? 0 : k & 2 ? r.len
		     : range_is_full(r) ? next_random() : next_random() % (r.len + 1);

	return r.lo + off;
}

static bool holds(struct range r, uint32_t v)
{
	uint32_t low = r.tz < 32 ? (UINT32_C(1) << r.tz) - 1 : UINT32_MAX;

	return v - r.lo <= r.len && (v & low) == 0;
}

static bool eval(unsigned op, uint32_t a, uint32_t b, uint32_t *v)
{
	uint64_t arg[] = { a, b }, r;
	enum hd_trap_kind trap;

	if (!num_eval((enum op)op, arg, &r, &trap))
		return false;
	*v = (uint32_t)r;
	return true;
}

/* Rows with i32 operands and result, and of comparisons what each says. */
static bool row_holds(unsigned op)
{
	for (unsigned n = 0; n < 4000; n++) {
		struct range a = some(), b = some();
		uint32_t x = member(a), y = member(b), v;
		if (!eval(op, x, y, &v))
			continue;
		if (!holds(range_eval(op, a, b), v))
			return false;
		if (op < OP_I32_EQ || op > OP_I32_GE_U)
			continue;
		int truth = range_compare(op, a, b);
		if (truth >= 0 && (uint32_t)truth != v)
			return false;
		if (v && (!holds(range_assume(op, a, b), x) ||
			  !holds(range_assume(range_mirrored(op), b, a), y)))
			return false;
		uint32_t other = v;
		eval(range_negated(op), x, y, &other);
		if (other == v)
			return false;
	}
	return true;
}

static bool sets_hold(void)
{
	for (unsigned n = 0; n < 20000; n++) {
		struct range a = some(), b = some();
		uint32_t x = member(a), y = member(b);
		struct range u = range_union(a, b), m = range_meet(a, b);
		if (!holds(u, x) || !holds(u, y))
			return false;
		if (holds(b, x) && !holds(m, x))
			return false;
		if (range_inside(a, b) && x - b.lo > b.len)
			return false;
		if (x < range_umin(a) || x > range_umax(a))
			return false;
	}
	return true;
}

int main(void)
{
	for (unsigned op = 0; op < OP_NUM_END; op++) {
		const char *sig = op_info[op].sig;
		unsigned k = 0;
		while (sig[k] == 'i')
			k++;
		if (k && sig[k] == ':' && sig[k + 1] == 'i')
			ok(row_holds(op), "%s", op_info[op].text);
	}
	ok(sets_hold(), "union, meet, inside, bounds");
	struct range down = range_of(0u - 4096, 0u - 2);
	struct range at = range_add(down, range_const(5120));
	ok(range_umin(at) == 1024 && range_umax(at) == 5118,
	   "a counter from -4096 up to -2 at 5120 is from 1024 to 5118");
	return done();
}
