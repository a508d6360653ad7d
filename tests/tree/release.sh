#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# An archive for each architecture: what is in it, that the program is static,
# for that architecture and not larger than it may be, and that another
# directory, with another umask, locale and time zone, gives the same bytes;
# not a word from the compilers.
#
# limit: 900
set -u

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version=$(cat VERSION)
failed=0

fail() { echo "FAIL tree/release $1: $2"; failed=1; }

# arch, what readelf calls it, the most bytes a program may have: not yet the
# 160 kB (220 kB from s390x on) that are aimed at, but no more than there is
arches='
amd64     X86-64   268100
arm64     AArch64  304100
armhf     ARM      219200
riscv64   RISC-V   246000
s390x     S/390    316300
ppc64el   PowerPC64 349500
mips64el  MIPS     389900
'

triplet() { sed -n "s/^triplet.$1 = //p" GNUmakefile; }

# Leaves in $wanted those for which there is a compiler.
choose() {
	wanted=
	for arch in $(echo "$arches" | cut -d ' ' -f 1); do
		if command -v "$(triplet "$arch")-gcc" > /dev/null; then
			wanted="$wanted $arch"
		else
			echo "SKIP tree/release $arch: no $(triplet "$arch")-gcc"
		fi
	done
}

copy_tree() {
	if [ -e .git ]; then
		git ls-files -co --exclude-standard -z
	else
		find . -name obj -prune -o -type f -print0
	fi | tar --null --ignore-failed-read -T - -cf - 2> /dev/null | tar -C "$1" -xf -
}

# release DIRECTORY: the archives in its obj/release
release() {
	# shellcheck disable=SC2086 # words are meant
	(cd "$1" && tools/release $wanted) > "$work/log" 2>&1 && return
	grep -E 'error|warning|\*\*\*' "$work/log" || tail "$work/log"
	fail "$1" "no archives"
	exit 1
}

# judge ARCH MACHINE BYTES
judge() {
	name=trace_oomkill-$version-$1
	archive=obj/release/$name.tar.gz
	mkdir "$work/$1"
	tar -C "$work/$1" -xf "$archive"
	program=$work/$1/$name/trace_oomkill
	size=$(stat -c %s "$program")
	if ! cmp "$archive" "$other/$archive"; then
		fail "$1" "other bytes in another directory"
	elif [ "$(cd "$work/$1" && find . -type f | sort | tr '\n' ' ')" != \
		"$(printf "./$name/%s " LICENSE README.md SHA256SUMS trace_oomkill trace_oomkill.8)" ]; then
		fail "$1" "holds other files: $(tar -tf "$archive" | tr '\n' ' ')"
	elif ! (cd "$work/$1/$name" && sha256sum --quiet -c SHA256SUMS); then
		fail "$1" "wrong checksums"
	elif ! readelf -h "$program" | grep -q "Machine:.*$2"; then
		fail "$1" "for another machine"
	elif ! tools/check-static "$program"; then
		fail "$1" "not static"
	elif [ "$size" -gt "$3" ]; then
		fail "$1" "$size bytes, more than $3"
	else
		echo "ok tree/release $1 ($size bytes)"
	fi
}

choose
[ -n "$wanted" ] || exit 77
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2> /dev/null || stat -c %Y VERSION)
export SOURCE_DATE_EPOCH

other="$work/another directory, of another length"
mkdir -p "$other"
copy_tree "$other"
release .
(
	export LC_ALL=C TZ=Pacific/Kiritimati WERROR=1
	umask 077
	release "$other"
) || exit 1

(cd obj/release && sha256sum --quiet -c SHA256SUMS) ||
	fail SHA256SUMS "does not hold"
while read -r arch machine bytes; do
	[ -n "$arch" ] || continue	# around the table
	case " $wanted " in
	*" $arch "*) judge "$arch" "$machine" "$bytes" ;;
	esac
done <<-END
	$arches
END
exit "$failed"
