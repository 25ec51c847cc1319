#!/bin/sh
# reject_wasm.sh HEDDLE PAIRS... - wrong pairs of modules: each must be REJECTED.
#
# PAIRS hold cases of three lines: a name, the module that was meant, and the
# module that was written in its place.  Each must be PROVED against itself.
heddle=$1
shift
command -v wat2wasm >/dev/null || { echo "skip: no wat2wasm"; exit 77; }
dir=$(mktemp -d) || exit 4
trap 'rm -rf "$dir"' EXIT
passed=0 failed=0

one() {
	for m in a b; do
		wat2wasm --enable-multi-memory --enable-tail-call "$dir/$m.wat" \
			-o "$dir/$m.wasm" || return 1
		"$heddle" verify "$dir/$m.wasm" "$dir/$m.wasm" >"$dir/out" 2>&1 || {
			echo "$1: $m is not PROVED against itself"
			cat "$dir/out"
			return 1
		}
	done
	"$heddle" verify "$dir/a.wasm" "$dir/b.wasm" >"$dir/out" 2>&1
	[ $? = 3 ] || {
		echo "$1: not REJECTED"
		return 1
	}
}

for pairs; do
	while read -r name; do
		case $name in ''|'#'*) continue ;; esac
		read -r meant && read -r made || exit 4
		printf '%s\n' "$meant" >"$dir/a.wat"
		printf '%s\n' "$made" >"$dir/b.wat"
		if one "$name"; then
			passed=$((passed + 1))
		else
			failed=$((failed + 1))
			echo "not ok - $name"
		fi
	done <"$pairs"
done
echo "$passed passed, $failed failed, 0 skipped"
[ $failed = 0 ] && [ $passed -gt 0 ]
