"""share.py - what --instance=pointer saves: a core module instantiated several times.

A component that lifts one function of each instance, nothing else; code (.text) and
constants (.rodata) of its object.  For bench.py.
"""
import subprocess
import tempfile
from pathlib import Path

from gen_module import section, uleb


def name(s):
    return uleb(len(s)) + s.encode()


def vec(*items):
    return uleb(len(items)) + b"".join(items)


def component(core, export, n):
    """n instances of a module, whose export is (i32) -> i32."""
    number = b"\x40" + vec(name("x") + b"\x79") + b"\0\x79"
    return (b"\0asm\x0d\0\1\0" + section(1, core) +
            section(2, vec(*[b"\0\0" + vec() for _ in range(n)])) +
            section(6, vec(*[b"\0\0\1" + uleb(k) + name(export) for k in range(n)])) +
            section(7, vec(number)) +
            section(8, vec(*[b"\0\0" + uleb(k) + vec() + uleb(0) for k in range(n)])) +
            section(11, vec(*[b"\0" + name("f%d" % k) + b"\1" + uleb(k) + b"\0" for k in range(n)])))


def sizes(bench, wasm, option, obj):
    subprocess.run([bench.HEDDLE, "compile", "-q", "--no-prove", *option, wasm, "-o", obj], check=True)
    found = {".text": 0, ".rodata": 0}
    for line in bench.sh("arm-none-eabi-size", "-A", obj).splitlines():
        f = line.split()
        for kind in found:
            if len(f) >= 2 and f[0].startswith(kind):
                found[kind] += int(f[1])
    return found


def run(bench):
    with tempfile.TemporaryDirectory() as d:
        wasm, obj = Path(d) / "c.wasm", Path(d) / "c.o"
        print("%-10s %9s %18s %18s" % ("", "instances", "code, constants", "shared"))
        for module in ("mark", "json", "sha256"):
            core = (bench.ROOT / "bench/kernels" / (module + ".wasm")).read_bytes()
            for n in (1, 2, 3):
                wasm.write_bytes(component(core, "run", n))
                own = sizes(bench, wasm, [], obj)
                shared = sizes(bench, wasm, ["--instance=pointer"], obj)
                for how, size in (("own", own), ("pointer", shared)):
                    bench.figure("share.text.%s.%d.%s" % (module, n, how), size[".text"], "bytes")
                    bench.figure("share.rodata.%s.%d.%s" % (module, n, how), size[".rodata"], "bytes")
                print("%-10s %9d %9d, %7d %9d, %7d" % (module, n, own[".text"], own[".rodata"],
                                                       shared[".text"], shared[".rodata"]))
