#!/usr/bin/env python3
"""proved.py HEDDLE COMPONENT... - every function of a component is PROVED as plain code, and
what is compiled by default is proved without leave to be not.

Those that have most to prove for two cores, and compiled by default.
"""
import subprocess
import sys
import tempfile
from pathlib import Path

heddle, components = sys.argv[1], [Path(f) for f in sys.argv[2:]]
hard = ('flow-driver', 'text-driver')
passed = failed = 0


def check(ok, what, text):
    global passed, failed
    passed, failed = passed + ok, failed + (not ok)
    if not ok:
        print('not ok - %s\n%s' % (what, text))


def run(*argv):
    return subprocess.run([heddle] + [str(a) for a in argv], capture_output=True, text=True)


with tempfile.TemporaryDirectory() as tmp:
    out = Path(tmp) / 'out.o'
    for c in components:
        for target in ('cortex-m33', 'cortex-m4')[:1 + (c.stem in hard)]:
            r = run('compile', '-q', '--plain', '--no-prove', '--target', target, c, '-o', out)
            if r.returncode == 0:
                r = run('verify', c, out)
            last = (r.stdout.strip().split('\n') or [''])[-1]
            check(r.returncode == 0 and ' 0 REJECTED' in last, '%s %s' % (c.name, target), r.stdout + r.stderr)
        if c.stem in hard:
            r = run('compile', c, '-o', out)
            check(r.returncode == 0, c.name + ' compiled', r.stdout + r.stderr)
print('%d passed, %d failed, 0 skipped' % (passed, failed))
sys.exit(failed > 0 or len([c for c in components if c.stem in hard]) != len(hard))
