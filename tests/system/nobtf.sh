#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# A source below the best one reports the kill once, with what it can know,
# and null for what it cannot: --btf none.
. "$(dirname "$0")/lib.sh"

memcg_make cgroup nobtf 32M
start -o json --btf none
spawn eater --cgroup "$cgroup" --comm eater --anon all
await_killed eater
event line "$eater_pid"
has "$line" source bpf
has "$line" fprocess.pid "$eater_pid"
has "$line" tprocess.tid "$eater_pid"
has "$line" tprocess.oom_score_adj 0
has "$line" pages null
has "$line" oom.constraint null
[ "$(get "$line" tprocess.anon_rss_bytes)" -gt $((16 << 20)) ] ||
	fail "bpf: anon_rss_bytes is $(get "$line" tprocess.anon_rss_bytes)"
stop INT
is lost "$lost" 0

