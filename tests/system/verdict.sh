#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Why: the victim's own limit, the limit of a cgroup three above its own with the
# trigger in another cgroup below it, and a cgroup that a tmpfs filled. The
# command line and the parents of a victim that another process's request
# killed are its own.
. "$(dirname "$0")/lib.sh"

memcg_make tank verdict 64M
memcg_make up1 verdict/one max
memcg_make up2 verdict/one/two max
memcg_make leaf verdict/one/two/leaf max
memcg_make cousin verdict/cousin max
memcg_make own own 16M
memcg_make files files 24M
start -o json

spawn eater --cgroup "$own" --anon all
await_killed eater
event line "$eater_pid"
has "$line" oom.verdict own-limit
has "$line" oom.limiting_level 0
has "$line" oom.levels_source probe
has "$line" pages_source oom_control
[ "$(get "$line" oom.marked_only)" != true ] || fail "a kill is taken for a mark"
has "$line" oom.sysrq false
has "$line" oom.incident_member 1
matches "the sentence" "$(get "$line" oom.verdict_text)" \
	"^oomer \(pid $eater_pid, .*its cgroup's limit of 16 MiB was reached; it asked for memory\.\$"
report=$(kernel_log | grep -a 'invoked oom-killer' | tail -n 1)
if [[ $report =~ gfp_mask=0x[0-9a-f]+\(([A-Z_a-z|]+)\) ]]; then
	has "$line" oom.gfp_flags "${BASH_REMATCH[1]}"
fi

# An eighth of what is left is enough for whoever asks.
spawn big --cgroup "$leaf" --comm big --anon 45 --hold
await big eaten
spawn small --cgroup "$cousin" --comm small --anon 30 --hold
await_killed big
event line "$big_pid"
has "$line" oom.verdict ancestor-limit
has "$line" oom.limiting_level 3
has "$line" oom.memcg "$(memcg_path "$tank")"
has "$line" fprocess.pid "$small_pid"
has "$line" 'tprocess.ancestors[0].pid' $$
matches "the sentence" "$(get "$line" oom.verdict_text)" \
	"limit of 64 MiB, 3 cgroups above its own, was reached; small \(pid $small_pid\) asked for memory"
[ "$(get "$line" oom.stat.delay_ns)" -gt 0 ] || fail "no delay"
has "$line" oom.top.complete true
has "$line" 'oom.top.processes | map(select(.pid == '"$small_pid"')) | length' 1
has "$line" 'oom.top.processes | map(select(.pid == '"$big_pid"')) | length' 0
# Null when it was too late, never another's.
cmdline=$(get "$line" tprocess.cmdline)
[ "$cmdline" = null ] ||
	is "the command line" "$cmdline" "$tools/oomer --cgroup $leaf --comm big --anon 45 --hold"

mkdir "$tmp/files"
mount -t tmpfs -o size=64m none "$tmp/files" || skip "no tmpfs can be mounted"
trap 'umount "$tmp/files"; at_exit' EXIT
spawn filler --cgroup "$files" --file "$tmp/files/x:18" --anon all
await_killed filler
event line "$filler_pid"
has "$line" oom.verdict own-limit
[ "$(get "$line" oom.stat.shmem_bytes)" -ge $((18 << 20)) ] ||
	fail "shmem is $(get "$line" oom.stat.shmem_bytes), 18 MiB were written"
matches "the sentence" "$(get "$line" oom.verdict_text)" \
	'limit of 24 MiB was reached, most of it by tmpfs and shared memory;'
stop
