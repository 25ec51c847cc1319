#!/bin/sh
# make.sh - thermostat.wasm from guest.c and thermostat.wit; see
# tests/p3/make.sh for what it needs.
set -eu
cd "$(dirname "$0")"
: "${NODE_MODULES:=node_modules}"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
clang-19 --target=wasm32 -mcpu=mvp -O2 -ffreestanding -nostdlib -Wall -Wextra -Wno-unused-function -I../../tests/p3/src \
	-Wl,--no-entry -Wl,-z,stack-size=4096 -Wl,--strip-all -o "$tmp/core.wasm" guest.c
node --input-type=module - "$NODE_MODULES" "$tmp/core.wasm" <<'END'
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
const [modules, core] = process.argv.slice(2);
const { componentEmbed, componentNew } = await import(
	resolve(modules, '@bytecodealliance/jco-transpile/dist/wasm-tools.js'));
const embedded = await componentEmbed({ binary: readFileSync(core), witSource: readFileSync('thermostat.wit', 'utf8'),
	world: 'thermostat', features: { tag: 'all' } });
writeFileSync('thermostat.wasm', await componentNew(embedded, []));
END
