;;! args: compile --target=cortex-m4 --dump=mir -j1 -o /dev/null --no-prove -q
;; Forms of addresses.  The bounds of the growing memory are loaded.
(module
  (memory 1 1) (memory $g 1 4)
  (func (export "constant") (result i32)
    (i32.add (i32.load (i32.const 1024)) (i32.load (i32.const 1028))))
  (func (export "fields") (param i32) (result i32)
    (i32.add (i32.load offset=4 (local.get 0)) (i32.load offset=8 (local.get 0))))
  (func (export "one") (param i32) (result i32) (i32.load8_u offset=3 (local.get 0)))
  (func (export "pair") (param i32) (result i64) (i64.load (local.get 0)))
  (func (export "growing") (param i32) (result i32) (i32.load $g (local.get 0)))
  (func (export "grow") (result i32) (memory.grow $g (i32.const 1)))
  (func (export "sum") (param i32 i32) (result i32) (local i32)
    (loop
      (local.set 2 (i32.add (local.get 2)
        (i32.load16_s (i32.and (i32.shl (local.get 1) (i32.const 1)) (i32.const 0xfffe)))))
      (br_if 0 (local.tee 1 (i32.sub (local.get 1) (i32.const 1)))))
    (local.get 2)))
;; ;; mir of function 0
;; func 0 in 0 out 0
;; b0:
;; 	v4 = addr memory.0
;; 	v3 = ldr v4 4 #1024
;; 	v2 = ldr v4 4 #1028
;; 	v1 = add v3, v2
;; 	ret v1@r0
;; ;; mir of function 1
;; func 1 in 0 out 0 (v6@r0)
;; b0:
;; 	v8 = const #65528
;; 	cmptrap v6, v8 cmp.hi aux=2
;; 	v4 = addr memory.0
;; 	v5 = add v4, v6
;; 	v3 = ldr v5 4 #4
;; 	v7 = const #65524
;; 	cmptrap v6, v7 cmp.hi aux=2
;; 	v2 = ldr v5 4 #8
;; 	v1 = add v3, v2
;; 	ret v1@r0
;; ;; mir of function 2
;; func 2 in 0 out 0 (v3@r0)
;; b0:
;; 	v4 = const #65532
;; 	cmptrap v3, v4 cmp.hi aux=2
;; 	v2 = addr memory.0 #3
;; 	v1 = ldr v2, v3 1 #0
;; 	ret v1@r0
;; ;; mir of function 3
;; func 3 in 0 out 0 (v5@r0)
;; b0:
;; 	v6 = const #65528
;; 	cmptrap v5, v6 cmp.hi aux=2
;; 	v3 = addr memory.0
;; 	v4 = add v3, v5
;; 	v1 = ldr v4 4 #0
;; 	v2 = ldr v4 4 #4
;; 	ret v1@r0, v2@r1
;; ;; mir of function 4
;; func 4 in 0 out 0 (v3@r0)
;; b0:
;; 	v4 = addr memory_size.1
;; 	v5 = ldr v4 4 #0
;; 	v6 = sub v5 #4
;; 	cmptrap v3, v6 cmp.hi aux=2
;; 	v2 = addr memory.1
;; 	v1 = ldr v2, v3 4 #0
;; 	ret v1@r0
;; ;; mir of function 5
;; func 5 in 0 out 0
;; b0:
;; 	v2 = addr memory_desc.1
;; 	v3 = const #1
;; 	v1@r0 = call hd_memory_grow v2@r0, v3@r1
;; 	ret v1@r0
;; ;; mir of function 6
;; func 6 in 0 out 0 (v10@r1)
;; b0:
;; 	v6 = addr memory.0
;; 	v8 = const #65534
;; 	v9 = const
;; 	jump
;; 		-> b1(v9, v10)
;; b1(v5, v3): depth 1
;; 	v7 = and v8, v3 lsl #1
;; 	v4 = ldr v6, v7 s2 #0
;; 	v1 = add v5, v4
;; 	v2 = add v3 #-1
;; 	cmpbr v2 cmp.ne #0
;; 		-> b3 b2
;; b2:
;; 	ret v1@r0
;; b3: depth 1
;; 	jump
;; 		-> b1(v1, v2)
;; ;; mir of function 7
;; func 7 in 0 out 0
;; b0:
;; 	ret
