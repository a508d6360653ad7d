#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# The judge of the kernel matrix, judged: it accepts the console of a guest that
# did well (tests/data/vm/serial), with every awk that there is, and fails the
# right scenario when one thing in it is changed.
set -u

cd "$(dirname "$0")/../.." || exit
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
good=tests/data/vm/serial

fail() {
	echo "FAIL tree/judge ($awk): $*"
	status=1
}

judge() {
	$awk -f tests/vm/judge -v "row=amd64-6.1 v2" -v btf=yes -v record=wide \
		-v memcg=v1,v2 -v best=bpf -v skips=tests/vm/skips "$1" >"$work/verdict" 2>&1
}

accepts() {
	judge $good
	[ "$(grep -c '^ok ' "$work/verdict")" = 12 ] && ! grep -v '^ok \|^SKIP ' "$work/verdict" ||
		fail "a good guest: $(grep -v '^ok' "$work/verdict" | head -n 1)"
}

# refuses SCENARIO COMPLAINT EXPRESSION..: sed makes the change
refuses() {
	scenario=$1 complaint=$2
	shift 2
	sed -e "$@" $good >"$work/serial"
	! cmp -s $good "$work/serial" || fail "nothing was changed: $*"
	judge "$work/serial"
	grep -q "^FAIL vm/amd64-6.1 v2 $scenario [a-z-]*: .*$complaint" "$work/verdict" ||
		fail "$scenario after $*: $(grep " $scenario " "$work/verdict" | head -n 1)"
}

global='/scenario global/,/@@ end/'
simple='/scenario simple/,/@@ end/'
offspring='/scenario offspring/,/@@ end/'

all_changes() {
	accepts
	# What cannot be known is null, and what can is not.
	refuses global 'no memory cgroup ran out' "$global"'s|"memcg":null|"memcg":"/"|'
	refuses global 'no memory cgroup ran out' "$global"'s|"limiting_level":null|"limiting_level":0|'
	refuses global 'the kernel had none' "$global"'s|"nodemask":null|"nodemask":1|'
	refuses simple 'oom.limiting_level is unknown' "$simple"'s|"limiting_level":0|"limiting_level":null|'
	refuses simple 'pages is unknown' "$simple"'s|"pages":[0-9]*|"pages":null|'
	refuses simple 'pages is 1 where' "$simple"'s|"pages":[0-9]*|"pages":1|'
	# What --check promises and denies.
	refuses check 'check calls oom.levels_source known, but it is null' \
		's|"levels_source":"probe"|"levels_source":null|'
	refuses check 'check calls tcomm unknown, but it is' \
		's|"known":"yes","name":"tcomm"|"known":"no","name":"tcomm"|'
	refuses check 'foresees source perf' '/^@@C/s|"source":"bpf"|"source":"perf"|'
	# Kills and incidents.
	refuses offspring 'two OOMs are one incident' \
		"$offspring"'s|"incident":[0-9]*|"incident":7|'
	refuses simple 'was reported 0 times' "$simple"'{/^@@J/d;}'
	refuses simple 'was reported 2 times' "$simple"'{/^@@J/p;}'
	refuses simple 'the tracer triggered the kill' "$simple"'s|"comm":"simple"|"comm":"trace_oomkill"|'
	refuses simple 'a process was killed for the tracer' "$simple"'s|simple invoked|trace_oomkill invoked|'
	refuses session 'says "trace_oomkill: ' 's|^\(@@E .*kills, \)0 lost|\11 lost|'
	# The guest.
	refuses simple 'skips does not expect' "$simple"'s|^@@X .*|@@ skip no reason|'
	refuses guest 'record=narrow' 's|record=wide|record=narrow|'
	refuses boot 'did not come to its end' '/^@@ done/d'
	refuses boot 'Kernel panic' '$aKernel panic - not syncing'
}

for awk in mawk gawk original-awk "busybox awk"; do
	command -v ${awk%% *} >/dev/null && $awk 'BEGIN { exit 0 }' 2>/dev/null || continue
	all_changes
done
exit $status
