/* prove_lemma_test.c - lemmas of the normaliser, for all operands of small
 * widths.
 *
 * A lemma about words of 32 bits that does not depend on the width is tried
 * here with every pair of operands of 3 to 11 bits.
 */
#include <stdio.h>

static int sign(int w, int x)
{
	return x >= 1 << (w - 1) ? x - (1 << w) : x;
}

/* (x / y & y) is the sign bit alone when, and only when, x / y wraps. */
static long wrapped_quotient(int w)
{
	int n = 1 << w, least = n / 2;
	long bad = 0;

	for (int x = 0; x < n; x++)
		for (int y = 0; y < n; y++) {
			int b = sign(w, y);
			int q = b ? sign(w, x) / b & (n - 1) : 0;
			bad += ((q & y) == least) !=
			       (x == least && y == n - 1);
		}
	return bad;
}

/* x / 2^k, rounded to zero, as a shift of x + (2^k - 1 when x is negative). */
static long signed_shift(int w)
{
	int n = 1 << w;
	long bad = 0;

	for (int x = 0; x < n; x++)
		for (int k = 1; k < w - 1; k++) {
			int a = sign(w, x);
			int t = sign(w, (x + (a < 0 ? (1 << k) - 1 : 0)) &
						(n - 1));
			int floor = t >= 0 ? t >> k
					   : -(((-t - 1) >> k) + 1);
			bad += floor != a / (1 << k);
		}
	return bad;
}

/* A sum of multiples of 2^k is 0 when the lowest bits are that of the sum without
 * the factor: of two terms, 2^k * (a * x + b); and its highest bit is that sum's in
 * front of the k highest. */
static long low_bits(int w)
{
	int n = 1 << w;
	long bad = 0;

	for (int x = 0; x < n; x++)
		for (int k = 0; k < w; k++)
			for (int a = 0; a < n >> k; a += 1 + a / 8)
				for (int b = 0; b < n >> k; b += 1 + b / 8) {
					int all = (a << k) * x + (b << k);
					int sum = a * x + b;
					bad += ((all & (n - 1)) == 0) !=
					       ((sum & ((n >> k) - 1)) == 0);
					bad += ((all & n / 2) == 0) !=
					       ((sum & (n / 2 >> k)) == 0);
				}
	return bad;
}

static int sar_all(int w, int x)
{
	return x >> (w - 1) ? (1 << w) - 1 : 0;
}

/* The high word of a product of signed words is that of unsigned ones, and each
 * word times the other's sign spread over a word. */
static long signed_high(int w)
{
	int n = 1 << w;
	long bad = 0;

	for (int x = 0; x < n; x++)
		for (int y = 0; y < n; y++) {
			int is = (x * y) >> w, p = sign(w, x) * sign(w, y);
			int want = p >= 0 ? p >> w : -(((-p - 1) >> w) + 1);
			is += sar_all(w, x) * y + sar_all(w, y) * x;
			bad += ((is ^ want) & (n - 1)) != 0;
		}
	return bad;
}

/* x / 2^k is below y where x is below 2^k * y, when that is a word; of x that is
 * a multiple of 2^k: x / 2^k is y only where x is 2^k * y; it is not below 2^k, and
 * ~x is below -2^k, unless it is 0; and to set bits below 2^k adds them, as to
 * turn them does. */
static long quotient(int w)
{
	int n = 1 << w;
	long bad = 0;

	for (int k = 0; k < w; k++)
		for (int x = 0; x < n; x++)
			for (int y = 0; y < n; y++) {
				int times = (y << k) & (n - 1);
				if (y << k < n)
					bad += (x >> k < y) != (x < y << k);
				if (x & ((1 << k) - 1))
					continue;
				bad += x >> k == y && x != times;
				bad += x && (x < 1 << k ||
					     (~x & (n - 1)) >= n - (1 << k));
				if (y < 1 << k)
					bad += (x | y) != x + y ||
					       (x ^ y) != x + y;
			}
	return bad;
}

int main(void)
{
	long bad = 0;

	for (int w = 3; w <= 11; w++)
		bad += wrapped_quotient(w) + signed_shift(w) + low_bits(w) +
		       signed_high(w) + quotient(w);
	printf("%s - 5 lemmas at widths 3 to 11, %ld failures\n",
	       bad ? "not ok" : "ok", bad);
	return bad != 0;
}
