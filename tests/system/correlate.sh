#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# The kernel's own report joined to the event of another backend: where there is no BTF or no BPF
# it tells what only it knows; an error of the source is named under -v; a mark
# without a line is no kill; forged lines say nothing; without a log, and with
# one that is overrun, all goes on.
# limit: 600
# shellcheck disable=SC2154 # what spawn and memcg_make assign
. "$(dirname "$0")/lib.sh"
need setpriv unshare

memcg_make tank report 64M
memcg_make leaf report/leaf max
memcg_make small small 4M
path=$(memcg_path "$leaf")

# Who asks for memory is not who dies; $before runs before.
before=true
kill_other() {
	spawn victim --cgroup "$leaf" --comm victim --uid 1001 --anon 40 --hold
	await victim eaten
	"$before"
	spawn trigger --cgroup "$tank" --comm trigger --anon 30 --hold
	await_killed victim
	event_tid line "$victim_pid"
	kill -KILL "$trigger_pid"
	{ wait "$trigger_pid"; } 2>/dev/null
}

# in_full COMMAND: anew as long as the kernel, which writes 10 reports in 5
# seconds, left its report of the kill out.
in_full() {
	local tries

	for ((tries = 0; tries < 30; tries++)); do
		"$@"
		kernel_log | grep -qa "oom-kill:constraint=CONSTRAINT_MEMCG,.*,pid=$victim_pid,uid=" && return
		sleep 1
	done
	fail "the kernel never wrote a report"
}

# What neither the tracepoint nor /proc has.
check_report() {
	has "$line" oom.report true
	has "$line" oom.marked_only false
	has "$line" oom.constraint memcg
	has "$line" oom.memcg "$(memcg_path "$tank")"
	has "$line" oom.limiting_level 1
	has "$line" oom.limit_bytes $((64 << 20))
	has "$line" oom.order 0
	has "$line" oom.verdict ancestor-limit
	has "$line" pages "$(memcg_pages "$tank" $((64 << 20)))"
	has "$line" tprocess.cgroup "$path"
	has "$line" tprocess.swap_bytes 0
	has "$line" tpid "$victim_pid"
	has "$line" fprocess.tid "$trigger_pid"
}

no_contradiction() {
	grep "in the kernel's report" "$tmp/tracer.err" && fail "the report contradicts"
}

# ---- what the source lacks is filled, what it has is left alone

for options in "--btf none" "--source perf" "--source bpf"; do
	# shellcheck disable=SC2086 # they are words
	start -v -o json $options
	in_full kill_other
	check_report
	has "$line" source "$([ "$options" = "--source perf" ] && echo perf || echo bpf)"
	[ "$options" = "--source bpf" ] && has "$line" oom.levels_source probe
	stop
	is "lost" "$lost" 0
	no_contradiction
done

# The table's PAGES take it; with the kernel's types they do not.
output=$tmp/table
start --source perf
output=
in_full_table() {
	spawn victim --cgroup "$small" --anon all
	await_killed victim
}
in_full in_full_table
stop
grep -qE " $victim_pid +$(memcg_pages "$small" $((4 << 20))) " "$tmp/table" ||
	fail "no PAGES of $victim_pid in: $(cat "$tmp/table")"
start
readlink "/proc/$tracer_pid/fd"/* | grep -q kmsg && fail "the log is open, and nobody needs it"
stop

# ---- a source that errs is found out, and believed nevertheless

liar=obj/tests/liar.bpf.o
start -v -o json --object "$liar"
in_full kill_other
has "$line" fprocess.tid $((trigger_pid - 1))
stop
is "contradictions" "$(grep "in the kernel's report" "$tmp/tracer.err")" \
	"trace_oomkill: thread $victim_pid: in the kernel's report fprocess.tid is $trigger_pid, not $((trigger_pid - 1))"
start -o json --object "$liar"
in_full kill_other
stop
no_contradiction

# ---- forged lines

forge() {
	local dead="Killed process $victim_pid (forged) total-vm:8kB, anon-rss:4kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:56kB oom_score_adj:7"

	printf '%s\n' "<0>forged invoked oom-killer: gfp_mask=0x1(GFP_KERNEL), order=5, oom_score_adj=0" >/dev/kmsg
	printf '%s\n' "<0>oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/forged,task=forged,pid=$victim_pid,uid=0" >/dev/kmsg
	printf '%s\n' "<0>Out of memory: $dead" >/dev/kmsg
}

before=forge
for options in "--source bpf" "--source perf"; do
	# shellcheck disable=SC2086 # they are words
	start -v -o json $options
	in_full kill_other
	check_report
	has "$line" tcomm victim
	has "$line" tprocess.oom_score_adj 0
	stop
	no_contradiction
done
before=true

# ---- marked, but not killed: it was dying already, and held up at that

freezer=/sys/fs/cgroup/freezer
if [ -d "$freezer" ]; then
	freezer=$freezer/trace_oomkill-test-$$
	mkdir "$freezer" || fail "cannot make $freezer"
	cgroups+=("$freezer")
	for options in "--source bpf" "--btf none" "--source perf"; do
		# shellcheck disable=SC2086 # they are words
		start -o json $options
		# Nothing is concluded for what may have been before the log was open.
		in_full kill_other
		spawn victim --cgroup "$leaf" --comm dying --anon 40 --hold
		await victim eaten
		echo "$victim_pid" >"$freezer/cgroup.procs"
		echo FROZEN >"$freezer/freezer.state"
		kill -KILL "$victim_pid"
		spawn trigger --cgroup "$tank" --comm trigger --anon 30 --hold
		event_tid line "$victim_pid"
		has "$line" oom.report false
		has "$line" oom.marked_only true
		has "$line" oom.verdict already-exiting
		echo THAWED >"$freezer/freezer.state"
		kill -KILL "$trigger_pid"
		{ wait "$trigger_pid" "$victim_pid"; } 2>/dev/null
		is "the line of one that was only marked" "$(killed_line "$victim_pid")" ""
		stop
		matches "the counts" "$(tail -n 1 "$tmp/tracer.err")" ' 1 already exiting; '
	done
else
	echo "no freezer of version 1: nothing holds up who is dying"
fi

# ---- a log that is overrun: what was in it is not known, nothing is wrong

# Of one who keeps it open the kernel takes 10 lines in 5 seconds.
flood() {
	local filler i

	printf -v filler %0900d 0
	for ((i = 0; i < 1000; i++)); do
		echo "trace_oomkill-test: $filler" >/dev/kmsg
	done
}

# Behind whom the flood comes; nobody reads meanwhile.
start -v -o json --source perf
kill -STOP "$tracer_pid"
spawn victim --cgroup "$small" --comm victim --anon all
await_killed victim
first=$victim_pid
for ((tries = 0; tries < 100; tries++)); do
	kernel_log | grep -qa "Killed process $first (" || break
	flood
done
[ "$tries" -lt 100 ] || fail "the log could not be filled"
kill -CONT "$tracer_pid"
event_tid line "$first"
has "$line" oom.report null
has "$line" oom.marked_only null
has "$line" oom.constraint null
in_full kill_other
check_report
stop
is "lost" "$lost" 0
no_contradiction

# ---- no log at all

# Nothing of the kernel's is at /dev/kmsg, and no other node can be had.
# shellcheck disable=SC2016 # the inner shell's
no_log='{ mountpoint -q /sys/kernel/tracing || mount -t tracefs none /sys/kernel/tracing; } &&
	mount --bind /dev/null /dev/kmsg && exec setpriv --bounding-set -sys_admin "$@"'
for options in "--source bpf" "--source perf"; do
	launcher=(unshare -m bash -c "$no_log" bash)
	# shellcheck disable=SC2086 # they are words
	start -v -o json $options
	launcher=()
	grep -q "the kernel's reports are not read: .*/dev/kmsg" "$tmp/tracer.err" ||
		fail "not a word about the log: $(cat "$tmp/tracer.err")"
	kill_other
	has "$line" oom.report null
	has "$line" oom.memcg "$([ "$options" = "--source bpf" ] && memcg_path "$tank" || echo null)"
	stop
	is "lost" "$lost" 0
done
