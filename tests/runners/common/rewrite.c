/* rewrite.c - modules through the optimiser and back. */
#include "common/rewrite.h"
#include "opt/out/out.h"

uint32_t rewrite_module(struct wasm_module *m, const char *level,
			struct arena *a, struct buf *out)
{
	bool command = level[0] == 'O';	/* as `heddle opt` does it */
	level += command;
	bool size = level[0] == 'z';
	struct out_options o = { .level = size ? 2 : level[0] - '0',
				 .size = size, .force = !command };
	struct out_stats st;

	if (o.level < 0 || o.level > 3 || level[1])
		return UINT32_MAX;
	buf_init(out, a);
	out_module(m, &o, a, out, &st, NULL);
	return command ? 0 : st.unsaid;
}
