#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# --ring-kib takes any size and rounds it up to what the kernel can make a ring
# of: every kill is reported, by the backend that was asked for.
. "$(dirname "$0")/lib.sh"

memcg_make cgroup ring_size 4M
output=$tmp/events

# Twenty records of 0.3 to 1 KiB wrap around the small rings several times; the
# tracer has to keep up with one worker at a time only.
for source in bpf perf; do
	for kib in 5 12 100 1000; do
		start -v -o json --source $source --ring-kib $kib
		"$tools/oomer" --cgroup "$cgroup" --anon all --repeat 20 >"$tmp/ends"
		stop
		awk '$1 == "end" && $3 == "signal" && $4 == 9 { print $2 }' "$tmp/ends" | sort >"$tmp/killed"
		is "kills made with $source and $kib KiB" "$(wc -l <"$tmp/killed")" 20
		jq .tprocess.tid "$tmp/events" | sort >"$tmp/reported"
		is "kills not reported with $source and $kib KiB" \
			"$(comm -23 "$tmp/killed" "$tmp/reported" | tr '\n' ' ')" ""
		is "lost with $source and $kib KiB" "$lost" 0
		grep -qx "trace_oomkill: source: $source" "$tmp/tracer.err" ||
			fail "--source $source --ring-kib $kib: $(cat "$tmp/tracer.err")"
		rm -f "$tmp/events"
	done
done
