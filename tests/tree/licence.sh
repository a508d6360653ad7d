#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# Every file says in its first lines under which licence it is; LICENSE has
# both texts.
set -u

[ -e .git ] || { echo "SKIP: no git checkout, no list of files"; exit 77; }
missing=$(git ls-files -co --exclude-standard |
	grep -E '\.([chSs]|sh|awk)$|/run$|^tools/[^.]*$|^\.ci/|makefile$|\.8$' |
	while read -r file; do
		[ ! -f "$file" ] || head -n 3 "$file" |
			grep -q 'SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only' ||
			echo "$file"
	done)
[ -z "$missing" ] || { echo "no licence in:"; echo "$missing"; exit 1; }
for text in 'THIS SOFTWARE IS PROVIDED' 'Version 2, June 1991'; do
	grep -q "$text" LICENSE || { echo "LICENSE has no '$text'"; exit 1; }
done
