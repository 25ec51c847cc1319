;;! args: compile --target=cortex-m4
;; Unknown intrinsics are errors that list the known ones.
(module
  (import "pulseengine:async" "stream_raed" (func (param i32) (result i32))))
;; in.wasm:0x0013: error[E0301]: unknown intrinsic: pulseengine:async has no "stream_raed"
;;   note: known: stream_new stream_read stream_write stream_cancel_read stream_cancel_write stream_drop_readable stream_drop_writable future_new future_read future_write future_cancel_read future_cancel_write future_drop_readable future_drop_writable thread_new thread_switch_to thread_yield thread_exit waitable_set_new waitable_set_wait waitable_set_poll waitable_set_drop waitable_join task_return task_cancel task_yield task_backpressure subtask_drop subtask_cancel context_get context_set backpressure_inc backpressure_dec
;;   advice: use one of the names listed
;; exit 1
