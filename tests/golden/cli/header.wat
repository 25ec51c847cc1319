;;! args: compile --header=- -o /dev/null --prefix=pump
;; The C header: units, types, names that C cannot have, re-exported imports.
(module
  (import "board" "read-sensor" (func (param i32) (result i32)))
  (import "board" "limits" (global $l i32))
  (import "board" "shared" (memory 1))
  (import "pulseengine:async" "stream_read" (func $r (param i32 i32 i32 i32) (result i32)))
  (memory $own 1 2)
  (table (export "handlers") 2 2 funcref)
  (global (export "count") (mut i64) (i64.const 0))
  (global (export "scale") f32 (f32.const 0.5))
  (export "limits" (global $l))
  (export "shared" (memory 0))
  (export "buffer" (memory $own))
  (func (export "step") (param f32 f64) (result f32) (local.get 0))
  (func (export "min-max") (param i32) (result i32 i64) (memory.grow 1 (i32.const 1)) (i64.const 1))
  (func (export "min.max"))
  (func (export "*/ #error \"\n")))
;; /* pump.h - made by heddle compile.
;;  *
;;  * Integers have no sign in wasm; addresses are byte offsets in the module's
;;  * memory; types are written parameters:results with i l f d e x for i32 i64 f32
;;  * f64 funcref externref.
;;  */
;; #ifndef HEDDLE_PUMP_H
;; #define HEDDLE_PUMP_H
;; 
;; #include <stdint.h>
;; 
;; #include "heddle/abi.h"
;; 
;; #ifdef __cplusplus
;; extern "C" {
;; #endif
;; 
;; /* Everything about the module, for the runtime. */
;; extern const struct hd_module pump_module;
;; 
;; /* Sets memory, tables and globals to their initial state and runs the start
;;  * function.  Call it first; again to start over. */
;; void pump_instantiate(void);
;; 
;; /* Imports: yours to define. */
;; /* import "board" "read-sensor": i:i */
;; uint32_t pump_import_board_read_sensor(uint32_t p0);
;; /* import "board" "limits": global i32 */
;; extern const uint32_t pump_import_board_limits;
;; /* import "board" "shared": memory; bytes now in pump_import_board_shared_size */
;; extern uint8_t pump_import_board_shared[];
;; extern uint32_t pump_import_board_shared_size;
;; extern const uint8_t pump_import_board_shared_capacity[];	/* the address is the number of bytes */
;; 
;; /* Exports.  A trap ends the call of hd_enter or hd_host_call around it; without
;;  * one, hd_port_panic is called. */
;; /* export "handlers": table of funcref; entries now in pump_handlers_size */
;; extern const struct hd_func *const pump_handlers[];
;; extern const uint32_t pump_handlers_size;
;; extern const uint8_t pump_handlers_capacity[];	/* the address is the number of entries */
;; /* export "count": global mut i64 */
;; extern uint64_t pump_count;
;; /* export "scale": global f32 */
;; extern const float pump_scale;
;; /* export "limits": an import */
;; #define pump_limits pump_import_board_limits
;; /* export "shared": an import */
;; #define pump_shared pump_import_board_shared
;; #define pump_shared_size pump_import_board_shared_size
;; #define pump_shared_capacity pump_import_board_shared_capacity
;; /* export "buffer": memory; bytes now in pump_buffer_size, never more than 65536 */
;; extern uint8_t pump_buffer[];
;; extern uint32_t pump_buffer_size;
;; extern const uint8_t pump_buffer_capacity[];	/* the address is the number of bytes */
;; /* export "step": fd:f */
;; float pump_step(float p0, double p1);
;; /* export "min-max": i:il; result k goes to results[k], 2 in all */
;; void pump_min_max(uint64_t *results, uint32_t p0);
;; /* export "min.max": : */
;; void pump_min_max__2(void);
;; /* export "*\x2f #error \x22\x0a": : */
;; void pump__x2a___x20__x23_error_x20__x22__x0a_(void);
;; 
;; #ifdef __cplusplus
;; }
;; #endif
;; #endif
