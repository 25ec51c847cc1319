/* ir_eval_module.h - the module of ir_eval_test and ir_fault_test.
 *
 *	(type $v (func))
 *	(import "h" "f" (func $h (param i32 i64) (result i64)))
 *	(table 2 funcref) (elem (i32.const 0) $rec)
 *	(memory 1 10)
 *	(global $g (mut i32) (i32.const 3))
 *	(func $rec (export "rec") (call $rec))
 *	(func (export "loop") (loop (br 0)))
 *	(func (export "count") (param i32) (result i32) (local i32)
 *	  (loop (local.set 1 (i32.add (local.get 1) (i32.const 3)))
 *	    (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
 *	  (local.get 1))
 *	(func (export "host") (param i32) (result i64)
 *	  (call $h (local.get 0) (i64.const 5)))
 *	(func (export "grow") (param i32) (result i32)
 *	  (memory.grow (local.get 0)))
 *	(func (export "load") (param i32) (result i32)
 *	  (i32.load (local.get 0)))
 *	(func (export "icall") (param i32)
 *	  (call_indirect (type $v) (local.get 0)))
 *	(func (export "tail") (param i32) (result i32)
 *	  (if (i32.eqz (local.get 0)) (then (return (i32.const 42))))
 *	  (return_call 8 (i32.sub (local.get 0) (i32.const 1))))
 */
#ifndef IR_EVAL_MODULE_H
#define IR_EVAL_MODULE_H

static const char eval_module[] =
	"0061736d01000000"
	"0118 05 600000 60027f7e017e 60017f017f 60017f017e 60017f00"
	"0207 01 0168 0166 0001"
	"0309 08 00 00 02 03 02 02 04 02"
	"0404 01 700002"
	"0504 01 01010a"
	"0606 01 7f0141030b"
	"073a 08 03726563 0001 046c6f6f70 0002 05636f756e74 0003 04686f7374 0004"
	"  0467726f77 0005 046c6f6164 0006 056963616c6c 0007 047461696c 0008"
	"0907 01 0041000b 01 01"
	"0a5b 08"
	"  0400 1001 0b"
	"  0700 0340 0c00 0b 0b"
	"  1901017f 0340 2001 4103 6a 2101 2000 4101 6b 2200 0d00 0b 2001 0b"
	"  0800 2000 4205 1000 0b"
	"  0600 2000 4000 0b"
	"  0700 2000 280200 0b"
	"  0700 2000 110000 0b"
	"  1200 2000 45 0440 412a 0f 0b 2000 4101 6b 1208 0b";

#endif
