# lib.sh - what the scripts share: a folder of their own, and checks that go
# on after a failure and are counted.
set -u
HEDDLE=${HEDDLE:?the program}
ROOT=${ROOT:?the source tree}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
failures=0

need() {
	command -v "$1" >/dev/null || { echo "skipped: no $1 (Debian package $2)"; exit 77; }
}
# The runtime's libraries: sanitizer builds have none of their own.
rt=${HEDDLE_RUNTIME:-$(dirname "$HEDDLE")/rt}
need_runtime() {
	need arm-none-eabi-gcc gcc-arm-none-eabi
	[ -e "$rt/cortex-m4/libheddle-rt.a" ] || { echo "skipped: no runtime in $rt"; exit 77; }
}
fail() {
	echo "FAIL: $*"
	failures=$((failures + 1))
}
# expect STATUS COMMAND...: runs it, output to files out and err
expect() {
	want=$1
	shift
	"$@" >out 2>err
	got=$?
	[ $got = "$want" ] || { fail "status $got, not $want: $*"; sed 's/^/    /' err; }
}
# says FILE TEXT: the text is in the file
says() {
	grep -qF -- "$2" "$1" || { fail "no \"$2\" in $1:"; sed 's/^/    /' "$1"; }
}
absent() {
	[ ! -e "$1" ] || fail "$1 was left behind"
}
same() {
	cmp -s "$1" "$2" || fail "$1 and $2 differ"
}
wat() {
	need wat2wasm wabt
	wat2wasm --enable-all --debug-names - -o "$1"
}
finish() {
	[ $failures = 0 ] && exit 0
	echo "$failures failures"
	exit 1
}
