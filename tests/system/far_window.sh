#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# The oom_control may lie beyond the window of the stack that is searched first:
# the probe searches the next one, and what it holds is known. Members of a group
# have no oom_control that names them, near or far.
. "$(dirname "$0")/lib.sh"

[ -e /sys/kernel/btf/vmlinux ] || skip "this kernel has no BTF"
memcg_make cgroup far 8M

start -o json --source bpf --object obj/tests/far_window.bpf.o
for name in first second; do
	spawn eater --cgroup "$cgroup" --comm $name --anon all
	await_killed eater
	event line "$eater_pid"
	has "$line" tcomm $name
	has "$line" pages "$(memcg_pages "$cgroup" $((8 << 20)))"
	has "$line" pages_source oom_control
	has "$line" oom.constraint memcg
	has "$line" oom.limit_bytes $((8 << 20))
	has "$line" oom.incident_member 1
done
stop

# Where no search finds anything, a kill is a kill all the same.
start -o json --source bpf --object obj/tests/lost_window.bpf.o
for name in first second; do
	spawn eater --cgroup "$cgroup" --comm $name --anon all
	await_killed eater
	event line "$eater_pid"
	has "$line" tcomm $name
	has "$line" oom.marked_only false
	matches "the verdict" "$(get "$line" oom.verdict)" '^(own-limit|unknown)$'
done
stop
is "the kills" "$kills" 2
