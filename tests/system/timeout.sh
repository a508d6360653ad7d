#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# -t ends the program by itself, with the end line and what was killed till then.
. "$(dirname "$0")/lib.sh"

memcg_make cgroup timeout 8M
start -o json -t 4
spawn eater --cgroup "$cgroup" --anon all
await_killed eater
event line "$eater_pid"
{ wait "$tracer_pid"; } 2>/dev/null
is "the status" $? 0
end_line
[ "$kills" -ge 1 ] || fail "the end line counts $kills kills"
