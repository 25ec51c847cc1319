# compare.sh - read by run.sh and pass.sh: $dir/out against what $file expects, which
# is its trailing comment, everything behind the last line that is none.  Ends the
# script.  BLESS=1 rewrites the expectation.
last=$(grep -n -v '^;;' "$file" | tail -1 | cut -d: -f1)
sed "1,${last}d; s/^;; \{0,1\}//" "$file" >"$dir/want"
cmp -s "$dir/out" "$dir/want" && exit 0
if [ "${BLESS:-0}" = 1 ]; then
	{ sed "${last}q" "$file"; sed 's/^/;; /' "$dir/out"; } >"$dir/new"
	cp "$dir/new" "$file"
	echo "blessed $file"
	exit 0
fi
diff -u "$dir/want" "$dir/out" || true
exit 1
