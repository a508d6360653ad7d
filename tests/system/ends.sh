#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Ends that are not the usual one: a signal before the tracer is ready, a closed
# terminal, standard descriptors that are closed, and a disk that becomes full.
# All that was seen is counted, and nothing that was not written looks written.
[ -n "${private_mounts-}" ] || private_mounts=1 exec unshare -m "$BASH" "$0" "$@"
. "$(dirname "$0")/lib.sh"

memcg_make cgroup ends 8M

# ---- before it is ready ------------------------------------------------------

# Nobody reads, and the pipe is full: it waits with the titles. The first word on
# stderr, of -v, shows that it is on its way.
await_words() {
	local tries

	for ((tries = 0; tries < guard * 50; tries++)); do
		[ -s "$tmp/tracer.err" ] && return
		kill -0 "$tracer_pid" 2>/dev/null || fail "it ended: $(cat "$tmp/tracer.err")"
		sleep 0.02
	done
	fail "not a word on its way"
}

mkfifo "$tmp/full"
exec {full}<>"$tmp/full"
dd if=/dev/zero of="$tmp/full" bs=4096 count=1024 oflag=nonblock 2>/dev/null
for signal in TERM INT HUP QUIT; do
	rm -f "$tmp/tracer.err"
	output=$tmp/full
	start_unready -v {full}>&-
	output=
	await_words
	kill -$signal "$tracer_pid"
	{ wait "$tracer_pid"; } 2>/dev/null
	is "the status after SIG$signal before it was ready" $? 0
	end_line
done
exec {full}>&-

# ---- nohup -------------------------------------------------------------------

launcher=(env --ignore-signal=HUP)
start
launcher=()
kill -HUP "$tracer_pid"
counts_now
kill -0 "$tracer_pid" || fail "SIGHUP ended it under nohup"
stop

# ---- closed descriptors ------------------------------------------------------

for closed in 0 1 2 "0 1 2"; do
	close=''
	for fd in $closed; do
		close+=" $fd>&-"
	done
	launcher=(bash -c "exec \"\$@\" $close" bash)
	start -o json
	launcher=()
	for fd in $closed; do
		is "descriptor $fd, closed at the start" \
			"$(readlink "/proc/$tracer_pid/fd/$fd")" /dev/null
	done
	kill -INT "$tracer_pid"
	{ wait "$tracer_pid"; } 2>/dev/null
	is "the status with $closed closed" $? 0
done

# ---- a full disk -------------------------------------------------------------

mkdir "$tmp/disk"
mount -t tmpfs -o size=64k none "$tmp/disk" || skip "no tmpfs can be mounted"
for options in "-o json --strict" "-o json"; do
	rm -f "$tmp/disk/lines"
	output=$tmp/disk/lines
	# shellcheck disable=SC2086 # they are words
	start $options
	output=
	# Stopped, so that the failure has kills behind it.
	kill -STOP "$tracer_pid"
	"$tools/oomer" --cgroup "$cgroup" --anon all --repeat 40 >"$tmp/ends" ||
		fail "oomer: status $?"
	kill -CONT "$tracer_pid"
	{ wait "$tracer_pid"; } 2>/dev/null
	is "the status on a full disk" $? 1
	matches "the message" "$(tail -n 1 "$tmp/tracer.err")" 'No space left on device'
	sed -i '$d' "$tmp/tracer.err"
	end_line
	matches "the counts" "$(tail -n 1 "$tmp/tracer.err")" '; the kernel counted [0-9]'
	[ "$kills" -ge 40 ] || fail "$kills kills are counted of 40"
	is "the torn bytes at the end" "$(tail -c 1 "$tmp/disk/lines" | od -An -c | tr -d ' ')" '\n'
	jq -e . <"$tmp/disk/lines" >/dev/null || fail "a line is no JSON"
	is "written and not" $(($(wc -l <"$tmp/disk/lines") + unwritten)) $((kills + marked))
	[ "$unwritten" -gt 0 ] || fail "all was written: the test proves nothing"
done

# A saved log: the kills behind the failure are counted, too.
for ((i = 0; i < 200; i++)); do
	cat tests/data/saved/short.log
done >"$tmp/log"
rm -f "$tmp/disk/lines"
"$program" --history=only -o json <"$tmp/log" >"$tmp/disk/lines" 2>"$tmp/words"
is "the status of a saved log on a full disk" $? 1
matches "the message" "$(tail -n 1 "$tmp/words")" 'No space left on device'
last=$(tail -n 2 "$tmp/words" | head -n 1)
matches "the kills" "$last" '^trace_oomkill: 200 kills in the log, ([0-9]+) not written$'
is "written and not" $(($(wc -l <"$tmp/disk/lines") + BASH_REMATCH[1])) 200
jq -e . <"$tmp/disk/lines" >/dev/null || fail "a line is no JSON"
umount "$tmp/disk"

# ---- no error without words --------------------------------------------------

# The memory of this shell is a file, and there is none at address 0.
message=$("$program" --history=only <"/proc/$$/mem" 2>&1 >/dev/null)
is "the status of a log that cannot be read" $? 1
matches "the message" "$message" '^trace_oomkill: read the saved log: (I/O|Input/output) error'
