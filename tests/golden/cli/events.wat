;;! args: compile --events=stream-read,4 --dump=opt --function=__callback -q -o /dev/null
;; Handlers of events outside the list are gone; the order of the others stays.
(module
  (import "env" "h" (func $h (param i32)))
  (func (export "__callback") (param $e i32) (param $p i32)
    (if (i32.eq (local.get $e) (i32.const 1)) (then (call $h (i32.const 10))))
    (if (i32.eq (local.get $e) (i32.const 2)) (then (call $h (i32.const 20))))
    (if (i32.eq (local.get $e) (i32.const 4)) (then (call $h (i32.const 40))))
    (if (i32.gt_u (local.get $e) (i32.const 5)) (then (call $h (i32.const 50))))
    (block (block (block (block
      (br_table 0 1 2 3 (local.get $e)))
      (call $h (i32.const 60)))
      (call $h (i32.const 61)))
      (call $h (i32.const 62)))))
;; ;; opt of function 1
;; func 1
;; b0(v1:i32 v2:i32) @0x38:
;;   v9:i32 = const #0x2 @0x38
;;   v12:i32 = const #0x14 @0x38
;;   v15:i32 = const #0x4 @0x38
;;   v18:i32 = const #0x28 @0x38
;;   v34:i32 = const #0x3e @0x38
;;   v10:i32 = i32.eq v1 v9 @0x48
;;   v11 br_if v10 -> b3() b4() @0x49
;; b3() @0x49:
;;   v13 call [v12] @0x4d
;;   v14 br -> b4() @0x4f
;; b4() @0x4f:
;;   v16:i32 = i32.eq v1 v15 @0x54
;;   v17 br_if v16 -> b5() b8() @0x55
;; b5() @0x55:
;;   v19 call [v18] @0x59
;;   v20 br -> b8() @0x5b
;; b8() @0x67:
;;   v27 br_table v1 -> b12() b12() b11() b12() @0x72
;; b11() @0x82:
;;   v35 call [v34] @0x85
;;   v36 br -> b12() @0x87
;; b12() @0x87:
;;   v37 return @0x88
