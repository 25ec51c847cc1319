/* core/order.h - what comes in the order of a number (order.inc).
 *
 * Records are slots of a table, by handle, whose numbers are those their objects
 * begin with.  On 32-bit targets threads are found in the same way, by hd_ref from
 * HD_REF_BASE.
 */
#ifndef HD_ORDER_H
#define HD_ORDER_H

#include "core/ref.h"

/* Puts a record into the tree at *at: it comes first when *at is it. */
void hd_order_put(struct hd_slot *base, uint16_t *at, uint16_t id);

/* Takes a record out of the tree at *at, which has it. */
void hd_order_take(struct hd_slot *base, uint16_t *at, uint16_t id);

#endif
