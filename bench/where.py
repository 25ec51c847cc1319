"""where.py - what the bytes of an object's code are, each counted once, under the first cause that fits."""
import re

CAUSES = ["call of hd_trap_site", "bhi, bcs", "push, pop, SP", "spills, reloads", "literals", "32 bits, r8 or above",
          "other 32 bits", "16 bits"]


def cause(op, args, size):
    base = re.sub(r"\.[nw]$", "", op)
    if base in (".word", ".short", ".byte"):
        return "literals"
    if base in ("bhi", "bcs"):
        return "bhi, bcs"
    if base in ("push", "pop", "vpush", "vpop") or re.match(r"sp\b", args):
        return "push, pop, SP"
    if "[sp" in args:
        return "spills, reloads"
    if size == 2:
        return "16 bits"
    return "32 bits, r8 or above" if re.search(r"\b(r8|r9|r10|r11|r12|sl|fp|ip|lr)\b", args) else "other 32 bits"


def where(b, obj):
    """Bytes by cause: of an object that is linked of nothing else."""
    got, last = dict.fromkeys(CAUSES, 0), None
    for line in b.sh("arm-none-eabi-objdump", "-drz", obj).splitlines():
        if last and "R_ARM_THM_CALL\thd_trap_site" in line:
            got[last[0]] -= last[1]
            got["call of hd_trap_site"] += last[1]
        m = re.match(r" +[0-9a-f]+:\t([0-9a-f ]+?) *\t(\S+)(.*)$", line)
        if not m:
            continue
        size = len(m.group(1).replace(" ", "")) // 2
        last = cause(m.group(2), re.sub(r"[@;].*", "", m.group(3)).strip(), size), size
        got[last[0]] += last[1]
    return got


def run(b, tmp):
    """The small kernels together, and mark: as shipped, and by gcc -O2."""
    sums = {}
    for name in b.KERNELS:
        group = "mark" if name == "mark" else "kernels"
        kernel = b.ROOT / "bench/kernels" / name
        b.sh(b.HEDDLE, "compile", kernel.with_suffix(".wasm"), "--target", b.TARGET, "-q", "-o", tmp / "heddle.o")
        b.sh("arm-none-eabi-gcc", *b.CPU, "-O2", "-ffreestanding", "-c", kernel.with_suffix(".c"), "-o", tmp / "gcc.o")
        for how in ("heddle", "gcc"):
            obj = tmp / (how + ".o")
            got = where(b, obj)
            if sum(got.values()) != b.text_bytes(obj):
                raise SystemExit("bench: %d bytes of %s are told apart, of %d" % (sum(got.values()), obj, b.text_bytes(obj)))
            to = sums.setdefault((group, how), dict.fromkeys(CAUSES, 0))
            for c in CAUSES:
                to[c] += got[c]
    columns = sorted(sums)
    print("bytes of code by cause   " + "".join("%-16s" % " ".join(c) for c in columns))
    for c in CAUSES:
        print("  %-22s" % c + "".join("%-16d" % sums[k][c] for k in columns))
        for k in columns:
            b.figure("code.where.%s.%s.%s" % (k + (c.replace(",", "").replace(" ", "-"),)), sums[k][c], "bytes")
    print("  %-22s" % "all" + "".join("%-16d" % sum(sums[k].values()) for k in columns))
