# Diagnostics and results for machines.
. "$ROOT/tests/cli/lib.sh"
need python3 python3
wat import.wasm <<'W'
(module (import "pulseengine:async" "stream_raed" (func (param i32) (result i32)))
  (import "pulseengine:async" "stream_drop_readable" (func (param i64))))
W
expect 1 "$HEDDLE" inspect import.wasm
says err "E0301"
says err "stream_read "
says err "E0302"
expect 1 "$HEDDLE" compile import.wasm -o x.o --json
python3 - <<'P' || fail "diagnostics are no JSON"
import json
d = [json.loads(l) for l in open('err')]
assert [x['code'] for x in d] == ['E0301', 'E0302'], d
assert all(x['file'] == 'import.wasm' and 'offset' in x and x['advice'] for x in d)
P
expect 0 "$HEDDLE" inspect --json "$ROOT/examples/upcase.wasm"
python3 - <<'P' || fail "inspect is no JSON"
import json
d = json.load(open('out'))
assert d['dialect'] == 'pulseengine:async'
assert [e['name'] for e in d['exports']] == ['memory', 'start', '__callback']
assert all(e.get('stack', 0) is not None for e in d['exports'])
assert d['events'] == ['stream-read', 'stream-write']
assert d['memories'][0]['bytes'] == 65536
P
finish
