/* app_wasm.c - an application of one module with the default prefix. */
#include "heddle/abi.h"

extern const struct hd_module wasm_module;
const struct hd_module *const hd_app[] = { &wasm_module, 0 };
