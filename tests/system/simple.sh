#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# One process eats more than its cgroup may have: it is trigger and victim.
. "$(dirname "$0")/lib.sh"

memcg_make cgroup simple 32M
start -o json
spawn eater --cgroup "$cgroup" --comm eater --anon all
await_killed eater
event line "$eater_pid"

has "$line" fprocess.pid "$eater_pid"
has "$line" fprocess.tid "$eater_pid"
has "$line" fprocess.comm eater
has "$line" fprocess.creds.uid 0
has "$line" fprocess.creds.gid 0
has "$line" fprocess.parent.pid $$
has "$line" fprocess.parent.comm "$(cat /proc/$$/comm)"
has "$line" tcomm eater
has "$line" tprocess.tid "$eater_pid"
has "$line" tprocess.nspid "$eater_pid"
has "$line" tprocess.creds.uid 0
has "$line" tprocess.threads 1
has "$line" tprocess.cgroup "$(memcg_path "$cgroup")"
is tmntns_id "mnt:[$(get "$line" tmntns_id)]" "$(readlink /proc/$$/ns/mnt)"
is fprocess.mntns_id "mnt:[$(get "$line" fprocess.mntns_id)]" "$(readlink /proc/$$/ns/mnt)"
has "$line" pages "$(memcg_pages "$cgroup" $((32 << 20)))"
has "$line" oom.constraint memcg
has "$line" oom.memcg "$(memcg_path "$cgroup")"
has "$line" oom.memcg_version "$memcg_version"
has "$line" source bpf
is "the kernel's count" "$(memcg_kills "$cgroup")" 1

# The same second, give or take what passed between the kill and now.
age=$(($(date +%s) - $(get "$line" timestamp_raw) / 1000000000))
[ $age -ge -1 ] && [ $age -le "$guard" ] || fail "timestamp_raw is $age s from now"

stop INT
is lost "$lost" 0
[ "$kills" -ge 1 ] || fail "the end line counts $kills kills"
