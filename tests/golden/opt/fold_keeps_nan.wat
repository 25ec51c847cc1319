;;! args: --print --opt=3
;; Bits of a NaN are computed, not guessed: an operation quiets it, or takes the other operand's, so what numbers allow
;; is not done, even where the other operand is 0 or 1 or both are the same.
(module
  (memory 1 1)
  (func (export "add_0") (param f32) (result f32) (f32.add (local.get 0) (f32.const 0)))
  (func (export "sub_0") (param f32) (result f32) (f32.sub (local.get 0) (f32.const 0)))
  (func (export "add_negative_0") (param f64) (result f64) (f64.add (local.get 0) (f64.const -0)))
  (func (export "mul_1") (param f64) (result f64) (f64.mul (local.get 0) (f64.const 1)))
  (func (export "div_1") (param f32) (result f32) (f32.div (local.get 0) (f32.const 1)))
  (func (export "mul_0") (param f32) (result f32) (f32.mul (local.get 0) (f32.const 0)))
  (func (export "min_same") (param f64) (result f64) (f64.min (local.get 0) (local.get 0)))
  (func (export "sub_same") (param f64) (result f64) (f64.sub (local.get 0) (local.get 0)))
  (func (export "eq_same") (param f32) (result i32) (f32.eq (local.get 0) (local.get 0)))
  (func (export "not_lt") (param f32 f32) (result i32) (i32.eqz (f32.lt (local.get 0) (local.get 1))))
  (func (export "wide_and_back") (param f32) (result f32) (f32.demote_f64 (f64.promote_f32 (local.get 0))))
  (func (export "neg_of_sub") (param f64 f64) (result f64) (f64.neg (f64.sub (local.get 0) (local.get 1))))
  (func (export "exchanged") (param f32 f32) (result i32)
    (i32.sub (i32.reinterpret_f32 (f32.add (local.get 0) (local.get 1)))
      (i32.reinterpret_f32 (f32.add (local.get 1) (local.get 0)))))
  (func (export "constants") (result f32) (f32.div (f32.const 0) (f32.const 0)))
  (func (export "sqrt_negative") (result f64) (f64.sqrt (f64.const -1))))
;; func 0
;; b0(v1:f32) @0xf7:
;;   v2:f32 = const @0xf7
;;   v3:f32 = f32.add v1 v2 @0xfe
;;   v4 return [v3] @0xff
;; func 1
;; b0(v1:f32) @0x102:
;;   v2:f32 = const @0x102
;;   v3:f32 = f32.sub v1 v2 @0x109
;;   v4 return [v3] @0x10a
;; func 2
;; b0(v1:f64) @0x10d:
;;   v2:f64 = const #0x8000000000000000 @0x10d
;;   v3:f64 = f64.add v1 v2 @0x118
;;   v4 return [v3] @0x119
;; func 3
;; b0(v1:f64) @0x11c:
;;   v2:f64 = const #0x3ff0000000000000 @0x11c
;;   v3:f64 = f64.mul v1 v2 @0x127
;;   v4 return [v3] @0x128
;; func 4
;; b0(v1:f32) @0x12b:
;;   v2:f32 = const #0x3f800000 @0x12b
;;   v3:f32 = f32.div v1 v2 @0x132
;;   v4 return [v3] @0x133
;; func 5
;; b0(v1:f32) @0x136:
;;   v2:f32 = const @0x136
;;   v3:f32 = f32.mul v1 v2 @0x13d
;;   v4 return [v3] @0x13e
;; func 6
;; b0(v1:f64) @0x141:
;;   v2:f64 = f64.min v1 v1 @0x145
;;   v3 return [v2] @0x146
;; func 7
;; b0(v1:f64) @0x149:
;;   v2:f64 = f64.sub v1 v1 @0x14d
;;   v3 return [v2] @0x14e
;; func 8
;; b0(v1:f32) @0x151:
;;   v2:i32 = f32.eq v1 v1 @0x155
;;   v3 return [v2] @0x156
;; func 9
;; b0(v1:f32 v2:f32) @0x159:
;;   v3:i32 = f32.lt v1 v2 @0x15d
;;   v4:i32 = i32.eqz v3 @0x15e
;;   v5 return [v4] @0x15f
;; func 10
;; b0(v1:f32) @0x162:
;;   v2:f64 = f64.promote_f32 v1 @0x164
;;   v3:f32 = f32.demote_f64 v2 @0x165
;;   v4 return [v3] @0x166
;; func 11
;; b0(v1:f64 v2:f64) @0x169:
;;   v3:f64 = f64.sub v1 v2 @0x16d
;;   v4:f64 = f64.neg v3 @0x16e
;;   v5 return [v4] @0x16f
;; func 12
;; b0(v1:f32 v2:f32) @0x172:
;;   v3:f32 = f32.add v1 v2 @0x176
;;   v4:i32 = i32.reinterpret_f32 v3 @0x177
;;   v5:f32 = f32.add v2 v1 @0x17c
;;   v6:i32 = i32.reinterpret_f32 v5 @0x17d
;;   v7:i32 = i32.sub v4 v6 @0x17e
;;   v8 return [v7] @0x17f
;; func 13
;; b0() @0x182:
;;   v4:f32 = const #0x7fc00000 @0x0
;;   v3 return [v4] @0x18d
;; func 14
;; b0() @0x190:
;;   v4:f64 = const #0x7ff8000000000000 @0x0
;;   v3 return [v4] @0x19a
