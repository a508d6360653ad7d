#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# A thousand kills from four workers on all CPUs at once: every victim once, as
# many as the kernel counted, nothing lost.
. "$(dirname "$0")/lib.sh"

memcg_make cgroup burst 4M
output=$tmp/events
start -o json
"$tools/oomer" --cgroup "$cgroup" --anon all --members 4 --repeat 250 >"$tmp/ends" ||
	fail "oomer: status $?"
stop

awk '$1 == "end" && $3 == "signal" && $4 == 9 { print $2 }' "$tmp/ends" | sort -n >"$tmp/killed"
is "the victims that the workers saw" "$(wc -l <"$tmp/killed")" 1000
is "the victims that the kernel counted" "$(memcg_kills "$cgroup")" 1000
jq --arg path "$(memcg_path "$cgroup")" 'select(.tprocess.cgroup == $path) | .tpid' "$tmp/events" |
	sort -n >"$tmp/reported"
diff "$tmp/killed" "$tmp/reported" >"$tmp/diff" ||
	fail "killed (<) and reported (>) differ: $(head -n 5 "$tmp/diff" | tr '\n' ' ')"
is lost "$lost" 0
