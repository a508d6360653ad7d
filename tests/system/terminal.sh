#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# On a terminal no line is wider than the terminal; a pipe gets all of it.
. "$(dirname "$0")/lib.sh"
need script

memcg_make cgroup terminal 8M

# on_terminal WIDTH OPTIONS..: the tracer's lines on a terminal of that width,
# and one kill, in $tmp/lines.
on_terminal() {
	local width=$1 terminal

	shift
	rm -f "$tmp/ready"
	mkfifo "$tmp/ready"
	script -qec "stty cols $width; echo \$\$ >$tmp/pid; exec $program --ready-fd 9 $* 9>$tmp/ready" \
		"$tmp/typescript" </dev/null >"$tmp/screen" &
	terminal=$!
	pids+=($terminal)
	read -r -t "$guard" <"$tmp/ready" || fail "not ready on a terminal"
	spawn eater --cgroup "$cgroup" --comm sixteen-letters --anon all
	await_killed eater
	kill -INT "$(cat "$tmp/pid")"
	wait $terminal
	tr -d '\r' <"$tmp/screen" | grep -av '^trace_oomkill: ' >"$tmp/lines"
	grep -aq "$eater_pid" "$tmp/lines" || fail "no line for $eater_pid: $(cat -v "$tmp/lines")"
}

fits() {
	grep -aE ".{$(($1 + 1))}" "$tmp/lines" >"$tmp/wide" &&
		fail "wider than a terminal of $1 columns: '$(head -n 1 "$tmp/wide")'"
}

on_terminal 80
fits 80
on_terminal 40
fits 40
grep -q … "$tmp/lines" || fail "nothing was cut with … at 40 columns"
on_terminal 300
grep -a "$eater_pid" "$tmp/lines" | grep -aq 'sixteen-letters *sixteen-letters' ||
	fail "cut although there is room: $(cat "$tmp/lines")"

# What a new user does not find alone is named once, on a terminal, unless he
# has chosen.
named() {
	grep -acE '^trace_oomkill: -o story .*--columns host' "$tmp/screen"
}
on_terminal 80
is "the lines that name -o story on a terminal" "$(named)" 1
on_terminal 80 --columns wide
is "the lines that name it to one who has chosen" "$(named)" 0
start
stop
is "the lines that name it without a terminal" "$(grep -c 'o story' "$tmp/tracer.err")" 0
