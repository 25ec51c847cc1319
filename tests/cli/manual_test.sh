# The manual lists every option and command, and is sound mdoc.
. "$ROOT/tests/cli/lib.sh"
man=$ROOT/man/heddle.1
[ -e "$man" ] || { fail "no man/heddle.1"; finish; }
expect 0 "$HEDDLE" --completion
sed 's/^[a-z]* *//' out | tr ' ' '\n' | sed 's/=$//' | sort -u >options
while read -r o; do
	case $o in
	--*) grep -q "^\.It .*Fl Fl *${o#--}\b" "$man" || fail "manual: $o" ;;
	-?) grep -q "^\.It .*Fl ${o#-}\b" "$man" || fail "manual: $o" ;;
	esac
done <options
cut -d' ' -f1 out | while read -r c; do
	grep -q "^\.It .*Cm $c\b" "$man" || { echo "manual: command $c" >missing; }
done
[ ! -e missing ] || fail "$(cat missing)"
if command -v mandoc >/dev/null; then
	mandoc -T lint -W warning "$man" >lint 2>&1 || { fail "mandoc"; cat lint; }
fi
finish
