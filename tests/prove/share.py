#!/usr/bin/env python3
"""share.py HEDDLE COMPONENT - wrong ways for instances to share code: each must be
REJECTED.

COMPONENT instantiates a core module twice.  Its object, built with
--instance=pointer, is PROVED; then one relocation, symbol or instruction of it is
another.  A case says which functions may be REJECTED: that of one instance only,
when the code is right for the other.  Exit 77 without tools.
"""
import re
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import elf

HEDDLE, COMPONENT = sys.argv[1], sys.argv[2]
PUSH, POP = b"\x2d\xe9\x00\x42", b"\xbd\xe8\x00\x82"            # {r9, lr}, {r9, pc}
PUSH_R8, POP_R8 = b"\x2d\xe9\x00\x41", b"\xbd\xe8\x00\x81"
NOP, ADD_R9 = b"\x00\xbf", range(0x4448, 0x4450)                # add rN, r9


class Shared(elf.Object):
    """What is found by the names of symbols."""

    def find(self, pattern):
        return [k for k, s in enumerate(self.symbols) if re.fullmatch(pattern, s.name)]

    def one(self, pattern):
        found = self.find(pattern)
        if not found:
            sys.exit("not ok - no symbol " + pattern)
        return found[0]

    def bytes_at(self, symbol):
        """Place in the file, and size, of what a symbol names."""
        s = self.symbols[symbol]
        return self.sections[s.section].offset + (s.value & ~1), s.size

    def inside(self, symbol):
        """Relocations of what a symbol names."""
        s = self.symbols[symbol]
        return (r for r in self.relocs(s.section) if s.value & ~1 <= r.where < (s.value & ~1) + s.size)

    def name_of(self, symbol):
        return self.symbols[symbol].name


def references(o, where, pattern):
    """Relocations of what a symbol names that refer to such symbols."""
    return [r for r in o.inside(o.one(where)) if re.fullmatch(pattern, o.name_of(r.symbol))]


def redirect(where, pattern, to):
    def change(o):
        o.refer(references(o, where, pattern)[0], o.one(to))
    return change


def keeps_no_r9(o):
    at, size = o.bytes_at(o.one(STEP_A))
    code = o.data[at:at + size]
    assert code.startswith(PUSH) and POP in code
    o.data[at:at + size] = code.replace(PUSH, PUSH_R8).replace(POP, POP_R8)


def choose_itself(o):
    jump = next(r for r in o.inside(o.one(CHOICE)) if not o.name_of(r.symbol).startswith("wasm.base"))
    o.refer(jump, o.one(STEP_A))
    redirect(STEP_A, STEP_A + r"\.shared", CHOICE)(o)


def second_global(o):
    """A word of another name becomes a global that there is already."""
    at = next(s.at for s in o.symbols if re.fullmatch(r"wasm\.global\d+", s.name))
    other = next(s.at for s in o.symbols if re.fullmatch(r"wasm\.table_size\d+", s.name) and s.section < 0xfff0)
    o.data[other:other + 4] = o.data[at:at + 4]


def other_storage(o):
    """Code that has the address of instance b's global, whatever r9 is."""
    body = STEP_A + r"\.shared"
    entry = references(o, body, r"wasm\.global\d+\.offset")[0]
    rows = sorted({o.name_of(k) for k in o.find(r"wasm\.global\d+")
                   if o.symbols[k].value == o.symbols[entry.symbol].value},
                  key=lambda n: int(n[len("wasm.global"):]))
    o.refer(entry, o.one(re.escape(rows[-1])))
    at, size = o.bytes_at(o.one(body))
    for k in range(at, at + size, 2):
        if struct.unpack_from("<H", o.data, k)[0] in ADD_R9:
            o.data[k:k + 2] = NOP
            return
    sys.exit("not ok - no addition of r9")


def swap_names(o):
    """Two functions of one context are each other's code."""
    found = o.find(r"wasm\.shared\d+\.0")
    i, j = o.symbols[found[0]], o.symbols[found[-1]]
    for at, other in ((i.at, j), (j.at, i)):
        o.put(at + 4, other.value)
        struct.pack_into("<H", o.data, at + 14, other.section)


def swap_choice(o):
    jumps = [r for r in o.inside(o.one(CHOICE))
             if not o.name_of(r.symbol).startswith("wasm.base")]
    assert len(jumps) == 2
    o.refer(jumps[0], jumps[1].symbol)
    o.refer(jumps[1], jumps[0].symbol)


def move_base(o):
    s = o.symbols[o.one(r"wasm\.base1")]
    o.put(s.at + 4, s.value + 4)


def base_of_nothing(o):
    s = o.symbols[o.one(r"wasm\.base1")]
    o.put(s.at + 8, 0)


def changed_code(o, where, old, new):
    at, size = o.bytes_at(o.one(where))
    assert old in o.data[at:at + size]
    o.data[at:at + size] = o.data[at:at + size].replace(old, new, 1)


# lifts of the exports of the component, in order: a's are even, b's odd
STEP_A, STEP_B = r"\[lift\]#0", r"\[lift\]#1"
PEER_A, PEER_B = r"\[lift\]#22", r"\[lift\]#23"
SWAP = r"\[lift\]#33"
CHOICE = r"wasm\.\d+\.seen0"
CASES = {
    "a veneer sets the other instance": (redirect(STEP_A, r"wasm\.base0", r"wasm\.base1"), {STEP_A}),
    "the same of the second": (redirect(STEP_B, r"wasm\.base1", r"wasm\.base0"), {STEP_B}),
    "a veneer calls another function": (redirect(STEP_A, STEP_A + r"\.shared", r"\[lift\]#14\.shared"), {STEP_A}),
    "a veneer calls itself": (redirect(STEP_A, STEP_A + r"\.shared", STEP_A), {STEP_A}),
    "a veneer calls the other one": (redirect(STEP_A, STEP_A + r"\.shared", STEP_B), {STEP_A}),
    "a veneer calls a choice that leads to itself": (choose_itself, None),
    "a second place of a global": (second_global, None),
    "a veneer does not restore r9": (keeps_no_r9, {STEP_A}),
    "code uses the other instance's storage": (other_storage, {STEP_A}),
    "code uses another global of its instance": (
        redirect(STEP_A + r"\.shared", r"wasm\.global\d+\.offset", r"wasm\.table_size\d+\.offset"), {STEP_A, STEP_B}),
    "a choice is the wrong way round": (swap_choice, {PEER_A, PEER_B}),
    "a choice compares with one base twice": (redirect(CHOICE, r"wasm\.base0", r"wasm\.base1"), {PEER_A, PEER_B}),
    "a choice is made when bases are equal": (
        lambda o: changed_code(o, CHOICE, b"\xe1\x45\x01\xd1", b"\xe1\x45\x01\xd0"), {PEER_A, PEER_B}),
    "a choice does something else": (
        lambda o: changed_code(o, CHOICE, b"\xe1\x45", b"\xe0\x45"), {PEER_A, PEER_B}),
    "shared code is called without its base": (
        redirect(SWAP, r"\[lift\]#24", r"\[lift\]#24\.shared"), {SWAP}),
    "code pointers of another function": (
        redirect(r"wasm\.direct\d+\.\d+\.in0", r".*\.shared", r"\[lift\]#0\.shared"), None),
    "a reference to code without its base": (
        lambda o: o.refer(next(o.inside(o.one(r"wasm\.funcref\d+"))), o.one(r"\[lift\]#0\.shared")), None),
    "two names of shared code exchanged": (swap_names, None),
    "a base that is elsewhere": (move_base, None),
    "a base that is nowhere": (base_of_nothing, None),
}


def verdicts(dir, data):
    path = Path(dir) / "x.o"
    path.write_bytes(data)
    out = subprocess.run([HEDDLE, "verify", COMPONENT, path], capture_output=True, text=True)
    rejected = set(re.findall(r"^REJECTED +func \d+ (\S+)", out.stdout, re.M))
    return out, rejected


def main():
    if not shutil.which("arm-none-eabi-as"):
        sys.exit(77)
    bad = 0
    with tempfile.TemporaryDirectory() as dir:
        path = Path(dir) / "m.o"
        subprocess.run([HEDDLE, "compile", "-q", "--no-prove", "-O2", "--instance=pointer", COMPONENT, "-o", path],
                       check=True)
        right = path.read_bytes()
        out, rejected = verdicts(dir, right)
        if out.returncode or rejected:
            sys.exit("not ok - what was compiled: " + out.stdout)
        for name, (change, expected) in CASES.items():
            o = Shared(right)
            change(o)
            out, rejected = verdicts(dir, bytes(o.data))
            plain = {re.sub(r"\\", "", e) for e in expected or ()}
            ok = out.returncode == 3 and bytes(o.data) != right and (expected is None or rejected == plain)
            bad += not ok
            print("%s - %s%s" % ("ok" if ok else "not ok", name, "" if ok else
                                 ": %d, %s" % (out.returncode, sorted(rejected)[:8])))
    print("%d of %d REJECTED" % (len(CASES) - bad, len(CASES)))
    sys.exit(bad > 0)


main()
