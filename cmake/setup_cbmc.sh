#!/bin/sh
# setup_cbmc.sh - install cbmc, which some proofs of the runtime run: from the
# release if it has it, else from an older one on the mirror that apt uses, by
# lists of its own that are gone afterwards, so that nothing else comes from
# there. Never fails: without cbmc those proofs are skipped, and say so.
command -v cbmc >/dev/null 2>&1 && exit 0
tried=$(dirname "$0")/../build/cbmc-tried
[ -e "$tried" ] && exit 0
if [ "$(id -u)" != 0 ]; then
	echo "cbmc is not installed: the bounded proofs of the runtime will be skipped" >&2
	exit 0
fi
mkdir -p "$(dirname "$tried")" && : >"$tried"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq >/dev/null 2>&1
apt-get install -y --no-install-recommends cbmc >/dev/null 2>&1 && exit 0

keys=/usr/share/keyrings/debian-archive-keyring.gpg
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
mkdir -p "$dir/lists/partial"
for mirror in $(apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
		sed -n 's/^Debian //p' | sort -u); do
	echo "deb [signed-by=$keys] $mirror bullseye main" >"$dir/sources.list"
	older() {
		apt-get -o Dir::Etc::SourceList="$dir/sources.list" -o Dir::Etc::SourceParts=/dev/null \
			-o Dir::State::Lists="$dir/lists" "$@" >/dev/null 2>&1
	}
	older update && older install -y --no-install-recommends --no-remove cbmc && {
		echo "installed: cbmc, of an older release"
		exit 0
	}
done
echo "cbmc could not be installed: the bounded proofs of the runtime will be skipped" >&2
exit 0
