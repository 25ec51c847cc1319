#!/bin/sh
# pass.sh OPT_RUN PASS FOLDER - one pass, before and after, as exact text.
#
# FOLDER/PASS.wat must be there:
#
#	;;! before: tidy,fold		passes that go before, where there are any
#	;;! args: --events=2		options of opt-run, where there are any
#	(module ...)
#	;; before, and the text before the pass
#	;; after PASS, and the text after it
#
# The pass must change something.  BLESS=1 rewrites the texts.  Exit 77: wat2wasm
# is missing.
set -eu
run=$1 pass=$2 file=$3/$2.wat
[ -f "$file" ] || { echo "the pass $pass has no golden file $file"; exit 1; }
command -v wat2wasm >/dev/null || { echo "skipped: no wat2wasm (Debian package wabt)"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

first=$(sed -n 's/^;;! before: *//p' "$file")
args=$(sed -n 's/^;;! args: *//p' "$file")
wat2wasm --enable-all "$file" -o "$dir/in.wasm"
# Options are words without quotes: splitting is what is wanted.
"$run" --print $args --opt="${first:-0}" "$dir/in.wasm" >"$dir/before"
"$run" --print $args --opt="${first:+$first,}$pass" "$dir/in.wasm" >"$dir/after"
if cmp -s "$dir/before" "$dir/after"; then
	echo "$pass changes nothing in $file"
	exit 1
fi
{
	echo "before${first:+: behind $first}"
	cat "$dir/before"
	echo "after $pass"
	cat "$dir/after"
} >"$dir/out"

. "$(dirname "$0")/compare.sh"
