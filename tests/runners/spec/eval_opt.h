/* runners/spec/eval_opt.h - optimisation in the evaluator target. */
#ifndef SPEC_EVAL_OPT_H
#define SPEC_EVAL_OPT_H

/* A level ("2") or names of passes ("fold,gvn") run over each function before
 * it is evaluated, with all checks of the pass manager; NULL: none. */
extern const char *spec_eval_opt;

/* A level at which each module goes through the optimiser and back to
 * WebAssembly before it is run on any target; NULL: none. */
extern const char *spec_rewrite;

#endif
