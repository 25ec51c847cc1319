// lanes.mjs DIR CALLS - what V8 says about the modules in DIR, for spec-run.
//
// Calls every export of every module CALLS times with edge and random
// arguments, and `hash` (all of memory) after each call; writes
// DIR/lanes.json, in the format of wast2json.
import fs from "node:fs";
import path from "node:path";

const [dir, calls] = [process.argv[2], Number(process.argv[3])];
const edge = [0, 1, 2, 3, 4, 5, 7, 8, 15, 31, 63, 64, 70, 127, 128, 255, 0x7fffffff, 0x80000000, 0xffffffff];
let seed = 0x2545f491;

function random() {
	seed ^= seed << 13;
	seed ^= seed >>> 17;
	seed ^= seed << 5;
	return seed >>> 0;
}

const i32 = (v) => ({ type: "i32", value: String(v >>> 0) });
const commands = [];
for (const name of fs.readdirSync(dir).filter((f) => f.endsWith(".wasm")).sort()) {
	const wasm = fs.readFileSync(path.join(dir, name));
	const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm));
	const call = (field, args) => {
		const action = { type: "invoke", field, args: args.map(i32) };
		try {
			const v = exports[field](...args.map((x) => x | 0));
			commands.push({ type: "assert_return", line: 1, action, expected: [i32(v)] });
		} catch (e) {
			if (!(e instanceof WebAssembly.RuntimeError))
				throw e;
			commands.push({ type: "assert_trap", line: 1, action, text: "out of bounds memory access", expected: [i32(0)] });
		}
	};
	commands.push({ type: "module", line: 1, filename: name });
	for (let k = 0; k < calls; k++)
		for (const field of Object.keys(exports).filter((f) => f.startsWith("f"))) {
			const arg = () => (random() & 1 ? random() : edge[random() % edge.length]);
			call(field, [arg(), arg(), arg(), arg()]);
			call("hash", []);
		}
}
fs.writeFileSync(path.join(dir, "lanes.json"), JSON.stringify({ source_filename: "lanes", commands }));
