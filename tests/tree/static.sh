#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# The program needs nothing of its host: no interpreter, no library. And what
# looks after that at each build refuses a program that does.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

tools/check-static obj/trace_oomkill

echo 'int main(void) { return 0; }' > "$work/dynamic.c"
"${HOSTCC:-gcc}" -o "$work/dynamic" "$work/dynamic.c"
if tools/check-static "$work/dynamic" > "$work/said" 2>&1; then
	echo "a dynamic program was not refused"
	exit 1
fi
grep -q "$work/dynamic" "$work/said" || {
	echo "the refusal does not name the program:"
	cat "$work/said"
	exit 1
}
