#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# What a host can lack, provoked: no bpf(), no BTF, no perf events, no tracefs,
# no tracepoint, no log. Each time the next source tells of a real kill, and
# one line names what the better one lacked; with none left one line says so.
[ -n "${private_mounts-}" ] || private_mounts=1 exec unshare -m "$BASH" "$0" "$@"
. "$(dirname "$0")/lib.sh"

memcg_make cgroup host 8M

# falls SOURCE REGEX RULES..: where these calls are refused, the tracer takes
# SOURCE and says of a better one something like REGEX.
falls() {
	local source=$1 regex=$2 line

	shift 2
	launcher=("$tools/deny" "$@" --)
	start -o json
	launcher=()
	grep -qE "^trace_oomkill: no [^:]*: .*$regex" "$tmp/tracer.err" ||
		fail "with $*: not a word like '$regex': $(cat "$tmp/tracer.err")"
	spawn eater --cgroup "$cgroup" --comm eater --anon all
	await_killed eater
	event_tid line "$eater_pid"
	has "$line" source "$source"
	has "$line" tcomm eater
	# The kernel may have left its report out: it writes 10 in 5 seconds.
	[ "$source" = kmsg ] || has "$line" fprocess.pid "$eater_pid"
	stop
	is "lost with $*" "$lost" 0
}

# without REGEX RULES.. -- OPTIONS..: where these calls are refused it cannot
# trace.
without() {
	local regex=$1 rules=() message status

	shift
	while [ "$1" != -- ]; do
		rules+=("$1")
		shift
	done
	shift
	message=$("$tools/deny" "${rules[@]}" -- timeout "$guard" "$program" -o json "$@" 2>&1)
	status=$?
	is "the status without ${rules[*]}" $status 1
	one_message "without ${rules[*]}" "$message"
	matches "the message without ${rules[*]}" "$message" "^trace_oomkill: .*$regex"
}

falls perf 'bpf' bpf=ENOSYS
falls perf 'Operation not permitted' bpf=EPERM
falls perf 'map .*Operation not permitted' bpf:0=EPERM
falls perf 'load .*mark_victim.*Operation not permitted' bpf:5=EPERM
falls kmsg 'Permission denied' perf_event_open=EACCES
falls kmsg 'the limit of open files is reached' perf_event_open=EMFILE
falls kmsg 'CONFIG_PERF_EVENTS' bpf=ENOSYS perf_event_open=ENOSYS

# What was asked for and cannot be had is not replaced.
without 'bpf' bpf=ENOSYS -- --source bpf
without 'Operation not permitted' bpf=EPERM -- --source bpf
without 'Permission denied' perf_event_open=EACCES -- --source perf
without 'Permission denied' perf_event_open=EACCES -- --btf none --source bpf

# Locking the memory is refused: said, but no reason not to trace.
launcher=("$tools/deny" mlockall=EPERM --)
start -o json -v
grep -q 'lock' "$tmp/tracer.err" || fail "not a word about the memory that is not locked"
stop
launcher=()

# Without fsopen() and with nothing mounted: no tracefs.
mkdir -p "$tmp/empty"
for dir in /sys/kernel/tracing /sys/kernel/debug; do
	[ ! -d $dir ] || mount --bind "$tmp/empty" $dir
done
falls kmsg 'tracefs' fsopen=ENOSYS
without 'tracefs' fsopen=ENOSYS -- --source bpf

# A tracefs that does not have the tracepoint: any file system will do for that.
mkdir -p "$tmp/empty/events/oom"
falls kmsg '(tracefs|tracepoint|mark_victim)' fsopen=ENOSYS

# No log either: nothing is left. What the best source lacked is said.
mount --bind /dev/null /dev/kmsg
without 'tracefs' fsopen=ENOSYS --
without '/dev/kmsg' fsopen=ENOSYS -- --source kmsg
umount /dev/kmsg

# With tracefs mounted and no fsopen() it works as before Linux 5.2.
umount /sys/kernel/tracing
mount -t tracefs none /sys/kernel/tracing
launcher=("$tools/deny" fsopen=ENOSYS --)
start -o json
stop
launcher=()

# No BTF: bpf without the kernel's types.
if [ -e /sys/kernel/btf/vmlinux ]; then
	mount --bind "$tmp/empty" /sys/kernel/btf
	falls bpf 'BTF' fsopen=ENOSYS
fi
umount /sys/kernel/tracing
