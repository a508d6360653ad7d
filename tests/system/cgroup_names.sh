#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# A victim in a cgroup that is named as runtimes name theirs: the event has
# the runtime, the container's id and the outer one's, and in the table the
# start of the id. No runtime is run: it is the kernel's path that counts.
. "$(dirname "$0")/lib.sh"

inner=$(printf '%064x' $$)
outer=$(printf '%064x' $(($$ + 1)))
memcg_make top docker 64M
mkdir "$top/docker-$outer.scope" "$top/docker-$outer.scope/crio-$inner.scope" ||
	fail "cannot make the cgroups"
cgroups+=("$top/docker-$outer.scope" "$top/docker-$outer.scope/crio-$inner.scope")

start -o json
spawn eater --cgroup "$top/docker-$outer.scope/crio-$inner.scope" --anon all
await_killed eater
event line "$eater_pid"
has "$line" runtime.runtimeName cri-o
has "$line" runtime.containerId "$inner"
has "$line" runtime.containerName null
has "$line" runtime.outer.runtimeName docker
has "$line" runtime.outer.containerId "$outer"
has "$line" systemd.unit "crio-$inner.scope"
has "$line" k8s.podUid ""
stop

start --fields runtime.containerName,tpid
spawn second --cgroup "$top/docker-$outer.scope" --anon all
await_killed second
while read -r -t "$guard" -u "$tracer_out" name tpid; do
	[ "$tpid" = "$second_pid" ] && break
done
is "the name in the table" "$name" "${outer:0:12}"
kill -INT "$tracer_pid"
wait "$tracer_pid"
