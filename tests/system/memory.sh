#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# What is said of the victim's memory is what the kernel's own report says of
# the same pid: one victim with a share of every kind of memory, not root, with
# a score of its own.
. "$(dirname "$0")/lib.sh"

memcg_make cgroup memory 64M
chmod 711 "$tmp"
head -c 6M /dev/zero >"$tmp/file"
start -o json
spawn eater --cgroup "$cgroup" --uid 1001 --gid 1002 --adj 321 \
	--map "$tmp/file" --shmem 10 --anon all
await_killed eater
event line "$eater_pid"

report=$(killed_line "$eater_pid")
[ -n "$report" ] || fail "the kernel log has no line for $eater_pid"

# in_kib FIELD NAME
in_kib() {
	local number

	number=$(killed_number "$report" "$2")
	[ -n "$number" ] || fail "no $2 in the kernel's line: $report"
	has "$line" "$1" $((number * 1024))
}
in_kib tprocess.total_vm_bytes total-vm
in_kib tprocess.anon_rss_bytes anon-rss
in_kib tprocess.file_rss_bytes file-rss
in_kib tprocess.shmem_rss_bytes shmem-rss
in_kib tprocess.pgtables_bytes pgtables
has "$line" tprocess.creds.uid "$(killed_number "$report" UID)"
has "$line" tprocess.creds.gid 1002
has "$line" tprocess.oom_score_adj "$(killed_number "$report" oom_score_adj)"

[ "$(get "$line" tprocess.shmem_rss_bytes)" -ge $((10 << 20)) ] || fail "no shmem in the victim: the test proves little"
[ "$(get "$line" tprocess.anon_rss_bytes)" -ge $((20 << 20)) ] || fail "no anon in the victim: the test proves little"
has "$line" tprocess.oom_score_adj 321
has "$line" tprocess.swap_bytes 0
stop
