#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# The oracle: for this kernel's types, every instruction and map that our
# loader makes of an object is the one that stock libbpf makes of it. bpftool
# loads the object, a preloaded library writes down what it gives to the
# kernel. The kernel may refuse the program; what it was given is what counts.
# Everything lies in a mount namespace of its own and goes with it.
#
#	oracle.sh [OBJECT PROGRAM SECTION]...

set -eu

skip() { echo "SKIP oracle: $1"; exit 77; }
fail() { echo "FAIL oracle: $1"; exit 1; }

if [ "${1-}" != --inside ]; then
	cd "$(dirname "$0")/../.."
	btf=/sys/kernel/btf/vmlinux
	[ -r $btf ] || skip "this kernel has no $btf"
	[ "$(id -u)" = 0 ] || skip "needs root, to load programs"
	command -v bpftool >/dev/null || skip "no bpftool"
	unshare -m true 2>/dev/null || skip "no mount namespace to be had"

	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	cc=${HOSTCC:-cc}
	$cc -shared -fPIC -o "$work/capture.so" tests/oracle/capture.c -ldl
	$cc -std=gnu11 -D_GNU_SOURCE -O1 -Isrc -I. -o "$work/relocate" \
		tests/oracle/relocate.c src/loader/*.c src/base/*.c
	[ $# -gt 0 ] || set -- \
		obj/bpfel/trace_oomkill.bpf.o mark_victim tracepoint/oom/mark_victim \
		obj/tests/core_kinds.bpf.o core_kinds tracepoint/oom/mark_victim \
		obj/tests/core_kinds.bpf.o another_program tracepoint/oom/reclaim_retry_zone
	unshare -m sh tests/system/oracle.sh --inside "$work" "$@"
	exit
fi

shift
work=$1
shift
mkdir "$work/bpf"
mount -t bpf bpf "$work/bpf" || skip "no bpf file system to be had"

while [ $# -gt 0 ]; do
	object=$1 program=$2 section=$3
	shift 3
	[ -r "$object" ] || fail "no $object: make it first"
	rm -rf "$work/maps" "$work/theirs" "$work/bpf/all"
	CAPTURE_FILE=$work/theirs CAPTURE_MAPS=$work/maps \
	CAPTURE_PROGRAM=$program LD_PRELOAD=$work/capture.so \
		bpftool prog loadall "$object" "$work/bpf/all" \
		>"$work/log" 2>&1 || true
	[ -s "$work/theirs" ] || {
		cat "$work/log"
		fail "$program of $object: libbpf gave the kernel nothing"
	}
	btf=/sys/kernel/btf/vmlinux
	"$work/relocate" "$object" $btf "$section" >"$work/ours"
	"$work/relocate" "$object" $btf | sort >"$work/our-maps"
	sort -u "$work/maps" >"$work/their-maps"
	diff -u "$work/theirs" "$work/ours" >"$work/diff" || {
		head -40 "$work/diff"
		fail "$program of $object: instructions differ from libbpf's"
	}
	"$work/relocate" -r "$object" $btf "$section" | cmp - "$work/ours" ||
		fail "$program of $object: not the same when BTF is read in pieces"
	diff -u "$work/their-maps" "$work/our-maps" ||
		fail "$object: maps differ from libbpf's"
	poisoned=$(grep -c '1023ad0b$' "$work/ours" || true)
	echo "ok oracle: $program of $object: $(wc -l <"$work/ours")" \
		"instructions ($poisoned without a target)," \
		"$(wc -l <"$work/our-maps") maps"
done
