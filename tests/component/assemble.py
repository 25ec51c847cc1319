"""assemble.py - components written section by section, and runs of heddle on them.

For shapes that component tools do not make.  A section is bytes; numbers are those of the index
spaces, as in the binary format.
"""
import os
import subprocess
import tempfile

FUNC, INSTANCE = 1, 5
FUNC_TYPE = b"\x40\x00\x00\x79"		# () -> u32


def leb(n):
    out = bytearray()
    while n > 0x7f:
        out.append(n & 0x7f | 0x80)
        n >>= 7
    return bytes(out + bytes([n]))


def vec(items):
    return leb(len(items)) + b"".join(items)


def text(s):
    return leb(len(s)) + s.encode()


def name(s):
    return b"\0" + text(s)


def section(number, body):
    return bytes([number]) + leb(len(body)) + body


def component(*sections):
    return b"\0asm\x0d\0\x01\0" + b"".join(sections)


def bag(**items):
    """A component instance of (sort, number) by name."""
    return b"\x01" + vec([name(k) + bytes([sort]) + leb(x) for k, (sort, x) in items.items()])


def export(as_name, sort, number):
    return name(as_name) + bytes([sort]) + leb(number) + b"\0"


def core(wat, *options):
    """A core module from text; options are wat2wasm's."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "core.w")
        with open(path + "at", "w") as f:
            f.write(wat)
        subprocess.run(["wat2wasm", path + "at", "-o", path, *options], check=True)
        with open(path, "rb") as f:
            return f.read()


def instantiate(module, **args):
    """A core instance of a module; args: numbers of core instances."""
    return b"\0" + leb(module) + vec([text(k) + b"\x12" + leb(x) for k, x in args.items()])


class Tests:
    """Runs, each with what its status and text must be; prints TAP."""

    def __init__(self, heddle, folder):
        self.heddle, self.folder, self.n, self.failed = heddle, folder, 0, 0

    def found(self, what, path, *texts):
        with open(path) as f:
            text_of = f.read()
        self.n += 1
        missing = [t for t in texts if t not in text_of]
        self.failed += bool(missing)
        print("%s %d - %s in the header %s" % ("not ok" if missing else "ok", self.n, what, missing or ""))

    def expect(self, what, data, args, status, *texts):
        path = os.path.join(self.folder, "it.wasm")
        with open(path, "wb") as f:
            f.write(data)
        args = [path if a == "IT" else a for a in args]
        got = subprocess.run([self.heddle] + args, capture_output=True, text=True, timeout=60)
        out = got.stdout + got.stderr
        good = got.returncode == status and all(t in out for t in texts)
        self.n += 1
        self.failed += not good
        print("%s %d - %s" % ("ok" if good else "not ok", self.n, what))
        if not good:
            print("# status %d, wanted %d and %s\n# %s" % (got.returncode, status, texts, out[:600]))
