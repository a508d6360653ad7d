#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# The shell scripts as shellcheck sees them, but for words that are split on
# purpose (SC2046), for which a POSIX shell has nothing else.
set -u

command -v shellcheck > /dev/null || {
	echo "SKIP: no shellcheck"
	exit 77
}
git ls-files | xargs grep -lE '^#!/bin/(ba)?sh' -- | xargs shellcheck -x -S warning -e SC2046
