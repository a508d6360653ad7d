# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# For tests with real container runtimes: sourced in place of lib.sh. Such a
# test runs in a mount namespace of its own with an empty /run and /var/lib,
# so that its daemons have nothing to do with the host's, and nothing is left
# behind. No image is fetched from anywhere: one is made of busybox.

if [ -z "${TRACE_OOMKILL_CONTAINERS-}" ] && [ "$(id -u)" = 0 ]; then
	TRACE_OOMKILL_CONTAINERS=1 exec unshare --mount --propagation private "$0" "$@"
fi

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# From a directory of its own: conmon leaves a file "oom" where it was started.
podman=(env -C "$tmp" podman --runtime runc --cgroup-manager cgroupfs --storage-driver vfs)

mount -t tmpfs none /run && mount -t tmpfs none /var/lib ||
	skip "nothing can be mounted here"
containerd_pid=
dockerd_pid=

# What a daemon is told to end by, it ends its own by.
stop_daemons() {
	local pid

	if [ -n "$dockerd_pid" ]; then
		docker ps -aq | xargs -r docker rm -f
	fi >/dev/null 2>&1
	for pid in $dockerd_pid $containerd_pid; do
		kill -TERM "$pid" && wait "$pid"
	done 2>/dev/null
}

at_exit_containers() {
	local status=$?

	stop_daemons
	(exit "$status")
	at_exit
}
trap at_exit_containers EXIT

# await_socket PATH PID LOG: until the daemon listens, or has ended.
await_socket() {
	local tries

	for ((tries = 0; tries < guard * 20; tries++)); do
		[ -S "$1" ] && return
		kill -0 "$2" 2>/dev/null || break
		sleep 0.05
	done
	skip "$(basename "$3" .log) does not start here: $(tail -n 1 "$3")"
}

start_containerd() {
	need containerd runc
	containerd -l error >"$tmp/containerd.log" 2>&1 &
	containerd_pid=$!
	await_socket /run/containerd/containerd.sock "$containerd_pid" "$tmp/containerd.log"
}

start_docker() {
	need dockerd docker
	[ -n "$containerd_pid" ] || start_containerd
	export DOCKER_HOST=unix:///run/docker.sock
	parents_note docker
	dockerd -l error --iptables=false --bridge=none --storage-driver vfs \
		--exec-opt native.cgroupdriver=cgroupfs \
		--containerd /run/containerd/containerd.sock "$@" >"$tmp/dockerd.log" 2>&1 &
	dockerd_pid=$!
	await_socket /run/docker.sock "$dockerd_pid" "$tmp/dockerd.log"
	make_root
	tar -C "$tmp/root" -c . | docker import - busybox >/dev/null 2>"$tmp/import.err" ||
		skip "docker cannot import an image here: $(cat "$tmp/import.err")"
	docker run --rm --network none busybox true 2>"$tmp/run.err" ||
		skip "docker cannot run a container here: $(cat "$tmp/run.err")"
}

# A container's root: $tmp/root
make_root() {
	need busybox
	mkdir -p "$tmp/root/bin" "$tmp/root/proc" "$tmp/root/dev" "$tmp/root/sys" "$tmp/root/tmp"
	cp "$(command -v busybox)" "$tmp/root/bin/busybox"
	for name in sh tail sleep true unshare; do
		ln -sf busybox "$tmp/root/bin/$name"
	done
}

# event_of VARIABLE ID: the next kill in this container.
event_of() {
	local found

	while read -r -t "$guard" -u "$tracer_out" found; do
		[[ $found == *'"containerId":"'"$2"'"'*'"outer":'* ]] || continue
		printf '%s\n' "$found" >>"$tmp/events"
		printf -v "$1" %s "$found"
		return
	done
	fail "no event for the container $2"
}

# unix_ns TIME: as Docker and containerd write it.
unix_ns() {
	date -d "$1" +%s%N
}
