#!/bin/sh
# make.sh - builds the components here from src/ and *.wit: clang-19 and
# wasm-ld-19 for the core modules, the npm package @bytecodealliance/jco-transpile
# 0.15.0 (wit-component) for the rest.
#
#	npm install @bytecodealliance/jco-transpile@0.15.0
#	NODE_MODULES=node_modules sh make.sh
#
# The results are committed: the tests need neither.
set -eu
cd "$(dirname "$0")"
: "${NODE_MODULES:=node_modules}"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# component NAME WIT WORLD ENCODING SOURCE [CFLAGS]
component() {
	name=$1 wit=$2 world=$3 encoding=$4 source=$5
	shift 5
	clang-19 --target=wasm32 -mcpu=mvp -O2 -ffreestanding -nostdlib -Wall -Wextra -Wno-unused-function "$@" \
		-Wl,--no-entry -Wl,-z,stack-size=4096 -Wl,--strip-all -o "$tmp/core.wasm" "src/$source"
	node --input-type=module - "$NODE_MODULES" "$tmp/core.wasm" "$wit" "$world" "$encoding" "$name.wasm" <<'END'
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
const [modules, core, wit, world, stringEncoding, out] = process.argv.slice(2);
const { componentEmbed, componentNew } = await import(
	resolve(modules, '@bytecodealliance/jco-transpile/dist/wasm-tools.js'));
const embedded = await componentEmbed({ binary: readFileSync(core), witSource: readFileSync(wit, 'utf8'),
	world, stringEncoding, features: { tag: 'all' } });
writeFileSync(out, await componentNew(embedded, []));
END
}

component text-driver text.wit driver utf8 text_driver.c
component text-utf8 text.wit worker utf8 text_worker.c -DENC=8
component text-utf16 text.wit worker utf16 text_worker.c -DENC=16
component text-latin1 text.wit worker compact-utf16 text_worker.c -DENC=0
component counters-driver counters.wit driver utf8 counters_driver.c
component counters-worker counters.wit worker utf8 counters_worker.c
component flow-driver flow.wit driver utf8 flow_driver.c
component flow-source flow.wit source-worker utf8 flow_source.c
component flow-mixer flow.wit mixer-worker utf8 flow_mixer.c
component pipe-driver pipe.wit driver utf8 pipe_driver.c
component pipe-add pipe.wit add-worker utf8 pipe_stage.c '-DNAME="add"' '-DOP=b + k'
component pipe-flip pipe.wit flip-worker utf8 pipe_stage.c '-DNAME="flip"' '-DOP=b ^ k'
component pipe-delta pipe.wit delta-worker utf8 pipe_stage.c '-DNAME="delta"' '-DOP=b - s + k'
component pipe-rot13 pipe.wit rot13-worker utf8 pipe_stage.c '-DNAME="rot13"' -DCHUNK=1024 \
	'-DOP=b - 65u < 26 ? 65 + (b - 65u + k) % 26 : b'
component pipe-front pipe.wit front utf8 pipe_front.c
component pipe-source pipe.wit source utf8 pipe_source.c
component pipe-sink pipe.wit sink-worker utf8 pipe_sink.c
component pipe-slow pipe.wit slow-worker utf8 pipe_slow.c
component echo echo.wit worker utf8 echo.c
component echo-utf16 echo.wit worker utf16 echo.c
component call-driver call.wit caller utf8 call_driver.c
component call-worker call.wit sum-worker utf8 call_worker.c
ls -l -- *.wasm
