#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# The saved logs in tests/data are what their script makes, and each has a line
# in the manual's table of them.
set -u

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

tests/data/saved/make "$work" || exit 1
cp tests/data/saved/make "$work"
diff -rq tests/data/saved "$work" || exit 1
status=0
for log in "$work"/*.log; do
	name=$(basename "$log" .log)
	grep -q "\`$name\`" docs/saved-logs.md && continue
	echo "docs/saved-logs.md has no line for $name"
	status=1
done
exit $status
