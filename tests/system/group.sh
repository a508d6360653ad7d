#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# memory.oom.group: all members die of one OOM, and each is reported.
. "$(dirname "$0")/lib.sh"

[ "$memcg_version" = 2 ] ||
	skip "memory.oom.group is of cgroup v2; here the memory controller is on v1 (make check-vm covers it)"

memcg_make cgroup group 64M
echo 1 >"$cgroup/memory.oom.group"
start -o json
for member in one two three; do
	spawn $member --cgroup "$cgroup" --comm $member --anon 8 --hold
	await $member eaten
done
spawn four --cgroup "$cgroup" --comm four --anon all
declare -A seen incidents
for member in one two three four; do
	await_killed $member
done
for ((i = 0; i < 4; i++)); do
	event line "[0-9]*"
	seen[$(get "$line" tcomm)]=$(get "$line" fprocess.pid)
	incidents[$(get "$line" oom.incident)]=1
done
for member in one two three four; do
	is "the trigger of $member's end" "${seen[$member]-}" "$four_pid"
done
is "the number of incidents" ${#incidents[@]} 1
stop
