#!/bin/sh
# unpack.sh ARCHIVE DIR - unpack into DIR unless that was done before.
# Exit 77 when there is no archive.
set -eu
[ -f "$1" ] || { echo "SKIP: no $1"; exit 77; }
stamp=$2/.$(basename "$1").done
[ -f "$stamp" ] && [ ! "$1" -nt "$stamp" ] && exit 0
mkdir -p "$2"
tar -xzf "$1" -C "$2"
touch "$stamp"
