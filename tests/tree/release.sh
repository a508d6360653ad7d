#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# An archive for each architecture: what is in it, that the program is static,
# for that architecture and not larger than it may be. For one architecture of
# each byte order: another directory, with another umask, locale, time zone and
# number of jobs, gives the same bytes from scratch: archive, program, probe. No
# warning from a compiler.
#
# limit: 900
set -u

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version=$(cat VERSION)
failed=0

fail() { echo "FAIL tree/release $1: $2"; failed=1; }

# arch, what readelf calls it, the most bytes that its program may have
arches='
amd64     X86-64   287500
arm64     AArch64  316000
armhf     ARM      237000
riscv64   RISC-V   256500
s390x     S/390    351000
ppc64el   PowerPC64 378000
mips64el  MIPS     418000
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

# release DIRECTORY ARCH ..: the archives in its obj/release
release() {
	dir=$1
	shift
	(cd "$dir" && WERROR=1 tools/release "$@") > "$work/log" 2>&1 && return
	grep -E 'error|warning|\*\*\*' "$work/log" || tail "$work/log"
	fail "$dir" "no archives"
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
	if [ "$(cd "$work/$1" && find . -type f | sort | tr '\n' ' ')" != \
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

# same ARCH FILE ..: files of $other have the same bytes here
same() {
	arch=$1
	shift
	for file; do
		cmp "$file" "$other/$file" ||
			{ fail "$arch" "other bytes in another directory"; return; }
	done
	echo "ok tree/release $arch is reproducible"
}

choose
[ -n "$wanted" ] || exit 77
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2> /dev/null || stat -c %Y VERSION)
export SOURCE_DATE_EPOCH
case $(uname -m) in
x86_64) host=amd64 ;;
aarch64) host=arm64 ;;
*) host= ;;
esac
twice=
for arch in $host s390x; do
	case " $wanted " in
	*" $arch "*) twice="$twice $arch" ;;
	esac
done

other="$work/another directory, of another length"
mkdir -p "$other"
copy_tree "$other"
# shellcheck disable=SC2086 # words are meant
release . $wanted
(
	export LC_ALL=C TZ=Pacific/Kiritimati JOBS=3
	umask 077
	# shellcheck disable=SC2086 # words are meant
	release "$other" $twice
) || exit 1

for arch in $twice; do
	end=el
	[ "$arch" != s390x ] || end=eb
	same "$arch" "obj/release/trace_oomkill-$version-$arch.tar.gz" \
		"obj/$arch/trace_oomkill" "obj/bpf$end/trace_oomkill.bpf.o"
done
# The one that is tested and installed is the same, too.
if [ -n "$host" ]; then
	cmp obj/trace_oomkill "$other/obj/$host/trace_oomkill" ||
		fail "$host" "what is tested is not what is released"
fi

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
