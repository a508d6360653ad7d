#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# The counts at the end and on SIGUSR1 agree with the kernel's own; with
# --strict a loss is status 3; where /proc is missing the kernel's is not known.
# shellcheck disable=SC2154 # what spawn and memcg_make assign
. "$(dirname "$0")/lib.sh"
need setpriv unshare mountpoint

memcg_make cgroup counts 8M

# ends STATUS: the tracer, with SIGINT.
ends() {
	kill -INT "$tracer_pid"
	{ wait "$tracer_pid"; } 2>/dev/null
	is "the tracer's status" $? "$1"
	end_line
}

# counted LINE: it agrees, and $kills of it are the host's, too.
counted() {
	[[ $1 =~ ^trace_oomkill:\ ([0-9]+)\ kills?,\ 0\ lost(, [0-9]+ already exiting)?\;\ the\ kernel\ counted\ ([0-9]+)( (to|or) [0-9]+)?$ ]] ||
		fail "the counts: '$1'"
	kills=${BASH_REMATCH[1]}
	[ -n "${BASH_REMATCH[4]}" ] ||
		is "the kills of the host" "${BASH_REMATCH[3]}" "$kills"
}

kill_one() {
	spawn eater --cgroup "$cgroup" --anon all
	await_killed eater
	event_tid line "$eater_pid"
}

for source in bpf perf kmsg; do
	start -o json --source $source --strict
	kill_one
	counts_now
	counted "$(tail -n 1 "$tmp/tracer.err")"
	[ "$kills" -ge 1 ] || fail "$kills kills after the first"
	first=$kills
	kill_one
	ends 0
	counted "$(tail -n 1 "$tmp/tracer.err")"
	[ "$kills" -gt "$first" ] || fail "$kills kills after another"
done
check_json

# lose OPTIONS..: four hundred kills while the tracer is stopped.
lose() {
	output=$tmp/lines
	start -o json --ring-kib 4 "$@"
	output=
	kill -STOP "$tracer_pid"
	"$tools/oomer" --cgroup "$cgroup" --anon all --members 4 --repeat 100 >"$tmp/ends" ||
		fail "oomer: status $?"
	kill -CONT "$tracer_pid"
}

lose --strict
ends 3
[ "$lost" -gt 0 ] || fail "nothing was lost: the test proves nothing"
matches "the counts" "$(tail -n 1 "$tmp/tracer.err")" "; the kernel counted $((kills + lost))"
lose
ends 0
[ "$lost" -gt 0 ] || fail "nothing was lost: the test proves nothing"

# Nothing is at /proc, and without CAP_SYS_ADMIN no other can be had.
no_proc='{ mountpoint -q /sys/kernel/tracing || mount -t tracefs none /sys/kernel/tracing; } &&
	mount -t tmpfs none /proc && exec setpriv --bounding-set -sys_admin "$@"'
launcher=(unshare -m bash -c "$no_proc" bash)
start -o json --strict
launcher=()
spawn eater --cgroup "$cgroup" --anon all
await_killed eater
event_tid line "$eater_pid"
ends 0
matches "the counts" "$(tail -n 1 "$tmp/tracer.err")" "; the kernel's own count is unknown$"
