/* order.c - slots in order. */
#include "core/order.h"

typedef struct hd_slot order_node;
typedef uint16_t order_id;
typedef struct hd_link order_pair;

#define order_at(base, id)	(&(base)[id])
#define order_links(n)		((n)->u.link)
#define order_of(n)		(*(const HD_WORD *)hd_at_in_line((n)->v.obj))

#include "core/order.inc"

HD_HOT void hd_order_put(struct hd_slot *base, uint16_t *at, uint16_t id)
{
	order_put(base, at, id);
}

HD_HOT void hd_order_take(struct hd_slot *base, uint16_t *at, uint16_t id)
{
	order_take(base, at, id);
}
