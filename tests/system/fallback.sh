#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Each rung of the ladder, asked for: a kill for one's own allocation and one
# for another's, with what this source and the kernel's report can know and null
# for what they cannot;
# a burst, every victim once and nothing lost; and a burst that nobody reads,
# of which every kill is reported or counted as lost.
. "$(dirname "$0")/lib.sh"

memcg_make single rungs 32M
memcg_make shared shared 64M
memcg_make burst rungs-burst 4M

# Of every source.
check_own() {
	has "$line" source "$source"
	has "$line" tprocess.tid "$own_pid"
	has "$line" fprocess.tid "$own_pid"
	has "$line" fprocess.pid "$own_pid"
	has "$line" tprocess.oom_score_adj 0
	has "$line" tcomm own
	has "$line" tprocess.anon_rss_bytes \
		$(($(killed_number "$(killed_line "$own_pid")" anon-rss) * 1024))
}

# The trigger dies if it is the larger one: the victim is.
check_other() {
	has "$line" source "$source"
	has "$line" tprocess.tid "$victim_pid"
	has "$line" fprocess.tid "$trigger_pid"
	has "$line" tcomm victim
}

# Of every source with the kernel's types, or with its report.
check_report() {
	has "$line" pages $(((32 << 20) / page))
	has "$line" oom.constraint memcg
	has "$line" oom.memcg "$(memcg_path "$single")"
	has "$line" tprocess.cgroup "$(memcg_path "$single")"
	has "$line" oom.limit_bytes $((32 << 20))
	has "$line" oom.order 0
	has "$line" oom.report true
	[ "$knows" = kernel ] || has "$line" tprocess.exiting null
}

check_kernel() {
	check_report
	has "$line" fprocess.comm own
	has "$line" tprocess.exiting false
	has "$line" fprocess.mntns_id "$(readlink /proc/self/ns/mnt | tr -dc 0-9)"
}

# in_full COMMAND PID: runs COMMAND, which makes a kill of $PID; anew as long
# as the kernel, which writes 10 reports in 5 seconds, left its report out.
in_full() {
	local tries

	for ((tries = 0; tries < 30; tries++)); do
		"$1"
		if kernel_log | grep -qa "oom-kill:.*,pid=${!2},uid="; then
			return
		fi
		sleep 1
	done
	fail "the kernel never wrote a report"
}

kill_own() {
	spawn own --cgroup "$single" --comm own --anon all
	await_killed own
	event_tid line "$own_pid"
}

kill_other() {
	spawn victim --cgroup "$shared" --comm victim --anon 40 --hold
	await victim eaten
	spawn trigger --cgroup "$shared" --comm trigger --anon 30 --hold
	event_tid line "$victim_pid"
	await trigger eaten
	kill -KILL "$trigger_pid"
	{ wait "$trigger_pid"; } 2>/dev/null
}

kills_one_by_one() {
	start -o json "${options[@]}"
	in_full kill_own own_pid
	check_own
	"check_$knows"
	in_full kill_other victim_pid
	check_other
	stop
	is "lost of single kills" "$lost" 0
	rm -f "$tmp/events"
}

# Others on this host may be killed, too.
kills_in_a_burst() {
	output=$tmp/events
	start -o json "${options[@]}"
	"$tools/oomer" --cgroup "$burst" --anon all --members 4 --repeat 100 >"$tmp/ends" ||
		fail "oomer: status $?"
	stop
	output=
	awk '$1 == "end" && $3 == "signal" && $4 == 9 { print $2 }' "$tmp/ends" | sort >"$tmp/killed"
	is "the victims that the workers saw" "$(wc -l <"$tmp/killed")" 400
	jq .tprocess.tid "$tmp/events" | sort >"$tmp/reported"
	is "victims of the burst that were not reported" "$(comm -23 "$tmp/killed" "$tmp/reported" | wc -l)" 0
	is "victims that were reported twice" "$(uniq -d "$tmp/reported" | wc -l)" 0
	is "lost in the burst" "$lost" 0
	rm -f "$tmp/events"
}

kills_unread() {
	local before made most reported

	output=$tmp/events
	start -o json --ring-kib 4 "${options[@]}"
	before=$(host_kills)
	kill -STOP "$tracer_pid"
	"$tools/oomer" --cgroup "$burst" --anon all --members 4 --repeat "$((unread / 4))" >"$tmp/ends" ||
		fail "oomer: status $?"
	made=$(($(host_kills) - before))
	kill -CONT "$tracer_pid"
	stop
	output=
	# More than that only if others have something killed just now.
	most=$(($(host_kills) - before))
	reported=$(wc -l <"$tmp/events")
	[ "$lost" -gt 0 ] || fail "nothing was lost: the test proves nothing"
	[ $((reported + lost)) -ge $made ] && [ $((reported + lost)) -le $most ] ||
		fail "$reported kills were reported and $lost lost, of $made to $most"
	grep -q "lost $lost kills" "$tmp/tracer.err" || fail "not a word about $lost lost kills"
	rm -f "$tmp/events"
}

# rung SOURCE KNOWS UNREAD OPTIONS..
rung() {
	echo "--- ${*:4}"
	source=$1 knows=$2 unread=$3
	shift 3
	options=("$@")
	kills_one_by_one
	kills_in_a_burst
	kills_unread
}

rung kmsg report 1600 --source kmsg
rung bpf kernel 400 --source bpf
rung bpf report 400 --source bpf --btf none
rung perf report 400 --source perf

# A tracer with BPF keeps nothing from others who look at the tracepoint.
start -o none --source bpf
bpf_pid=$tracer_pid bpf_ready=$tracer_ready
source=perf knows=report options=(--source perf)
kills_one_by_one
kill -INT "$bpf_pid"
wait "$bpf_pid"
: "$bpf_ready"
