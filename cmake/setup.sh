#!/bin/sh
# setup.sh - make sure that the Debian packages heddle builds and tests with
# are there: install them when run as root, else print the one command and
# exit 4.
set -eu

# command or file that proves a package is there, and the package
needs='
cmake cmake
ninja ninja-build
pkg-config pkg-config
gcc gcc
g++ g++
arm-none-eabi-gcc gcc-arm-none-eabi
arm-none-eabi-as binutils-arm-none-eabi
qemu-system-arm qemu-system-arm
clang-19 clang-19
wasm-ld-19 lld-19
wat2wasm wabt
wasm-opt binaryen
node nodejs
cvc5 cvc5
spin spin
valgrind valgrind
python3 python3
mandoc mandoc
/usr/include/libelf.h libelf-dev
/usr/include/jansson.h libjansson-dev
/usr/include/z3.h libz3-dev
/usr/include/nettle/sha2.h nettle-dev
/usr/lib/arm-none-eabi/newlib/nano.specs libnewlib-arm-none-eabi
/usr/lib/llvm-19/lib/clang/19/lib/linux/libclang_rt.fuzzer-x86_64.a libclang-rt-19-dev
'
missing=
set -- $needs
while [ $# -gt 0 ]; do
	case $1 in
	/*) [ -e "$1" ] || missing="$missing $2" ;;
	*)  command -v "$1" >/dev/null 2>&1 || missing="$missing $2" ;;
	esac
	shift 2
done
if [ -z "$missing" ]; then
	exec sh "$(dirname "$0")/setup_cbmc.sh"
fi

cmd="apt-get install -y --no-install-recommends$missing"
if [ "$(id -u)" != 0 ]; then
	echo "heddle needs Debian packages that are missing here. As root:" >&2
	echo "    apt-get update && $cmd" >&2
	exit 4
fi
echo "installing:$missing"
apt-get update -qq
DEBIAN_FRONTEND=noninteractive $cmd >/dev/null
exec sh "$(dirname "$0")/setup_cbmc.sh"
