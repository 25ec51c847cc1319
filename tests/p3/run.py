#!/usr/bin/env python3
"""run.py HEDDLE TARGET [OPTION...] [NAME...] - the programs of expected.json in QEMU.

Every call of a program in one run, each from its components given as several
files; the results must be those of model.py.
"""
import json
import subprocess
import sys
from pathlib import Path

here = Path(__file__).parent
heddle, target, names = sys.argv[1], sys.argv[2], sys.argv[3:]
options = [n for n in names if n.startswith('-')]
names = [n for n in names if not n.startswith('-')]
passed = failed = 0
for p in json.loads((here / 'expected.json').read_text()):
    if names and p['name'] not in names:
        continue
    cmd = [heddle, 'run', '--target', target] + options + [str(here / f) for f in p['files']]
    for c in p['calls']:
        cmd += ['--invoke', c['call']]
    r = subprocess.run(cmd, capture_output=True, text=True, timeout=280)
    if r.returncode == 4:
        print('SKIP: ' + r.stderr.strip().split('\n')[0])
        sys.exit(77)
    have = r.stdout.split()
    for k, c in enumerate(p['calls']):
        got = have[k] if k < len(have) else 'nothing'
        if got == c['result']:
            passed += 1
        else:
            failed += 1
            print('FAIL %s %s: %s, expected %s' % (p['name'], c['call'], got, c['result']))
    if r.returncode or r.stderr:
        failed += r.returncode != 0
        print('%s: status %d\n%s' % (p['name'], r.returncode, r.stderr))
print('%d passed, %d failed, 0 skipped' % (passed, failed))
sys.exit(failed > 0)
