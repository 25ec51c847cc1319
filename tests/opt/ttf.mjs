// ttf.mjs HEDDLE FIRST LAST - modules from binaryen's generator (wasm-opt -ttf),
// before and after `heddle opt`, in V8.
//
// Every exported function is called twice with the same arguments; results,
// traps, what imports were given and all of memory must be the same. -O2, -O3
// and -Oz take turns.  Modules on which V8 runs out of stack say nothing from there
// on.  Ends with "N passed, M failed, K skipped"; a failure names its seed.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const [heddle, first, last] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const dir = fs.mkdtempSync(path.join(os.tmpdir(), "ttf-"));
const features = ["--mvp-features", "--enable-mutable-globals", "--enable-sign-ext", "--enable-nontrapping-float-to-int",
	"--enable-bulk-memory", "--enable-multivalue"];
const levels = ["-O2", "-O3", "-Oz"];
const [input, before, after] = ["seed", "before.wasm", "after.wasm"].map((f) => path.join(dir, f));
let passed = 0, failed = 0, stopped = 0;

function bytes(seed) {
	let s = (seed * 2654435761 + 88172645) >>> 0 || 1;
	const b = Buffer.alloc(1000 + seed % 7 * 700);
	for (let k = 0; k < b.length; k++) {
		s ^= s << 13;
		s ^= s >>> 17;
		s ^= s << 5;
		b[k] = s >>> 8;
	}
	return b;
}

const text = (v) => (typeof v === "number" && Number.isNaN(v) ? "nan" : Object.is(v, -0) ? "-0" : String(v));
const kind = (e) => e.message.replace(/ \(.*/, "");

// Digits stand for numbers and for BigInts, whichever a parameter wants.
const args = [["0", "3", "1", "0", "2", "5"], ["7", "-1", "70000", "255", "-9", "1"]];

// What a module does, a line per call.
function behaviour(wasm) {
	const log = [];
	const module = new WebAssembly.Module(wasm);
	const imports = {};
	for (const i of WebAssembly.Module.imports(module)) {
		imports[i.module] ??= {};
		imports[i.module][i.name] = i.kind === "function"
			? (...args) => { log.push(`${i.name} ${args.map(text)}`); return 0; } : undefined;
	}
	let exports;
	try {
		exports = new WebAssembly.Instance(module, imports).exports;
	} catch (e) {
		return [`instantiation ${kind(e)}`];
	}
	for (const name of Object.keys(exports)) {
		if (typeof exports[name] !== "function")
			continue;
		for (let round = 0; round < 2; round++)
			try {
				log.push(`${name} ${text(exports[name](...args[round]))}`);
			} catch (e) {
				if (e instanceof RangeError)
					return log.concat("stack");
				log.push(`${name} ${e instanceof WebAssembly.RuntimeError ? kind(e) : e.constructor.name}`);
			}
	}
	for (const name of Object.keys(exports))
		if (exports[name] instanceof WebAssembly.Memory)
			log.push(`${name} ${Buffer.from(exports[name].buffer).toString("latin1").replace(/\0+$/, "").length} ` +
				hash(exports[name].buffer));
	return log;
}

function hash(buffer) {
	let h = 0;
	for (const w of new Uint32Array(buffer))
		h = Math.imul(h ^ w, 0x9e3779b1) + 1 | 0;
	return h;
}

for (let seed = first; seed < last; seed++) {
	fs.writeFileSync(input, bytes(seed));
	execFileSync("wasm-opt", ["-ttf", ...features, "--denan", input, "-o", before], { stdio: "pipe" });
	const level = levels[seed % levels.length];
	try {
		execFileSync(heddle, ["opt", before, level, "--no-prove", "-q", "-o", after], { stdio: "pipe" });
	} catch (e) {
		failed++;
		console.log(`FAIL seed ${seed} ${level}: heddle opt: ${e.stderr}`);
		continue;
	}
	const a = behaviour(fs.readFileSync(before)), b = behaviour(fs.readFileSync(after));
	const end = [a.indexOf("stack"), b.indexOf("stack")].filter((k) => k >= 0);
	if (end.length)
		stopped++;
	const n = Math.min(...end, Math.max(a.length, b.length));
	const at = [...Array(n).keys()].find((k) => a[k] !== b[k]);
	if (at === undefined) {
		passed++;
		continue;
	}
	failed++;
	console.log(`FAIL seed ${seed} ${level}: ${a[at]} became ${b[at]}`);
}
fs.rmSync(dir, { recursive: true });
console.log(`${passed} passed, ${failed} failed, 0 skipped; ${stopped} out of stack`);
process.exit(failed ? 1 : 0);
