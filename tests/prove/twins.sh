#!/bin/sh
# twins.sh HEDDLE TWINS - functions in other words: proved, and not when they differ.
#
# TWINS holds cases of four lines: a name, the module meant, one that says the
# same, to be PROVED in its place, and one that differs from that in one place,
# to be REJECTED.
heddle=$1 twins=$2
command -v wat2wasm >/dev/null || { echo "skip: no wat2wasm"; exit 77; }
dir=$(mktemp -d) || exit 4
trap 'rm -rf "$dir"' EXIT
passed=0 failed=0

# MODULE STATUS
verified() {
	"$heddle" verify "$dir/meant.wasm" "$dir/$1.wasm" >"$dir/out" 2>&1
	[ $? = "$2" ] && return 0
	cat "$dir/out"
	return 1
}

one() {
	for m in meant same other; do
		wat2wasm "$dir/$m.wat" -o "$dir/$m.wasm" || return 1
	done
	verified same 0 && verified other 3
}

while read -r name; do
	case $name in ''|'#'*) continue ;; esac
	read -r meant && read -r same && read -r other || exit 4
	printf '%s\n' "$meant" >"$dir/meant.wat"
	printf '%s\n' "$same" >"$dir/same.wat"
	printf '%s\n' "$other" >"$dir/other.wat"
	if one; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not ok - $name"
	fi
done <"$twins"
echo "$passed passed, $failed failed, 0 skipped"
[ $failed = 0 ] && [ $passed -gt 0 ]
