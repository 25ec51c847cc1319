"""gen_lanes.py - random modules of loops over bytes and halfwords.

    gen_lanes.py FIRST LAST DIR      writes DIR/SEED.wasm for each seed, with six loops

What `pack` looks for, in the shapes compilers write: counters up, down and from
below zero, pointers, tests in front and behind, bodies unrolled by 2, 4 and 8,
with every expression that packed rows exist for and many that only look like
one.  Buffers are near each other at every small distance or the same, at odd
addresses, some at the end of memory, so that accesses trap in some iteration.
Needs wat2wasm.
"""
import os, random, subprocess, sys

SRC, SUM, I, N, P, Q, O, K = 0, 4, 5, 6, 7, 8, 9, 3


# All of memory, for engines that show only results.
HASH = """(func (export "hash") (result i32) (local i32 i32)
  (loop $l
    (local.set 1 (i32.mul (i32.add (i32.rotl (local.get 1) (i32.const 5)) (i32.load (local.get 0))) (i32.const 0x9e3779b1)))
    (br_if $l (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 4))) (i32.const 65536))))
  (local.get 1))"""


def c(v):
    return f"(i32.const {v})"


def get(k):
    return f"(local.get {k})"


def op(name, *args):
    return f"(i32.{name} {' '.join(args)})"


class Lanes:
    def __init__(self, r):
        self.r = r

    # A value that is used more than once has a local of its own.
    def temp(self, e):
        self.temps += 1
        self.code.append(f"(local.set $t{self.temps} {e})")
        return f"(local.get $t{self.temps})"

    def load(self, e, off, signed=None):
        r = self.r
        s = self.signed if signed is None else signed
        name = f"load{8 * self.w}_{'s' if s else 'u'}"
        base = r.choice(self.streams)
        off += base[1]
        if off < 0 or r.randrange(3) == 0:
            return op(name, op("add", get(base[0]), c(off)))
        return f"(i32.{name} offset={off} {get(base[0])})" if off else op(name, get(base[0]))

    def const(self):
        r = self.r
        o = self.ones
        return r.choice([0, 1, 2, 3, 7, 26, 32, 50, 97, o >> 1, (o >> 1) + 1, o, o - 1, -1, -32, -97, -50, r.randrange(o)])

    def leaf(self, e, off):
        r = self.r
        k = r.randrange(12)
        if k == 0:
            return c(self.const())
        if k == 1:
            return op("and", get(K), c(self.ones)) if r.randrange(2) else get(K)
        return self.load(e, off)

    def choose(self, a, b, cond):
        """as a choice, or by a branch, which does only one of them"""
        if self.r.randrange(4):
            return f"(select {a} {b} {cond})"
        return f"(if (result i32) {cond} (then {a}) (else {b}))"

    def least(self, a, b, top=True, signed=False):
        """min or max of two operands, in one of its forms"""
        r = self.r
        s = "s" if signed else "u"
        a, b = self.temp(a), (b if b.startswith("(i32.const") else self.temp(b))
        lt = r.choice(["lt", "le"])
        gt = r.choice(["gt", "ge"])
        if top:
            return r.choice([self.choose(a, b, op(lt + '_' + s, a, b)), self.choose(b, a, op(gt + '_' + s, a, b))])
        return r.choice([self.choose(a, b, op(gt + '_' + s, a, b)), self.choose(b, a, op(lt + '_' + s, a, b))])

    def cond(self, e, off, d):
        r = self.r
        k = r.randrange(8)
        names = "lt_u lt_s gt_u gt_s le_u le_s ge_u ge_s eq ne".split()
        if k < 3:
            return op(r.choice(names), self.expr(e, off, d + 1), c(self.const()))
        if k == 3:
            return op(r.choice(names), op("add", self.load(e, off), c(self.const())), c(r.choice([1, 10, 26, 100, self.ones])))
        if k == 4:
            return op(r.choice(names), self.load(e, off), self.load(e, off))
        if k == 5:
            return op("eqz", self.expr(e, off, d + 1))
        if k == 6:
            return op(r.choice(["and", "or"]), self.cond(e, off, d + 1), self.cond(e, off, d + 1)) if d < 3 else get(K)
        return op("and", self.load(e, off), c(r.choice([1, 4, 128])))

    def special(self, e, off, d):
        r = self.r
        o = self.ones
        k = r.randrange(9)
        a, b = self.load(e, off), self.leaf(e, off)
        if k == 0:
            return self.least(op("add", a, b), c(o), True, r.randrange(2) == 0)
        if k == 1:
            return self.least(op("sub", a, b), c(0), False, True)
        if k == 2:
            inner = self.least(op(r.choice(["add", "sub"]), a, b), c(o >> 1), True, True)
            return self.least(inner, c(-(o >> 1) - 1), False, True)
        if k == 3:
            return op(r.choice(["shr_u", "shr_s"]), op("add", a, b), c(1))
        if k == 4:
            return op("shr_u", op("add", op("add", a, b), c(1)), c(1))
        if k == 5:
            x = self.temp(op("sub", a, b))
            s = self.temp(op("shr_s", x, c(31)))
            return op("sub", op("xor", x, s), s)
        if k == 6:
            a, b = self.temp(a), self.temp(b)
            return self.choose(op('sub', a, b), op('sub', b, a), op(r.choice(['gt_u', 'gt_s', 'ge_u', 'lt_u']), a, b))
        if k == 7:
            a = self.temp(a)
            return self.choose(op('add', a, c(self.const())), a, op('lt_u', op('add', a, c(self.const())), c(r.choice([10, 26]))))
        return self.least(a, b, r.randrange(2) == 0, r.randrange(2) == 0)

    def expr(self, e, off, d=0):
        r = self.r
        k = r.randrange(10)
        if d > 3 or k < 2:
            return self.leaf(e, off)
        if k < 4:
            return op(r.choice("add sub and or xor".split()), self.expr(e, off, d + 1), self.expr(e, off, d + 1))
        if k == 4:
            return op(r.choice(["shl", "shr_u", "shr_s"]), self.expr(e, off, d + 1), c(r.randrange(9)))
        if k == 5:
            return self.choose(self.expr(e, off, d + 1), self.expr(e, off, d + 1), self.cond(e, off, d))
        if k == 6:
            return op(r.choice(["extend8_s", "extend16_s"]), self.expr(e, off, d + 1))
        if k == 7:
            return self.cond(e, off, d)
        return self.special(e, off, d)

    # Every element of an unrolled body is the same expression: the random state is replayed.
    def element(self, e, state):
        r = self.r
        self.code = []
        r.setstate(state)
        off = e * self.w
        out = []
        for _ in range(self.nstores):
            dst = r.choice(self.dests)
            v = self.expr(e, off)
            out += self.code + [f"(i32.store{8 * self.w} {op('add', get(dst[0]), c(off + dst[1]))} {v})"]
            self.code = []
        for _ in range(self.nsums):
            if r.randrange(2) and self.w == 2:
                v = op("mul", self.load(e, off, True), self.load(e, off, True))
            else:
                v = r.choice([lambda: self.load(e, off), lambda: self.special(e, off, 0), lambda: self.expr(e, off)])()
            s = op("add", v, get(SUM)) if r.randrange(2) else op("add", get(SUM), v)
            out += self.code + [f"(local.set {SUM} {s})"]
            self.code = []
        return out

    def body(self, per, state):
        out = []
        for e in range(per):
            out += self.element(e, state)
        return out

    def function(self, name):
        r = self.r
        self.w = r.choice([1, 1, 2])
        self.ones = 255 if self.w == 1 else 65535
        self.temps, self.code = 0, []
        self.signed = r.randrange(3) == 0
        form = r.randrange(7)
        per = r.choice([1, 1, 2, 4, 4, 8])
        self.nsums = r.choice([0, 0, 0, 1])
        self.nstores = r.choice([1, 1, 1, 2]) if not self.nsums else r.choice([0, 0, 1])
        pointers = [P, Q, O]
        self.streams = [(r.choice(pointers), r.choice([0, 0, 0, 1, 2, 4, 64])) for _ in range(r.choice([1, 2, 2]))]
        self.dests = [(r.choice([O, O, P]), r.choice([0, 0, 0, 1, 64]))]
        state = r.getstate()
        body = self.body(per, state)
        step = per * self.w
        down = per == 1 and form in (0, 1, 3, 4, 6) and r.randrange(4) == 0
        bump = [f"(local.set {x} {op('add', get(x), c(-step if down else step))})" for x in pointers]
        base = r.choice([1000, 1001, 4096, 65536 - 200, 65536 - 90])
        spread = r.choice([1, 2, 3, 4, 5, 6, 7, 8, 16, 64])
        head = [f"(local.set {O} {op('add', c(base), op('and', get(0), c(15)))})",
                f"(local.set {P} {op('add', get(O), op('sub', op('and', get(1), c(2 * spread)), c(spread)))})",
                f"(local.set {Q} {op('add', c(base + 128 if base < 5000 else 2000), op('and', get(2), c(7)))})",
                f"(local.set {N} {op('and', op('xor', get(2), get(0)), c(127))})"]
        if r.randrange(3) == 0:
            head[1] = f"(local.set {P} {get(O)})"
        n = N
        if form == 4:
            head[3] = f"(local.set {N} {c(r.choice([1, 2, 3, 4, 5, 8, 16, 33, 64]))})"
        one = " ".join
        if down:
            far = op("mul", get(N), c(step))
            head += [f"(local.set {x} {op('add', get(x), far)})" for x in pointers]
        if form == 6:
            form = 0
        if form == 0:
            loop = f"(loop $l {one(body)} {one(bump)} (br_if $l (local.tee {n} {op('sub', get(n), c(1))})))"
            code = f"(if {get(n)} (then {loop}))"
        elif form == 1:
            loop = f"(loop $l {one(body)} {one(bump)} (local.set {I} {op('add', get(I), c(1))}) (br_if $l {op(r.choice(['ne', 'lt_u', 'lt_s']), get(I), get(n))}))"
            code = f"(if {get(n)} (then {loop}))"
        elif form == 2:
            end = f"(local.set {N} {op('add', get(O), op('mul', get(N), c(step)))})"
            code = f"{end} (block $b (loop $l (br_if $b {op('ge_u', get(O), get(N))}) {one(body)} {one(bump)} (br $l)))"
        elif form == 3:
            code = f"(block $b (loop $l (br_if $b {op('eq', get(I), get(n))}) {one(body)} {one(bump)} (local.set {I} {op('add', get(I), c(1))}) (br $l)))"
        elif form == 4:
            code = f"(local.set {I} {op('sub', c(0), get(n))}) (loop $l {one(body)} {one(bump)} (br_if $l (local.tee {I} {op('add', get(I), c(1))})))"
        else:
            cond = self.load(0, 0, False)
            code = f"(block $b (loop $l (br_if $b {op('eq', get(I), get(n))}) (if {op('lt_u', cond, c(100))} (then {one(body)})) {one(bump)} (local.set {I} {op('add', get(I), c(1))}) (br $l)))"
        temps = " ".join(f"(local $t{k} i32)" for k in range(1, self.temps + 1))
        return (f'(func (export "{name}") (param i32 i32 i32 i32) (result i32) (local i32 i32 i32 i32 i32 i32) {temps}\n'
                f"  {one(head)}\n  {code}\n  {op('add', get(SUM), op('add', get(I), get(O)))})")

    def module(self):
        r = self.r
        f = "\n".join(self.function(f"f{k}") for k in range(6))
        data = "".join(f'(data (i32.const {at}) "{"".join(chr(92) + "%02x" % r.randrange(256) for _ in range(n))}")\n'
                       for at, n in ((960, 700), (2000, 300), (4000, 900), (65536 - 300, 300)))
        return f"(module (memory (export \"memory\") 1 1)\n{data}{f}\n{HASH})\n"


def main():
    first, last, out = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    for seed in range(first, last):
        path = os.path.join(out, f"{seed}.wat")
        with open(path, "w") as f:
            f.write(Lanes(random.Random(seed)).module())
        subprocess.run(["wat2wasm", path, "-o", path[:-4] + ".wasm"], check=True)


main()
