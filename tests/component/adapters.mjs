// adapters.mjs LOWERED.wasm - runs the adapters of a lowered component.
//
// Plays the runtime for sync calls: an import "[lower]#k" calls "[start]#k",
// then "[results]#k", then the post-return.  Values are written into the
// caller's memory by hand, and what arrives is read back by hand.
import { readFileSync } from 'node:fs';

const bytes = readFileSync(process.argv[2]);
let mod;
try {
	mod = new WebAssembly.Module(bytes);
} catch (e) {
	console.log('SKIP: this node has no multi-memory: ' + e.message);
	process.exit(77);
}

let ex, failures = 0, tests = 0;
const noLeave = new Map();

class BadValue extends Error {}

function call(k, args) {
	const start = ex[`[start]#${k}`], results = ex[`[results]#${k}`];
	const out = start(...args.slice(0, start.length));
	const core = out === undefined ? [] : [out];
	// the result pointer, if any, is the last argument of the import
	return results(...core.slice(0, results.length),
		...args.slice(args.length - Math.max(0, results.length - core.length)));
}

const canon = new Proxy({}, {
	get(_, name) {
		let m;
		if ((m = name.match(/^\[lower\]#(\d+)$/)))
			return (...args) => call(m[1], args);
		if (name === '[trap-bad-value]')
			return () => { throw new BadValue(); };
		if ((m = name.match(/^\[no-leave\]#(\d+)$/)))
			return on => noLeave.set(m[1], on);
		throw new Error('unexpected import ' + name);
	},
	has: () => true,
});
const imports = Object.fromEntries(WebAssembly.Module.imports(mod)
	.map(i => [i.name, canon[i.name]]));
ex = new WebAssembly.Instance(mod, { 'heddle:canon': imports }).exports;

function is(have, want, what) {
	tests++;
	const ok = JSON.stringify(have) === JSON.stringify(want);
	console.log(`${ok ? '' : 'not '}ok ${tests} - ${what}`);
	if (!ok) {
		console.log(`# have ${JSON.stringify(have)} want ${JSON.stringify(want)}`);
		failures++;
	}
}

function traps(f, what) {
	let how = 'returned';
	try { f(); } catch (e) {
		how = e instanceof BadValue || e instanceof WebAssembly.RuntimeError ?
			'trapped' : String(e);
	}
	is(how, 'trapped', what);
}

// memory 0 is the callee's (component A), 1 the caller's (B)
const A = () => new DataView(ex['[memory]#0'].buffer);
const B = () => new DataView(ex['[memory]#1'].buffer);
const text = (view, p, n) => new TextDecoder().decode(new Uint8Array(view.buffer, p, n));
function put(p, s) {
	const b = new TextEncoder().encode(s);
	new Uint8Array(B().buffer).set(b, p);
	return b.length;
}

// order of canon lower in values.wat
const LEN = 0, ECHO = 1, VAR = 2, PTS = 3, BOOLS = 4, MANY = 5;
const sent = (k, ...args) => ex[`[start]#${k}`](...args);

for (const s of ['', 'a', 'grüße 🧵', 'x'.repeat(5000)]) {
	const n = put(20000, s);
	is(call(LEN, [20000, n]), n, `string of ${n} bytes arrives`);
	call(ECHO, [20000, n, 16]);
	is(text(B(), B().getUint32(16, true), B().getUint32(20, true)), s,
		'and comes back');
}
put(20000, 'ab');
B().setUint8(20001, 0xff);
traps(() => call(LEN, [20000, 2]), 'invalid UTF-8');
traps(() => call(LEN, [65535, 2]), 'string out of bounds');
traps(() => call(LEN, [0, 0xffffffff]), 'string too long');
traps(() => call(ECHO, [20000, 0, 17]), 'misaligned result pointer');

// variant none | i u32 | f f32 | s string | d u64, joined as i32 i64 i32; the
// callee gives its discriminant back, result bool
is(call(VAR, [0, 7n, 9]), 0, 'case none');
is(call(VAR, [1, 0xffffffff00000005n, 0]), 1, 'case i');
is(call(VAR, [2, 0x3f800000n, 0]), 1, 'case f');
is(call(VAR, [3, 20000n, 1]), 1, 'case s');
is(call(VAR, [4, 0x123456789abcdef0n, 0]), 1, 'case d');
traps(() => call(VAR, [5, 0n, 0]), 'no such case');
traps(() => call(VAR, [-1, 0n, 0]), 'negative case');

// list of records { x: s8, y: f64 }
for (let k = 0; k < 3; k++) {
	B().setInt8(1024 + 16 * k, -k);
	B().setFloat64(1024 + 16 * k + 8, k / 3, true);
}
call(PTS, [1024, 3, 24]);
const p = B().getUint32(24, true);
is(B().getUint32(28, true), 3, 'three records come back');
is([0, 1, 2].map(k => [B().getInt8(p + 16 * k), B().getFloat64(p + 16 * k + 8, true)]),
	[[0, 0], [-1, 1 / 3], [-2, 2 / 3]], 'with their fields');
traps(() => call(PTS, [1025, 1, 24]), 'misaligned list');
traps(() => call(PTS, [1024, 0x10000000, 24]), 'list longer than 2^28 bytes');

// list of (bool, char, option<string>): 20 bytes each
const n = put(20000, 'hey');
B().setUint8(2048, 7);
B().setUint32(2052, 0x1f9f5, true);
B().setUint8(2056, 1);
B().setUint32(2060, 20000, true);
B().setUint32(2064, n, true);
is(call(BOOLS, [2048, 1]), 1, 'tuples arrive');
B().setUint32(2052, 0xd800, true);
traps(() => call(BOOLS, [2048, 1]), 'surrogate');
B().setUint32(2052, 0x110000, true);
traps(() => call(BOOLS, [2048, 1]), 'above the last character');
B().setUint32(2052, 0x61, true);
B().setUint8(2056, 2);
traps(() => call(BOOLS, [2048, 1]), 'no such case of option');

// more parameters than are passed flat: 80 bytes in memory on both sides
new Uint8Array(B().buffer).fill(0, 4096, 4096 + 88);
B().setUint8(4096, 42);
B().setBigUint64(4104, 0xfedcba9876543210n, true);
for (let k = 0; k < 7; k++) {
	B().setUint32(4112 + 8 * k, 20000, true);
	B().setUint32(4116 + 8 * k, n, true);
}
is(call(MANY, [4096]), 42, 'spilled parameters arrive');
traps(() => call(MANY, [4100]), 'misaligned parameters');
is([...noLeave.values()].every(v => v === 0), true, 'no instance is left locked');
is(typeof ex['[lift]#6'], 'function', 'the export can be called');
is(ex['[lift]#6'](), 5 + 1 + 1 + 0, 'through the guest');

console.log(`1..${tests}`);
process.exit(failures ? 1 : 0);
