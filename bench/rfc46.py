"""rfc46.py - what the async passes do to tests/rfc46, executed on a Cortex-M4."""
import re, tempfile
from pathlib import Path

EVENTS = range(7)
# of dispatch7, by event
HANDLER = ["func8", "func9", "func11", "func12", "func13", "func14", "func15"]


def compile_(b, name, tmp, *options):
    obj = tmp / ("%s%s.o" % (name, "".join(options)))
    b.sh(b.HEDDLE, "compile", b.ROOT / "tests/rfc46" / (name + ".wasm"), "--target", b.TARGET, "-q", *options, "-o", obj)
    return obj


def link(b, obj, elf, tmp, *defines):
    main = tmp / "main_async.o"
    b.sh("arm-none-eabi-gcc", *b.CPU, "-O2", "-ffreestanding", *defines, "-I", b.ROOT / "runtime", "-I", b.ROOT / "include",
         "-c", b.ROOT / "bench/board/main_async.c", "-o", main)
    rt = b.BUILD / "rt" / b.TARGET
    b.sh("arm-none-eabi-gcc", *b.CPU, "-nostartfiles", "-Wl,--gc-sections,--no-warn-rwx-segments",
         "-L%s" % (b.BUILD / "rt/board"), "-T%s.ld" % b.BOARD, "-o", elf, main, obj, "-Wl,--start-group",
         rt / "libheddle-board.a", rt / "libheddle-rt.a", rt / "libheddle-config.a", "-lgcc", "-Wl,--end-group")
    return elf


def handlers(b, elf):
    """Where the callback's table leads for each event; None: it has none."""
    start = int(b.symbol(elf, "wasm___callback"), 16)
    text = b.sh("arm-none-eabi-objdump", "-d", "--start-address=%d" % start, "--stop-address=%d" % (start + 64), elf)
    at = re.search(r"^ *([0-9a-f]+):.*\ttb([bh])\t", text, re.M)
    if not at:
        return None
    table, wide = int(at.group(1), 16) + 4, at.group(2) == "h"
    raw = b.sh("arm-none-eabi-objdump", "-s", "--start-address=%d" % table, "--stop-address=%d" % (table + 16), elf)
    data = bytes.fromhex("".join("".join(l.split()[1:5])[:32] for l in raw.splitlines() if re.match(r" [0-9a-f]+ ", l)))
    entry = [int.from_bytes(data[2 * k:2 * k + 2], "little") if wide else data[k] for k in EVENTS]
    return ["0x%x" % (table + 2 * e) for e in entry]


def dispatch(b, tmp):
    """Instructions from callback entry to the entry of each handler."""
    for how, options in (("before", ["-O0"]), ("", [])):
        obj, counts = compile_(b, "dispatch7", tmp, *options), []
        for e in EVENTS:
            elf = link(b, obj, tmp / "dispatch.elf", tmp, "-DEVENT=%d" % e)
            to = handlers(b, elf)
            end = to[e] if to else b.symbol(elf, HANDLER[e])
            counts.append(b.count_range(elf, b.symbol(elf, "wasm___callback"), end))
        suffix = "." + how if how else ""
        b.figure("async.dispatch.last" + suffix, counts[-1], "instructions", note="callback entry to handler entry")
        b.figure("async.dispatch.spread" + suffix, max(counts) - min(counts), "instructions", note="over seven events")
        print("dispatch7 %-8s %s" % (how or "now", " ".join(map(str, counts))))


def per_byte(b, name, tmp, *options):
    """Instructions for each byte; None: what these options make is not proved."""
    try:
        obj = compile_(b, name, tmp, *options)
    except SystemExit:
        return None
    got = []
    for n in (64, 256):
        elf = link(b, obj, tmp / "xform.elf", tmp, "-DBYTES=%d" % n)
        got.append(b.count_range(elf, b.symbol(elf, "roi_begin"), b.symbol(elf, "roi_end")))
    return (got[1] - got[0]) / 192


def elements(b, tmp):
    """Instructions and bounds checks for each byte of the inner loops."""
    for name in ("xform_upcase", "xform_satadd", "xform_bswap"):
        f = {"before": per_byte(b, name, tmp, "-O0", "--no-prove"), "proved": per_byte(b, name, tmp),
             "now": per_byte(b, name, tmp, "--no-prove"), "unchecked": per_byte(b, name, tmp, "--bounds=none", "--no-prove")}
        for how in ("before", "now", "proved"):
            if f[how] is not None:
                b.figure("async.%s.per_byte.%s" % (name, how), round(f[how], 3), "instructions")
        checks = f["now"] - f["unchecked"]
        b.figure("async.%s.checks_per_byte" % name, round(checks, 3), "instructions", note="checked minus unchecked")
        print("%-14s per byte %6.2f before, %5.2f now, %s with proofs, %5.2f spent on checks" % (
            name, f["before"], f["now"], "%5.2f" % f["proved"] if f["proved"] is not None else "none", checks))


def sizes(b, tmp):
    """Images: what dead handlers and constant backpressure leave."""
    for name, word in (("dead_handlers", "func[2-5]"), ("bp_const", "task_backpressure")):
        for how, options in (("before", ["-O0"]), ("", [])):
            keep = tmp / (name + how)
            b.sh(b.HEDDLE, "build", b.ROOT / "tests/rfc46" / (name + ".wasm"), "--target", b.TARGET, "-q", *options,
                 "--keep", keep, "-o", tmp / "image.elf")
            text = b.text_bytes(keep / "module.o")
            left = len(re.findall(r" (?:\w+_)?(?:%s)$" % word, b.sh("arm-none-eabi-nm", tmp / "image.elf"), re.M))
            suffix = "." + how if how else ""
            b.figure("async.%s.text%s" % (name, suffix), text, "bytes")
            b.figure("async.%s.left%s" % (name, suffix), left, "symbols", note=word)
            print("%-14s %-8s text %5d bytes, %d of %s linked" % (name, how or "now", text, left, word))


CONTEXT = """(module
  (import "pulseengine:async" "context_get" (func $get (param i32) (result i32)))
  (import "pulseengine:async" "context_set" (func $set (param i32 i32)))
  (memory (export "memory") 1 1)
  (func (export "start") (param i32 i32) %s))"""
PAIR = "(call $set (i32.const %d) (i32.add (call $get (i32.const %d)) (local.get 0)))"


def context(b, tmp):
    """Instructions of a context.get and a context.set with an addition between: called as in an object, and as in an image;
    and of another pair of the same word behind it."""
    wasm, counts = tmp / "context.wasm", {}
    for pairs, slots in ((1, (0,)), (2, (0, 1)), (3, (0, 1, 0))):
        (tmp / "context.wat").write_text(CONTEXT % "".join(PAIR % (s, s) for s in slots))
        b.sh("wat2wasm", tmp / "context.wat", "-o", wasm)
        b.sh(b.HEDDLE, "compile", wasm, "--target", b.TARGET, "-q", "-o", tmp / "context.o")
        b.sh(b.HEDDLE, "build", wasm, "--target", b.TARGET, "-q", "--keep", tmp / "context", "-o", tmp / "image.elf")
        for how, obj in ((".before", tmp / "context.o"), ("", tmp / "context/module.o")):
            elf = link(b, obj, tmp / "context.elf", tmp, "-DBYTES=0")
            counts[how, pairs] = b.count_range(elf, b.symbol(elf, "wasm_start"), b.symbol(elf, "roi_end"))
    for how in (".before", ""):
        n = counts[how, 2] - counts[how, 1]
        b.figure("async.context" + how, n, "instructions", note="a get and a set, with an addition between")
        print("context        %-8s %d instructions for a get and a set" % (how[1:] or "now", n))
    again = counts["", 3] - counts["", 2]
    b.figure("async.context.again", again, "instructions", note="the same word once more")
    print("context        now      %d once more of the same word" % again)


def run(b):
    with tempfile.TemporaryDirectory() as d:
        dispatch(b, Path(d))
        elements(b, Path(d))
        sizes(b, Path(d))
        context(b, Path(d))
