#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# The victim's leader has ended, so the kernel finds its memory through another
# thread and marks that one. TPID is the process all the same, TCOMM its leader's.
. "$(dirname "$0")/lib.sh"

memcg_make cgroup thread 32M
start -o json
spawn eater --cgroup "$cgroup" --comm leader --leader-exits --thread-comm worker --anon all
await_killed eater
event line "$eater_pid"

tid=$(get "$line" tprocess.tid)
[ "$tid" != "$eater_pid" ] || fail "tprocess.tid is the leader's: the test proves nothing"
matches "the kernel's line" "$(killed_line "$tid")" "Killed process $tid "
has "$line" tpid "$eater_pid"
has "$line" tcomm leader
has "$line" fprocess.pid "$eater_pid"
has "$line" fprocess.tid "$tid"
has "$line" fprocess.comm worker
stop

# The leader lives, and another thread eats: that one is the trigger.
start -o json
spawn eater --cgroup "$cgroup" --comm leader --thread --thread-comm worker --anon all
await_killed eater
event line "$eater_pid"
has "$line" tprocess.tid "$eater_pid"
has "$line" tprocess.threads 2
has "$line" tcomm leader
has "$line" fprocess.pid "$eater_pid"
has "$line" fprocess.comm worker
[ "$(get "$line" fprocess.tid)" != "$eater_pid" ] || fail "fprocess.tid is the leader's"
stop
