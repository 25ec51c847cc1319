#!/usr/bin/env python3
"""storage.py HEDDLE [EVERY] - wrong first values: each must be REJECTED.

The words of an object that say what storage is before instantiation, how large it
may become and where the runtime finds it are changed one by one: a number to
others, a pointer to another symbol; of all these one in EVERY (1).  What was
compiled is PROVED.  Exit 77 without tools.
"""
import os
import shutil
import struct
import subprocess
import sys
import tempfile

from elf import ABS32, PROGBITS, Object

MODULES = {
    "grows": """(module (memory (export "m") 1 2) (table (export "t") 2 8 funcref) (func $f)
        (elem declare func $f) (data $d "abc") (elem $e func $f)
        (func (export "f") (drop (memory.grow (i32.const 1))) (data.drop $d) (elem.drop $e)
        (table.set 0 (i32.const 0) (ref.func $f)) (drop (table.grow 0 (ref.null func) (i32.const 1)))
        (memory.init $d (i32.const 0) (i32.const 0) (i32.const 0))
        (table.init $e (i32.const 0) (i32.const 0) (i32.const 0))))""",
    "fixed": """(module (memory (export "m") 1 1) (memory (export "n") 2 2) (func $f)
        (table 2 funcref) (elem (i32.const 0) func $f) (global (export "g") i64 (i64.const 5))
        (func (export "f") (param i32) (call_indirect (local.get 0))))""",
    "empty": """(module (memory (export "m") 0 0) (table (export "t") 0 0 funcref)
        (global (export "g") (mut i32) (i32.const 7)) (data (i32.const 0) "") (elem (i32.const 0))
        (func (export "f") (global.set 0 (i32.const 1))
        (table.copy (i32.const 0) (i32.const 0) (i32.const 0))))""",
}
EVERY = int(sys.argv[2]) if len(sys.argv) > 2 else 1
OPTIONS = (["--plain"], ["-O2"], ["-O1", "--instance=pointer"])
# members of struct hd_module that say none of that: name, callback and its form,
# stack bound, exports, margin; and which storage is the first instance's
OTHER = {0, 16, 20, 24, 28, 32, 36, 56, 60}


def words(o):
    """Places that matter: (name, offset, file offset of the word, its relocation or None)."""
    for s in o.symbols:
        known = s.name.startswith("reset_") or s.name.endswith("_module") or any(
            w in s.name for w in ("memory_desc", "table_desc", "memory_size", "table_size"))
        if not known or not 0 < s.section < len(o.sections) or o.sections[s.section].type != PROGBITS:
            continue
        places = {r.where: r for r in o.relocs(s.section)}
        for k in range(0, s.size, 4):
            if not s.name.endswith("_module") or k not in OTHER:
                yield s.name, k, o.sections[s.section].offset + s.value + k, places.get(s.value + k)


def run(*argv):
    return subprocess.run(argv, capture_output=True, text=True)


def changes(o, word):
    """The bytes of the object with that word wrong, one after the other."""
    _, _, at, reloc = word
    for value in (() if reloc else (0, 5, 1 << 18)):
        if struct.unpack_from("<I", o.data, at)[0] != value:
            yield "is %d" % value, o.with_word(at, value)
    if reloc:
        here = o.symbols[reloc.symbol]
        for k, s in enumerate(o.symbols):
            if (s.value, s.section) != (here.value, here.section) and 0 < s.section < 0xff00 and \
                    s.name and s.name[0] != "$":
                yield "points to %s" % s.name, o.with_word(reloc.at + 4, k << 8 | ABS32)


def one(heddle, name, options, tmp):
    """Returns how many were REJECTED, and which were not."""
    wasm, obj = os.path.join(tmp, name + ".wasm"), os.path.join(tmp, "m.o")
    made = run(heddle, "compile", "-q", "--no-prove", *options, wasm, "-o", obj)
    if made.returncode or run(heddle, "verify", wasm, obj).returncode:
        sys.exit("storage: %s %s is not PROVED\n%s" % (name, options, made.stderr))
    with open(obj, "rb") as f:
        o = Object(f.read())
    rejected, missed = 0, []
    for word in words(o):
        for what, data in list(changes(o, word))[word[1] // 4 % EVERY::EVERY]:
            with open(obj, "wb") as f:
                f.write(data)
            status = run(heddle, "verify", wasm, obj).returncode
            if status == 3:
                rejected += 1
            else:
                missed.append("%s %s: %s+%d %s: status %d" % (
                    name, " ".join(options), word[0], word[1], what, status))
    return rejected, missed


def unread(heddle, tmp):
    """What an object leaves out may go unread, not untrapped; names of what was judged wrong."""
    wrong = []
    files = [os.path.join(tmp, n) for n in ("bare.wasm", "bare.o", "noted.o", "note")]
    bare, obj, noted, note = files
    wat(bare, '(module (memory (export "m") 1))')
    run(heddle, "compile", "-q", "--no-prove", bare, "-o", obj)
    with open(note, "w") as f:
        f.write("unread 0\n")
    run("arm-none-eabi-objcopy", "--add-section", ".heddle.assume=" + note, obj, noted)
    for at, file, status in ((0, obj, 3), (0, noted, 0), (65535, noted, 0), (65536, noted, 3)):
        full = os.path.join(tmp, "full.wasm")
        wat(full, '(module (memory (export "m") 1) (data (i32.const %d) "a"))' % at)
        if run(heddle, "verify", full, file).returncode != status:
            wrong.append("segment at %d, %s: not status %d" % (at, os.path.basename(file), status))
    return wrong


def wat(file, text):
    with open(file + ".wat", "w") as f:
        f.write(text)
    subprocess.run(["wat2wasm", "--enable-multi-memory", f.name, "-o", file], check=True)


def main():
    if not shutil.which("wat2wasm"):
        print("skip: no wat2wasm")
        return 77
    rejected, missed = 0, []
    with tempfile.TemporaryDirectory() as tmp:
        for name, text in MODULES.items():
            wat(os.path.join(tmp, name + ".wasm"), text)
            for options in OPTIONS:
                n, bad = one(sys.argv[1], name, options, tmp)
                rejected += n
                missed += bad
        missed += unread(sys.argv[1], tmp)
    print("\n".join(missed))
    print("%d wrong words REJECTED, %d not, 0 skipped" % (rejected, len(missed)))
    return 1 if missed or rejected < 4000 // EVERY // 2 else 0


if __name__ == "__main__":
    sys.exit(main())
