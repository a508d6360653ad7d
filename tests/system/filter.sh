#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Filters choose among real kills; what they leave out is counted, and nothing
# is allocated for them once the tracer is ready.
. "$(dirname "$0")/lib.sh"

memcg_make small small 4M
memcg_make large large 16M
path=$(memcg_path "$large")

# kill NAME CGROUP: one real kill; the victim's pid is in NAME_pid.
make_kill() {
	spawn "$1" --cgroup "$2" --anon all
	await_killed "$1"
}

# shown NAME..: the lines that were written up to the last of these victims
# are those of these victims, among all that this test killed.
mine=()
shown() {
	local name pid

	for name; do
		pid=${name}_pid
		event json "${!pid}"
	done
	for pid in "${mine[@]}"; do
		grep -o "\"tpid\":${pid}[,}]" "$tmp/events"
	done | tr -dc '0-9\n' >"$tmp/shown"
	for name; do
		pid=${name}_pid
		echo "${!pid}"
	done | diff - "$tmp/shown" >"$tmp/diff" || fail "what is shown: $(cat "$tmp/diff")"
}

# Each rule alone leaves out the small one; so does the regular expression,
# which gets no more memory than the tracer has already.
for rule in "tprocess.cgroup=$path" "tprocess.cgroup~^$path\$" "oom.limit_bytes>=16M" \
	"oom.limit_bytes!=4194304,tprocess.cgroup!~-small\$" \
	"oom.memcg~(trace_oomkill|x)+-test-${$}-[^s]\\w{3\\,5}\\b"; do
	rm -f "$tmp/events"
	start -o json -F "$rule" -F "tprocess.cgroup~-test-$$-"
	prlimit --pid "$tracer_pid" --as=1 --data=1 --stack=1
	make_kill first "$small"
	make_kill second "$large"
	mine=("$first_pid" "$second_pid")
	shown second
	stop
	[[ $(tail -n 1 "$tmp/tracer.err") == *" lost, 1 shown"[,\;]* ]] ||
		fail "one is shown, but: $(tail -n 1 "$tmp/tracer.err")"
	[ "$kills" -ge 2 ] || fail "$kills kills are counted of 2"
done

# Without a filter nothing is said of what is shown.
start -o none
stop
[[ $(tail -n 1 "$tmp/tracer.err") != *" shown, "* ]] ||
	fail "the last words are '$(tail -n 1 "$tmp/tracer.err")'"

# What is wrong with a rule is said before anything is traced.
for rule in "pags>1" "pages>x" "tcomm~(" "tcomm"; do
	"$program" -F "$rule" 2>"$tmp/wrong"
	is "the status with $rule" $? 2
	grep -qF -- "--filter '$rule': " "$tmp/wrong" || fail "it says: $(cat "$tmp/wrong")"
	one_message "about $rule" "$(cat "$tmp/wrong")"
done
