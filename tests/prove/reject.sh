#!/bin/sh
# reject.sh HEDDLE PAIRS... - wrong pairs: each must be REJECTED.
#
# PAIRS hold cases of three lines: a name, the module that was meant, and the
# module that was compiled in its place.  Both must be PROVED against their own
# code, so that a rejection says that the checker saw the difference.
heddle=$1
shift
command -v wat2wasm >/dev/null || { echo "skip: no wat2wasm"; exit 77; }
dir=$(mktemp -d) || exit 4
trap 'rm -rf "$dir"' EXIT
passed=0 failed=0 open=0

proved() {
	"$heddle" verify "$1" "$2" >"$dir/out" 2>&1
}

one() {
	printf '%s\n' "$2" >"$dir/a.wat"
	printf '%s\n' "$3" >"$dir/b.wat"
	wat2wasm --enable-multi-memory --enable-tail-call "$dir/a.wat" -o "$dir/a.wasm" &&
		wat2wasm --enable-multi-memory --enable-tail-call "$dir/b.wat" -o "$dir/b.wasm" || return 1
	for opt in --plain -O0 -O2; do
		for m in a b; do
			"$heddle" compile -q --no-prove $opt "$dir/$m.wasm" \
				-o "$dir/$m.o" || return 1
			proved "$dir/$m.wasm" "$dir/$m.o" || {
				# says nothing then, and is counted
				[ $opt = -O2 ] && open=$((open + 1)) &&
					return 0
				echo "$1 $opt: $m is not PROVED by itself"
				cat "$dir/out"
				return 1
			}
		done
		proved "$dir/a.wasm" "$dir/b.o"
		[ $? = 3 ] || {
			echo "$1 $opt: PROVED"
			return 1
		}
	done
}

for pairs; do
	while read -r name; do
		case $name in ''|'#'*) continue ;; esac
		read -r meant && read -r made || exit 4
		if one "$name" "$meant" "$made"; then
			passed=$((passed + 1))
		else
			failed=$((failed + 1))
			echo "not ok - $name"
		fi
	done <"$pairs"
done
echo "$passed passed, $failed failed, 0 skipped; $open without -O2"
[ $failed = 0 ] && [ $passed -gt 0 ] && [ $open -le 1 ]
