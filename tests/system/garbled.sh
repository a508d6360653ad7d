#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# A record that cannot be decoded is a kill that is lost: it is counted, said,
# and in the status of --strict, and the next kill is reported. Only a probe of
# the user's own whose records have another version ends the tracer.
. "$(dirname "$0")/lib.sh"

memcg_make cgroup garbled 4M
output=$tmp/events

# Kills until there were some with even and some with odd thread ids.
start -o json --strict --object obj/tests/garbled.bpf.o
"$tools/oomer" --cgroup "$cgroup" --anon all --repeat 24 >"$tmp/ends"
kill -INT "$tracer_pid"
{ wait "$tracer_pid"; } 2>/dev/null
is "the status with --strict" $? 3
end_line
awk '$1 == "end" && $3 == "signal" && $4 == 9 { print $2 }' "$tmp/ends" | sort >"$tmp/killed"
is "the kills" "$(wc -l <"$tmp/killed")" 24
odd=$(grep -c '[13579]$' "$tmp/killed")
[ "$odd" -gt 0 ] && [ "$odd" -lt 24 ] || skip "all thread ids were even, or all were odd"
is "the victims reported" "$(jq .tprocess.tid "$tmp/events" | sort | tr '\n' ' ')" \
	"$(grep '[13579]$' "$tmp/killed" | tr '\n' ' ')"
is lost "$lost" $((24 - odd))
is "the kills of the end line" "$kills" "$odd"
is "messages about records" "$(grep -c 'a record of .* cannot be decoded' "$tmp/tracer.err")" 1
is "messages about rings" "$(grep -c ' ring' "$tmp/tracer.err")" 0

start -o json --object obj/tests/newer.bpf.o
"$tools/oomer" --cgroup "$cgroup" --anon all --repeat 1 >"$tmp/ends"
{ wait "$tracer_pid"; } 2>/dev/null
is "the status with records of another version" $? 1
matches "the message" "$(tail -n 1 "$tmp/tracer.err")" 'newer\.bpf\.o: .*another version'
