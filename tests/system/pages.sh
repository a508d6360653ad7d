#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# PAGES is the size of what ran out, limit and swap allowance, whatever the
# victim's own size; also for a limit that is no round number of MiB, and for
# one that was changed while the tracer ran.
. "$(dirname "$0")/lib.sh"

memcg_make cgroup pages 32M
start -o json
for limit in $((32 << 20)) $(((24 << 20) + 3 * page)) $((8 << 20)); do
	memcg_limit "$cgroup" "$limit"
	spawn eater --cgroup "$cgroup" --anon all
	await_killed eater
	event line "$eater_pid"
	has "$line" pages "$(memcg_pages "$cgroup" "$limit")"
	has "$line" 'oom.levels[0].max_bytes' "$limit"
done
stop
