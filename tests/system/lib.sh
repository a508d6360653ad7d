# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# shellcheck shell=bash disable=SC2034
#
# What the system tests share. A test is a bash script that sources this
# file, makes real OOM kills in memory cgroups of its own, and ends by falling
# off its end. Nothing is waited for by sleeping: the tracer says on
# --ready-fd that it is attached, oomer says on its standard output how far it
# is, and an event is awaited by reading. $guard only bounds how long a broken
# product can hang a test; it never makes one pass.
#
# Kills of others on the same host are none of a test's business: it asks for
# its own pids.

set -u
export LC_ALL=C.UTF-8
shopt -s lastpipe
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

program=$(realpath "${TRACE_OOMKILL:-obj/trace_oomkill}")
tools=$(realpath "${TEST_TOOLS:-obj/tests}")
guard=${TEST_GUARD:-60}
page=$(getconf PAGESIZE)
test_name=$(basename "$0" .sh)

tmp=$(mktemp -d "${TMPDIR:-/tmp}/trace_oomkill.$test_name.XXXXXX") || exit 1
pids=()
cgroups=()

# ---- the end of a test, whatever it is ----------------------------------------

# A process that was stopped or is being traced must be able to die, too.
end_processes() {
	local pid

	for pid in "${pids[@]}"; do
		kill -KILL "$pid" 2>/dev/null
	done
	for pid in "${pids[@]}"; do
		wait "$pid" 2>/dev/null
	done
}

# Children first. A member that is just being killed keeps its cgroup busy
# for a moment, and nothing tells when it is gone: hence the tries.
remove_cgroups() {
	local i tries

	for ((i = ${#cgroups[@]} - 1; i >= 0; i--)); do
		for ((tries = 0; tries < 200; tries++)); do
			xargs -r kill -KILL <"${cgroups[i]}/cgroup.procs" 2>/dev/null
			rmdir "${cgroups[i]}" 2>/dev/null && break
			sleep 0.02
		done
	done
}

# parents_note NAME.., parents_remove: runtimes make a cgroup /NAME in every
# hierarchy and leave it there. What was there before stays. May be called again.
parents_names=()
parents_before=none
parents_note() {
	parents_before+=$'\n'$(parents "$@")
	parents_names+=("$@")
}

parents() {
	local name

	for name; do
		find /sys/fs/cgroup -maxdepth 2 -type d -name "$name"
	done
}

parents_remove() {
	parents "${parents_names[@]}" | grep -vxF -e "$parents_before" | while read -r dir; do
		find "$dir" -depth -type d -exec rmdir {} \; 2>/dev/null
	done
}

# What a test has mounted there is not its own: a tracefs that is removed
# file by file loses the instances of others.
remove_files() {
	awk -v tmp="$tmp/" 'index($2, tmp) == 1 { print $2 }' /proc/self/mounts |
		tac | xargs -r -n 1 umount -l
	rm -rf --one-file-system "$tmp"
}

at_exit() {
	local status=$?

	trap - EXIT
	end_processes
	remove_cgroups
	parents_remove
	if [ $status -eq 0 ] && kernel_complaints >"$tmp/complaints"; then
		echo "FAIL: the kernel complained:"
		cat "$tmp/complaints"
		status=1
	fi
	if [ $status -ne 0 ] && [ $status -ne 77 ]; then
		tell_state
	fi
	remove_files
	exit $status
}
trap at_exit EXIT
# Once: a second signal must not end what cleans up.
trap 'trap "" INT TERM HUP; exit 130' INT TERM HUP

# For whoever has to find out why a test failed.
tell_state() {
	local file

	for file in "$tmp"/*.err "$tmp"/events; do
		[ -s "$file" ] || continue
		echo "--- $(basename "$file"), the last lines:"
		tail -n 5 "$file" | cat -v
	done
	echo "--- the kernel log since the start of the test, the last lines:"
	kernel_log | tail -n 6
}

fail() {
	echo "FAIL: $*"
	exit 1
}

skip() {
	echo "SKIP: $*"
	exit 77
}

# is WHAT FOUND EXPECTED
is() {
	[ "$2" = "$3" ] || fail "$1: found '$2', expected '$3'"
}

# matches WHAT FOUND REGEX
matches() {
	[[ $2 =~ $3 ]] || fail "$1: found '$2', expected something like '$3'"
}

need() {
	local tool

	for tool; do
		command -v "$tool" >/dev/null || fail "$tool is missing (tools/setup installs it)"
	done
}

# ---- the kernel log ---------------------------------------------------------

# Raw records: PRIORITY,SEQUENCE,TIME,FLAGS;TEXT. One read gives one record,
# and at the end of the log EAGAIN ends dd.
kernel_records() {
	dd if=/dev/kmsg bs=8192 iflag=nonblock 2>/dev/null | LC_ALL=C grep -a '^[0-9]'
}

log_start=$(kernel_records | tail -n 1 | cut -d , -f 2)

# The texts of the records since the start of the test.
kernel_log() {
	kernel_records | LC_ALL=C awk -F, -v start="${log_start:--1}" '
		$2 > start + 0 { sub(/^[^;]*;/, ""); print }'
}

kernel_complaints() {
	kernel_log | LC_ALL=C grep -aE '(BUG|WARNING):|Oops|general protection fault|stalls? on|blocked for more than'
}

# The kernel's "Killed process" line of a thread id.
killed_line() {
	kernel_log | LC_ALL=C grep -a "Killed process $1 (" | tail -n 1
}

# killed_number LINE NAME: what follows NAME: in it, without the unit.
killed_number() {
	sed -n "s/.*[ )]$2:\(-\{0,1\}[0-9]*\).*/\1/p" <<<"$1"
}

# ---- memory cgroups, v1 or v2, whichever has the controller ---------------------

memcg_root=$(awk '$3 == "cgroup" && $4 ~ /(^|,)memory(,|$)/ { print $2; exit }' /proc/mounts)
memcg_version=1
if [ -z "$memcg_root" ]; then
	memcg_version=2
	for memcg_root in $(awk '$3 == "cgroup2" { print $2 }' /proc/mounts) ""; do
		grep -qsw memory "$memcg_root/cgroup.controllers" && break
	done
fi

# memcg_make VARIABLE NAME LIMIT_BYTES|max: a cgroup below the root, or, with
# a NAME that has a slash in it, below one that was made before.
memcg_make() {
	local name="trace_oomkill-test-$$-$2"
	local dir="$memcg_root/$name"

	[ -n "$memcg_root" ] || skip "no memory controller in any mounted cgroup hierarchy"
	if [ "$memcg_version" = 2 ]; then
		echo +memory >"$(dirname "$dir")/cgroup.subtree_control" ||
			skip "the memory controller cannot be turned on in $(dirname "$dir")"
	fi
	mkdir "$dir" || fail "cannot make the cgroup $dir"
	cgroups+=("$dir")
	memcg_limit "$dir" "$3"
	printf -v "$1" %s "$dir"
}

memcg_limit() {
	local file=memory.max

	if [ "$memcg_version" = 1 ]; then
		[ "$2" = max ] && return
		file=memory.limit_in_bytes
	fi
	echo "$2" >"$1/$file" || fail "cannot set $1/$file"
}

# The path as the kernel has it: below the root of the hierarchy.
memcg_path() {
	echo "${1#"$memcg_root"}"
}

# The kernel's own number of OOM kills in a cgroup.
memcg_kills() {
	local file=memory.events.local

	[ "$memcg_version" = 2 ] || file=memory.oom_control
	awk '$1 == "oom_kill" { print $2 }' "$1/$file"
}

# The number of kills on this host since it booted.
host_kills() {
	awk '$1 == "oom_kill" { print $2 }' /proc/vmstat
}

# What oom_control's totalpages is for a limit: the limit and as much swap as
# the cgroup may use and the host has.
memcg_pages() {
	local limit=$2 swap_total swap

	swap_total=$(awk '/^SwapTotal:/ { print $2 * 1024 }' /proc/meminfo)
	if [ "$memcg_version" = 2 ]; then
		swap=$(cat "$1/memory.swap.max" 2>/dev/null || echo 0)
	elif [ "$(cat "$1/memory.swappiness")" = 0 ] || [ ! -e "$1/memory.memsw.limit_in_bytes" ]; then
		swap=0
	else
		swap=$(awk -v l="$limit" '{ printf "%.0f", $1 - l }' "$1/memory.memsw.limit_in_bytes")
	fi
	[ "$swap" = max ] && swap=$swap_total
	awk -v l="$limit" -v s="$swap" -v t="$swap_total" -v p="$page" \
		'BEGIN { printf "%.0f\n", (l + (s < t ? s : t)) / p }'
}

# ---- oomer --------------------------------------------------------------------

# spawn NAME OPTIONS..: an oomer in the background, started by $wrapper if that
# is set. Its pid goes to NAME_pid; its standard output is read with await, its standard input written with release.
spawn() {
	local name=$1 out in

	shift
	rm -f "$tmp/$name.out" "$tmp/$name.in"
	mkfifo "$tmp/$name.out" "$tmp/$name.in"
	exec {out}<>"$tmp/$name.out" {in}<>"$tmp/$name.in"
	"${wrapper[@]}" "$tools/oomer" "$@" <"$tmp/$name.in" >"$tmp/$name.out" 2>"$tmp/$name.err" {out}>&- {in}>&- &
	pids+=($!)
	printf -v "${name}_pid" %d $!
	printf -v "${name}_out" %d "$out"
	printf -v "${name}_in" %d "$in"
}

wrapper=()

# await NAME WORD: until the oomer says a line that starts with WORD.
await() {
	local fd="${1}_out" line

	while read -r -t "$guard" -u "${!fd}" line; do
		[ "${line%% *}" = "$2" ] && return
	done
	fail "$1 never said '$2': $(cat "$tmp/$1.err")"
}

# Lets an oomer with --wait go on.
release() {
	local fd="${1}_in"

	echo >&"${!fd}"
}

# await_killed NAME: until it ended; fails unless by the OOM killer's signal.
await_killed() {
	local pid="${1}_pid"

	{ wait "${!pid}"; } 2>/dev/null
	is "the end of $1" $? 137
}

# ---- the tracer ---------------------------------------------------------------

# start OPTIONS..: the tracer, ready. Its pid goes to tracer_pid. Its standard
# output is a fifo that event and events read, or $output.
# SIGINT is put back to its default: a shell has its background jobs ignore it.
start() {
	start_unready "$@"
	await_ready
}

start_unready() {
	local out=${output:-$tmp/tracer.out}

	rm -f "$tmp/tracer.out" "$tmp/tracer.ready"
	mkfifo "$tmp/tracer.out" "$tmp/tracer.ready"
	exec {tracer_out}<>"$tmp/tracer.out" {tracer_ready}<>"$tmp/tracer.ready"
	env --default-signal=INT,PIPE,HUP,QUIT "${launcher[@]}" "$program" --ready-fd 9 "$@" \
		9>"$tmp/tracer.ready" >"$out" 2>"$tmp/tracer.err" \
		{tracer_out}>&- {tracer_ready}>&- &
	tracer_pid=$!
	pids+=("$tracer_pid")
}
launcher=()
output=

# Also when the tracer ends before: the guard is for one that does neither.
await_ready() {
	local byte waited

	for ((waited = 0; waited < guard; waited++)); do
		read -r -t 1 -N 1 -u "$tracer_ready" byte && return
		kill -0 "$tracer_pid" 2>/dev/null || break
	done
	fail "the tracer did not become ready: $(cat "$tmp/tracer.err")"
}

# event VARIABLE PID: reads the tracer's JSON lines until one has the victim PID.
event() {
	local found

	while read -r -t "$guard" -u "$tracer_out" found; do
		printf '%s\n' "$found" >>"$tmp/events"
		if [[ $found == *'"tpid":'"$2"[,}]* ]]; then
			printf -v "$1" %s "$found"
			return
		fi
	done
	fail "no event for the victim $2"
}

# event_tid VARIABLE TID: the same by the thread that was marked. Of which process
# it was the sources without the kernel's types may not know any more.
event_tid() {
	local found

	while read -r -t "$guard" -u "$tracer_out" found; do
		printf '%s\n' "$found" >>"$tmp/events"
		if [[ $found == *'"tid":'"$2"',"total_vm_bytes"'* ]]; then
			printf -v "$1" %s "$found"
			return
		fi
	done
	fail "no event for the victim $2"
}

# get JSON PATH: one value, as text.
get() {
	jq -r ".$2 | tostring" <<<"$1"
}

# has JSON PATH EXPECTED
has() {
	is "$2" "$(get "$1" "$2")" "$3"
}

# stop [SIGNAL]: ends the tracer and checks its status and its last words,
# from which come $kills and $lost.
stop() {
	kill -"${1:-INT}" "$tracer_pid"
	{ wait "$tracer_pid"; } 2>/dev/null
	is "the tracer's status" $? 0
	end_line
	check_json
}

# The tracer says what it has counted: that it is in a file is awaited.
counts_now() {
	local before tries

	before=$(wc -l <"$tmp/tracer.err")
	kill -USR1 "$tracer_pid"
	for ((tries = 0; tries < guard * 50; tries++)); do
		[ "$(wc -l <"$tmp/tracer.err")" -gt "$before" ] && return
		sleep 0.02
	done
	fail "SIGUSR1 was not answered"
}

# one_message WHAT TEXT: one line. That of the kills and losses is no message.
one_message() {
	is "the number of messages $1" \
		"$(grep -cvE '^trace_oomkill: [0-9]+ kills?, [0-9]+ lost' <<<"$2")" 1
}

end_line() {
	local last

	last=$(tail -n 1 "$tmp/tracer.err")
	[[ $last =~ ^trace_oomkill:\ ([0-9]+)\ kills?,\ ([0-9]+)\ lost[,\;].*\;\ the\ kernel ]] ||
		[[ $last =~ ^trace_oomkill:\ ([0-9]+)\ kills?,\ ([0-9]+)\ lost\;\ the\ kernel ]] ||
		fail "the tracer's last words: '$last', expected 'trace_oomkill: N kills, N lost; the kernel ..'"
	kills=${BASH_REMATCH[1]}
	lost=${BASH_REMATCH[2]}
	marked=0
	[[ $last =~ \ ([0-9]+)\ already\ exiting ]] && marked=${BASH_REMATCH[1]}
	unwritten=0
	[[ $last =~ \ ([0-9]+)\ not\ written ]] && unwritten=${BASH_REMATCH[1]}
}

# Every line that was read is JSON as uapi/event.schema.json wants it.
check_json() {
	[ -s "$tmp/events" ] || return 0
	jq -e . <"$tmp/events" >/dev/null || fail "a line is no JSON"
	if [ -x "$tools/validate" ]; then
		"$tools/validate" uapi/event.schema.json <"$tmp/events" >"$tmp/validate" 2>&1 ||
			fail "against the schema: $(cat "$tmp/validate")"
	fi
}

need jq
[ -x "$program" ] || fail "$program is not there (make builds it)"
[ -x "$tools/oomer" ] || fail "$tools/oomer is not there (make check builds it)"
[ "$(id -u)" = 0 ] || skip "only root can make memory cgroups"
[ -r /dev/kmsg ] || skip "the kernel log cannot be read"
