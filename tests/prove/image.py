#!/usr/bin/env python3
"""image.py HEDDLE - linked images: proved as they are, wrong ones REJECTED.

Of each image every place of the module's code and storage that the linker wrote
an address into refers to something else, its relocation is gone or names another
symbol, its symbols are elsewhere, and words of its lists, segments and
descriptor are others.  Every one must be REJECTED.  One image is linked so
that calls go through veneers.
Exit 77 without tools or runtime.
"""
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile

from elf import ABS32, CALL, FILE, FUNC, JUMP, OBJECT, Object

MODULE = """(module
  (import "pulseengine:async" "thread_yield" (func $yield))
  (memory 1)
  (data (i32.const 8) "some bytes")
  (global $g (mut i64) (i64.const 5))
  (type $t (func (param i32) (result i32)))
  (table 3 funcref) (elem (i32.const 0) $a $b)
  (func $a (param i32) (result i32) (i32.load (local.get 0)))
  (func $b (param i32) (result i32) (i32.div_u (i32.const 7) (local.get 0)))
  (func (export "f") (param i32) (result i32)
    (call $yield)
    (global.set $g (i64.add (global.get $g) (i64.const 1)))
    (call_indirect (type $t) (local.get 0) (local.get 0)))
  (func (export "several") (param i32) (result i32 i64)
    (i32.store (i32.const 64) (local.get 0))
    (call $b (local.get 0)) (global.get $g)))"""
IMAGES = [["-O2", "--target=cortex-m4"],
          ["--plain", "--target=cortex-m33", "--instance=pointer"]]
FAR = """MEMORY { A (rwx) : ORIGIN = 0, LENGTH = 1M  B (rwx) : ORIGIN = 0x8000000,
 LENGTH = 1M  R (rwx) : ORIGIN = 0x20000000, LENGTH = 1M }
ENTRY(main)
SECTIONS {
 .text : { . = 64; *(.text.wasm.*) *(.rodata*) . = ALIGN(4);
  __start_heddle_traps = .; KEEP(*(heddle_traps)) __stop_heddle_traps = .;
  __start_heddle_funcs = .; KEEP(*(heddle_funcs)) __stop_heddle_funcs = .;
  KEEP(*(heddle_modules)) } > A
 .far : { *(.text*) } > B
 .bss : { *(.bss*) *(COMMON) } > R }
"""
RUNTIME = """.syntax unified
.thumb
.macro f name
.section .text.\\name, "ax"
.global \\name
.type \\name, %function
.thumb_func
\\name: bx lr
.endm
f main
f hd_trap_site
f hd_module_reset
f kiln_builtins_thread_yield
f memcpy
f memset
f memmove
.ltorg
.comm hd_now, 32
"""


def run(*argv):
    return subprocess.run(argv, capture_output=True, text=True)


def find(elf, name):
    return next(s for s in elf.symbols if s.name == name and s.section)


def branch(data, at, by):
    """The BL or B.W with its target further."""
    _, b = struct.unpack_from("<HH", data, at)
    if (b & 0x7ff) + by > 0x7ff:
        by = -by
    return data[:at + 2] + struct.pack("<H", b + by) + data[at + 4:]


def own_ranges(elf):
    """Functions, stubs, storage and lists of the module."""
    begin = next(k for k, s in enumerate(elf.symbols) if s.name == "module.o")
    own = []
    for s in elf.symbols[begin + 1:]:
        if s.info & 15 == FILE:
            break
        if s.info & 15 in (OBJECT, FUNC) and s.section < 0xff00:
            own.append((s.value & ~(s.info & 15 == FUNC), s.size, s.name))
    m = find(elf, "wasm_module")
    own.append((m.value, m.size, m.name))
    begin, end = (find(elf, n + "heddle_traps").value for n in ("__start_", "__stop_"))
    return own + [(begin, end - begin, "heddle_traps")]


def wrong_ones(data):
    """Name of each, and its bytes."""
    elf = Object(data)
    own = own_ranges(elf)
    inside = [(r, n) for r in elf.relocs()
              for at, size, n in own if at <= r.where < at + size]
    other = elf.symbols.index(find(elf, "hd_trap_raise" if any(
        s.name == "hd_trap_raise" for s in elf.symbols) else "main"))
    # instantiation cannot trap: its segments fit
    unused = {r.where + by for r, name in inside
              for by in (0, 4) if name == "instantiate" and
              elf.symbols[r.symbol].name.startswith("hd_trap_site")}
    for r, name in inside:
        at = elf.offset(r.where)
        word, = struct.unpack_from("<I", data, at)
        if r.where in unused or (name == "heddle_traps" and word in unused):
            continue
        where = "%s %s+%d" % (elf.symbols[r.symbol].name, name, r.where)
        if r.type == ABS32:
            yield "address of " + where, elf.with_word(at, word + 4)
        elif r.type in (CALL, JUMP):
            yield "branch to " + where, branch(data, at, 2)
        if r.type in (ABS32, CALL, JUMP):
            yield "no relocation of " + where, elf.with_word(r.at + 4, r.symbol << 8)
            yield "another symbol for " + where, elf.with_word(r.at + 4, other << 8 | r.type)
    for s in elf.symbols:
        if re.match(r"wasm\.(memory|table|global|direct|funcref|data)\d+$", s.name):
            yield "symbol " + s.name, elf.with_word(s.at + 4, s.value + 4)
    for name in ("a", "several", "instantiate"):
        s = find(elf, name)
        yield "function " + name, elf.with_word(s.at + 4, s.value + 2)
    for name, by in (("wasm_module", 8), ("wasm_module", 24),
                     ("wasm_module", 32),
                     ("__start_heddle_traps", 4), ("__start_heddle_funcs", 4)):
        at = elf.offset(find(elf, name).value + by)
        word, = struct.unpack_from("<I", data, at)
        yield "%s+%d" % (name, by), elf.with_word(
            at, 0 if by == 24 else word + 1 + (by == 4 and 0x10000000))
    at = data.index(b"some bytes")
    yield "data", data[:at] + b"S" + data[at + 1:]
    for s in elf.symbols:
        if s.name.endswith("_veneer") and s.info & 15 == FUNC:
            at = elf.offset(s.value & ~1) + 4
            yield s.name, elf.with_word(at, struct.unpack_from("<I", data, at)[0] + 2)


def verdict(heddle, wasm, elf):
    got = run(heddle, "verify", wasm, elf)
    if got.returncode not in (0, 1, 3) or \
            (got.returncode == 1 and "malformed object" not in got.stderr):
        sys.exit("image: verify ends with %d: %s" % (got.returncode, got.stderr))
    return got.returncode == 0, got.stdout + got.stderr


def linked_far(heddle, wasm, tmp):
    obj, elf, ld, s, o = (os.path.join(tmp, n) for n in (
        "module.o", "far.elf", "far.ld", "rt.s", "rt.o"))
    for path, text in (ld, FAR), (s, RUNTIME):
        with open(path, "w") as f:
            f.write(text)
    for argv in ([heddle, "compile", "-q", "--no-prove", "--target=cortex-m3",
                  wasm, "-o", obj],
                 ["arm-none-eabi-gcc", "-mcpu=cortex-m3", "-mthumb", "-c", s,
                  "-o", o],
                 ["arm-none-eabi-gcc", "-mcpu=cortex-m3", "-mthumb",
                  "-nostdlib", "-nostartfiles", "-Wl,--emit-relocs",
                  "-Wl,--no-warn-rwx-segments", "-T" + ld, obj, o, "-lgcc",
                  "-o", elf]):
        made = run(*argv)
        if made.returncode:
            sys.exit("image: %s" % made.stderr)
    return elf


def judge(heddle, wasm, elf, what, count):
    with open(elf, "rb") as f:
        data = f.read()
    ok, text = verdict(heddle, wasm, elf)
    if not ok:
        count["failed"] += 1
        print("not ok - %s: %s" % (what, text))
        return
    count["images"] += 1
    for name, bad in wrong_ones(data):
        count["veneers"] += name.endswith("_veneer")
        with open(elf, "wb") as f:
            f.write(bad)
        ok, _ = verdict(heddle, wasm, elf)
        count["failed" if ok else "rejected"] += 1
        if ok:
            print("not ok - %s, %s: PROVED" % (what, name))


def main():
    heddle = sys.argv[1]
    if not shutil.which("wat2wasm") or not shutil.which("arm-none-eabi-gcc") or \
            not os.path.isdir(os.environ.get("HEDDLE_RUNTIME", os.path.join(
                os.path.dirname(heddle), "rt"))):
        print("skipped: no tools or runtime")
        return 77
    count = dict.fromkeys(("images", "rejected", "failed", "veneers"), 0)
    with tempfile.TemporaryDirectory() as tmp:
        wat, wasm, elf = (os.path.join(tmp, "m." + x)
                          for x in ("wat", "wasm", "elf"))
        with open(wat, "w") as f:
            f.write(MODULE)
        if run("wat2wasm", "--debug-names", wat, "-o", wasm).returncode:
            sys.exit("image: no module")
        for options in IMAGES:
            made = run(heddle, "build", "-q", *options, wasm, "-o", elf)
            if made.returncode:
                sys.exit("image: %s" % made.stderr)
            judge(heddle, wasm, elf, " ".join(options), count)
        judge(heddle, wasm, linked_far(heddle, wasm, tmp), "far", count)
    print("%(images)d images PROVED, %(rejected)d wrong ones REJECTED, "
          "%(failed)d not, %(veneers)d of veneers" % count)
    return count["failed"] > 0 or count["images"] != 3 or not count["veneers"]


sys.exit(main())
