/* enter_wall.S - hd_enter and hd_enter_callback for component/wall.c to call, in
 * place of enter.S. */
#define hd_enter hd_enter_plain
#define hd_enter_callback hd_enter_callback_plain
#include "port/cortex-m/enter.S"
