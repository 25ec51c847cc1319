#!/usr/bin/env python3
"""sections.py - every section of components, nested ones too, made wrong mechanically.

    sections.py HEDDLE FLIPS SEED FILE.wasm...

Each section is cut short, given a byte too many, a count too high, an unknown number, and
FLIPS times a changed byte.  What the format cannot allow must be refused; a changed byte may
be.  A refusal is status 1 and a diagnostic whose offset lies in the file; any other status is
a failure.  Counts are per kind of section; a kind without variants is named.
"""
import random
import re
import subprocess
import sys
import tempfile

from assemble import leb

KINDS = ["custom", "core module", "core instance", "core type", "component", "instance", "alias", "type", "canon",
         "start", "import", "export"]
CUSTOM, MODULE, COMPONENT, START = 0, 1, 4, 9
PREAMBLE = 8
# Component tools write no core types; each file gets one, () -> ().
CORE_TYPE = bytes([3, 4, 1, 0x60, 0, 0])


def unleb(b, at):
    n = shift = 0
    while True:
        n |= (b[at] & 0x7f) << shift
        shift += 7
        at += 1
        if b[at - 1] < 0x80:
            return n, at


def sections(b):
    """[(first byte, number, payload, end)] of a component."""
    at, out = PREAMBLE, []
    while at < len(b):
        size, body = unleb(b, at + 1)
        out.append((at, b[at], b[body:body + size], body + size))
        at = body + size
    return out


def wrong(kind, body, flips, rng):
    """(what, number of the section, payload, must be refused)"""
    if kind != CUSTOM:
        yield "a byte too many", kind, body + b"\0", True
        yield "a byte missing", kind, body[:-1], True
    if kind not in (CUSTOM, MODULE, COMPONENT, START):
        n, at = unleb(body, 0)
        yield "count too high", kind, leb(n + 1) + body[at:], True
        yield "count 2^32 - 1", kind, leb(2**32 - 1) + body[at:], True
    yield "unknown section", len(KINDS) + rng.randrange(100), body, True
    yield "empty", kind, b"", kind in (CUSTOM, MODULE, COMPONENT, START)
    for _ in range(flips if body else 0):
        k = rng.randrange(len(body))
        yield "byte changed", kind, body[:k] + bytes([rng.randrange(256)]) + body[k + 1:], False


def variants(b, flips, rng):
    """(kind, what, bytes, must be refused)"""
    for first, kind, body, end in sections(b):
        def whole(number, payload):
            return b[:first] + bytes([number]) + leb(len(payload)) + payload + b[end:]
        yield kind, "file ends inside", b[:rng.randrange(first + 1, end)], True
        yield kind, "size past the end", b[:first + 1] + leb(len(b)) + b[end - len(body):], True
        for what, number, payload, must in wrong(kind, body, flips, rng):
            yield kind, what, whole(number, payload), must
        if kind == COMPONENT:
            for inner, what, payload, must in variants(body, flips, rng):
                yield inner, what, whole(kind, payload), must


def inspect(heddle, path, data):
    with open(path, "wb") as f:
        f.write(data)
    return subprocess.run([heddle, "inspect", path], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def fault(heddle, path, data, must):
    """What is wrong with the answer; None: nothing."""
    p = inspect(heddle, path, data)
    if p.returncode == 0:
        return "accepted" if must else None
    if p.returncode != 1:
        return f"status {p.returncode}: {p.stderr[:200]}"
    said = re.search(r":0x([0-9a-f]+): error\[E\d+\]: \S", p.stderr)
    if not said:
        return f"no diagnostic with an offset: {p.stderr[:200]}"
    return "offset outside the file" if int(said.group(1), 16) > len(data) else None


def main():
    heddle, flips, seed, files = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]
    rng, ran, failed = random.Random(seed), [0] * len(KINDS), 0
    with tempfile.NamedTemporaryFile(suffix=".wasm") as tmp:
        for name in files:
            b = open(name, "rb").read()
            if b[4:PREAMBLE] != b"\x0d\0\1\0":
                sys.exit(f"{name} is not a component")
            b += CORE_TYPE
            if inspect(heddle, tmp.name, b).returncode != 0:
                sys.exit(f"{name}: not accepted as it is")
            for kind, what, data, must in variants(b, flips, rng):
                ran[kind] += 1
                why = fault(heddle, tmp.name, data, must)
                if why:
                    failed += 1
                    print(f"{name}: {KINDS[kind]}, {what}: {why}")
    for kind, n in enumerate(ran):
        print(f"{KINDS[kind]}: {n}" if n else f"{KINDS[kind]}: none in these files")
    print(f"{sum(ran) - failed} passed, {failed} failed")
    # Start functions pass component values, which are refused as such.
    missing = [KINDS[k] for k, n in enumerate(ran) if not n and k != START]
    if missing:
        print("no variants of: " + ", ".join(missing))
    return failed > 0 or bool(missing)


if __name__ == "__main__":
    sys.exit(main())
