#!/usr/bin/env python3
"""model.py - what the components here return, computed without them.

Prints expected.json: for each program its files, and calls with their results.
The generator and the hash are those of src/guest.h; everything else is written
from the WIT and the order in which the driver draws numbers.
"""
import json

M = 0xffffffff


class Rng:
    def __init__(self, seed):
        self.s = seed & M

    def __call__(self, below):
        self.s = (self.s * 1664525 + 1013904223) & M
        return (self.s >> 8) % below


def mix(h, v):
    return ((h ^ (v & M)) * 16777619) & M


START = 2166136261


def mix_text(h, s):
    b = s.encode('utf-8')
    h = mix(h, len(b))
    for x in b:
        h = mix(h, x)
    return h


def text(seed, n):
    r, h = Rng(seed), START

    def character(kind):
        if kind == 0:
            return chr(32 + r(95))
        return chr(r(256)) if kind == 1 else chr(r(0xd800)) if kind == 2 else chr(0x10000 + r(0x100000))

    def make():
        kinds = (1, 2, 3, 4)[r(4)]
        return ''.join(character(r(kinds)) for _ in range(r(20)))

    for _ in range(n):
        part = [make() for _ in range(3)]
        h = mix_text(h, ''.join(c.upper() if 'a' <= c <= 'z' else c for c in part[0]))
        err = '!' in part[1]
        h = mix(h, err)
        h = mix_text(h, part[1]) if err else mix(h, len(part[1]))
        k = r(4)
        sep = character(r(4))
        h = mix_text(h, sep.join(part[:k]))
        some, total = False, 0
        for _ in range(r(4)):
            tag = r(3)
            some |= tag != 0
            if tag == 1:
                radius = r(1 << 20)
                total += radius * radius * 3
            if tag == 2:
                for _ in range(r(3)):
                    x = r(2000) - 1000
                    y = r(2000) - 1000
                    total += x * y
        h = mix(h, some)
        if some:
            total &= (1 << 64) - 1
            h = mix(mix(h, total), total >> 32)
    return h


def counters(seed, n):
    r, h, slot = Rng(seed), START, [None] * 8
    for _ in range(n):
        a, b, what, v = r(8), r(8), r(4), r(1000)
        if slot[a] is None:
            slot[a] = v
        elif what == 0:
            slot[a] += v
            h = mix(h, slot[a])
        elif what == 1 and a != b and slot[b] is not None:
            slot[a] = (slot[a] + slot[b]) & M
        elif what == 2:
            slot[a] = None
        h = mix(h, sum(s is not None for s in slot))
    return mix(h, 0)


def flow(seed, n):
    h, r, left = START, Rng(seed), n
    while left:
        m = min(1 + r(5), left)
        for _ in range(m):
            hi = r(1 << 24)
            t = hi << 20 | r(1 << 20)
            v = r(65536)
            ok = r(2)
            h = mix(mix(mix(mix(h, t), t >> 32), v), ok)
        left -= m
    r, left = Rng(seed), n
    while left:
        m = min(1 + r(4), left)
        for _ in range(m):
            k = r(12)
            h = mix(h, k)
            for _ in range(k):
                h = mix(h, 97 + r(26))
        left -= m
    # value i of stream k, whatever its chunk; order does not matter
    total = s = x = 0
    for k in range(3):
        for i in range(n):
            v = ((k + 1) * 1000003 + i * 7919) & M
            s = (s + v) & M
            x ^= v * 2654435761 & M
            total += 1
    return mix(mix(mix(h, total), s), x)


def pipe(seed, n):
    r, h, left, prev = Rng(seed), START, n, 0
    k1, k2, k3 = seed & 255, seed >> 8 & 255, seed >> 16 & 255
    while left:
        m = min(1 + r(40), left)
        for _ in range(m):
            b = ((r(256) + k1) & 255) ^ k2
            h = mix(h, (b - prev + k3) & 255)
            prev = b
        left -= m
    return h


def source(kb):
    return sum(1024 + i % 256 + 3 * (5 * i % 256) for i in range(1, kb + 1)) & M


PROGRAMS = [
    ('text-utf8', ['text-driver', 'text-utf8'], 'run', text, [(1, 0), (1, 1), (7, 20), (123456, 100)]),
    ('text-utf16', ['text-driver', 'text-utf16'], 'run', text, [(1, 0), (1, 1), (7, 20), (123456, 100)]),
    ('text-latin1', ['text-driver', 'text-latin1'], 'run', text, [(1, 0), (1, 1), (7, 20), (123456, 100)]),
    ('counters', ['counters-driver', 'counters-worker'], 'run', counters, [(1, 0), (3, 50), (99, 2000)]),
    ('flow', ['flow-driver', 'flow-source', 'flow-mixer'], 'run', flow, [(1, 0), (1, 1), (5, 17), (77, 500)]),
    ('pipe', ['pipe-driver', 'pipe-add', 'pipe-flip', 'pipe-delta', 'pipe-slow'], 'run', pipe,
     [(0, 0), (0x010203, 1), (0xabcdef, 100), (0x5a5a5a, 5000)]),
    ('cancel', ['pipe-driver', 'pipe-add', 'pipe-flip', 'pipe-delta', 'pipe-slow'], 'cancel', lambda seed, n: n,
     [(1, 0), (2, 1), (3, 40), (4, 300)]),
    ('call', ['call-driver', 'call-worker'], 'run', lambda n: n * (n - 1) // 2, [(0,), (1,), (1000,)]),
    ('source', ['pipe-source', 'pipe-sink'], 'run', source, [(0,), (1,), (2,), (1000,)]),
]

print(json.dumps([{
    'name': name, 'files': [f + '.wasm' for f in files],
    'calls': [{'call': '%s(%s)' % (f, ', '.join(map(str, args))), 'result': str(model(*args))} for args in cases],
} for name, files, f, model, cases in PROGRAMS], indent=1))
