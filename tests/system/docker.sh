#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Real containers of a real dockerd, which is never asked: their names, images,
# first processes and start times are in the events, whoever in them is killed.
. "$(dirname "$0")/containers.bash"

start_docker
# The kills of others would fill the pipe while nobody reads.
start -o json --containers

inspect() {
	docker inspect -f "$1" "$id"
}

# create NAME OPTIONS.. COMMAND: a container with a limit, not started yet.
create() {
	id=$(docker create --name "$1" -m "${limit:-16m}" --network none "${@:2}" 2>"$tmp/docker.err") ||
		fail "docker create $1: $(cat "$tmp/docker.err")"
}

run() {
	create "$@"
	docker start "$id" >/dev/null 2>"$tmp/docker.err" ||
		fail "docker start $1: $(cat "$tmp/docker.err")"
}

# The same with $waiting before COMMAND, which lasts until Docker has written
# which process it started, and when.
mkfifo "$tmp/go"
exec {go}<>"$tmp/go"
waiting='read -r line </go;'
run_waiting() {
	run "$1" -v "$tmp/go:/go" "${@:2}"
	echo >&"$go"
}

# is_container NAME: of $event and the container $id, which is still there.
is_container() {
	has "$event" runtime.runtimeName docker
	has "$event" runtime.containerName "$1"
	has "$event" runtime.containerImageName busybox
	has "$event" runtime.containerImageDigest "$(inspect '{{.Image}}')"
	# Not with jq, which has no integers of that size.
	matches "the start" "$event" \
		"\"containerStartedAt\":$(unix_ns "$(inspect '{{.State.StartedAt}}')")[,}]"
	has "$event" k8s.podName ""
	has "$event" runtime.outer.containerId ""
}

# The first process, as on the gadget's page.
limit=512M
run_waiting test-trace-oomkill busybox sh -c "$waiting"'exec tail /dev/zero'
limit=
event_of event "$id"
docker wait "$id" >/dev/null
is_container test-trace-oomkill
has "$event" tcomm tail
swap=$(awk '/^SwapTotal:/ { print $2 * 1024 }' /proc/meminfo)
has "$event" pages $(((536870912 + (swap < 536870912 ? swap : 536870912)) / page))
is "the container's first process" "$(get "$event" runtime.containerPid)" "$(get "$event" tpid)"
is "what docker says" "$(inspect '{{.State.OOMKilled}}')" true

# Another process: the container lives on.
run_waiting another busybox sh -c "$waiting"'tail /dev/zero; exec sleep 1000'
event_of event "$id"
is_container another
has "$event" runtime.containerPid "$(inspect '{{.State.Pid}}')"
[ "$(get "$event" tpid)" != "$(inspect '{{.State.Pid}}')" ] || fail "the first process was killed"

# The next one is of the same container, by another name.
docker rename another renamed
docker exec "$id" tail /dev/zero 2>/dev/null
event_of event "$id"
is_container renamed

# Containers that are gone as soon as their first process is. Thirty of them
# here; a hundred were tried by hand.
for ((i = 0; i < ${TEST_SHORT_LIVED:-30}; i++)); do
	create "short-lived-$i" --rm busybox tail /dev/zero
	docker start "$id" >/dev/null
	event_of event "$id"
	has "$event" runtime.containerName "short-lived-$i"
	has "$event" runtime.containerImageName busybox
done

# In a mount namespace of its own within the container.
run_waiting unshared --cap-add SYS_ADMIN busybox \
	sh -c "$waiting"'unshare -m tail /dev/zero; exec sleep 1000'
event_of event "$id"
is_container unshared
first=$(readlink "/proc/$(inspect '{{.State.Pid}}')/ns/mnt" | tr -dc 0-9)
[ "$(get "$event" tmntns_id)" != "$first" ] || fail "it was killed in the container's mount namespace"
stop

# A cgroup within a container may be called after another container, whose name
# it must not get.
victim=$(docker inspect -f '{{.Id}}' renamed)
run thief busybox sh -c 'exec sleep 1000'
thief=$id
start -o json --containers
inside=$memcg_root/docker/$thief/docker-$victim.scope
mkdir "$inside" || fail "cannot make $inside"
spawn eater --cgroup "$inside" --anon all
await_killed eater
event_of event "$victim"
rmdir "$inside"
has "$event" tpid "$eater_pid"
has "$event" runtime.containerName null
has "$event" runtime.containerImageName null
has "$event" runtime.outer.containerId "$thief"
has "$event" runtime.outer.containerName thief
stop

# By name, in the table; the others are left out.
start --containers -c renamed
docker exec "$id" tail /dev/zero 2>/dev/null
id=$(docker inspect -f '{{.Id}}' renamed)
docker exec "$id" tail /dev/zero 2>/dev/null
read -r -t "$guard" -u "$tracer_out" head
matches "the head of the table" "$head" '^RUNTIME.CONTAINERNAME +MNTNS_ID'
read -r -t "$guard" -u "$tracer_out" line
matches "the first line" "$line" '^renamed  .* tail$'
stop

# As a user without CAP_IPC_LOCK, with the usual limit on locked memory: names
# are remembered all the same, and new containers noticed.
chmod 755 "$tmp"
cp "$program" "$tmp/trace_oomkill"
caps=-all,+bpf,+perfmon,+sys_admin,+dac_read_search,+sys_ptrace
before=$program
program=$tmp/trace_oomkill
launcher=(prlimit --memlock=$((8 << 20)) setpriv --reuid 65534 --regid 65534 --clear-groups
	--inh-caps "$caps" --ambient-caps "$caps")
start -o json --containers
create gone --rm busybox tail /dev/zero
docker start "$id" >/dev/null
event_of event "$id"
has "$event" runtime.containerName gone
# It is remembered when the files of the container are gone.
run lasting busybox sh -c 'exec sleep 1000'
docker exec "$id" tail /dev/zero 2>/dev/null
event_of event "$id"
has "$event" runtime.containerName lasting
mv "/var/lib/docker/containers/$id" "$tmp/hidden" || fail "cannot hide the container's files"
docker exec "$id" tail /dev/zero 2>/dev/null
event_of event "$id"
mv "$tmp/hidden" "/var/lib/docker/containers/$id"
has "$event" runtime.containerName lasting
stop
! grep -q 'not noticed' "$tmp/tracer.err" || fail "$(cat "$tmp/tracer.err")"
program=$before
launcher=()
