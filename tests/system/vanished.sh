#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Containers of which nothing is left when the tracer comes to look: it is
# stopped while they are killed and removed, and knows them from before, be it
# that they were there at its start or that it saw them come.
. "$(dirname "$0")/containers.bash"
need ctr podman

parents_note default libpod_parent
start_docker
tar -C "$tmp/root" -c . | "${podman[@]}" import - busybox >/dev/null 2>"$tmp/import.err" ||
	skip "podman imports no image here: $(tail -n 1 "$tmp/import.err")"
remove_containers() {
	"${podman[@]}" rm -af -t 0
	ctr task rm -f of-ctr
	ctr containers rm of-ctr
}
trap 'status=$?; remove_containers >/dev/null 2>&1; (exit $status); at_exit_containers' EXIT

# Each waits for a line in a fifo of its own.
waiting='read -r line </go; exec tail /dev/zero'
mkfifo "$tmp/"{of-docker,of-docker-too,of-podman,of-ctr}

run_docker() {
	docker run -d --rm --name "$1" -m 16m --network none -v "$tmp/$1:/go" busybox sh -c "$waiting" \
		2>"$tmp/run.err" || fail "docker runs no container: $(tail -n 1 "$tmp/run.err")"
}

run_podman() {
	"${podman[@]}" run -d --rm --name "$1" -m 16m --network none --ulimit nofile=1024:1024 \
		--ulimit nproc=1000:1000 -v "$tmp/$1:/go" localhost/busybox sh -c "$waiting" \
		2>"$tmp/run.err" || skip "podman runs no container here: $(tail -n 1 "$tmp/run.err")"
}

run_ctr() {
	ctr run --rm --null-io --rootfs --memory-limit $((16 << 20)) \
		--mount "type=bind,src=$tmp/$1,dst=/go,options=rbind" \
		"$tmp/root" "$1" /bin/sh -c "$waiting" >"$tmp/run.err" 2>&1 &
	pids+=($!)
	await_file "$1" "$ctr_tasks/$1/init.pid"
}

# await_file NAME FILE, await_gone NAME FILE
await_file() { await_test "$1: nothing is at $2" -e "$2"; }
await_gone() { await_test "$1: it stays at $2" ! -e "$2"; }
await_test() {
	local tries

	for ((tries = 0; tries < guard * 20; tries++)); do
		test "${@:2}" && return
		sleep 0.05
	done
	fail "$1"
}

# Whatever was there to be learnt when it was asked has been when it answers.
await_learnt() {
	local i

	for ((i = 0; i < 20; i++)); do
		counts_now
	done
}

ctr_tasks=/run/containerd/io.containerd.runtime.v2.task/default
docker_files=/var/lib/docker/containers
podman_files=/var/lib/containers/storage/vfs-containers

# vanish NAME ID FILE: is killed and gone before it is looked at
vanish() {
	local go

	kill -STOP "$tracer_pid"
	exec {go}<>"$tmp/$1"	# nobody need be there
	echo >&"$go"
	await_gone "$1" "$3"
	kill -CONT "$tracer_pid"
	event_of event "$2"
	has "$event" runtime.containerName "$1"
	has "$event" tcomm tail
}

first=$(run_docker of-docker)
# The kills of others would fill the pipe while nobody reads.
start -o json --containers
await_learnt
vanish of-docker "$first" "$docker_files/$first"
has "$event" runtime.containerPid "$(get "$event" tpid)"
has "$event" runtime.containerImageName busybox

second=$(run_docker of-docker-too)
await_learnt
vanish of-docker-too "$second" "$docker_files/$second"
has "$event" runtime.containerPid "$(get "$event" tpid)"

id=$(run_podman of-podman)
await_learnt
vanish of-podman "$id" "$podman_files/$id"
has "$event" runtime.runtimeName podman
has "$event" runtime.containerImageName localhost/busybox:latest

run_ctr of-ctr
await_learnt
vanish of-ctr of-ctr "$ctr_tasks/of-ctr"
has "$event" runtime.containerPid "$(get "$event" tpid)"
stop
