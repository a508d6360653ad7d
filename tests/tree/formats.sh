#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# All conversions in the tracer's string literals are among those that
# base/format has, and no other function of the C library formats text or parses
# real numbers in the program.
set -u

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Conversions in FILE ..., comments left out
conversions() {
	"${HOSTCC:-gcc}" -fpreprocessed -E -P -x c "$@" 2> /dev/null |
		grep -oE '"([^"\\]|\\.)*"' |
		sed 's/%%//g' |
		grep -oE '%[-+ #0]*[0-9*]*(\.[0-9*]*)?[a-zA-Z]*' | grep -v '^%$'
}

unsupported() {
	grep -vE '^%[-0]*([0-9]+|\*)?(\.([0-9]+|\*))?(s|c|(ll?|z)?[duxX])' "$1"
}

cat > "$work/x.c" <<-'END'
	char *s[] = { "%s %-5.3s %08llx 7%% %d%%", "%f %hd %p" }; /* "%e" */
END
conversions "$work/x.c" > "$work/own"
[ "$(unsupported "$work/own" | tr '\n' ' ')" = "%f %hd %p " ] ||
	{ echo "of its own example the test finds:"; unsupported "$work/own"; exit 1; }

find src -name agent -prune -o -name '*.c' -print | while read -r file; do
	conversions "$file" > "$work/found"
	unsupported "$work/found" | sed "s|^|$file: |"
done > "$work/all"
[ ! -s "$work/all" ] || { echo "not supported by base/format:"; cat "$work/all"; exit 1; }

case $(uname -m) in
x86_64) program=obj/amd64/trace_oomkill.debug ;;
aarch64) program=obj/arm64/trace_oomkill.debug ;;
*) echo "SKIP: the program of this machine is not known"; exit 77 ;;
esac
nm "$program" | grep -E ' [tT] (printf_core|vfprintf|fmt_fp|__floatscan|decfloat)$' &&
	{ echo "the C library formats text or parses real numbers"; exit 1; }
exit 0
