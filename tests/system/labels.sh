#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# A pod of CRI-O's by its labels, which are in its sandbox's file: -l shows its
# kills and no others. No runtime is run: it is the kernel's path and the files
# that count.
. "$(dirname "$0")/lib.sh"

uid=11111111-2222-3333-4444-555555555555
memcg_make top kubepods 64M
host=$tmp/host
storage=$host/var/lib/containers/storage/overlay-containers
mkdir -p "$storage"

# pod NUMBER LABELS: a pod with one container; leaves the container's cgroup in $cgroup
pod() {
	local id sandbox pod=$top/kubepods-burstable-pod${uid//-/_}$1.slice

	id=$(printf '%063x%s' $$ "$1") sandbox=$(printf '%064x' "$1")
	cgroup=$pod/crio-$id.scope
	mkdir "$pod" "$cgroup" || fail "cannot make $cgroup"
	cgroups+=("$pod" "$cgroup")
	mkdir -p "$storage/$id/userdata" "$storage/$sandbox/userdata"
	jq -n --arg pod "api-$1" --arg sandbox "$sandbox" '{annotations: {
		"io.container.manager": "cri-o", "io.kubernetes.container.name": "app",
		"io.kubernetes.pod.name": $pod, "io.kubernetes.pod.namespace": "web",
		"io.kubernetes.cri-o.SandboxID": $sandbox}}' >"$storage/$id/userdata/config.json"
	jq -n --arg labels "$2" '{annotations: {"io.container.manager": "cri-o",
		"io.kubernetes.cri-o.Labels": $labels}}' >"$storage/$sandbox/userdata/config.json"
}

start -o json --host-root "$host" -l tier=back,app=api
pod 1 '{"app":"shop","tier":"back"}'
spawn other --cgroup "$cgroup" --anon all
await_killed other
pod 2 '{"app":"api","tier":"back","io.kubernetes.pod.name":"api-2"}'
spawn eater --cgroup "$cgroup" --anon all
await_killed eater
event line "$eater_pid"
has "$line" k8s.podLabels app=api,tier=back
has "$line" k8s.podName api-2
has "$line" k8s.containerName app
stop
is "the events of the other pod" "$(jq -c "select(.tpid == $other_pid)" "$tmp/events")" ""
