#!/usr/bin/env python3
"""real.py HEDDLE FOLDER TARGET LEVEL=MOST... - a module of real size, as others built it: libsodium.

Fetched from npm by name and version into FOLDER, once.  Compiled at each level,
and every function verified: at most MOST are REJECTED.  Counts are printed.
Exit 77 without npm, or when it does not fetch.
"""
import base64
import re
import subprocess
import sys
from pathlib import Path

PACKAGE = 'libsodium-sumo@0.8.4'
SCRIPT = 'node_modules/libsodium-sumo/dist/modules-sumo/libsodium-sumo.js'
LEAST = 500		# functions: or it is not the module meant

heddle, folder, target = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
levels = [a.split('=') for a in sys.argv[4:]]


def fetch():
    """The module, or None: it stands in a script as text."""
    script = folder / SCRIPT
    if not script.exists():
        folder.mkdir(parents=True, exist_ok=True)
        try:
            subprocess.run(['npm', 'install', '--silent', '--no-audit', '--no-fund', '--ignore-scripts',
                            '--prefix', str(folder), PACKAGE], capture_output=True, timeout=300)
        except (OSError, subprocess.TimeoutExpired):
            return None
    if not script.exists():
        return None
    text = re.search(r'AGFzbQ[A-Za-z0-9+/=]{1000,}', script.read_text(errors='replace')).group(0)
    wasm = folder / 'libsodium.wasm'
    wasm.write_bytes(base64.b64decode(text + '=' * (-len(text) % 4)))
    return wasm


def run(*argv):
    return subprocess.run([heddle] + [str(a) for a in argv], capture_output=True, text=True)


wasm = fetch()
if wasm is None:
    print('SKIP: npm does not fetch %s here' % PACKAGE)
    sys.exit(77)
failed = 0
for level, most in levels:
    out = folder / 'libsodium.o'
    r = run('compile', '-q', '--no-prove', '--plain' if level == 'plain' else '-O' + level, '--target', target,
            wasm, '-o', out)
    if r.returncode == 0:
        r = run('verify', wasm, out)
    n = re.search(r'^(\d+) PROVED, (\d+) REJECTED', r.stdout, re.M)
    proved, rejected = (int(n.group(1)), int(n.group(2))) if n else (0, -1)
    print('%s, %s: %d PROVED, %d REJECTED; at most %s' % (target, level, proved, rejected, most), flush=True)
    if not 0 <= rejected <= int(most) or proved + rejected < LEAST:
        failed += 1
        print(''.join(x + '\n' for x in (r.stdout + r.stderr).split('\n') if not x.startswith('PROVED')))
print('%d passed, %d failed, 0 skipped' % (len(levels) - failed, failed))
sys.exit(failed > 0 or not levels)
