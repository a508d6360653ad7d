#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# CONFIG_BASE_SMALL: a node of the kernel's XArray of pids has 16 slots, not 64.
# With kernel types that say so of a kernel that has 64, the probe must not follow
# what it reads: what it cannot find it does not know. Types with 32 slots, which
# no kernel has, are refused by name.
. "$(dirname "$0")/lib.sh"

btf=/sys/kernel/btf/vmlinux
[ -e $btf ] || skip "this kernel has no BTF"
need bpftool
memcg_make cgroup small 8M

# The offset in the file of the array type of xa_node.slots.
bpftool btf dump file $btf format raw | awk '
	function value(key) { return substr($0, index($0, key) + length(key)) + 0 }
	/^\[/ {
		id = substr($1, 2) + 0
		offset[id] = at
		at += 12
		if ($2 ~ /^(INT|VAR|DECL_TAG)$/) at += 4
		if ($2 == "ARRAY") { at += 12; elements[id] = value("nr_elems=") }
		if ($2 ~ /^(STRUCT|UNION|DATASEC|ENUM64)$/) at += 12 * value("vlen=")
		if ($2 ~ /^(ENUM|FUNC_PROTO)$/) at += 8 * value("vlen=")
		in_node = $2 == "STRUCT" && $3 == "\047xa_node\047"
	}
	in_node && $1 == "\047slots\047" { slots = value("type_id=") }
	END { print offset[slots], elements[slots] }' >"$tmp/array"
read -r array elements <"$tmp/array"
is "the slots of this kernel" "$elements" 64

# with_slots COUNT: $tmp/btf has that many
with_slots() {
	local header

	cp $btf "$tmp/btf"
	header=$(od -An -tu4 -j4 -N4 "$tmp/btf")
	printf "\\x$(printf %x "$1")" |
		dd of="$tmp/btf" bs=1 seek=$((header + array + 12 + 8)) conv=notrunc 2>/dev/null
}

with_slots 32
timeout "$guard" "$program" --source bpf --btf "$tmp/btf" -t 1 >"$tmp/stdout" 2>"$tmp/refused"
is "the status with 32 slots" $? 1
matches "the message" "$(cat "$tmp/refused")" 'slots_neither_16_nor_64'

# A probe that follows the wrong slot finds another task, or no task.
with_slots 16
start -o json --source bpf --btf "$tmp/btf"
for name in first second third; do
	spawn eater --cgroup "$cgroup" --comm $name --anon all
	await_killed eater
	event line "$eater_pid"
	has "$line" tprocess.tid "$eater_pid"
	has "$line" tcomm $name
	has "$line" tprocess.threads null
	has "$line" tprocess.start_time null
done
stop

with_slots 64
start -o json --source bpf --btf "$tmp/btf"
spawn eater --cgroup "$cgroup" --comm same --anon all
await_killed eater
event line "$eater_pid"
has "$line" tcomm same
has "$line" tprocess.threads 1
stop
