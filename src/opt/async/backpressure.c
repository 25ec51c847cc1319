/* backpressure.c - calls that lower backpressure which nothing raises go.
 *
 * ir_module.no_backpressure says that every task_backpressure call of the
 * module has the constant 0, and the flag is 0 at first: none of them changes
 * anything, nor do they trap, block or touch what the guest sees.
 */
#include "opt/pass.h"
#include "wasm/intrinsic.h"

static bool is_idle_call(const struct ir_func *f, const struct ir_ins *i)
{
	return i->op == IR_CALL &&
	       intrinsic_of(f->mod->wasm, i->aux) ==
		       INTRINSIC_task_backpressure;
}

static bool backpressure(struct opt *o)
{
	struct ir_func *f = o->f;
	bool changed = false;

	if (!f->mod->no_backpressure)
		return false;
	for (ref r = 1; r < f->ins.n; r++)
		if (is_idle_call(f, ir_at(f, r))) {
			opt_kill(f, r);
			changed = true;
		}
	if (changed)
		opt_sweep(f);
	return changed;
}

const struct pass pass_backpressure = {
	.name = "backpressure",
	.help = "remove calls that lower backpressure which nothing raises",
	.run = backpressure,
	.keeps = OPT_CFG,
};
