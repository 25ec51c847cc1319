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


class Object:
    """An ELF file of 32 bits whose words can be changed."""

    def __init__(self, data):
        self.data = bytearray(data)
        shoff, = struct.unpack_from("<I", data, 32)
        n, = struct.unpack_from("<H", data, 48)
        self.sections = [struct.unpack_from("<10I", data, shoff + 40 * k) for k in range(n)]
        tab = next(s for s in self.sections if s[1] == 2)
        names = self.sections[tab[6]][4]
        self.symbols = []
        for at in range(tab[4], tab[4] + tab[5], 16):
            name, value, size, _, _, shndx = struct.unpack_from("<3I2BH", data, at)
            text = data[names + name:data.index(0, names + name)].decode()
            self.symbols.append((text, value, size, shndx))

    def relocations(self, section):
        """Offset in the section -> (place in the file, symbol)."""
        found = {}
        for s in self.sections:
            if s[1] == 9 and s[7] == section:
                for at in range(s[4], s[4] + s[5], 8):
                    offset, info = struct.unpack_from("<2I", self.data, at)
                    found[offset] = (at + 4, info >> 8)
        return found

    def text(self, section, at):
        """The text there, up to its zero byte; None in a section without bytes."""
        at += self.sections[section][4]
        return None if self.sections[section][1] != 1 else bytes(self.data[at:self.data.index(0, at)])

    def contents(self, section, at, size):
        """Bytes, and what relocations among them refer to."""
        begin = at + self.sections[section][4]
        places = self.relocations(section)
        return self.data[begin:begin + size], [self.symbols[places[k][1]][1:] + self.symbols[places[k][1]][:1]
                                               if k in places else None for k in range(at, at + size, 4)]

    def words(self):
        """Places that matter: (name, file offset of the word, of its relocation or None, symbol)."""
        for name, value, size, shndx in self.symbols:
            known = name.startswith("reset_") or name.endswith("_module") or any(
                w in name for w in ("memory_desc", "table_desc", "memory_size", "table_size"))
            if not known or not 0 < shndx < len(self.sections) or self.sections[shndx][1] != 1:
                continue
            places = self.relocations(shndx)
            for k in range(0, size, 4):
                if name.endswith("_module") and k in OTHER:
                    continue
                yield (name, k, self.sections[shndx][4] + value + k, *places.get(value + k, (None, 0)))


def run(*argv):
    return subprocess.run(argv, capture_output=True, text=True)


def changes(o, word):
    """The bytes of the object with that word wrong, one after the other."""
    _, _, at, rel, symbol = word
    for value in (() if rel else (0, 5, 1 << 18)):
        data = bytearray(o.data)
        if struct.unpack_from("<I", data, at)[0] != value:
            struct.pack_into("<I", data, at, value)
            yield "is %d" % value, data
    if rel:
        here = o.symbols[symbol]
        for k, (name, value, _, shndx) in enumerate(o.symbols):
            if (value, shndx) != here[1:2] + here[3:] and 0 < shndx < 0xff00 and \
                    name and name[0] != "$":
                data = bytearray(o.data)
                struct.pack_into("<I", data, rel, k << 8 | 2)
                yield "points to %s" % name, data


def one(heddle, name, options, tmp):
    """Returns how many were REJECTED, and which were not."""
    wasm, obj = os.path.join(tmp, name + ".wasm"), os.path.join(tmp, "m.o")
    made = run(heddle, "compile", "-q", "--no-prove", *options, wasm, "-o", obj)
    if made.returncode or run(heddle, "verify", wasm, obj).returncode:
        sys.exit("storage: %s %s is not PROVED\n%s" % (name, options, made.stderr))
    with open(obj, "rb") as f:
        o = Object(f.read())
    rejected, missed = 0, []
    for word in o.words():
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
