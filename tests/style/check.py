#!/usr/bin/env python3
"""check.py ROOT - the rules of the tree that a machine can check.

Includes go one way between rooms, only src/prove sees z3.h, runtime includes
nothing of src, files stay below their length, headers compile alone, no
trailing blanks, and each file says what it is for in its first line.
"""
import re, subprocess, sys
from pathlib import Path

ROOT = Path(sys.argv[1])
ORDER = ["base", "wasm", "component", "ir", "opt", "t32", "obj", "cli"]
# prove shares tables with t32, never its selection or encoder
# and the decoder of components with the linker, never the linker itself
PROVE = {"base": None, "wasm": None, "prove": None, "obj": None,
         "component": {"component.h", "type.h", "info.h", "transcode.def"},
         "t32": {"table.h", "decode.h", "print.h", "t32.def", "target.h"}}
LIMIT = {".c": 600, ".h": 300, ".S": 600}
bad = []


def fail(path, line, why):
    bad.append("%s:%d: %s" % (path.relative_to(ROOT), line, why))


def check_include(path, n, room, name):
    if room != "prove" and name in ("z3.h", "<z3.h>"):
        fail(path, n, "only src/prove may include z3.h")
    if "/" not in name:
        return
    other, rest = name.split("/", 1)
    if other == "heddle":
        return
    if room == "prove":
        if other not in PROVE or (PROVE[other] and rest not in PROVE[other]):
            fail(path, n, "prove may not include %s" % name)
        return
    if other in ORDER and ORDER.index(other) > ORDER.index(room):
        fail(path, n, "%s may not include %s" % (room, name))
    if other == "prove" and room != "cli":
        fail(path, n, "only cli may include %s" % name)


def check_file(path, room):
    text = path.read_text()
    lines = text.split("\n")
    limit = LIMIT.get(path.suffix, 10**6) if room else 600	# tests may keep code in headers
    if len(lines) - 1 > limit:
        fail(path, len(lines), "longer than %d lines" % limit)
    if path.suffix in (".c", ".h", ".S", ".def") and not re.match(r"/\* \S+ - ", lines[0]):
        fail(path, 1, "the first line does not say what the file is for")
    for n, line in enumerate(lines, 1):
        if line != line.rstrip():
            fail(path, n, "trailing blank")
        m = re.match(r'\s*#\s*include\s*(?:"([^"]+)"|(<[^>]+>))', line)
        if not m:
            continue
        name = m.group(1) or m.group(2)
        if room == "runtime":
            if (ROOT / "src" / name).exists() and not (ROOT / "runtime" / name).exists() \
                    and not (ROOT / "include" / name).exists():
                fail(path, n, "the runtime may not include %s" % name)
        elif room:
            check_include(path, n, room, name)


def check_header(path, flags):
    for cc, std in (("gcc", ["-x", "c", "-std=c11"]), ("g++", ["-x", "c++", "-std=c++17"])):
        if cc == "g++" and "include" not in path.parts:
            continue
        p = subprocess.run([cc, *std, "-fsyntax-only", "-Wall", "-Wextra", "-D_POSIX_C_SOURCE=200809L", *flags, str(path)],
                           stderr=subprocess.PIPE)
        text = p.stderr.decode().replace("#pragma once in main file", "")
        if p.returncode:
            fail(path, 1, "does not compile alone (%s): %s" % (cc, text.strip().split("\n")[0]))


def main():
    count = 0
    for path in sorted(ROOT.glob("src/**/*.[ch]")) + sorted(ROOT.glob("src/**/*.def")):
        check_file(path, path.relative_to(ROOT / "src").parts[0])
        count += 1
    for path in sorted(p for p in ROOT.glob("runtime/**/*") if p.suffix in (".c", ".h", ".S")):
        check_file(path, "runtime")
        count += 1
    for path in sorted(p for p in ROOT.glob("tests/**/*") if p.suffix in (".c", ".h")
                       and "rfc46" not in p.parent.parts[-2:-1] + p.parent.parts[-1:] or "runners" in p.parts):
        if path.suffix in (".c", ".h"):
            check_file(path, None)
            count += 1
    headers = sorted(ROOT.glob("include/heddle/*.h")) + sorted(ROOT.glob("src/*/*.h"))
    for path in headers:
        check_header(path, ["-I%s" % (ROOT / "src"), "-I%s" % (ROOT / "include")])
    for b in bad:
        print(b)
    print("%d passed, %d failed" % (count + len(headers) - len({b.split(':')[0] for b in bad}),
                                    len({b.split(':')[0] for b in bad})))
    return 1 if bad else 0


sys.exit(main())
