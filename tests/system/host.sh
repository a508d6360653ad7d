#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# What a host can lack, provoked: no bpf(), no perf events, no tracefs, no
# tracepoint, no BTF. Each ends with one line that names what is missing.
[ -n "${private_mounts-}" ] || private_mounts=1 exec unshare -m "$BASH" "$0" "$@"
. "$(dirname "$0")/lib.sh"

# without RULES.. -- REGEX: the program on a kernel that refuses these calls.
without() {
	local rules=() message status

	while [ "$1" != -- ]; do
		rules+=("$1")
		shift
	done
	message=$("$tools/deny" "${rules[@]}" -- timeout "$guard" "$program" -o json 2>&1)
	status=$?
	is "the status without ${rules[*]}" $status 1
	one_message "without ${rules[*]}" "$message"
	matches "the message without ${rules[*]}" "$message" "^trace_oomkill: .*$2"
}

without bpf=ENOSYS -- 'bpf'
without bpf=EPERM -- 'Operation not permitted'
without bpf:0=EPERM -- 'map .*Operation not permitted'
without bpf:5=EPERM -- 'load .*mark_victim.*Operation not permitted'
without perf_event_open=EACCES -- 'Permission denied'
without perf_event_open=EMFILE -- '(Too many open files|No file descriptors)'

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
without fsopen=ENOSYS -- 'tracefs'

# A tracefs that does not have the tracepoint: any file system will do for that.
mkdir -p "$tmp/empty/events/oom"
without fsopen=ENOSYS -- '(tracefs|tracepoint|mark_victim)'

# With tracefs mounted and no fsopen() it works as before Linux 5.2.
umount /sys/kernel/tracing
mount -t tracefs none /sys/kernel/tracing
launcher=("$tools/deny" fsopen=ENOSYS --)
start -o json
stop
launcher=()
umount /sys/kernel/tracing

# No BTF.
if [ -e /sys/kernel/btf/vmlinux ]; then
	mount --bind "$tmp/empty" /sys/kernel/btf
	without fsopen=ENOSYS -- 'BTF'
fi
