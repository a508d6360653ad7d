#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Too few file descriptors: whatever step has none left, the message says so and
# names the way out, no other cause; and the tracer ends when it should.
. "$(dirname "$0")/lib.sh"

for ((limit = 6; limit < 24; limit++)); do
	(
		ulimit -n $limit
		exec timeout -s KILL "$guard" "$program" -o none -t 1 "$@"
	) 2>"$tmp/words"
	status=$?
	[ $status = 0 ] || [ $status = 1 ] || fail "status $status with $limit descriptors: $(cat "$tmp/words")"
	# What it counts at the end, and which source it has taken, are no failures.
	grep -vE '^trace_oomkill: (source: |[0-9]+ kills?, |lost )' "$tmp/words" >"$tmp/reasons"
	is "other reasons with $limit descriptors" "$(grep -v '(raise ulimit -n)$' "$tmp/reasons")" ""
	[ $status = 0 ] || is "messages of a failed start with $limit descriptors" "$(wc -l <"$tmp/reasons")" 1
done
