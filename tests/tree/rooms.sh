#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# The direction of includes, and that the check of it sees what it should.
set -u

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# tree FILE LINE ..: checks a small tree, in which FILE has these lines
tree() {
	file=$work/src/$1
	shift
	rm -rf "$work/src"
	mkdir -p "$work/src/agent" "$work/src/event" "$work/src/loader" "$work/src/base" "$work/src/cellar"
	for header in event/event event/fields loader/elf base/span options; do
		echo '/* */' > "$work/src/$header.h"
	done
	printf '%s\n' "$@" > "$file"
	find "$work/src" -type f -exec awk -f tests/tree/rooms.awk {} + > "$work/log"
}

accepts() { tree "$@" || { echo "refused: $*"; cat "$work/log"; exit 1; }; }
refuses() { ! tree "$@" || { echo "not refused: $*"; exit 1; }; }

accepts event/event.c '#include "event/event.h"' '#include "base/span.h"'
accepts event/other.c '#include <errno.h>' '#include "event/fields.h"'
accepts main.c '#include "options.h"' '#include "uapi/oom_record.h"'
accepts event/fields.h '#include "event/event.h"'
refuses base/span.c '#include "base/span.h"' '#include "event/event.h"'
refuses event/fields.c '#include "event/fields.h"' '#include "loader/elf.h"'
refuses loader/elf.h '  # include "event/event.h"'
refuses options.h '#include "trace.h"'
refuses event/event.c '#include "base/span.h"' '#include "event/event.h"'
refuses event/event.c '#include "event/event.h"' '#include "cellar/x.h"'
refuses agent/x.c '#include "event/event.h"'
accepts agent/x.c '#include "base/span.h"'
refuses cellar/x.c '#include "base/span.h"'

find src -name '*.[chS]' -exec awk -f tests/tree/rooms.awk {} +
