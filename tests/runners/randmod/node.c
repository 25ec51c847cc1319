/* node.c - random modules in node's engine: an independent opinion.
 *
 * All modules go to one process, so that its start is paid once.
 */
#include <string.h>

#include "base/file.h"
#include "common/firmware.h"
#include "engine.h"

#define STRING_(x) #x
#define STRING(x)  STRING_(x)

enum { SECONDS = 120 };

/* Splits the output at lines "==", one behind each module. */
static const char *split(char *out, unsigned n, const char **text)
{
	for (unsigned k = 0; k < n; k++) {
		char *end = strstr(out, "\n==\n");
		if (!end)
			return "node: output is cut short";
		text[k] = out;
		end[1] = 0;
		out = end + 4;
	}
	return NULL;
}

static const char *run(const char *name, const struct randmod *m, unsigned n,
		       const char **text, struct arena *a)
{
	const char *dir = fw_temp_dir(a), *argv[5] = { "node" };
	struct diag_sink s;

	(void)name;
	diag_init(&s, a);
	for (unsigned k = 0; k < n; k++) {
		const char *path = arena_printf(a, "%s/%u.wasm", dir, k);
		if (!file_write(path, m[k].wasm.at, m[k].wasm.n, false, &s))
			return "cannot write a module";
	}
	argv[1] = STRING(NODE_SCRIPT);
	argv[2] = dir;
	argv[3] = arena_printf(a, "%u", n);
	struct fw_result r = fw_run(argv, NULL, 0, SECONDS, a);
	if (!r.ran || r.status)
		return arena_printf(a, "node: %s", r.ran
				    ? (r.err.n ? (const char *)r.err.at
					       : "failed") : r.why);
	return split((char *)r.out.at, n, text);
}

const struct engine engine_node = {
	.prefix = "node",
	.help = "node's WebAssembly",
	.run = run,
};
