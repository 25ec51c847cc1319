/* error.c - error contexts: handles without a message. */
#include "core/builtin.h"
#include "core/entry.h"
#include "exec/enter.h"

uint32_t hd_error_context_new(const struct hd_canon *c, uint32_t ptr,
			      uint32_t length)
{
	HD_ENTRY;
	(void)c;	/* the deterministic profile does not read the message */
	(void)ptr;
	(void)length;
	return hd_new_handle(HD_KIND_ERROR);
}

void hd_error_context_debug_message(const struct hd_canon *c, uint32_t error,
				    uint32_t ptr)
{
	HD_ENTRY;
	struct hd_instance *in = hd_leaving();

	hd_table_check(&in->handles, error, HD_KIND_ERROR);
	hd_trap_if(ptr & 3, HD_TRAP_BUFFER_ALIGN);
	uint32_t *p = (void *)hd_elements(c, ptr, 2, sizeof *p);
	p[0] = p[1] = 0;
}

void hd_error_context_drop(uint32_t error)
{
	HD_ENTRY;
	struct hd_instance *in = hd_leaving();

	hd_table_check(&in->handles, error, HD_KIND_ERROR);
	hd_table_free(&in->handles, error);
}
