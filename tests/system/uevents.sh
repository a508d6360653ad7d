#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Uevents of other devices do not wake the tracer. More announcements of CPUs
# than the kernel keeps for it, while it is stopped, do no harm: a CPU whose ring
# works keeps it, and kills are reported.
. "$(dirname "$0")/lib.sh"

device=/sys/devices/virtual/net/lo/uevent
cpu=/sys/devices/system/cpu/cpu0/uevent
[ -w $device ] && [ -w $cpu ] || skip "uevents cannot be made here"
memcg_make cgroup uevents 8M

# How often the tracer has gone to sleep: once more for each time it was woken.
sleeps() {
	awk '$1 == "voluntary_ctxt_switches:" { print $2 }' "/proc/$tracer_pid/status"
}

perf_events() {
	find "/proc/$tracer_pid/fd" -lname '*perf_event*' -printf '%f\n' | sort -n | tr '\n' ' '
}

kill_one() {
	spawn eater --cgroup "$cgroup" --anon all
	await_killed eater
	event line "$eater_pid"
}

# settled: until the tracer is asleep. It has nothing else to do then.
settled() {
	local tries

	for ((tries = 0; tries < guard * 50; tries++)); do
		[ "$(awk '$1 == "State:" { print $2 }' "/proc/$tracer_pid/status")" = S ] && return
		sleep 0.02
	done
	fail "the tracer never sleeps"
}

start -o json
kill_one
settled
before=$(sleeps)
for ((i = 0; i < 3000; i++)); do
	echo change >$device
done
settled
is "wake-ups by 3000 uevents of another device" $(($(sleeps) - before)) 0

events=$(perf_events)
kill -STOP "$tracer_pid"
for ((i = 0; i < 2000; i++)); do
	echo online >$cpu
done
kill -CONT "$tracer_pid"
kill_one
settled
is "the perf events" "$(perf_events)" "$events"
is "words about it" "$(cat "$tmp/tracer.err")" ""
stop
is lost "$lost" 0
