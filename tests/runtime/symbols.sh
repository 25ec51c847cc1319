#!/bin/sh
# symbols.sh LIB GOLDEN - the symbols the archive defines are the ones listed;
# BLESS=1 rewrites the list.
nm=arm-none-eabi-nm
command -v $nm >/dev/null || { echo "SKIP: $nm is not installed"; exit 77; }
list=$($nm -g --defined-only "$1" 2>/dev/null | awk 'NF == 3 && $2 ~ /[TDBRWVC]/ { print $3 }' | LC_ALL=C sort -u)
if [ "${BLESS:-}" ]; then
	echo "$list" > "$2"
fi
stray=$(echo "$list" | grep -v -e '^hd_' -e '^kiln_builtins_' -e '^mem\(cpy\|move\|set\)$')
test -z "$stray" || { echo "not ok - names without a prefix: $stray"; exit 1; }
echo "$list" | diff -u "$2" - || exit 1
echo "ok - $(echo "$list" | wc -l) symbols"
