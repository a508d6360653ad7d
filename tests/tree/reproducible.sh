#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# Two builds from scratch, in directories with names of different length, with
# other jobs, locale, time zone and umask, give the same bytes: the program,
# the object for either byte order. No warning in one of them.
set -u

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
objects='obj/bpfel/trace_oomkill.bpf.o obj/bpfeb/trace_oomkill.bpf.o'

files() {
	if [ -e .git ]; then
		git ls-files -co --exclude-standard -z
	else
		find . -name obj -prune -o -type f -print0
	fi
}

# build DIRECTORY MAKE-ARGUMENT ..: a copy of this tree, built there
build() {
	dir=$work/$1
	shift
	mkdir -p "$dir"
	files | tar --null --ignore-failed-read -T - -cf - 2> /dev/null | tar -C "$dir" -xf -
	# shellcheck disable=SC2086 # words are meant
	(cd "$dir" && make "$@" all $objects) > "$work/log" 2>&1 && return
	echo "the build in $dir failed:"
	grep -E 'error|warning|\*\*\*' "$work/log" || tail "$work/log"
	exit 1
}

build a -j2 WERROR=1
(
	export LC_ALL=C TZ=Pacific/Kiritimati
	umask 077
	build "another/directory, of another length" -j1 V=1
) || exit 1

for file in obj/trace_oomkill $objects; do
	cmp "$work/a/$file" "$work/another/directory, of another length/$file" || exit 1
done

# The one that is tested and installed is the same, too.
cmp obj/trace_oomkill "$work/a/obj/trace_oomkill"
