#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# The tracer is stopped during two thousand kills. Afterwards it has reported
# every one, or it says how many it has not: also with rings that are too small.
. "$(dirname "$0")/lib.sh"

memcg_make cgroup stalled 4M
output=$tmp/events

# stall KILLS OPTIONS..: one round; counts are of the whole host, as the tracer's are.
stall() {
	local before count=$1

	shift
	start -o json "$@"
	before=$(host_kills)
	kill -STOP "$tracer_pid"
	"$tools/oomer" --cgroup "$cgroup" --anon all --members 4 --repeat $((count / 4)) >"$tmp/ends" ||
		fail "oomer: status $?"
	kill -CONT "$tracer_pid"
	stop
	made=$(($(host_kills) - before))
	reported=$(wc -l <"$tmp/events")
	[ $made -ge "$count" ] || fail "only $made kills were made"
	is "reported and lost ($*)" $((reported + lost)) $made
	is "the kills of the end line" "$kills" "$reported"
	is "victims reported twice" "$(jq .tpid "$tmp/events" | sort | uniq -d | wc -l)" 0
}

stall 600 --ring-kib 64
[ "$lost" -gt 0 ] || fail "nothing was lost in the smallest rings: the test proves nothing"
grep -q lost "$tmp/tracer.err" || fail "not a word about $lost lost events"

stall 2000
