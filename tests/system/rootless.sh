#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# A container of a user's own runtime, by its cgroup in the user's session: its
# name is what the files in that user's home say. No runtime is run: it would
# want cgroup v2.
. "$(dirname "$0")/lib.sh"

id=$(printf '%064x' $$)
memcg_make top user.slice 64M
path=$top
for name in user-4242.slice user@4242.service user.slice "libpod-$id.scope" container; do
	path=$path/$name
	mkdir "$path" || fail "cannot make $path"
	cgroups+=("$path")
done
host=$tmp/host
storage=$host/home/ada/.local/share/containers/storage/overlay-containers
mkdir -p "$host/etc" "$storage"
echo 'ada:x:4242:4242:Ada:/home/ada:/bin/sh' >"$host/etc/passwd"
echo "[{\"id\":\"$id\",\"names\":[\"web\"],\"metadata\":\"{\\\"image-name\\\":\\\"localhost/shop:1\\\"}\"}]" \
	>"$storage/containers.json"

start -o json --host-root "$host"
spawn eater --cgroup "$path" --anon all
await_killed eater
event line "$eater_pid"
has "$line" runtime.runtimeName podman
has "$line" runtime.containerId "$id"
has "$line" runtime.containerName web
has "$line" runtime.containerImageName localhost/shop:1
# It is gone, and of what a user says nothing is remembered.
rm "$storage/containers.json"
spawn eater --cgroup "$path" --anon all
await_killed eater
event line "$eater_pid"
has "$line" runtime.containerId "$id"
has "$line" runtime.containerName null
stop

# A home on a file system whose server never answers: the kill is told at once,
# without a name, and so are the next ones.
[ -c /dev/fuse ] || skip "there is no /dev/fuse"
echo "[{\"id\":\"$id\",\"names\":[\"web\"]}]" >"$storage/containers.json"
hanging=$host/home/ada/.local/share
# hang_at DIR: makes it a mount point behind which every access waits.
hang_at() {
	exec {fuse}<>/dev/fuse
	mount -i -t fuse -o "fd=$fuse,rootmode=40000,user_id=0,group_id=0,allow_other" \
		test-trace-oomkill "$1" || skip "FUSE cannot be mounted here"
	mounted=$1
}
answer() {
	exec {fuse}>&-		# every access fails from now on
	umount -l "$mounted"
}
trap 'status=$?; [ -z "${mounted-}" ] || answer; (exit $status); at_exit' EXIT

for place in "$hanging/containers" "$hanging" "$host/home/ada" "$storage"; do
	hang_at "$place"
	start -o json --host-root "$host"
	for again in 1 2; do
		spawn eater --cgroup "$path" --anon all
		await_killed eater
		event line "$eater_pid"
		has "$line" runtime.runtimeName podman
		has "$line" runtime.containerId "$id"
		has "$line" runtime.containerName null
	done
	stop
	answer
	mounted=
done
start -o json --host-root "$host"
spawn eater --cgroup "$path" --anon all
await_killed eater
event line "$eater_pid"
has "$line" runtime.containerName web
stop
