/* wasm_op_test.c - the instruction tables as a whole. */
#include "tap.h"

#include <string.h>

#include "wasm/op.h"

static bool sig_well_formed(const char *sig)
{
	const char *colon = strchr(sig, ':');

	if (!colon || strlen(colon) > 2 || colon - sig > 3)
		return false;
	for (; *sig; sig++)
		if (*sig != ':' && type_of_letter(*sig) == T_NONE)
			return false;
	return true;
}

static void rows(void)
{
	unsigned codes = 0, texts = 0, sigs = 0, lanes = 0;

	for (int i = 0; i < OP_WASM_END; i++) {
		const struct op_info *o = &op_info[i];
		codes += op_of_code(o->code) == (enum op)i;
		texts += o->text && *o->text;
		sigs += o->sig ? sig_well_formed(o->sig)
			       : i >= OP_MEM_END && i < OP_CTL_END;
		lanes += (o->imm == IMM_LANE || o->imm == IMM_MEMARG_LANE)
				 ? o->lanes >= 2 && o->lanes <= 16
				 : o->lanes == 0;
	}
	ok(codes == OP_WASM_END, "every code leads back to its row");
	ok(texts == OP_WASM_END, "every row has a text");
	ok(sigs == OP_WASM_END, "signatures are well formed");
	ok(lanes == OP_WASM_END, "lanes where an immediate selects one");
}

static void counts(void)
{
	unsigned legal = 0, pages[] = { 0, 0, 0 };

	for (uint32_t c = 0; c < 0x10000; c++) {
		if (op_of_code(c) == OP_ILLEGAL)
			continue;
		legal++;
		pages[c < 0x100 ? 0 : c < 0xfd00 ? 1 : 2]++;
	}
	ok(legal == OP_WASM_END, "as many legal codes as rows");
	/* counted in the core specification: 183 one-byte codes of 2.0 and
	 * two tail calls; 8 saturating, 10 bulk; 236 vector codes */
	ok(pages[0] == 185 && pages[1] == 18 && pages[2] == 236,
	   "rows per page: %u %u %u", pages[0], pages[1], pages[2]);
	ok(OP_NUM_END == 136 && OP_MEM_END - OP_NUM_END == 23,
	   "%d numeric rows, %d loads and stores", OP_NUM_END,
	   OP_MEM_END - OP_NUM_END);
}

static void accesses(void)
{
	unsigned stores = 0, bad = 0;

	for (int i = 0; i < OP_WASM_END; i++) {
		const struct op_info *o = &op_info[i];
		bool mem = o->imm == IMM_MEMARG || o->imm == IMM_MEMARG_LANE;
		bad += mem != (o->bytes != 0);
		bad += o->store && (!mem || strstr(o->text, "store") == NULL);
		bad += mem && !o->store && strstr(o->text, "load") == NULL;
		stores += o->store;
	}
	ok(!bad && stores == 14, "accesses: %u stores", stores);
}

static void traps(void)
{
	unsigned n = 0;

	for (int i = 0; i < OP_NUM_END; i++)
		n += op_info[i].traps;
	ok(n == 16, "%u numeric rows can trap", n);
}

static void types(void)
{
	bool same = true;

	for (int t = T_I32; t <= T_EXTERNREF; t++)
		same = same && type_of_letter(type_letter((enum type)t)) ==
				       (enum type)t;
	ok(same, "letters of types");
	ok(type_of_letter('z') == T_NONE && type_of_letter(':') == T_NONE,
	   "other letters");
	ok(strcmp(type_name(T_EXTERNREF), "externref") == 0, "names of types");
}

int main(void)
{
	rows();
	counts();
	accesses();
	traps();
	types();
	return done();
}
