;;! args: inspect --target=cortex-m4
;; What a module takes, gives and needs.
(module
  (import "pulseengine:async" "stream.read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "pulseengine:async" "future_write" (func (param i32 i32 i32) (result i32)))
  (import "board" "led" (func $led (param i32)))
  (memory (export "memory") 1 4)
  (func $leaf (param i32) (result i32) (local.get 0))
  (func (export "start") (param i32) (drop (call $read (local.get 0) (i32.const 0) (i32.const 4) (i32.const 0))))
  (func $rec (export "recurse") (param i32) (result i32) (i32.add (i32.const 1) (call $rec (local.get 0))))
  (func (export "blink") (call $led (i32.const 1)))
  (func (export "grow") (result i32) (memory.grow (i32.const 1)))
  (func (export "__callback") (param i32 i32 i32) (result i32) (i32.const 2)))
;; dialect: pulseengine:async
;; functions: 6
;; imports:
;;   function pulseengine:async stream.read  iiii:i
;;   function pulseengine:async future_write  iii:i
;;   function board led  i:
;; exports:
;;   memory   memory  1..4 pages
;;   function start  i:  stack 8 bytes
;;   function recurse  i:i  stack checked at run time
;;   function blink  :  stack 8 bytes
;;   function grow  :i  stack 8 bytes
;;   function __callback  iii:i  stack 0 bytes
;; callback: (event, p1, p2) -> code
;; events:
;;   stream-read
;;   future-write
;; memories:
;;   65536 bytes, up to 65536
;; code: 94 bytes for cortex-m4
;; stack: checked at run time
