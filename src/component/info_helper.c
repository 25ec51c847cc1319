/* info_helper.c - imports of a linked module that adapters need, by name. */
#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "component/info.h"

static const struct info_helper helpers[] = {
	{ "move-own", "hd_move_own", HELPER_HANDLE },
	{ "move-borrow", "hd_move_borrow", HELPER_HANDLE },
	{ "move-stream", "hd_move_stream", HELPER_PIPE },
	{ "move-future", "hd_move_future", HELPER_PIPE },
	{ "move-error-context", "hd_move_error", HELPER_ERROR_CONTEXT },
	{ "no-leave", "hd_no_leave", HELPER_INSTANCE },
	{ "instance", "hd_component_instance", HELPER_INSTANCE },
	{ "wall", "hd_wall_open", HELPER_INSTANCE },
	{ "no-wall", "hd_wall_lift", HELPER_PLAIN },
	{ "trap-bad-value", "hd_trap_bad_value", HELPER_PLAIN },
};

const struct info_helper *info_helper(const char *import, uint32_t n[3])
{
	char name[32];

	n[0] = n[1] = n[2] = INFO_NONE;
	if (sscanf(import, "[%31[a-z0-9-]]#%u:%u:%u", name, &n[0], &n[1],
		   &n[2]) < 1)
		return NULL;
	for (size_t k = 0; k < ARRAY_LEN(helpers); k++)
		if (!strcmp(name, helpers[k].name))
			return &helpers[k];
	return NULL;
}
