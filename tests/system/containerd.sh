#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Real containers of a real containerd, in the cgroups and with the annotations
# that a kubelet has it make, and some of ctr's own. Nobody is asked: names of
# pods and containers are from the files that it starts them by.
. "$(dirname "$0")/containers.bash"
need ctr

parents_note kubepods k8s.io default shop
start_containerd
make_root
pod=0d8e5b7a-1b2c-4d3e-8f90-a1b2c3d4e5f6
here=()

# Whatever happens, no container outlives the test.
remove_containers() {
	local one

	for one in "${here[@]}"; do
		ctr -n "${one%/*}" task kill -s KILL "${one#*/}"
		ctr -n "${one%/*}" task rm -f "${one#*/}"
		ctr -n "${one%/*}" containers rm "${one#*/}"
	done >/dev/null 2>&1
}
trap 'status=$?; remove_containers; (exit $status); at_exit_containers' EXIT

# run NAMESPACE ID OPTIONS.. -- COMMAND..
run() {
	local namespace=$1 options=()

	id=$2
	shift 2
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	here+=("$namespace/$id")
	ctr -n "$namespace" run -d --null-io --rootfs --memory-limit $((16 << 20)) \
		"${options[@]}" "$tmp/root" "$id" "$@" 2>"$tmp/ctr.err" ||
		skip "containerd runs no container here: $(tail -n 1 "$tmp/ctr.err")"
}

# as_kubelet ID NAME [CGROUP]: the options for a container NAME of the pod, which
# a kubelet has below CGROUP
as_kubelet() {
	options=(--cgroup "${3-}/kubepods/burstable/pod$pod/$1"
		--annotation io.kubernetes.cri.container-type=container
		--annotation "io.kubernetes.cri.container-name=$2"
		--annotation io.kubernetes.cri.image-name=registry/busybox:1
		--annotation "io.kubernetes.cri.sandbox-id=$sandbox"
		--annotation io.kubernetes.cri.sandbox-name=api-7f9
		--annotation io.kubernetes.cri.sandbox-namespace=web)
}

is_of_pod() {
	has "$event" runtime.runtimeName containerd
	has "$event" runtime.containerName "$1"
	has "$event" runtime.containerImageName registry/busybox:1
	has "$event" k8s.namespace web
	has "$event" k8s.podName api-7f9
	has "$event" k8s.containerName "$1"
	has "$event" k8s.podUid "$pod"
	has "$event" k8s.podLabels app.kubernetes.io/name=api,tier=back
	has "$event" k8s.qosClass Burstable
	has "$event" k8s.hostnetwork false
}

# The containers that stand for pods, made but not started, each with the labels
# of its pod; so many that the database has more than one page of them.
sandbox_of() {
	local id=$1 labels=()

	here+=("k8s.io/$id")
	shift
	for label; do
		labels+=(--label "$label")
	done
	ctr -n k8s.io containers create --rootfs --label io.cri-containerd.kind=sandbox \
		"${labels[@]}" "$tmp/root" "$id" /bin/sleep 1 2>"$tmp/ctr.err" ||
		skip "containerd makes no container here: $(tail -n 1 "$tmp/ctr.err")"
}
sandbox=$(printf '%064x' 4096)
for ((i = 1; i <= 60; i++)); do
	sandbox_of "$(printf '%064x' $((4096 + i)))" app=other "tier=$i"
done
sandbox_of "$sandbox" tier=back app.kubernetes.io/name=api io.kubernetes.pod.name=api-7f9

# The kills of others would fill the pipe while nobody reads.
start -o json --containers

# The first process of a container in a pod.
id=$(printf '%064x' 1)
as_kubelet "$id" app
run k8s.io "$id" "${options[@]}" -- /bin/tail /dev/zero
event_of event "$id"
is_of_pod app
has "$event" runtime.containerPid "$(get "$event" tpid)"
has "$event" tcomm tail

# Another one; the container lives on.
id=$(printf '%064x' 2)
as_kubelet "$id" side
run k8s.io "$id" "${options[@]}" -- /bin/sh -c 'tail /dev/zero; exec sleep 1000'
event_of event "$id"
is_of_pod side
first=$(get "$event" runtime.containerPid)
is "the first process" "$first" "$(ctr -n k8s.io task ls | awk -v "id=$id" '$1 == id { print $2 }')"
[ "$first" != "$(get "$event" tpid)" ] || fail "the first process was killed"
started=$(get "$event" runtime.containerStartedAt)
[ "$started" -le "$(get "$event" timestamp_raw)" ] || fail "it started after the kill: $started"

# What ctr starts is called as people called it, in whichever namespace.
run default web -- /bin/tail /dev/zero
event_of event web
has "$event" runtime.runtimeName containerd
has "$event" runtime.containerName web
has "$event" k8s.podName ""
id=$(printf '%064x' 3)
run shop "$id" --annotation nerdctl/name=till -- /bin/tail /dev/zero
event_of event "$id"
has "$event" runtime.containerName till
stop

# The table that Kubernetes' users know; what is not asked for is left out.
start --columns k8s -n web -p api-7f9 -c other,side
id=$(printf '%064x' 4)
as_kubelet "$id" app
run k8s.io "$id" "${options[@]}" -- /bin/tail /dev/zero
id=$(printf '%064x' 5)
as_kubelet "$id" side
run k8s.io "$id" "${options[@]}" -- /bin/tail /dev/zero
read -r -t "$guard" -u "$tracer_out" head
matches "the head of the table" "$head" '^K8S.NODE +K8S.NAMESPACE +K8S.PODNAME +K8S.CONTAINERNAME +MNTNS_ID'
read -r -t "$guard" -u "$tracer_out" line
matches "the first line" "$line" '^[^ ]+ +web +api-7f9 +side +[0-9]+ .* tail$'
stop

# By the labels of the pod; others of the same runtime are left out.
start -o json -l app.kubernetes.io/name=api,tier=back
run default other -- /bin/tail /dev/zero
id=$(printf '%064x' 6)
as_kubelet "$id" app
run k8s.io "$id" "${options[@]}" -- /bin/tail /dev/zero
read -r -t "$guard" -u "$tracer_out" event
is_of_pod app
stop

# A node that is itself a container, as kind makes them: the pod is told, and the
# container that all of it is in.
start_docker
outer=$(docker run -d --name kind-node --network none busybox sleep 1000000) ||
	fail "docker starts no container"
start -o json --containers
id=$(printf '%064x' 7)
as_kubelet "$id" app "/docker/$outer/kubelet"
run k8s.io "$id" "${options[@]}" -- /bin/tail /dev/zero
event_of event "$id"
is_of_pod app
has "$event" runtime.outer.runtimeName docker
has "$event" runtime.outer.containerId "$outer"
has "$event" runtime.outer.containerName kind-node
stop
