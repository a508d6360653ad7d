#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# No compiler has anything to say: gcc and clang with glibc here, gcc with
# musl in release.sh; clang also compiles what the unit tests and fuzzers run.
set -u

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for compiler in "${HOSTCC:-gcc}" "${CLANG:-clang}"; do
	make -s -k CC="$compiler" LIBC=glibc WERROR=1 o="$work/$compiler" objects \
		> "$work/log" 2>&1 && continue
	echo "with $compiler:"
	cat "$work/log"
	exit 1
done
