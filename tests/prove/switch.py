#!/usr/bin/env python3
"""switch.py SWITCH_TEST TREE - the runtime's assembly on every core, and broken.

Each function of switch.S, fuel.S, enter.S and enter_wall.S is proved on each core of target.def
(switch_test.c says what it must do), switch.S for several executors, too.  Then each instruction is left out, each
register list has its first or last register less or two of another order, each
number is one more, each limit is the other's: where the assembler makes other code of that, it must be
refused.  Barriers are left out of this: they change no register.
Exit 77 without an assembler.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

SWITCH = ["hd_port_switch", "hd_cortex_start", "hd_trap_site", "hd_port_catch",
          "hd_port_throw"]
FILES = [
    ("switch.S", False, SWITCH),
    ("switch.S", True, SWITCH),  # HD_MULTI
    ("fuel.S", False, ["hd_fuel_out"]),
    ("enter.S", False, ["hd_enter", "hd_enter_callback", "hd_unwind"]),
    ("enter_wall.S", False, ["hd_enter_plain", "hd_enter_callback_plain", "hd_unwind"]),
]
# one of each kind: without floating point, with, Armv8-M
BROKEN = ["cortex-m3", "cortex-m4f", "cortex-m33"]
# changes nothing: without floating point r2 has it still
EQUIVALENT = [("cortex-m3", "'' for 'ldr r2, =MPU_RBAR'")]


def run(*argv):
    return subprocess.run(argv, capture_output=True, text=True)


def cores(tree):
    """Name -> flags of gcc, and what switch_test is told."""
    found = {}
    for line in open(os.path.join(tree, "src/t32/target.def")):
        m = re.match(r'TARGET\(\w+, +"([^"]+)", +(\S+), +(\w+), +"([^"]+)", +'
                     r'"([^"]*)"', line)
        if m:
            name, features, abi, cpu, fpu = m.groups()
            flags = ["-mcpu=" + cpu, "-mthumb"]
            if fpu:
                flags += ["-mfpu=" + fpu, "-mfloat-abi=hard"]
            found[name] = flags, ["fp" if fpu else "soft",
                                  "v8" if "V8M" in features else "v7"]
    return found


def assembled(tree, flags, text, tmp):
    """The object of a text, or None."""
    src, obj = os.path.join(tmp, "a.S"), os.path.join(tmp, "a.o")
    with open(src, "w") as f:
        f.write(text)
    made = run("arm-none-eabi-gcc", *flags, "-I" + os.path.join(tree, "runtime"),
               "-I" + os.path.join(tree, "include"), "-c", src, "-o", obj)
    return obj if made.returncode == 0 else None


def code(obj):
    with open(obj, "rb") as f:
        return f.read()


def variant(core, multi):
    """The flags of a core, and what switch_test is told."""
    flags, (fp, v) = core
    if not multi:
        return flags, [fp, v]
    return flags + ["-DHD_MULTI"], [fp, v + "-msp" if v == "v8" else v]


def mutants(text):
    """What was changed, and the text."""
    lines = text.split("\n")
    for k, line in enumerate(lines):
        if line.startswith((" *", "/*", "#")):
            continue
        bare = re.sub(r"/\*.*?\*/", "", line)
        m = re.match(r"(#define \w+\s+|\d+:)?\s*([a-z][a-z0-9.]*)\b(.*)$", bare)
        if not m or m.group(2) in ("isb", "dsb", "dmb", "udf") or \
                line.startswith("."):
            continue
        label, rest = m.group(1) or "", "%s%s" % (m.group(2), m.group(3))
        other = [""]
        for g in re.finditer(r"\{([rd])(\d+)-[rd](\d+)", rest):
            low, high = int(g.group(2)), int(g.group(3))
            for a, b in ((low + 1, high), (low, high - 1)):
                other.append(rest.replace(g.group(0), "{%s%d-%s%d" % (
                    g.group(1), a, g.group(1), b)))
        for a, b in (("msplim", "psplim"), ("psplim", "msplim")):
            if a in rest:
                other.append(rest.replace(a, b))
        for g in re.finditer(r"#(\d+)\b", rest):
            other.append(rest[:g.start()] + "#%d" % (int(g.group(1)) + 1) +
                         rest[g.end():])
        g = re.match(r"(\S+) (\w+), (\w+)(.*)$", rest)
        if g:
            other.append("%s %s, %s%s" % (g.group(1), g.group(3), g.group(2),
                                          g.group(4)))
        for o in other:
            changed = lines[:k] + [label + "\t" + o] + lines[k + 1:]
            yield "%d: '%s' for '%s'" % (k + 1, o, rest.strip()), \
                "\n".join(changed)


def main():
    tool, tree = sys.argv[1:3]
    if not shutil.which("arm-none-eabi-gcc"):
        print("skipped: no arm-none-eabi-gcc")
        return 77
    all_cores = cores(tree)
    proved = refused = same = failed = 0
    with tempfile.TemporaryDirectory() as tmp:
        for name, multi, functions in FILES:
            with open(os.path.join(tree, "runtime/port/cortex-m", name)) as f:
                text = f.read()
            original = {}
            for core in all_cores:
                flags, told = variant(all_cores[core], multi)
                obj = assembled(tree, flags, text, tmp)
                got = run(tool, obj, *told, *functions)
                original[core] = code(obj)
                proved += got.stdout.count("\nok - ") + got.stdout.startswith("ok")
                if got.returncode:
                    failed += 1
                    print("not ok - %s on %s\n%s" % (name, core, got.stdout))
            for what, changed in mutants(text):
                for core in BROKEN:
                    flags, told = variant(all_cores[core], multi)
                    obj = assembled(tree, flags, changed, tmp)
                    if not obj:
                        continue
                    if code(obj) == original[core]:
                        same += 1
                        continue
                    status = run(tool, obj, *told, *functions).returncode
                    if status == 0 and \
                            (core, what.split(": ")[1]) in EQUIVALENT:
                        same += 1
                    elif status == 0:
                        failed += 1
                        print("not ok - %s on %s, %s: accepted" % (name, core,
                                                                   what))
                    refused += status != 0
    print("%d proved on %d cores; %d broken ones refused, %d no other code, "
          "%d failed" % (proved, len(all_cores), refused, same, failed))
    return failed > 0 or refused < 150


sys.exit(main())
