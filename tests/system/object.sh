#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# --object: another file with the same probe works like the one that is built
# in; a damaged one is refused with a message that names it.
. "$(dirname "$0")/lib.sh"

# Releases for other machines leave an object of the other byte order, too.
order=el
[ "$(printf '\1\0' | od -An -td2 | tr -d ' ')" = 1 ] || order=eb
object=obj/bpf$order/trace_oomkill.bpf.o
[ -e "$object" ] || fail "there is no $object (make builds it)"
memcg_make cgroup object 8M

start -o json --object "$object"
spawn eater --cgroup "$cgroup" --comm eater --anon all
await_killed eater
event line "$eater_pid"
has "$line" tcomm eater
has "$line" pages "$(memcg_pages "$cgroup" $((8 << 20)))"
stop

# Truncated: at every length it is refused, and never by a signal.
size=$(wc -c <"$object")
for ((length = 0; length < size; length += size / 97 + 1)); do
	head -c "$length" "$object" >"$tmp/truncated.o"
	message=$(timeout "$guard" "$program" --object "$tmp/truncated.o" -t 1 2>&1 >"$tmp/stdout")
	is "the status for an object of $length bytes" $? 1
	matches "the message for an object of $length bytes" "$message" '^trace_oomkill: .*truncated\.o.*: '
done
