#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Once ready, everything that the tracer has is locked in memory; it needs no
# more to report kills, in any output and from any source, and would not get it.
. "$(dirname "$0")/lib.sh"

status() {
	awk -v name="$1:" '$1 == name { print $2 }' "/proc/$tracer_pid/status"
}

memcg_make cgroup locked 4M
path=$(memcg_path "$cgroup")

# Into a file, with the victims that it names in $tmp/told.
named() {
	case "$1" in
	*json*) jq --arg path "$path" 'select(.tprocess.cgroup == $path) | .tprocess.tid' "$tmp/lines" ;;
	*story*) tr -s ' \n' ' ' <"$tmp/lines" | grep -oE 'oomer \((pid|thread) [0-9]+, [^(]* was killed' |
		grep -oE '[0-9]+,' | tr -d , ;;
	*) awk '{ print $6 }' "$tmp/lines" ;;
	esac | sort -u >"$tmp/told"
}

# without_more OPTIONS..: fifty kills, and not a page for them.
without_more() {
	local size

	rm -f "$tmp/lines"
	output=$tmp/lines
	start "$@"
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
	awk '$1 == "end" && $3 == "signal" && $4 == 9 { print $2 }' "$tmp/ends" | sort -u >"$tmp/killed"
	is "the victims" "$(wc -l <"$tmp/killed")" 50
	named "$*"
	is "victims that were not reported ($*)" "$(comm -23 "$tmp/killed" "$tmp/told" | tr '\n' ' ')" ""
}

for mode in json story columns; do
	without_more -o $mode
done
for options in "--btf none" "--source perf" "--source kmsg"; do
	# shellcheck disable=SC2086 # they are words
	without_more -o story $options
done
