#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# The program is static; one that is not, in each of the ways that compilers
# make without a word, is refused by the build.
set -u

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cc=${HOSTCC:-gcc}

refuses() {
	what=$1
	shift
	echo 'int main(void) { return 0; }' |
		"$cc" -x c -o "$work/program" - "$@" || exit 1
	! tools/check-static "$work/program" 2> "$work/log" ||
		{ echo "not refused: $what"; exit 1; }
	grep -q 'not static' "$work/log" ||
		{ echo "refused for another reason: $what"; cat "$work/log"; exit 1; }
}

refuses "a dynamic program"
refuses "a dynamic program of position-dependent code" -no-pie
refuses "an interpreter alone" -static-pie -nostdlib -Wl,-e,main \
	-Wl,--dynamic-linker=/lib/ld.so -Wl,--no-as-needed
refuses "a library alone" -shared -Wl,--no-as-needed

echo 'int main(void) { return 0; }' | "$cc" -c -x c -o "$work/object" -
! tools/check-static "$work/object" 2> /dev/null ||
	{ echo "not refused: what is no program"; exit 1; }

# The rule that links is the one that refuses, here a build for glibc without
# our linker flags.
make -s LIBC=glibc o="$work/o" ldflags=-no-pie "$work/o/trace_oomkill" \
	> "$work/log" 2>&1 && { echo "the build does not refuse"; exit 1; }
grep -q 'not static' "$work/log" ||
	{ echo "the build fails for another reason"; cat "$work/log"; exit 1; }
[ -z "$(find "$work/o" -name 'trace_oomkill*' -perm -u+x)" ] ||
	{ echo "the build leaves what it refused"; exit 1; }

tools/check-static obj/trace_oomkill
