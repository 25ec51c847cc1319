/* mutate.c - one change to one function. */
#include "mutate-wasm/mutate.h"

#include <string.h>

#include "base/vec.h"
#include "wasm/encode.h"

const char *const mutation_name[MUTATIONS] = {
	"opcode", "constant", "local", "global or call", "label",
	"store dropped", "swapped", "negated", "dropped",
};

struct body {
	const struct wasm_module *m;
	const struct wasm_func *f;
	struct arena *a;
	VEC(struct wasm_ins) ins;
};

static void decode(struct body *b)
{
	struct wasm_ins i;

	for (uint32_t at = b->f->code; at < b->f->end; at = i.next) {
		if (!wasm_next(b->m, at, &i, b->a, NULL))
			return;
		vec_push(b->a, &b->ins, i);
	}
}

static uint64_t step(uint64_t *r)
{
	*r = *r * 6364136223846793005u + 1442695040888963407u;
	return *r >> 33;
}

/* An operation of numbers with the same signature. */
static bool other_opcode(struct wasm_ins *i, uint64_t *r)
{
	uint64_t first = step(r) % OP_MEM_END;

	if (i->op >= OP_MEM_END)
		return false;
	for (uint64_t k = 0; k < OP_MEM_END; k++) {
		enum op op = (enum op)((first + k) % OP_MEM_END);
		bool memory = i->op >= OP_NUM_END;
		if (op == i->op || memory != (op >= OP_NUM_END) ||
		    strcmp(op_info[op].sig, op_info[i->op].sig) ||
		    op_info[op].store != op_info[i->op].store)
			continue;
		/* validation decides what is left */
		i->op = op;
		if (i->align > 0 && memory)
			i->align = 0;
		return true;
	}
	return false;
}

static bool other_const(struct wasm_ins *i, uint64_t *r)
{
	static const int64_t steps[] = { 1, -1, 4, -4, 8, 16, 255, 1 << 15 };
	int64_t d = steps[step(r) % 8];

	switch (i->op) {
	case OP_I32_CONST:
		i->imm = (uint32_t)(i->imm + (uint64_t)d);
		return true;
	case OP_I64_CONST: case OP_F32_CONST: case OP_F64_CONST:
		i->imm ^= 1ull << (step(r) % (i->op == OP_F32_CONST ? 32 : 64));
		return true;
	default:
		if (i->op < OP_NUM_END || i->op >= OP_MEM_END ||
		    (d < 0 && i->imm < (uint64_t)-d))
			return false;
		i->imm += (uint64_t)d;
		return true;
	}
}

static bool other_local(const struct body *b, struct wasm_ins *i, uint64_t *r)
{
	uint32_t n = b->f->nlocals, k;

	if (i->op != OP_LOCAL_GET && i->op != OP_LOCAL_SET &&
	    i->op != OP_LOCAL_TEE)
		return false;
	k = (uint32_t)(step(r) % n);
	if (k == i->index || b->f->local[k] != b->f->local[i->index])
		return false;
	i->index = k;
	return true;
}

static bool other_index(const struct body *b, struct wasm_ins *i, uint64_t *r)
{
	uint32_t n, k;

	switch (i->op) {
	case OP_GLOBAL_GET: case OP_GLOBAL_SET: n = b->m->globals.n; break;
	case OP_CALL: case OP_RETURN_CALL: case OP_REF_FUNC:
		n = b->m->funcs.n;
		break;
	case OP_MEMORY_SIZE: case OP_MEMORY_GROW: n = b->m->memories.n; break;
	default:
		return false;
	}
	k = (uint32_t)(step(r) % n);
	if (k == i->index)
		return false;
	i->index = k;
	return true;
}

static bool other_label(const struct body *b, struct wasm_ins *i, uint64_t *r)
{
	if (i->op == OP_BR_TABLE) {
		uint32_t *l = arena_array(b->a, uint32_t, i->nlabels + 1);
		uint32_t k = (uint32_t)(step(r) % (i->nlabels + 1));
		memcpy(l, i->labels, (i->nlabels + 1) * sizeof *l);
		l[k] = l[k] ? l[k] - 1 : 1;
		i->labels = l;
		return true;
	}
	if (i->op != OP_BR && i->op != OP_BR_IF)
		return false;
	i->index = i->index && step(r) % 2 ? i->index - 1 : i->index + 1;
	return true;
}

static void remove_at(struct body *b, uint32_t k)
{
	memmove(&b->ins.at[k], &b->ins.at[k + 1],
		(b->ins.n - k - 1) * sizeof *b->ins.at);
	b->ins.n--;
}

static void insert_at(struct body *b, uint32_t k, struct wasm_ins i)
{
	vec_push(b->a, &b->ins, i);
	memmove(&b->ins.at[k + 1], &b->ins.at[k],
		(b->ins.n - k - 1) * sizeof *b->ins.at);
	b->ins.at[k] = i;
}

/* A store, or a set of a variable: its operands are dropped. */
static bool drop_store(struct body *b, uint32_t k)
{
	struct wasm_ins drop = { .op = OP_DROP }, *i = &b->ins.at[k];
	bool store = i->op < OP_MEM_END && op_info[i->op].store;

	if (!store && i->op != OP_GLOBAL_SET && i->op != OP_LOCAL_SET)
		return false;
	*i = drop;
	if (store)
		insert_at(b, k, drop);
	return true;
}

static bool negate(struct body *b, uint32_t k)
{
	enum op op = b->ins.at[k].op;

	if (op != OP_IF && op != OP_BR_IF && op != OP_SELECT)
		return false;
	insert_at(b, k, (struct wasm_ins){ .op = OP_I32_EQZ });
	return true;
}

static bool apply(struct body *b, uint32_t k, enum mutation kind, uint64_t *r)
{
	struct wasm_ins *i = &b->ins.at[k], swap;

	switch (kind) {
	case MUTATE_OPCODE: return other_opcode(i, r);
	case MUTATE_CONST: return other_const(i, r);
	case MUTATE_LOCAL: return other_local(b, i, r);
	case MUTATE_GLOBAL: return other_index(b, i, r);
	case MUTATE_DEPTH: return other_label(b, i, r);
	case MUTATE_STORE: return drop_store(b, k);
	case MUTATE_SWAP:
		swap = *i;
		*i = i[1];
		i[1] = swap;
		return k + 2 < b->ins.n;
	case MUTATE_NEGATE: return negate(b, k);
	default:
		remove_at(b, k);
		return true;
	}
}

static void encode(const struct body *b, struct buf *out)
{
	buf_put(out, b->m->bytes + b->f->begin, b->f->code - b->f->begin);
	for (uint32_t k = 0; k < b->ins.n; k++)
		wasm_encode_ins(&b->ins.at[k], out);
}

bool mutate(const struct wasm_module *m, uint32_t func, uint64_t random,
	    bool reach, struct mutant *out, struct arena *a, struct buf *bytes)
{
	struct body b = { .m = m, .f = &m->funcs.at[func], .a = a };
	struct wasm_body *body = arena_array(a, struct wasm_body, m->funcs.n);
	struct wasm_edit e = { .body = body };
	struct buf code;

	decode(&b);
	if (b.ins.n < 2)
		return false;
	uint32_t k = (uint32_t)(step(&random) % (b.ins.n - 1));
	*out = (struct mutant){ (enum mutation)(step(&random) % MUTATIONS),
				func, b.ins.at[k].at };
	if (!apply(&b, k, out->kind, &random))
		return false;
	if (reach)
		insert_at(&b, k, (struct wasm_ins){ .op = OP_UNREACHABLE });
	buf_init(&code, a);
	encode(&b, &code);
	body[func] = (struct wasm_body){ code.at, code.n };
	buf_init(bytes, a);
	wasm_encode(m, &e, bytes);
	return true;
}
