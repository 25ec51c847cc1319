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


class Elf:
    """Sections, symbols and relocations, with their places in the file."""

    def __init__(self, data):
        self.data = data
        shoff, = struct.unpack_from("<I", data, 32)
        size, n, names = struct.unpack_from("<HHH", data, 46)
        self.section = [struct.unpack_from("<10I", data, shoff + k * size)
                        for k in range(n)]
        base = self.section[names][4]
        self.name = [self.text(base + s[0]) for s in self.section]
        table = next(s for s in self.section if s[1] == 2)
        strings = self.section[table[6]][4]
        self.symbol = []
        for k in range(table[5] // 16):
            at = table[4] + 16 * k
            name, value, length, info, _, where = struct.unpack_from(
                "<IIIBBH", data, at)
            self.symbol.append((self.text(strings + name), value, length,
                                info, where, at))

    def text(self, at):
        return self.data[at:self.data.index(b"\0", at)].decode()

    def find(self, name):
        return next(s for s in self.symbol if s[0] == name and s[4])

    def offset(self, address):
        for s in self.section:
            if s[2] & 2 and s[1] == 1 and s[3] <= address < s[3] + s[5]:
                return s[4] + address - s[3]
        return None

    def relocations(self):
        """Address, type, symbol, place of the entry; of what is loaded."""
        for s in self.section:
            if s[1] != 9 or not self.section[s[7]][2] & 2:
                continue
            for at in range(s[4], s[4] + s[5], 8):
                address, info = struct.unpack_from("<II", self.data, at)
                yield address, info & 255, info >> 8, at


def put(data, at, value):
    return data[:at] + struct.pack("<I", value & 0xffffffff) + data[at + 4:]


def branch(data, at, by):
    """The BL or B.W with its target further."""
    a, b = struct.unpack_from("<HH", data, at)
    if (b & 0x7ff) + by > 0x7ff:
        by = -by
    return data[:at + 2] + struct.pack("<H", b + by) + data[at + 4:]


def own_ranges(elf):
    """Functions, stubs, storage and lists of the module."""
    begin = next(k for k, s in enumerate(elf.symbol) if s[0] == "module.o")
    own = []
    for name, value, size, info, where, _ in elf.symbol[begin + 1:]:
        if info & 15 == 4:
            break
        if info & 15 in (1, 2) and where < 0xff00:
            own.append((value & ~(info & 15 == 2), size, name))
    m = elf.find("wasm_module")
    own.append((m[1], m[2], m[0]))
    own += [(elf.find("__start_" + n)[1], elf.find("__stop_" + n)[1] -
             elf.find("__start_" + n)[1], n) for n in ("heddle_traps",)]
    return own


def wrong_ones(data):
    """Name of each, and its bytes."""
    elf = Elf(data)
    own = own_ranges(elf)
    inside = [(r, n) for r in elf.relocations()
              for at, size, n in own if at <= r[0] < at + size]
    other = elf.symbol.index(elf.find("hd_trap_raise" if any(
        s[0] == "hd_trap_raise" for s in elf.symbol) else "main"))
    # instantiation cannot trap: its segments fit
    unused = {address + by for (address, _, symbol, _), name in inside
              for by in (0, 4) if name == "instantiate" and
              elf.symbol[symbol][0].startswith("hd_trap_site")}
    for (address, kind, symbol, entry), name in inside:
        word, = struct.unpack_from("<I", data, elf.offset(address))
        if address in unused or (name == "heddle_traps" and word in unused):
            continue
        at = elf.offset(address)
        where = "%s %s+%d" % (elf.symbol[symbol][0], name, address)
        if kind == 2:
            yield "address of " + where, put(data, at, word + 4)
        elif kind in (10, 30):
            yield "branch to " + where, branch(data, at, 2)
        if kind in (2, 10, 30):
            yield "no relocation of " + where, put(data, entry + 4, symbol << 8)
            yield "another symbol for " + where, put(data, entry + 4,
                                                     other << 8 | kind)
    for name, value, size, info, where, at in elf.symbol:
        if re.match(r"wasm\.(memory|table|global|direct|funcref|data)\d+$", name):
            yield "symbol " + name, put(data, at + 4, value + 4)
    for name in ("a", "several", "instantiate"):
        s = elf.find(name)
        yield "function " + name, put(data, s[5] + 4, s[1] + 2)
    for name, by in (("wasm_module", 8), ("wasm_module", 24),
                     ("wasm_module", 32),
                     ("__start_heddle_traps", 4), ("__start_heddle_funcs", 4)):
        at = elf.offset(elf.find(name)[1] + by)
        word, = struct.unpack_from("<I", data, at)
        yield "%s+%d" % (name, by), put(
            data, at, 0 if by == 24 else word + 1 + (by == 4 and
                                                           0x10000000))
    at = data.index(b"some bytes")
    yield "data", data[:at] + b"S" + data[at + 1:]
    for name, value, size, info, where, _ in elf.symbol:
        if name.endswith("_veneer") and info & 15 == 2:
            at = elf.offset(value & ~1)
            yield name, put(data, at + 4, struct.unpack_from(
                "<I", data, at + 4)[0] + 2)


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
