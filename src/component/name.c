/* name.c - the grammar of import and export names.
 *
 * Source: component-model 6d28164, Explainer.md "Import and Export
 * Definitions".
 */
#include "component/name.h"

#include <string.h>

static bool lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Words of one case each, parted by single hyphens; the first begins with a
 * letter. */
static bool label(const char *s, size_t n)
{
	bool up = false, low = false;

	if (!n || digit(s[0]) || s[n - 1] == '-')
		return false;
	for (size_t k = 0; k < n; k++) {
		if (s[k] == '-') {
			if (k == 0 || s[k - 1] == '-')
				return false;
			up = low = false;
			continue;
		}
		if (!lower(s[k]) && !upper(s[k]) && !digit(s[k]))
			return false;
		up |= upper(s[k]);
		low |= lower(s[k]);
		if (up && low)
			return false;
	}
	return true;
}

bool name_is_label(struct ct_name n)
{
	return label(n.at, n.n);
}

static bool starts(struct ct_name n, const char *with)
{
	size_t k = strlen(with);

	return n.n >= k && memcmp(n.at, with, k) == 0;
}

/* r.f */
static bool dotted(const char *s, size_t n)
{
	const char *dot = memchr(s, '.', n);

	return dot && label(s, (size_t)(dot - s)) &&
	       label(dot + 1, n - (size_t)(dot + 1 - s));
}

/* Dot-parted identifiers of [0-9A-Za-z-], none empty. */
static bool semver_part(const char *s, size_t n)
{
	bool empty = true;

	for (size_t k = 0; k < n; k++) {
		if (s[k] == '.') {
			if (empty)
				return false;
			empty = true;
			continue;
		}
		if (!lower(s[k]) && !upper(s[k]) && !digit(s[k]) && s[k] != '-')
			return false;
		empty = false;
	}
	return !empty;
}

/* Length of a number without leading zeros at s, or 0. */
static size_t number(const char *s, size_t n)
{
	size_t k = 0;

	while (k < n && digit(s[k]))
		k++;
	return k > 1 && s[0] == '0' ? 0 : k;
}

static bool semver(const char *s, size_t n)
{
	size_t at = 0;

	for (int k = 0; k < 3; k++) {
		size_t len = number(s + at, n - at);
		if (!len || (k < 2 && (at + len >= n || s[at + len] != '.')))
			return false;
		at += len + (k < 2);
	}
	const char *plus = memchr(s + at, '+', n - at);
	size_t end = plus ? (size_t)(plus - s) : n;
	if (plus && !semver_part(plus + 1, n - end - 1))
		return false;
	if (at == end)
		return true;
	return s[at] == '-' && semver_part(s + at + 1, end - at - 1);
}

/* ns:pkg/iface@version; nested namespaces and packages are not part of it. */
static bool interface(const char *s, size_t n)
{
	const char *at = memchr(s, '@', n);
	size_t end = at ? (size_t)(at - s) : n;
	const char *colon = memchr(s, ':', end);
	const char *slash = memchr(s, '/', end);

	if (!colon || !slash || slash < colon)
		return false;
	if (at && !semver(at + 1, n - end - 1))
		return false;
	return label(s, (size_t)(colon - s)) &&
	       label(colon + 1, (size_t)(slash - colon - 1)) &&
	       label(slash + 1, end - (size_t)(slash + 1 - s));
}

enum name_form name_form(struct ct_name n)
{
	static const char *const locator[] = {
		"url=<", "integrity=<", "locked-dep=<", "unlocked-dep=<",
		"relative-url=<",
	};

	if (name_is_label(n))
		return NAME_LABEL;
	if (starts(n, "[constructor]"))
		return label(n.at + 13, n.n - 13) ? NAME_CONSTRUCTOR : NAME_BAD;
	if (starts(n, "[method]"))
		return dotted(n.at + 8, n.n - 8) ? NAME_METHOD : NAME_BAD;
	if (starts(n, "[static]"))
		return dotted(n.at + 8, n.n - 8) ? NAME_METHOD : NAME_BAD;
	for (size_t k = 0; k < ARRAY_LEN(locator); k++)
		if (starts(n, locator[k]) && memchr(n.at, '>', n.n))
			return NAME_LOCATOR;
	return n.n && interface(n.at, n.n) ? NAME_INTERFACE : NAME_BAD;
}

struct ct_name name_key(struct ct_name n, struct arena *a)
{
	uint32_t skip = starts(n, "[method]") || starts(n, "[static]") ? 8 : 0;
	char *s = arena_copy(a, n.at + skip, n.n - skip);

	for (char *p = s; *p; p++)
		if (upper(*p))
			*p = (char)(*p + ('a' - 'A'));
	return (struct ct_name){ s, n.n - skip };
}

void name_set_init(struct name_set *s, struct arena *a)
{
	*s = (struct name_set){ .arena = a };
	map_init(&s->map, a);
}

/* Chains are avoided: a second name of the same hash tries the next number.
 * *h is then the first free one. */
static uint32_t find_exact(const struct name_set *s, struct ct_name key,
			   uint64_t *h)
{
	const uint32_t *slot;

	for (*h = hash_bytes(key.at, key.n); (slot = map_get(&s->map, *h));
	     ++*h)
		if (ct_same_name(s->names.at[*slot], key))
			return *slot;
	return UINT32_MAX;
}

bool name_set_add_exact(struct name_set *s, struct ct_name key)
{
	uint64_t h;

	if (find_exact(s, key, &h) != UINT32_MAX)
		return false;
	*map_put(&s->map, h) = s->names.n;
	vec_push(s->arena, &s->names, key);
	return true;
}

uint32_t name_set_find(const struct name_set *s, struct ct_name n)
{
	uint64_t h;

	return find_exact(s, name_key(n, s->arena), &h);
}

/* The name that a key takes with it: l of l.l, l.l of l. */
static struct ct_name twin(struct ct_name key, struct arena *a)
{
	const uint32_t half = key.n / 2;

	if (!memchr(key.at, '.', key.n))
		return (struct ct_name){
			arena_printf(a, "%s.%s", key.at, key.at),
			2 * key.n + 1 };
	if (key.n % 2 && key.at[half] == '.' &&
	    !memcmp(key.at, key.at + half + 1, half))
		return (struct ct_name){ key.at, half };
	return key;
}

bool name_set_add(struct name_set *s, struct ct_name n)
{
	const struct ct_name key = name_key(n, s->arena);
	uint64_t h;

	return find_exact(s, twin(key, s->arena), &h) == UINT32_MAX &&
	       name_set_add_exact(s, key);
}
