#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Once ready, everything that the tracer has is locked in memory; it needs no
# more to report kills, and would not get it.
. "$(dirname "$0")/lib.sh"

status() {
	awk -v name="$1:" '$1 == name { print $2 }' "/proc/$tracer_pid/status"
}

memcg_make cgroup locked 4M
output=$tmp/events
start -o json
[ "$(status VmLck)" -gt 0 ] || fail "nothing is locked"
# What is not locked has no pages: the kernel's own, vvar and the like.
awk '/^[0-9a-f]+-/ { name = $NF } /^Size:/ { size = $2 }
	/^VmFlags:/ && !/ lo/ && !/ io/ && !/ pf/ && name !~ /^\[v/ { print name, size " kB" }' \
	"/proc/$tracer_pid/smaps" >"$tmp/unlocked"
is "the mappings that are not locked" "$(cat "$tmp/unlocked")" ""

# From here on no mmap(), no brk(), no growth of the stack.
size=$(status VmSize)
prlimit --pid "$tracer_pid" --as=1 --data=1 --stack=1
"$tools/oomer" --cgroup "$cgroup" --anon all --repeat 50 >"$tmp/ends"
is "VmSize after 50 kills" "$(status VmSize)" "$size"
stop
is "the victims" "$(grep -c '^end .* signal 9' "$tmp/ends")" 50
is "the victims that were reported" "$(jq --arg path "$(memcg_path "$cgroup")" \
	'select(.tprocess.cgroup == $path) | .tpid' "$tmp/events" | sort -u | wc -l)" 50
