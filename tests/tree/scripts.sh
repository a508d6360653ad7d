#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# The shell scripts as shellcheck sees them, but for what a library of
# shell functions sets and uses, and words that are split on purpose.
set -u

command -v shellcheck > /dev/null || {
	echo "SKIP: no shellcheck"
	exit 77
}
git ls-files | xargs grep -lE '^#!/bin/(ba)?sh' -- | xargs shellcheck -x -S warning -e SC1010,SC2034,SC2046,SC2054,SC2154,SC2206
