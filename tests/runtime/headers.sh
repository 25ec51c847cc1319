#!/bin/sh
# headers.sh ROOT - every header of the runtime compiles alone, as C11 and C++17.
set -u
root=$1
bad=0
for h in "$root"/include/heddle/*.h $(find "$root/runtime" -name '*.h' ! -name offsets.h); do
	for l in "c -std=c11" "c++ -std=c++17"; do
		case $h in */hd_config_default.h) continue;; esac
		case "$l $h" in "c++"*mailbox.h) continue;; esac	# C11 atomics: C only
		echo "#include \"$h\"" | gcc -x $l -Wall -Wextra -Werror -Wno-missing-field-initializers \
			-I"$root/include" -I"$root/runtime" -fsyntax-only - || { echo "not ok - $h as ${l%% *}"; bad=1; }
	done
done
test $bad -eq 0 && echo "ok - headers"
exit $bad
