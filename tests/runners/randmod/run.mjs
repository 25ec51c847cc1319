// run.mjs DIR N - runs DIR/0.wasm ... and writes what engine.h says, with a
// line "==" behind each module.
import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";

// tail calls, which Debian's node has behind a flag
setFlagsFromString("--experimental-wasm-return-call");

const classes = [
	["unreachable", "unreachable"],
	["memory access out of bounds", "memory"],
	["divide by zero", "divide"],
	["remainder by zero", "divide"],
	["unrepresentable", "arithmetic"],
	["null function or function signature", "signature"],
	["table index", "table"],
	["call stack", "stack"],
];

function trapClass(message) {
	const found = classes.find(([text]) => message.includes(text));
	return found ? found[1] : `other (${message})`;
}

function call(name, fn) {
	try {
		const bits = BigInt.asUintN(64, fn());
		return `${name} ${bits.toString(16).padStart(16, "0")}\n`;
	} catch (e) {
		return `${name} trap ${trapClass(String(e.message))}\n`;
	}
}

const [dir, n] = process.argv.slice(2);
for (let k = 0; k < Number(n); k++) {
	const module = new WebAssembly.Module(readFileSync(`${dir}/${k}.wasm`));
	const { exports } = new WebAssembly.Instance(module);
	const names = Object.keys(exports);
	let out = "";
	for (const name of names)
		out += call(name, exports[name]);
	process.stdout.write(out + "==\n");
}
