#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# The trigger is in another cgroup than the victim: what ran out is their
# common parent's limit, and the path is the victim's.
. "$(dirname "$0")/lib.sh"

memcg_make parent cousins 48M
memcg_make left cousins/left max
memcg_make right cousins/right max
start -o json
spawn big --cgroup "$left" --comm big --anon 30 --hold
await big eaten
spawn small --cgroup "$right" --comm small --anon 25 --hold
await_killed big
event line "$big_pid"

has "$line" fprocess.pid "$small_pid"
has "$line" tprocess.cgroup "$(memcg_path "$left")"
has "$line" oom.memcg "$(memcg_path "$parent")"
has "$line" oom.limiting_level 1
has "$line" oom.limit_bytes $((48 << 20))
has "$line" pages "$(memcg_pages "$parent" $((48 << 20)))"
is "the kernel's count in the victim's cgroup" "$(memcg_kills "$left")" 1
stop
