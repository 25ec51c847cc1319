# lib.sh - a folder of its own, what failed, and what is needed, for tests of heddle opt.

set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
bad=0

fail()
{
	echo "not ok - $1"
	bad=1
}

# need TOOL PACKAGE - or the test is skipped
need()
{
	command -v "$1" >/dev/null || { echo "skipped: no $1 (Debian package $2)"; exit 77; }
}
