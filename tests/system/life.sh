#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# However the program ends, nothing stays: no mount, no tracefs instance, no
# enabled event, no BPF program or map, no process, and no kill is untold that
# happened before the signal.
[ -n "${private_mounts-}" ] || private_mounts=1 exec unshare -m "$BASH" "$0" "$@"
. "$(dirname "$0")/lib.sh"
need bpftool

mkdir "$tmp/tracefs"
mount -t tracefs none "$tmp/tracefs" || skip "tracefs cannot be mounted"
enabled=$tmp/tracefs/events/oom/mark_victim/enable
memcg_make cgroup life 8M

host_state() {
	cat /proc/self/mountinfo "$enabled"
	ls "$tmp/tracefs/instances"
}

# The numbers of a process's BPF objects, as "prog 12" and "map 34".
bpf_ids() {
	sed -n 's/^\(prog\|map\)_id:[^0-9]*/\1 /p' "/proc/$1/fdinfo/"* 2>/dev/null | sort -u
}

# The kernel frees them a moment after the last descriptor is closed.
await_gone() {
	local tries

	for ((tries = 0; tries < guard * 50; tries++)); do
		bpftool "$1" show id "$2" >/dev/null 2>&1 || return 0
		sleep 0.02
	done
	fail "BPF $1 $2 is still there after $3"
}

# end_by SIGNAL
end_by() {
	local before ids kind id

	before=$(host_state)
	start -o json
	ids=$(bpf_ids "$tracer_pid")
	matches "the BPF objects while it runs" "$ids" 'map .*prog '
	is "its children" "$(cat /proc/"$tracer_pid"/task/*/children)" ""
	spawn eater --cgroup "$cgroup" --anon all
	await_killed eater
	if [ "$1" = KILL ]; then
		# Read first: SIGKILL may come before it is written.
		event line "$eater_pid"
		kill -KILL "$tracer_pid"
		{ wait "$tracer_pid"; } 2>/dev/null
	else
		stop "$1"
		event line "$eater_pid"
	fi
	while read -r kind id; do
		await_gone "$kind" "$id" "SIG$1"
	done <<<"$ids"
	is "the host after SIG$1" "$(host_state)" "$before"
}

end_by INT
end_by TERM
end_by HUP
end_by QUIT
end_by KILL
umount "$tmp/tracefs"
