# run --invoke on components: values as text, several calls, several files.
. "$ROOT/tests/cli/lib.sh"
need_runtime
need qemu-system-arm qemu-system-arm
echo=$ROOT/tests/p3/echo.wasm
for f in "$echo" "$ROOT/tests/p3/echo-utf16.wasm"; do
	expect 0 "$HEDDLE" run "$f" --invoke "numbers(255, -9000000000, 1.5, -6.02e23, '\u{1f9f5}', true)" \
		--invoke 'text("gr\u{fc}ße \"🧵\"\n")' --invoke 'demo:echo/echo#shapes([empty, circle(0.1),
		polygon([{x: 1, y: -2}, {y: 3, x: 4}]), text("hi")])' --invoke 'maybe(some(err("no")))' --invoke 'maybe(none)' \
		--invoke 'maybe(some(7))' --invoke 'nothing()' --invoke 'set({p: {exec, read}, c: light-green})'
	cat >want <<'W'
(255, -9000000000, 1.5, -6.02e+23, '🧵', true)
"grüße \"🧵\"\n"
[empty, circle(0.1), polygon([{x: 1, y: -2}, {x: 4, y: 3}]), text("hi")]
some(err("no"))
none
some(ok(7))
{a: none, p: {read, exec}, c: light-green}
W
	same out want
done
# the arguments as words
expect 0 "$HEDDLE" run "$echo" --invoke text '"a b"'
echo '"a b"' >want
same out want
# mistakes are found before anything runs
refused() { # CALL COLUMN TEXT
	expect 2 "$HEDDLE" run "$echo" --invoke "$1"
	grep -q "column $2: .*$3" err || fail "no \"column $2: $3\" for $1: $(cat err)"
}
refused "numbers(256, 1, 1, 1, 'x', true)" 9 'out of range'
refused 'set({p: {nope}, c: red})' 10 'no such flag'
refused 'text("a"' 9 ') expected'
refused 'text("a", 1)' 11 'no more arguments'
refused 'text()' 6 'a string expected'
refused 'nothing() x' 11 'more text'
expect 2 "$HEDDLE" run "$echo" --invoke 'txt("a")'
grep -q 'there are: demo:echo/echo#numbers' err || fail "functions are not listed"
# several files, matched by interface
expect 0 "$HEDDLE" run "$ROOT/tests/p3/counters-worker.wasm" "$ROOT/tests/p3/counters-driver.wasm" --invoke 'run(3, 50)'
finish
