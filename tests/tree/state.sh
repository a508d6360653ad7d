#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# No variable of the tracer's lies in .data or .bss, but for its one struct in
# main: state is handed down. Constants that hold addresses are in .data.rel.ro.
set -u

# Object and variable. jansson's allocators take no context, so that one pointer
# has to say which arena they serve.
left='
identity/json_arena current
'

# variables FILE.o: the names of its variables in .data and .bss, and COMMON
variables() {
	readelf -SsW "$1" | awk '
		/^ *\[ *[0-9]+\]/ {
			sub(/^ *\[ */, "")
			sub(/\]/, "")
			section[$1] = $2
		}
		($4 == "OBJECT" || $4 == "TLS") && $3 != "0" &&
		($7 == "COM" || (section[$7] ~ /^\.t?(data|bss)/ &&
				 section[$7] !~ /^\.data\.rel\.ro/)) {
			sub(/\..*/, "", $8)
			print $8
		}'
}

# check DIRECTORY: prints each object and variable below it
check() {
	find "$1" -name '*.o' | sort | while read -r object; do
		name=${object#"$1"/}
		name=${name%.o}
		[ "$name" != main ] || continue
		# An object whose source is gone is in no program.
		[ "$1" = "$work" ] || [ -e "src/$name.c" ] || continue
		variables "$object" | while read -r variable; do
			echo "$name $variable"
		done
	done
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/room"
cat > "$work/room/all.c" <<-'END'
	static int zero, one = 1;
	_Thread_local int own;
	int shared;
	static const int number = 7;
	static const char *const words[] = { "a", "b" };
	const int *use(int i);
	const int *use(int i)
	{
		static int counter;
		counter += zero++ + one++ + own + (int)words[i][0];
		return counter ? &number : &shared;
	}
END
"${HOSTCC:-gcc}" -fcommon -fPIE -c -o "$work/room/all.o" "$work/room/all.c" || exit 1
found=$(check "$work" | sort | tr '\n' ',')
[ "$found" = "room/all counter,room/all one,room/all own,room/all shared,room/all zero," ] ||
	{ echo "of its own example the test finds: $found"; exit 1; }

case $(uname -m) in
x86_64) objects=obj/amd64/src ;;
aarch64) objects=obj/arm64/src ;;
*) echo "SKIP: the objects of this machine are not known"; exit 77 ;;
esac
[ -d "$objects" ] || { echo "no $objects"; exit 1; }
found=$(check "$objects" | grep -v '^agent/' | sort)
expected=$(echo "$left" | grep . | sort)
[ "$found" = "$expected" ] || {
	echo "mutable variables outside of main: found"
	echo "$found"
	echo "and expected"
	echo "$expected"
	exit 1
}
