/* enter_wall.S - hd_enter for component/wall.c to call, in place of enter.S. */
#define hd_enter hd_enter_plain
#include "port/cortex-m/enter.S"
