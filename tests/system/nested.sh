#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# The victim's cgroup has no limit; its grandparent's is the one that is hit.
. "$(dirname "$0")/lib.sh"

memcg_make top nested 32M
memcg_make middle nested/middle max
memcg_make leaf nested/middle/leaf 128M
start -o json
spawn eater --cgroup "$leaf" --anon all
await_killed eater
event line "$eater_pid"

has "$line" oom.memcg "$(memcg_path "$top")"
has "$line" tprocess.cgroup "$(memcg_path "$leaf")"
has "$line" pages "$(memcg_pages "$top" $((32 << 20)))"
has "$line" 'oom.levels[0].max_bytes' $((128 << 20))
has "$line" 'oom.levels[2].max_bytes' $((32 << 20))
stop
