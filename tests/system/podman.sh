#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Real containers of Podman's: their names and images from containers/storage.
. "$(dirname "$0")/containers.bash"
need podman runc

parents_note libpod_parent
trap 'status=$?; "${podman[@]}" rm -af -t 0 >/dev/null 2>&1; (exit $status); at_exit_containers' EXIT
make_root
tar -C "$tmp/root" -c . | "${podman[@]}" import - shop/busybox:1 >/dev/null 2>"$tmp/import.err" ||
	skip "podman imports no image here: $(tail -n 1 "$tmp/import.err")"

# run NAME OPTIONS.. COMMAND..: a container with a limit
run() {
	"${podman[@]}" run -d --name "$1" -m 16m --network none --ulimit nofile=1024:1024 \
		--ulimit nproc=1000:1000 "${@:2}" >"$tmp/id" 2>"$tmp/run.err" ||
		skip "podman runs no container here: $(tail -n 1 "$tmp/run.err")"
	id=$(cat "$tmp/id")
}

is_container() {
	has "$event" runtime.runtimeName podman
	has "$event" runtime.containerName "$1"
	has "$event" runtime.containerImageName localhost/shop/busybox:1
	has "$event" k8s.podName ""
}

# The kills of others would fill the pipe while nobody reads.
start -o json --containers
run web localhost/shop/busybox:1 tail /dev/zero
event_of event "$id"
is_container web
has "$event" tcomm tail
has "$event" runtime.containerPid "$(get "$event" tpid)"
digest=$(get "$event" runtime.containerImageDigest)
is "the image" "$digest" "$("${podman[@]}" image inspect -f '{{.Id}}' shop/busybox:1)"

# Another process than the first.
run other localhost/shop/busybox:1 sh -c 'tail /dev/zero; exec sleep 1000'
event_of event "$id"
is_container other
has "$event" runtime.containerPid "$("${podman[@]}" inspect -f '{{.State.Pid}}' other)"

# One that goes with its first process.
run short-lived --rm localhost/shop/busybox:1 tail /dev/zero
event_of event "$id"
is_container short-lived
stop

start -c '!web' --containers
run web2 localhost/shop/busybox:1 tail /dev/zero
read -r -t "$guard" -u "$tracer_out" head
read -r -t "$guard" -u "$tracer_out" line
matches "the first line" "$line" '^web2  .* tail$'
stop
