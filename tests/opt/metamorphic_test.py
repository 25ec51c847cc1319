#!/usr/bin/env python3
"""metamorphic_test.py HEDDLE LEVEL EVERY FOLDER... - what must not matter to opt does not.

Of each module (of a folder with more than 200, one in EVERY) others are made that do the same, by its text:

  renamed     functions, and exports of functions, have other names
  reordered   functions stand in the opposite order
  unused      each function is there once more, and nothing calls the copy
  duplicated  the same, and copies are exported

What opt makes of them is compared with what it makes of the module, function by function under the same name:
the first three must be the same module, names and order apart; of the fourth, each copy must be the same as the
function that it is a copy of.  Modules that the text tools or opt do not take are counted as skipped.
Exit 1 when anything differs or nothing was compared, 77 without wabt.
"""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

HEDDLE, LEVEL, EVERY = sys.argv[1], sys.argv[2], int(sys.argv[3])
NAME = r"\$[^\s()]+"


def run(*argv):
    p = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    return p.stdout if p.returncode == 0 else None


def forms(text):
    """Those directly within (module ...), as they stand there."""
    out, depth, begin = [], 0, 0
    for m in re.finditer(r'"(?:[^"\\]|\\.)*"|;;[^\n]*|[()]', text):
        if m.group() == "(":
            depth += 1
            begin = m.start() if depth == 2 else begin
        elif m.group() == ")":
            if depth == 2:
                out.append(text[begin:m.end()])
            depth -= 1
    return out


def head(form):
    return form[1:].split(None, 1)[0].rstrip(")")


def name_of(func):
    return re.match(r"\(func (%s)" % NAME, func).group(1)


def named(form, name):
    """A function under another name; what calls itself does so under the new one."""
    return re.sub(r"(\(func |call |ref\.func )" + re.escape(name_of(form)) + r"(?![^\s()])", lambda m: m.group(1) + name, form)


def build(folder, parts):
    with open(folder + "/m.wat", "w") as f:
        f.write("(module\n" + "\n".join(parts) + ")\n")
    if run("wat2wasm", "--enable-all", "--debug-names", folder + "/m.wat", "-o", folder + "/m.wasm") is None:
        return None
    if run(HEDDLE, "opt", folder + "/m.wasm", "-O" + LEVEL, "--no-prove", "-q", "-o", folder + "/o.wasm") is None:
        return None
    text = run("wasm2wat", "--enable-all", "--generate-names", folder + "/o.wasm")
    return text and forms(text)


def canonical(parts):
    """Functions by their name, with types written out, and everything else in a list.  Imports and types go by
    their order, which no change here is of."""
    types = {}
    for p in parts:
        m = re.match(r"\(type (%s) (.*)\)$" % NAME, p, re.S)
        if m:
            types[m.group(1)] = m.group(2)
    funcs, rest = {}, []
    for p in parts:
        p = re.sub(r"\(type (%s)\)" % NAME, lambda m: types.get(m.group(1), "?"), p) if head(p) != "type" else p
        if head(p) == "func":
            funcs[name_of(p)] = p
        elif head(p) != "type":
            rest.append(p)
    return funcs, sorted(rest)


def renamed(parts):
    """With other names, and what takes them back."""
    names = [name_of(p) for p in parts if head(p) == "func"]
    out = []
    for p in parts:
        p = re.sub(r"(?:(?<=func )|(?<=call )|(?<=start )|(?<=\s))(%s)" % NAME,
                   lambda m: m.group(1) + ".other" if m.group(1) in names else m.group(1), p)
        out.append(re.sub(r'^\(export "([A-Za-z0-9-]+)" \(func', r'(export "\1-other" (func', p))
    return out


def without_other(parts):
    return [re.sub(r'-other"', '"', p.replace(".other", "")) for p in parts]


def reordered(parts):
    funcs = [p for p in parts if head(p) == "func"][::-1]
    rest = iter(funcs)
    return [next(rest) if head(p) == "func" else p for p in parts]


def duplicated(parts, exported):
    out = []
    for k, p in enumerate(q for q in parts if head(q) == "func"):
        copy = name_of(p) + ".copy"
        out.append(named(p, copy))
        if exported:
            out.append('(export "copy.%d" (func %s))' % (k, copy))
    exports = [p for p in out if head(p) == "export"]
    copies = [p for p in out if head(p) == "func"]
    at = max(k for k, p in enumerate(parts) if head(p) == "func") + 1
    return parts[:at] + copies + parts[at:] + exports


def differs(a, b):
    """Names of what differs between two modules."""
    out = [n for n in sorted(set(a[0]) | set(b[0])) if a[0].get(n) != b[0].get(n)]
    return out + (["what is no function"] if a[1] != b[1] else [])


def copies_differ(module, count):
    """Those whose original has moved into its callers are left out."""
    funcs = module[0]
    both = [n for n in funcs if n.endswith(".copy") and n[:-5] in funcs]
    count["copies"] = count.get("copies", 0) + len(both)
    return [n for n in both if funcs[n].replace(n, n[:-5]) != funcs[n[:-5]]]


def test(path, folder, count):
    text = run("wasm2wat", "--enable-all", "--generate-names", path)
    parts = text and forms(text)
    if not parts or not any(head(p) == "func" for p in parts):
        return False
    base = build(folder, parts)
    if not base:
        return False
    base = canonical(base)
    for kind, made in (("renamed", renamed(parts)), ("reordered", reordered(parts)),
                       ("unused", duplicated(parts, False)), ("duplicated", duplicated(parts, True))):
        got = build(folder, made)
        if not got:
            wrong = ["not taken"]
        elif kind == "duplicated":
            wrong = copies_differ(canonical(got), count)
        else:
            wrong = differs(base, canonical(without_other(got)))
        count[kind, not wrong] = count.get((kind, not wrong), 0) + 1
        if wrong:
            print("%s: %s: %s" % (path, kind, ", ".join(wrong[:5])))
            if os.environ.get("KEEP"):
                shutil.copytree(folder, os.environ["KEEP"], dirs_exist_ok=True)
    return True


def main():
    if not shutil.which("wasm2wat"):
        print("SKIP: no wasm2wat")
        sys.exit(77)
    count, skipped = {}, 0
    for folder in sys.argv[4:]:
        modules = sorted(glob.glob(folder + "/**/*.wasm", recursive=True))
        for path in modules[::EVERY] if len(modules) > 200 else modules:
            with tempfile.TemporaryDirectory() as d:
                skipped += not test(path, d, count)
    failed = 0
    for kind in ("renamed", "reordered", "unused", "duplicated"):
        failed += count.get((kind, False), 0)
        print("%-10s %4d the same, %d not" % (kind, count.get((kind, True), 0), count.get((kind, False), 0)))
    print("%d copies compared; %d modules skipped" % (count.get("copies", 0), skipped))
    sys.exit(failed > 0 or not count.get("copies"))


main()
