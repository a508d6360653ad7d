#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Where the lines go: a pipe gets each at once, a file is complete, a reader
# that went away and a full disk end the program with a message, and one that
# does not read does not keep it from ending.
. "$(dirname "$0")/lib.sh"

memcg_make cgroup output 8M

die() {
	spawn eater --cgroup "$cgroup" --comm eater --anon all
	await_killed eater
}

# await_failure MESSAGE_REGEX
await_failure() {
	{ wait "$tracer_pid"; } 2>/dev/null
	is "the status" $? 1
	one_message "of the tracer" "$(cat "$tmp/tracer.err")"
	matches "the message" "$(cat "$tmp/tracer.err")" "trace_oomkill: .*$1"
}

# The titles come at once, before any kill, and the line while the tracer runs.
start
read -r -t "$guard" -u "$tracer_out" line || fail "no titles"
is titles "$(tr -s ' ' <<<"$line" | sed 's/ $//')" \
	"RUNTIME.CONTAINERNAME MNTNS_ID FPID FUID FGID TPID PAGES FCOMM TCOMM"
die
while read -r -t "$guard" -u "$tracer_out" line; do
	[[ $line == *" $eater_pid "* ]] && break
done
mntns=$(readlink /proc/$$/ns/mnt | tr -dc 0-9)
is "the line" "$(tr -s ' ' <<<"$line" | sed 's/ $//')" \
	"- $mntns $eater_pid 0 0 $eater_pid $(memcg_pages "$cgroup" $((8 << 20))) eater eater"
stop

# A regular file, and appending to one.
output=$tmp/file
start -o json
die
stop
is "the lines in a file" "$(jq -c "select(.tpid == $eater_pid) | .tcomm" "$tmp/file")" '"eater"'
output=

# jsonpretty is the same JSON on many lines; none is nothing.
output=$tmp/pretty
start -o jsonpretty
die
stop
is jsonpretty "$(jq -c "select(.tpid == $eater_pid) | .tcomm" "$tmp/pretty")" '"eater"'
[ "$(wc -l <"$tmp/pretty")" -gt 20 ] || fail "jsonpretty is not on many lines"
output=$tmp/nothing
start -o none
die
stop
is "the bytes of -o none" "$(wc -c <"$tmp/nothing")" 0
[ "$kills" -ge 1 ] || fail "-o none counts no kills"
output=

# A reader that goes away.
mkfifo "$tmp/leaving"
exec {leaving}<>"$tmp/leaving"
output=$tmp/leaving
start -o json {leaving}>&-
exec {leaving}>&-
die
await_failure '(Broken pipe|reader)'

# A disk without room: for the titles, and for a line.
output=/dev/full
start_unready
await_failure 'No space left on device'
output=/dev/full
start -o json
die
await_failure 'No space left on device'
output=

# Nobody reads, and more is to be written than a pipe holds.

die_often() {
	"$tools/oomer" --cgroup "$cgroup" --anon all --repeat 60 >"$tmp/ends" ||
		fail "oomer: status $?"
}

unread() {
	start -o json
	die_often
}

# What had been taken is whole, but for a torn end; the rest is counted.
ended_unread() {
	{ wait "$tracer_pid"; } 2>/dev/null
	is "the status" $? "$1"
	dd if="$tmp/tracer.out" of="$tmp/taken" bs=1M iflag=nonblock 2>/dev/null
	end_line
	[[ $(cat "$tmp/tracer.err") =~ \ ([0-9]+)\ kills\ not\ written ]] ||
		fail "not a word about what was not written: $(cat "$tmp/tracer.err")"
	is "written and not" $(($(wc -l <"$tmp/taken") + BASH_REMATCH[1])) $((kills + lost + marked))
	head -n "$(wc -l <"$tmp/taken")" "$tmp/taken" | jq . >/dev/null || fail "a line is no JSON"
}

for signal in INT TERM; do
	unread
	kill -$signal "$tracer_pid"
	ended_unread 0
done

# Its time is not over before there is too much to write, however slow this is.
start -o json --strict -t 5
kill -STOP "$tracer_pid"
die_often
kill -CONT "$tracer_pid"
ended_unread 3

# The same for what it has to say.
launcher=(bash -c 'exec "$@" 2>&1' bash)
unread
kill -INT "$tracer_pid"
{ wait "$tracer_pid"; } 2>/dev/null
is "the status with both in one pipe" $? 0
launcher=()

# One who begins to read gets everything.
unread
timeout "$guard" cat <"$tmp/tracer.out" >"$tmp/taken" {tracer_out}>&- &
reader=$!
pids+=("$reader")
for ((tries = 0; tries < guard * 50; tries++)); do
	[ -s "$tmp/taken" ] && break
	sleep 0.02
done
kill -INT "$tracer_pid"
{ wait "$tracer_pid"; } 2>/dev/null
end_line
exec {tracer_out}>&-
wait "$reader"
is "the lines that a late reader gets" "$(wc -l <"$tmp/taken")" $((kills + marked))

# The kernel's log is no file, but takes a line as a record.
output=/dev/kmsg
start --fields tpid,fcomm,tcomm
spawn eater --cgroup "$cgroup" --comm logged --anon all
await_killed eater
stop INT
is "its lines there" "$(kernel_log | LC_ALL=C grep -cE "^$eater_pid +logged +logged *\$")" 1
matches "what it says of the log" "$(cat "$tmp/tracer.err")" \
	"$(grep -q ^on /proc/sys/kernel/printk_devkmsg && echo kills, || echo 'ten lines in five seconds')"
for mode in json story; do
	message=$("$program" -o "$mode" 2>&1 >/dev/kmsg)
	is "the status of $mode into the kernel's log" $? 1
	one_message "$mode into the kernel's log" "$message"
	matches "what it says of $mode there" "$message" '-o columns'
done
output=
