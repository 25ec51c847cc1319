;;! before: tidy,fold,gvn,dce
;; Eight copies of a call, of a word and of what the call in front gave, the words 8 bytes from each other, are a loop: what is
;; called writes nothing, so that the words may be read between the calls.  A sum begins with a copy that is given zero.
;; Where what is called writes, and where one of the distances is another in the middle, all stays.
(module
  (memory 1)
  (global (mut i32) (i32.const 0))
  (func $silent (param i32 i32) (result i32) (i32.xor (local.get 0) (i32.rotl (local.get 1) (i32.const 5))))
  (func $writes (param i32 i32) (result i32) (global.set 0 (local.get 0)) (i32.store (local.get 0) (local.get 1)) (local.get 1))
  (func (export "rolled") (param i32 i32) (result i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32)
    (local.set 2 (i32.load offset=16 (local.get 0)))
    (local.set 3 (i32.load offset=24 (local.get 0)))
    (local.set 4 (i32.load offset=32 (local.get 0)))
    (local.set 5 (i32.load offset=40 (local.get 0)))
    (local.set 6 (i32.load offset=48 (local.get 0)))
    (local.set 7 (i32.load offset=56 (local.get 0)))
    (local.set 8 (i32.load offset=64 (local.get 0)))
    (local.set 9 (i32.load offset=72 (local.get 0)))
    (call $silent (local.get 9) (call $silent (local.get 8) (call $silent (local.get 7) (call $silent (local.get 6) (call $silent (local.get 5) (call $silent (local.get 4) (call $silent (local.get 3) (call $silent (local.get 2) (local.get 1))))))))))
  (func (export "sum") (param i32) (result i32)
    (i32.add (i32.add (i32.add (i32.add (i32.add (i32.add (call $silent (local.get 0) (local.get 0)) (call $silent (local.get 0) (i32.shr_u (local.get 0) (i32.const 2)))) (call $silent (local.get 0) (i32.shr_u (local.get 0) (i32.const 4)))) (call $silent (local.get 0) (i32.shr_u (local.get 0) (i32.const 6)))) (call $silent (local.get 0) (i32.shr_u (local.get 0) (i32.const 8)))) (call $silent (local.get 0) (i32.shr_u (local.get 0) (i32.const 10)))) (call $silent (local.get 0) (i32.shr_u (local.get 0) (i32.const 12)))))
  (func (export "written") (param i32 i32) (result i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32)
    (local.set 2 (i32.load offset=16 (local.get 0)))
    (local.set 3 (i32.load offset=24 (local.get 0)))
    (local.set 4 (i32.load offset=32 (local.get 0)))
    (local.set 5 (i32.load offset=40 (local.get 0)))
    (local.set 6 (i32.load offset=48 (local.get 0)))
    (local.set 7 (i32.load offset=56 (local.get 0)))
    (local.set 8 (i32.load offset=64 (local.get 0)))
    (local.set 9 (i32.load offset=72 (local.get 0)))
    (call $writes (local.get 9) (call $writes (local.get 8) (call $writes (local.get 7) (call $writes (local.get 6) (call $writes (local.get 5) (call $writes (local.get 4) (call $writes (local.get 3) (call $writes (local.get 2) (local.get 1))))))))))
  (func (export "uneven") (param i32 i32) (result i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32)
    (local.set 2 (i32.load offset=16 (local.get 0)))
    (local.set 3 (i32.load offset=24 (local.get 0)))
    (local.set 4 (i32.load offset=32 (local.get 0)))
    (local.set 5 (i32.load offset=40 (local.get 0)))
    (local.set 6 (i32.load offset=52 (local.get 0)))
    (local.set 7 (i32.load offset=56 (local.get 0)))
    (local.set 8 (i32.load offset=64 (local.get 0)))
    (local.set 9 (i32.load offset=72 (local.get 0)))
    (call $silent (local.get 9) (call $silent (local.get 8) (call $silent (local.get 7) (call $silent (local.get 6) (call $silent (local.get 5) (call $silent (local.get 4) (call $silent (local.get 3) (call $silent (local.get 2) (local.get 1)))))))))))
;; before: behind tidy,fold,gvn,dce
;; func 0
;; b0(v1:i32 v2:i32) @0x57:
;;   v3:i32 = const #0x5 @0x57
;;   v4:i32 = i32.rotl v2 v3 @0x5d
;;   v5:i32 = i32.xor v1 v4 @0x5e
;;   v6 return [v5] @0x5f
;; func 1
;; b0(v1:i32 v2:i32) @0x62:
;;   v3 global.set v1 @0x64
;;   v4 bounds v1 #0x4 @0x6a
;;   v5 i32.store v1 v2 @0x6a
;;   v6 return [v2] @0x6f
;; func 2
;; b0(v1:i32 v2:i32) @0x74:
;;   v4 bounds v1 #0x14 @0x76
;;   v5:i32 = i32.load v1 #0x10 @0x76
;;   v6 bounds v1 #0x1c @0x7d
;;   v7:i32 = i32.load v1 #0x18 @0x7d
;;   v8 bounds v1 #0x24 @0x84
;;   v9:i32 = i32.load v1 #0x20 @0x84
;;   v10 bounds v1 #0x2c @0x8b
;;   v11:i32 = i32.load v1 #0x28 @0x8b
;;   v12 bounds v1 #0x34 @0x92
;;   v13:i32 = i32.load v1 #0x30 @0x92
;;   v14 bounds v1 #0x3c @0x99
;;   v15:i32 = i32.load v1 #0x38 @0x99
;;   v16 bounds v1 #0x44 @0xa0
;;   v17:i32 = i32.load v1 #0x40 @0xa0
;;   v18 bounds v1 #0x4c @0xa7
;;   v19:i32 = i32.load v1 #0x48 @0xa7
;;   v20:i32 = call [v5 v2] @0xbe
;;   v21:i32 = call [v7 v20] @0xc0
;;   v22:i32 = call [v9 v21] @0xc2
;;   v23:i32 = call [v11 v22] @0xc4
;;   v24:i32 = call [v13 v23] @0xc6
;;   v25:i32 = call [v15 v24] @0xc8
;;   v26:i32 = call [v17 v25] @0xca
;;   v27:i32 = call [v19 v26] @0xcc
;;   v28 return [v27] @0xce
;; func 3
;; b0(v1:i32) @0xd1:
;;   v3:i32 = const #0x2 @0xd1
;;   v7:i32 = const #0x4 @0xd1
;;   v11:i32 = const #0x6 @0xd1
;;   v15:i32 = const #0x8 @0xd1
;;   v19:i32 = const #0xa @0xd1
;;   v23:i32 = const #0xc @0xd1
;;   v2:i32 = call [v1 v1] @0xd5
;;   v4:i32 = i32.shr_u v1 v3 @0xdd
;;   v5:i32 = call [v1 v4] @0xde
;;   v6:i32 = i32.add v2 v5 @0xe0
;;   v8:i32 = i32.shr_u v1 v7 @0xe7
;;   v9:i32 = call [v1 v8] @0xe8
;;   v10:i32 = i32.add v6 v9 @0xea
;;   v12:i32 = i32.shr_u v1 v11 @0xf1
;;   v13:i32 = call [v1 v12] @0xf2
;;   v14:i32 = i32.add v10 v13 @0xf4
;;   v16:i32 = i32.shr_u v1 v15 @0xfb
;;   v17:i32 = call [v1 v16] @0xfc
;;   v18:i32 = i32.add v14 v17 @0xfe
;;   v20:i32 = i32.shr_u v1 v19 @0x105
;;   v21:i32 = call [v1 v20] @0x106
;;   v22:i32 = i32.add v18 v21 @0x108
;;   v24:i32 = i32.shr_u v1 v23 @0x10f
;;   v25:i32 = call [v1 v24] @0x110
;;   v26:i32 = i32.add v22 v25 @0x112
;;   v27 return [v26] @0x113
;; func 4
;; b0(v1:i32 v2:i32) @0x118:
;;   v4 bounds v1 #0x14 @0x11a
;;   v5:i32 = i32.load v1 #0x10 @0x11a
;;   v6 bounds v1 #0x1c @0x121
;;   v7:i32 = i32.load v1 #0x18 @0x121
;;   v8 bounds v1 #0x24 @0x128
;;   v9:i32 = i32.load v1 #0x20 @0x128
;;   v10 bounds v1 #0x2c @0x12f
;;   v11:i32 = i32.load v1 #0x28 @0x12f
;;   v12 bounds v1 #0x34 @0x136
;;   v13:i32 = i32.load v1 #0x30 @0x136
;;   v14 bounds v1 #0x3c @0x13d
;;   v15:i32 = i32.load v1 #0x38 @0x13d
;;   v16 bounds v1 #0x44 @0x144
;;   v17:i32 = i32.load v1 #0x40 @0x144
;;   v18 bounds v1 #0x4c @0x14b
;;   v19:i32 = i32.load v1 #0x48 @0x14b
;;   v20:i32 = call $1 [v5 v2] @0x162
;;   v21:i32 = call $1 [v7 v20] @0x164
;;   v22:i32 = call $1 [v9 v21] @0x166
;;   v23:i32 = call $1 [v11 v22] @0x168
;;   v24:i32 = call $1 [v13 v23] @0x16a
;;   v25:i32 = call $1 [v15 v24] @0x16c
;;   v26:i32 = call $1 [v17 v25] @0x16e
;;   v27:i32 = call $1 [v19 v26] @0x170
;;   v28 return [v27] @0x172
;; func 5
;; b0(v1:i32 v2:i32) @0x177:
;;   v4 bounds v1 #0x14 @0x179
;;   v5:i32 = i32.load v1 #0x10 @0x179
;;   v6 bounds v1 #0x1c @0x180
;;   v7:i32 = i32.load v1 #0x18 @0x180
;;   v8 bounds v1 #0x24 @0x187
;;   v9:i32 = i32.load v1 #0x20 @0x187
;;   v10 bounds v1 #0x2c @0x18e
;;   v11:i32 = i32.load v1 #0x28 @0x18e
;;   v12 bounds v1 #0x38 @0x195
;;   v13:i32 = i32.load v1 #0x34 @0x195
;;   v14 bounds v1 #0x3c @0x19c
;;   v15:i32 = i32.load v1 #0x38 @0x19c
;;   v16 bounds v1 #0x44 @0x1a3
;;   v17:i32 = i32.load v1 #0x40 @0x1a3
;;   v18 bounds v1 #0x4c @0x1aa
;;   v19:i32 = i32.load v1 #0x48 @0x1aa
;;   v20:i32 = call [v5 v2] @0x1c1
;;   v21:i32 = call [v7 v20] @0x1c3
;;   v22:i32 = call [v9 v21] @0x1c5
;;   v23:i32 = call [v11 v22] @0x1c7
;;   v24:i32 = call [v13 v23] @0x1c9
;;   v25:i32 = call [v15 v24] @0x1cb
;;   v26:i32 = call [v17 v25] @0x1cd
;;   v27:i32 = call [v19 v26] @0x1cf
;;   v28 return [v27] @0x1d1
;; after reroll
;; func 0
;; b0(v1:i32 v2:i32) @0x57:
;;   v3:i32 = const #0x5 @0x57
;;   v4:i32 = i32.rotl v2 v3 @0x5d
;;   v5:i32 = i32.xor v1 v4 @0x5e
;;   v6 return [v5] @0x5f
;; func 1
;; b0(v1:i32 v2:i32) @0x62:
;;   v3 global.set v1 @0x64
;;   v4 bounds v1 #0x4 @0x6a
;;   v5 i32.store v1 v2 @0x6a
;;   v6 return [v2] @0x6f
;; func 2
;; b0(v1:i32 v2:i32) @0x74:
;;   v30:i32 = const #0x10 @0x0
;;   v33:i32 = const #0x8 @0x0
;;   v39:i32 = const #0xffffffff @0x0
;;   v4 bounds v1 #0x14 @0x76
;;   v6 bounds v1 #0x1c @0x7d
;;   v8 bounds v1 #0x24 @0x84
;;   v10 bounds v1 #0x2c @0x8b
;;   v12 bounds v1 #0x34 @0x92
;;   v14 bounds v1 #0x3c @0x99
;;   v16 bounds v1 #0x44 @0xa0
;;   v18 bounds v1 #0x4c @0xa7
;;   v31:i32 = i32.add v1 v30 @0xcc
;;   v35 br -> b2(v2 v31 v33) @0xcc
;; b1() @0xcc:
;;   v28 return [v37] @0xce
;; b2(v29:i32 v32:i32 v34:i32) @0xcc:
;;   v36:i32 = i32.load v32 @0xa7
;;   v37:i32 = call [v36 v29] @0xcc
;;   v38:i32 = i32.add v32 v33 @0xcc
;;   v40:i32 = i32.add v34 v39 @0xcc
;;   v41 br_if v40 -> b2(v37 v38 v40) b1() @0xcc
;; func 3
;; b0(v1:i32) @0xd1:
;;   v39:i32 = const #0xe @0x0
;;   v3:i32 = const #0x2 @0xd1
;;   v7:i32 = const #0x4 @0xd1
;;   v11:i32 = const #0x6 @0xd1
;;   v15:i32 = const #0x8 @0xd1
;;   v19:i32 = const #0xa @0xd1
;;   v23:i32 = const #0xc @0xd1
;;   v2:i32 = call [v1 v1] @0xd5
;;   v30 br -> b2(v2 v3) @0x112
;; b1() @0x112:
;;   v27 return [v37] @0x113
;; b2(v28:i32 v29:i32) @0x112:
;;   v31:i32 = i32.shr_u v1 v29 @0x105
;;   v32:i32 = call [v1 v31] @0x106
;;   v33:i32 = i32.add v28 v32 @0x108
;;   v35:i32 = i32.add v29 v3 @0x10f
;;   v34:i32 = i32.shr_u v1 v35 @0x10f
;;   v36:i32 = call [v1 v34] @0x110
;;   v37:i32 = i32.add v33 v36 @0x112
;;   v38:i32 = i32.add v29 v7 @0x112
;;   v40:i32 = i32.ne v38 v39 @0x112
;;   v41 br_if v40 -> b2(v37 v38) b1() @0x112
;; func 4
;; b0(v1:i32 v2:i32) @0x118:
;;   v4 bounds v1 #0x14 @0x11a
;;   v5:i32 = i32.load v1 #0x10 @0x11a
;;   v6 bounds v1 #0x1c @0x121
;;   v7:i32 = i32.load v1 #0x18 @0x121
;;   v8 bounds v1 #0x24 @0x128
;;   v9:i32 = i32.load v1 #0x20 @0x128
;;   v10 bounds v1 #0x2c @0x12f
;;   v11:i32 = i32.load v1 #0x28 @0x12f
;;   v12 bounds v1 #0x34 @0x136
;;   v13:i32 = i32.load v1 #0x30 @0x136
;;   v14 bounds v1 #0x3c @0x13d
;;   v15:i32 = i32.load v1 #0x38 @0x13d
;;   v16 bounds v1 #0x44 @0x144
;;   v17:i32 = i32.load v1 #0x40 @0x144
;;   v18 bounds v1 #0x4c @0x14b
;;   v19:i32 = i32.load v1 #0x48 @0x14b
;;   v20:i32 = call $1 [v5 v2] @0x162
;;   v21:i32 = call $1 [v7 v20] @0x164
;;   v22:i32 = call $1 [v9 v21] @0x166
;;   v23:i32 = call $1 [v11 v22] @0x168
;;   v24:i32 = call $1 [v13 v23] @0x16a
;;   v25:i32 = call $1 [v15 v24] @0x16c
;;   v26:i32 = call $1 [v17 v25] @0x16e
;;   v27:i32 = call $1 [v19 v26] @0x170
;;   v28 return [v27] @0x172
;; func 5
;; b0(v1:i32 v2:i32) @0x177:
;;   v4 bounds v1 #0x14 @0x179
;;   v5:i32 = i32.load v1 #0x10 @0x179
;;   v6 bounds v1 #0x1c @0x180
;;   v7:i32 = i32.load v1 #0x18 @0x180
;;   v8 bounds v1 #0x24 @0x187
;;   v9:i32 = i32.load v1 #0x20 @0x187
;;   v10 bounds v1 #0x2c @0x18e
;;   v11:i32 = i32.load v1 #0x28 @0x18e
;;   v12 bounds v1 #0x38 @0x195
;;   v13:i32 = i32.load v1 #0x34 @0x195
;;   v14 bounds v1 #0x3c @0x19c
;;   v15:i32 = i32.load v1 #0x38 @0x19c
;;   v16 bounds v1 #0x44 @0x1a3
;;   v17:i32 = i32.load v1 #0x40 @0x1a3
;;   v18 bounds v1 #0x4c @0x1aa
;;   v19:i32 = i32.load v1 #0x48 @0x1aa
;;   v20:i32 = call [v5 v2] @0x1c1
;;   v21:i32 = call [v7 v20] @0x1c3
;;   v22:i32 = call [v9 v21] @0x1c5
;;   v23:i32 = call [v11 v22] @0x1c7
;;   v24:i32 = call [v13 v23] @0x1c9
;;   v25:i32 = call [v15 v24] @0x1cb
;;   v26:i32 = call [v17 v25] @0x1cd
;;   v27:i32 = call [v19 v26] @0x1cf
;;   v28 return [v27] @0x1d1
