"""gen_loops.py - random modules full of loops over memory.

    gen_loops.py FIRST LAST DIR      writes DIR/SEED.wasm for each seed

Counters of every shape that ranges, trip counts, versions and unrolling look
for (up, down, to zero, by odd steps, signed, with run-time limits), addresses
near the end of memory so that accesses trap in some iteration, state machines,
calls, globals.  Needs wat2wasm.
"""
import os, random, subprocess, sys


def c(v):
    return f"(i32.const {v})"


class Gen:
    def __init__(self, r):
        self.r, self.n, self.calls = r, 0, False

    def val(self, d=0):
        r = self.r
        k = r.randrange(9)
        if d > 2 or k < 3:
            return f"(local.get {r.randrange(8)})"
        if k == 3:
            return c(r.choice([0, 1, 2, 3, 4, 7, 8, 255, 256, 1024, 65535, 65532, 65536, -1, -4, -8, -1024, 100, 31]))
        if k == 4:
            return f"(i32.add {self.val(d + 1)} {self.val(d + 1)})"
        if k == 5:
            op = r.choice("and or xor sub mul shl shr_u shr_s rotl lt_u lt_s ge_u eq ne gt_s le_u".split())
            return f"(i32.{op} {self.val(d + 1)} {self.val(d + 1)})"
        if k == 6:
            return f"(i32.{r.choice(['load8_u', 'load8_s', 'load16_u', 'load'])} {self.addr(d + 1)})"
        if k == 7:
            return f"(select {self.val(d + 1)} {self.val(d + 1)} {self.val(d + 1)})"
        return f"(i32.{r.choice(['eqz', 'extend8_s', 'extend16_s', 'clz', 'ctz', 'popcnt'])} {self.val(d + 1)})"

    def addr(self, d=0):
        r = self.r
        k = r.randrange(8)
        v = f"(local.get {r.randrange(8)})"
        if k == 0:
            return v
        if k == 1:
            return f"(i32.add {v} {c(r.choice([1024, 4096, 65000, 65500, 65535, 60000, 3000, 0]))})"
        if k == 2:
            return f"(i32.add (local.get {r.randrange(8)}) {v})"
        if k == 3:
            return f"(i32.add (i32.shl {v} {c(r.randrange(4))}) {c(r.choice([1024, 0, 65000]))})"
        if k == 4:
            return f"(i32.and {self.val(d + 1)} {c(r.choice([255, 1023, 65535, 65532, 65528, 4092]))})"
        if k == 5:
            return c(r.choice([0, 4, 100, 65532, 65535, 65533, 1024]))
        if k == 6:
            low = c(r.choice([255, 1023, 4092]))
            return f"(i32.add (i32.and {self.val(d + 1)} {low}) {c(r.choice([0, 1024, 64000, 65000]))})"
        return f"(i32.add {v} {c(r.choice([-4, -8, 4, 8, 12, 16, 100]))})"

    def stmt(self, d):
        r = self.r
        k = r.randrange(12)
        if k < 3:
            return f"(local.set {r.randrange(4)} {self.val()})"
        if k < 6:
            off = r.choice(["", "", " offset=4", " offset=8", " offset=100"])
            return f"({r.choice(['i32.store', 'i32.store8', 'i32.store16'])}{off} {self.addr()} {self.val(1)})"
        if k == 6 and d < 3:
            return f"(if {self.val()} (then {self.body(d + 1)}) (else {self.body(d + 1)}))"
        if k == 7 and d < 3:
            return f"(if {self.val()} (then {self.body(d + 1)}))"
        if k in (8, 9) and d < 3:
            return self.loop(d)
        if k == 10 and d < 2 and r.randrange(2):
            return self.machine(d)
        if k == 10:
            return f"(global.set 0 {self.val()})" if r.randrange(2) else f"(local.set {r.randrange(4)} (global.get 0))"
        if k == 11 and self.calls and r.randrange(3) == 0:
            return f"(local.set {r.randrange(4)} (call {r.choice([1, 2])} {self.val()} {self.val()}))"
        return f"(local.set {r.randrange(4)} {self.val()})"

    def body(self, d):
        return " ".join(self.stmt(d) for _ in range(self.r.randrange(1, 4)))

    def shape(self, v):
        """Start, step and condition to go on of a counter in local v."""
        r = self.r
        step = r.choice([1, 1, 2, 4, 4, 8, 3, -1, -4, 16, 96])
        n = r.randrange(1, 40)
        x = f"(local.get {v})"
        some = f"(local.get {r.randrange(4)})"
        k = r.randrange(7)
        if k == 0:
            return c(-step * n), step, x
        if k == 1:
            i = r.choice([0, 1, 8, 1024, 65000, 65400])
            return c(i), step, f"(i32.ne {x} {c(i + step * n)})"
        if k == 2:
            i, step = r.choice([0, 0, 4, 1024, -128, -64]), abs(step)
            return c(i), step, f"(i32.lt_u {x} {c((i if i >= 0 else 0) + step * n)})"
        if k == 3:
            return c(r.choice([0, -5, 3])), abs(step), f"(i32.lt_s {x} (i32.and {some} (i32.const 127)))"
        if k == 4:
            return c(0), abs(step), f"(i32.lt_u {x} (i32.and {some} (i32.const 127)))"
        if k == 5:
            return f"(i32.or (i32.and {some} (i32.const 63)) (i32.const 1))", -1, x
        step = max(abs(step), r.choice([64, 512, 1000]))
        return f"(i32.and {some} (i32.const 65535))", step, f"(i32.lt_u {x} (i32.const 65536))"

    def loop(self, d):
        r, v = self.r, 4 + d if d < 4 else 7
        self.n += 1
        lab, out = f"$l{self.n}", f"$b{self.n}"
        init, step, cond = self.shape(v)
        body, before = self.body(d + 1), ""
        if r.randrange(3) == 0:
            op = r.choice(["i32.store", "i32.store8"])
            bump = c(r.choice([1, 4, 2, -4]))
            body += f" ({op} (local.get 7) {self.val(1)}) (local.set 7 (i32.add (local.get 7) {bump}))"
            before = f"(local.set 7 {c(r.choice([0, 100, 65400, 65500, 65420]))})"
        if r.randrange(5) == 0:
            body += f" (br_if {out} {self.val()})"
        inc = f"(local.set {v} (i32.add (local.get {v}) {c(step)}))"
        if r.randrange(4) == 0:
            body = f"(br_if {out} (i32.eqz {cond})) {body} {inc} (br {lab})"
        else:
            body = f"{body} {inc} (br_if {lab} {cond})"
        return f"(local.set {v} {init}) {before} (block {out} (loop {lab} {body}))"

    def machine(self, d):
        """A loop around a switch over a local that its arms set."""
        r, v = self.r, 4 + d if d < 4 else 7
        self.n += 1
        n, k, st = self.n, self.r.randrange(2, 5), self.r.randrange(3)
        case = lambda: f"$c{n}_{r.randrange(k)}"
        body = f"(br_table {' '.join(case() for _ in range(k))} {case()} (local.get {st}))"
        for j in range(k):
            go = lambda: f"(local.set {st} {c(r.randrange(k))})"
            end = r.choice([
                f"(br $next{n})", f"(br $nx2{n})",
                f"(br_if $next{n} {self.val()}) {go()} (br $nx2{n})",
                f"(if {self.val()} (then (local.set {st} {c(j)}) (br $next{n}))) {go()} (br $nx2{n})",
                f"(br_if $out{n} {self.val()}) (br $next{n})"])
            state = c(r.choice([j, j, r.randrange(k), r.randrange(k)]))
            body = f"(block $c{n}_{j} {body}) {self.stmt(3)} (local.set {st} {state}) {end}"
        inc = f"(local.set {v} (i32.add (local.get {v}) (i32.const 1)))"
        stop = f"(local.set 7 (i32.add (local.get 7) (i32.const 1))) (br_if $out{n} (i32.gt_u (local.get 7) (i32.const 300)))"
        return (f"(local.set {v} {c(0)}) (local.set {st} {c(r.randrange(k))}) (block $out{n} (loop $l{n} {self.stmt(3)} "
                f"(block $nx2{n} (block $next{n} {body}) {inc}) {stop} "
                f"(br_if $l{n} (i32.lt_u (local.get {v}) {c(r.randrange(3, 40))}))))")


def module(seed):
    r = random.Random(seed)
    g = Gen(r)
    funcs = []
    for k in range(3):
        g.calls = k == 0
        main = g.machine(0) if r.randrange(3) == 0 else g.loop(0)
        funcs.append(f'(func (export "f{k}") (param i32 i32) (result i32) (local i32 i32 i32 i32 i32 i32)\n'
                     f'  {g.body(0)}\n  {main}\n  {g.body(0)}\n'
                     f'  (i32.xor (local.get 0) (i32.xor (local.get 1) (local.get 2))))')
    most = r.choice(["1", "1", "3", ""])
    return (f'(module (memory (export "m") 1 {most}) (global (export "g") (mut i32) (i32.const 1000))\n'
            + "\n".join(funcs) + '\n(data (i32.const 1000) "hello world, some data to read here 123456789"))\n')


first, last, out = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
for seed in range(first, last):
    wat = os.path.join(out, f"{seed}.wat")
    with open(wat, "w") as f:
        f.write(module(seed))
    subprocess.run(["wat2wasm", wat, "-o", os.path.join(out, f"{seed}.wasm")], check=True)
