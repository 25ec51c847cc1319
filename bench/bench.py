#!/usr/bin/env python3
"""bench.py - measures heddle; writes build/bench.json and prints a table.

    bench.py [GROUP...]     groups: code, async, compile, lower, share, runtime, opt, prove (default all)

Code is measured in executed instructions on QEMU (bench/count), which do not
depend on the machine that runs this; compile time in milliseconds of CPU.
"""
import json, math, os, re, resource, subprocess, sys, tempfile, time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
HEDDLE = BUILD / "heddle"
KERNELS = {"crc32": 10, "sha256": 4, "fir": 5, "upcase": 20, "satadd": 20,
           "json": 50, "matmul": 10, "fib": 20, "mark": 4}
TARGET, BOARD, CPU = "cortex-m4", "mps2-an386", ["-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=soft"]
results = []


def figure(name, value, unit, target=TARGET, note=""):
    results.append({"name": name, "value": value, "unit": unit, "target": target, "note": note})


def sh(*argv, **kw):
    p = subprocess.run([str(a) for a in argv], stdout=subprocess.PIPE, stderr=subprocess.PIPE, **kw)
    if p.returncode:
        sys.exit("bench: %s\n%s" % (" ".join(map(str, argv)), p.stderr.decode(errors="replace")))
    return p.stdout.decode(errors="replace")


def plugin():
    so = BUILD / "roi.so"
    src = ROOT / "bench/count/roi.c"
    if not so.exists() or so.stat().st_mtime < src.stat().st_mtime:
        sh("gcc", "-O2", "-shared", "-fPIC", "-o", so, src)
    return so


def symbol(elf, name):
    for line in sh("arm-none-eabi-nm", elf).splitlines():
        f = line.split()
        if len(f) == 3 and f[2] == name:
            return "0x%x" % (int(f[0], 16) & ~1)
    sys.exit("bench: no symbol %s in %s" % (name, elf))


def count_range(elf, begin, end):
    """Executed instructions from one address to another."""
    with tempfile.NamedTemporaryFile() as out:
        env = dict(os.environ, ROI_OUT=out.name)
        sh("qemu-system-arm", "-M", BOARD, "-nographic", "-monitor", "none", "-serial", "none",
           "-semihosting-config", "enable=on,target=native", "-kernel", elf, "-plugin",
           "%s,begin=%s,end=%s" % (plugin(), begin, end), env=env, stdin=subprocess.DEVNULL, timeout=300)
        return int(re.search(r"roi=(\d+)", Path(out.name).read_text()).group(1))


def count(elf, begin="roi_begin", end="roi_end"):
    """Executed instructions between two symbols, and what the program printed."""
    with tempfile.NamedTemporaryFile() as out:
        env = dict(os.environ, ROI_OUT=out.name)
        text = sh("qemu-system-arm", "-M", BOARD, "-nographic", "-monitor", "none", "-serial", "none",
                  "-semihosting-config", "enable=on,target=native", "-kernel", elf, "-plugin",
                  "%s,begin=%s,end=%s" % (plugin(), symbol(elf, begin), symbol(elf, end)),
                  env=env, stdin=subprocess.DEVNULL, timeout=300)
        return int(re.search(r"roi=(\d+)", Path(out.name).read_text()).group(1)), text.strip()


def link(elf, objects, defines, tmp, source="main_bench.c"):
    main = tmp / "main.o"
    sh("arm-none-eabi-gcc", *CPU, "-O2", "-ffreestanding", *defines, "-I", ROOT / "runtime", "-I", ROOT / "include",
       "-c", ROOT / "bench/board" / source, "-o", main)
    rt = BUILD / "rt" / TARGET
    sh("arm-none-eabi-gcc", *CPU, "-nostartfiles", "-Wl,--gc-sections,--no-warn-rwx-segments",
       "-L%s" % (BUILD / "rt/board"), "-T%s.ld" % BOARD, "-o", elf, main, *objects, "-Wl,--start-group",
       rt / "libheddle-board.a", rt / "libheddle-rt.a", rt / "libheddle-config.a", "-lgcc", "-Wl,--end-group")


def text_bytes(obj):
    """Bytes of code in an object."""
    total = 0
    for line in sh("arm-none-eabi-size", "-A", obj).splitlines():
        f = line.split()
        if len(f) >= 2 and f[0].startswith(".text"):
            total += int(f[1])
    return total


def kernel(name, n, tmp):
    wasm = ROOT / "bench/kernels" / (name + ".wasm")
    source = ROOT / "bench/kernels" / (name + ".c")
    builds = {
        "checked": [HEDDLE, "compile", wasm, "--target", TARGET, "-q", "--allow-unproved"],
        "noproof": [HEDDLE, "compile", wasm, "--target", TARGET, "-q", "--no-prove"],
        "unchecked": [HEDDLE, "compile", wasm, "--target", TARGET, "-q", "--no-prove", "--bounds=none"],
        "native-gcc": ["arm-none-eabi-gcc", *CPU, "-O2", "-ffreestanding", "-c", source],
        "native-clang": ["clang-19", "--target=arm-none-eabi", *CPU, "-O2", "-ffreestanding", "-c", source],
    }
    got, answers = {}, set()
    for how, argv in builds.items():
        obj, elf = tmp / (how + ".o"), tmp / (how + ".elf")
        sh(*argv, "-o", obj)
        defines = ["-DNITER=%d" % n] + ([] if "native" in how else ["-DKERNEL_WASM"])
        link(elf, [obj], defines, tmp)
        got[how], answer = count(elf)
        answers.add(answer)
        figure("code.insns.%s.%s" % (name, how), got[how], "instructions")
        if how not in ("unchecked", "noproof"):
            if name != "mark":	# bench_text
                figure("code.text.%s%s" % (name, "" if how == "checked" else "." + how), text_bytes(obj), "bytes")
    if len(answers) != 1:
        sys.exit("bench: kernel %s gives different results: %s" % (name, answers))
    return got


def xform(name, tmp):
    """Executed instructions of a stream transformer of tests/rfc46: all of it, the host included."""
    source = ROOT / ("bench/board/%s.c" % name)
    if not source.exists():
        source = ROOT / ("tests/rfc46/src/%s.c" % name)
    wasm = ROOT / ("tests/rfc46/%s.wasm" % name)
    builds = {
        "checked": [HEDDLE, "compile", wasm, "--target", TARGET, "-q", "--allow-unproved"],
        "noproof": [HEDDLE, "compile", wasm, "--target", TARGET, "-q", "--no-prove"],
        "native-gcc": ["arm-none-eabi-gcc", *CPU, "-O2", "-ffreestanding", "-w", "-I", ROOT / "tests/rfc46/src", "-c", source],
    }
    got, answers = {}, set()
    for how, argv in builds.items():
        obj, elf = tmp / (how + ".o"), tmp / (how + ".elf")
        sh(*argv, "-o", obj)
        link(elf, [obj], [] if how == "native-gcc" else ["-DKERNEL_WASM"], tmp, "main_xform.c")
        got[how], answer = count(elf)
        answers.add(answer)
        figure("code.insns.%s.%s" % (name, how), got[how], "instructions")
    if len(answers) != 1:
        sys.exit("bench: %s gives different results: %s" % (name, answers))
    print("%-12s %8d %8d %8d  %7.3f %7.3f" % (name, got["checked"], got["noproof"], got["native-gcc"],
          got["checked"] / got["native-gcc"], got["noproof"] / got["native-gcc"]))


def geomean(xs):
    return math.exp(sum(map(math.log, xs)) / len(xs))


def bench_code():
    import choice
    rows = []
    with tempfile.TemporaryDirectory() as d:
        for name, n in KERNELS.items():
            rows.append((name, kernel(name, n, Path(d))))
    print("%-8s %10s %10s %10s %10s %10s  %7s %7s %7s" % ("kernel", "checked", "no proof", "no checks", "gcc -O2", "clang -O2",
          "ratio", "no prf", "no chk"))
    for name, g in rows:
        print("%-8s %10d %10d %10d %10d %10d  %7.3f %7.3f %7.3f" % (name, g["checked"], g["noproof"], g["unchecked"],
              g["native-gcc"], g["native-clang"], *(g[k] / g["native-gcc"] for k in ("checked", "noproof", "unchecked"))))
    print("%-12s %8s %8s %8s  %7s %7s" % ("stream", "checked", "no proof", "gcc -O2", "ratio", "no prf"))
    with tempfile.TemporaryDirectory() as d:
        for name in ("xform_upcase", "xform_satadd"):
            xform(name, Path(d))
    choice.run(sys.modules[__name__])
    for how, suffix in (("checked", ""), ("noproof", ".noproof"), ("unchecked", ".unchecked")):
        r = geomean([g[how] / g["native-gcc"] for _, g in rows])
        figure("code.ratio.geomean" + suffix, round(r, 4), "x gcc -O2", note="%d kernels" % len(rows))
        print("geometric mean, %s: %.3f x gcc -O2" % (how, r))


def bench_text():
    """Bytes of code of bench/kernels/mark.c.  What it was before it was WebAssembly counts most: clang -O2 unrolls and
    specialises there already, so it is made into WebAssembly three ways."""
    source, flags = ROOT / "bench/kernels/mark.c", ("-O2", "-O2 -fno-unroll-loops", "-Os")
    with tempfile.TemporaryDirectory() as d:
        d = Path(d)
        sh("arm-none-eabi-gcc", *CPU, "-O2", "-ffreestanding", "-c", source, "-o", d / "gcc.o")
        sh("clang-19", "--target=arm-none-eabi", *CPU, "-O2", "-ffreestanding", "-c", source, "-o", d / "clang.o")
        gcc, clang = text_bytes(d / "gcc.o"), text_bytes(d / "clang.o")
        figure("code.text.mark.native-gcc", gcc, "bytes")
        figure("code.text.mark.native-clang", clang, "bytes")
        print("code of mark: gcc -O2 %d bytes, clang -O2 %d (%.2f)" % (gcc, clang, clang / gcc))
        for f in flags:
            sh("clang-19", "--target=wasm32", *f.split(), "-ffreestanding", "-nostdlib", "-c", source, "-o", d / "wasm.o")
            sh("wasm-ld-19", "--no-entry", "--export-dynamic", "-z", "stack-size=4096", d / "wasm.o", "-o", d / "mark.wasm")
            for level in ("-O2", "-Oz"):
                sh(HEDDLE, "compile", d / "mark.wasm", "--target", TARGET, "-q", level, "-o", d / "heddle.o")
                n = text_bytes(d / "heddle.o")
                figure("code.text.mark.%s%s" % (f.replace(" ", ""), level), n, "bytes", note="heddle %s of clang %s" % (level, f))
                print("  wasm of clang %-24s heddle %s %5d bytes, %.2f x gcc -O2" % (f, level, n, n / gcc))
        import where
        where.run(sys.modules[__name__], d)


def measure(argv, may_end=(0,)):
    """CPU milliseconds and peak kilobytes of a child; it must end with one of those statuses."""
    pid = os.fork()
    if pid == 0:
        null = os.open(os.devnull, os.O_RDWR)
        for fd in (0, 1, 2):
            os.dup2(null, fd)
        os.execv(str(argv[0]), [str(a) for a in argv])
    _, status, usage = os.wait4(pid, 0)
    if os.waitstatus_to_exitcode(status) not in may_end:
        sys.exit("bench: %s failed" % " ".join(map(str, argv)))
    return (usage.ru_utime + usage.ru_stime) * 1000, usage.ru_maxrss


def real_modules():
    """Modules of real size from the npm registry (sql.js), fetched once into build/real."""
    folder = BUILD / "real"
    wasm = folder / "node_modules/sql.js/dist/sql-wasm.wasm"
    if not wasm.exists():
        folder.mkdir(parents=True, exist_ok=True)
        p = subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), "sql.js@1"],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if p.returncode or not wasm.exists():
            print("SKIP: real module: npm cannot fetch sql.js here")
            return []
    return [("sql.js", wasm)]


def compile_inputs(tmp):
    """Generated modules from 1 KB to 2 MB, and a real one."""
    gen = ROOT / "bench/gen_module.py"
    for kb in (1, 10, 100, 1000, 2000):
        out = tmp / ("gen%d.wasm" % kb)
        sh("python3", gen, str(kb), out)
        yield "generated %d KB" % kb, out
    yield from real_modules()


def bench_compile():
    base_ms, base_kb = measure([HEDDLE, "--version"])
    with tempfile.TemporaryDirectory() as d:
        for label, wasm in compile_inputs(Path(d)):
            size = wasm.stat().st_size
            argv = [HEDDLE, "compile", wasm, "-o", Path(d) / "out.o",
                    "--target", TARGET, "-q", "-j1", "--no-prove"]
            ms, kb = measure(argv)
            per = (ms - base_ms) / (size / 1024)
            ratio = (kb - base_kb) * 1024 / size
            figure("compile.ms_per_kb", round(per, 3), "ms/KB", note=label)
            figure("compile.peak_per_byte", round(ratio, 2), "bytes/byte", note=label)
            print("%-20s %8d bytes  %8.3f ms/KB  %6.1f x its size in memory" % (label, size, per, ratio))


def lines_of(*argv):
    """Figures that a script prints, one JSON object to a line."""
    for line in sh(*argv).splitlines():
        if line.startswith("{"):
            r = json.loads(line)
            results.append(r)
            print("%-40s %10s %-14s %s" % (r["name"], r["value"], r["unit"], r.get("note", "")))


def bench_runtime():
    lines_of("sh", ROOT / "bench/runtime.sh", BUILD)
    lines_of("sh", ROOT / "bench/component.sh", BUILD)


def bench_opt():
    lines_of("sh", ROOT / "bench/opt.sh", HEDDLE)


def bench_share():
    import share
    share.run(sys.modules[__name__])


def bench_lower():
    import lower
    lower.run(sys.modules[__name__])


def bench_async():
    import rfc46
    rfc46.run(sys.modules[__name__])


def prove_inputs(tmp):
    """Modules by set; the core suite is a sample of every 40th valid one."""
    corpus = Path(os.environ.get("HEDDLE_CORPUS", ROOT / "../shared/corpus"))
    yield "kernels", sorted((ROOT / "bench/kernels").glob("*.wasm"))
    yield "rfc46", sorted((corpus / "rfc46").glob("*.wasm"))
    lowered = []
    for part in sorted((corpus / "p3").glob("**/*.wasm")):
        out = tmp / (part.stem + ".lowered.wasm")
        p = subprocess.run([HEDDLE, "lower", part, "-o", out], capture_output=True)
        lowered += [out] if p.returncode == 0 else []
    yield "p3", lowered
    core = BUILD / "corpus/core-spec"
    yield "core", [f for f in sorted(core.glob("**/*.wasm")) if "simd" not in str(f)][::40]


def prove_module(wasm, tmp):
    """The certificate of `compile`, and microseconds of every function of the last round."""
    obj, cert = tmp / "p.o", tmp / "p.json"
    cert.unlink(missing_ok=True)
    p = subprocess.run([HEDDLE, "compile", "-q", wasm, "-o", obj, "--target", TARGET, "--allow-unproved",
                        "--cert", cert], capture_output=True)
    if p.returncode or not cert.exists():
        return None
    times = subprocess.run([HEDDLE, "verify", "--stats", "-j1", wasm, obj], capture_output=True, text=True)
    took = {int(l.split()[0]): int(l.split()[1]) for l in times.stderr.splitlines() if l[:1].isdigit()}
    rows = [f for f in json.loads(cert.read_text())["functions"] if not f.get("absent")]
    return [(took.get(f["function"], 0) / 1000, wasm.stem, f) for f in rows]


def proving_and_compiling(m, tmp):
    """CPU milliseconds of `compile` and of `verify`, and the latter's most kilobytes."""
    obj = tmp / "r.o"
    compiled, _ = measure([HEDDLE, "compile", m, "-o", obj, "--target", TARGET, "-q", "-j1", "--no-prove"])
    proved, kb = measure([HEDDLE, "verify", "-j1", m, obj], may_end=(0, 3))
    return compiled, proved, kb


def proving_to_compiling(label, modules, tmp):
    """CPU time of `verify` to that of `compile`, of all modules of at most 10 KB; the greatest of one, and its name; most memory."""
    rows = [(*proving_and_compiling(m, tmp), m.stem) for m in modules if m.stat().st_size <= 10240]
    worst = max(rows, key=lambda r: r[1] / r[0])
    figure("prove.ratio", round(sum(r[1] for r in rows) / sum(r[0] for r in rows), 2), "x compiling",
           note=label + ", modules of at most 10 KB")
    figure("prove.peak_mb", round(max(r[2] for r in rows) / 1024), "MB", note=label)
    print("  proving %.2f x compiling, most %.1f x, %s; %d MB" % (results[-2]["value"], worst[1] / worst[0], worst[3],
                                                             results[-1]["value"]))


def proving_to_size(label, module, tmp):
    """CPU time for each KB, and memory."""
    _, proved, kb = proving_and_compiling(module, tmp)
    size = module.stat().st_size
    figure("prove.ms_per_kb", round(proved * 1024 / size, 2), "ms/KB", note=label)
    figure("prove.peak_mb", round(kb / 1024), "MB", note=label)
    print("%-20s %8d bytes  %8.2f ms/KB to prove, %d MB" % (label, size, results[-2]["value"], results[-1]["value"]))


def bench_prove():
    with tempfile.TemporaryDirectory() as d:
        for label, modules in prove_inputs(Path(d)):
            rows = [r for m in modules for r in prove_module(m, Path(d)) or []]
            if not rows:
                print("prove: nothing in %s" % label)
                continue
            rows.sort(key=lambda r: r[0])
            total = sum(r[2]["obligations"] for r in rows)
            proved = sum(r[2]["verdict"] == "PROVED" for r in rows)
            fell = sum(r[2]["level"] != "2" and r[2]["verdict"] == "PROVED" for r in rows)
            figure("prove.functions", len(rows), "functions", note=label)
            figure("prove.proved", proved, "functions", note=label)
            figure("prove.fallback", fell, "functions", note=label)
            figure("prove.rejected", len(rows) - proved, "functions", note=label)
            figure("prove.median_ms", round(rows[len(rows) // 2][0], 3), "ms", note=label)
            figure("prove.p99_ms", round(rows[len(rows) * 99 // 100][0], 3), "ms", note=label)
            figure("prove.solverless", round(100 * sum(r[2]["by_normaliser"] for r in rows) / max(total, 1), 2), "%",
                   note=label)
            for r in results[-7:]:
                print("%-40s %10s %-14s %s" % (r["name"], r["value"], r["unit"], r["note"]))
            for ms, module, f in rows[:-11:-1]:
                print("  slowest: %9.3f ms  %s %s" % (ms, module, f["name"]))
            proving_to_compiling(label, modules, Path(d))
        for kb in (10, 100, 1000):
            m = Path(d) / ("gen%d.wasm" % kb)
            sh("python3", ROOT / "bench/gen_module.py", str(kb), m)
            proving_to_size("generated %d KB" % kb, m, Path(d))


GROUPS = {"code": bench_code, "text": bench_text, "async": bench_async, "compile": bench_compile, "lower": bench_lower, "share": bench_share, "runtime": bench_runtime,
          "opt": bench_opt, "prove": bench_prove}

if __name__ == "__main__":
    wanted = sys.argv[1:] or list(GROUPS)
    for g in wanted:
        if g not in GROUPS:
            sys.exit("bench: unknown group %s" % g)
        GROUPS[g]()
    out = BUILD / "bench.json"
    out.write_text(json.dumps(results, indent=1) + "\n")
    print("%d figures in build/bench.json" % len(results))
