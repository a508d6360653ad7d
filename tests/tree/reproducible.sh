#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# Two builds of one tree, in directories whose names differ in length, give
# the same program byte for byte.
set -eu

git rev-parse HEAD > /dev/null 2>&1 || {
	echo "SKIP: not a git checkout"
	exit 77
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

build() {
	mkdir -p "$1"
	git ls-files -z | xargs -0 cp --parents -t "$1"
	make -s -j2 -C "$1" obj/trace_oomkill > "$work/log" 2>&1 || {
		cat "$work/log"
		exit 1
	}
}
build "$work/a"
build "$work/another/directory"
cmp "$work/a/obj/trace_oomkill" "$work/another/directory/obj/trace_oomkill"
cmp "$work/a/obj/trace_oomkill" obj/trace_oomkill
