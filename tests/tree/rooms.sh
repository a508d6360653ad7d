#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# Includes point downwards only, rooms of one level do not include each other,
# and foo.c includes its own foo.h first. With --self-test: the check itself.
set -u

# A file that lies in src/ itself is a room of its own.
order='
main
tracer
options
source host identity output
event loader kernel
base'

# SC2016: awk's own $ signs.
# shellcheck disable=SC2016
check='
	BEGIN {
		n = split(order, line, "\n")
		for (i = 1; i <= n; i++) {
			m = split(line[i], name, " ")
			for (j = 1; j <= m; j++)
				level[name[j]] = n - i + 1
		}
	}
	function room_of(path) {
		sub(/^src\//, "", path)
		sub(/\/.*|\.[a-z]+$/, "", path)
		return path
	}
	function complain(what) {
		printf "%s:%d: %s\n", FILENAME, FNR, what
		bad = 1
	}
	function own_header(path) {
		sub(/^src\//, "", path)
		sub(/\.c$/, ".h", path)
		return path
	}
	FNR == 1 {
		room = room_of(FILENAME)
		includes = 0
		if (!(room in level))
			complain("room " room " has no place in the order")
	}
	/^[ \t]*#[ \t]*include[ \t]*"/ {
		split($0, quoted, "\"")
		header = quoted[2]
		own = own_header(FILENAME)
		if (FILENAME ~ /\.c$/ && !includes++ && header != own && (own in exists))
			complain(own " is not included first")
		if (header ~ /^uapi\//)
			next
		other = room_of(header)
		if (other == room)
			next
		if (!(other in level))
			complain("\"" header "\" is in no room")
		else if (level[other] >= level[room])
			complain(room " must not include " other)
	}
	END { exit bad }'

check_files() {
	for file; do echo "${file#src/}"; done > "$work/list"
	awk -v order="$order" -v list="$work/list" \
		'BEGIN { while ((getline path < list) > 0) exists[path] } '"$check" "$@"
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# refuses FILE LINES: a tree with one such file must not pass
refuses() {
	mkdir -p "$work/tree/src/event" "$work/tree/src/base"
	echo > "$work/tree/src/event/event.h"
	printf '%b' "$2" > "$work/tree/src/$1"
	! (cd "$work/tree" && check_files src/*/* > /dev/null) ||
		{ echo "not refused: $2 in $1"; exit 1; }
	rm -r "$work/tree"
}


if [ "${1-}" = --self-test ]; then
	refuses event/bad.c '#include "kernel/ring.h"\n'
	refuses base/bad.c '#include "event/event.h"\n'
	refuses event/event.c '#include <errno.h>\n#include "base/span.h"\n#include "event/event.h"\n'
	refuses event/bad.c '#include "nowhere/x.h"\n'
	exit
fi
"$0" --self-test && check_files src/*.c src/*/*.[ch]
