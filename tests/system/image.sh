#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# The image that tools/Containerfile makes sees a real kill, in a container
# with the capabilities, mounts and environment of the DaemonSet, and no more.
. "$(dirname "$0")/lib.sh"
command -v podman >/dev/null || skip "no podman (tools/setup --tests installs it)"

manifest=tools/kubernetes/trace_oomkill.yaml
podman=(podman --root "$tmp/storage" --runroot "$tmp/run" --tmpdir "$tmp/libpod"
	--runtime runc --cgroup-manager cgroupfs)
images() { "${podman[@]}" "$@"; }
parents_note libpod_parent

# Whatever happens, the container goes before its files do.
end_container() {
	[ -z "${container:-}" ] || images rm -f -t 0 "$container" >/dev/null 2>&1
	images umount -a >/dev/null 2>&1
	[ -z "${mounted:-}" ] || umount /sys/kernel/tracing
}
trap 'status=$?; end_container; (exit $status); at_exit' EXIT

case $(uname -m) in
x86_64) arch=amd64 ;;
aarch64) arch=arm64 ;;
*) arch=$(uname -m) ;;
esac
mkdir -p "$tmp/context/$arch"
cp "$program" "$tmp/context/$arch/trace_oomkill"

# ---- each of the tools that is there builds it ----

build() {
	local said

	if ! said=$("$@" -f tools/Containerfile --build-arg "ARCH=$arch" \
		-t trace_oomkill:test "$tmp/context" 2>&1); then
		echo "$said"
		return 1
	fi
}
build "${podman[@]}" build || skip "podman builds no image here: $(build "${podman[@]}" build 2>&1 | tail -n 1)"
files=$(images create --network none trace_oomkill:test) || fail "no container"
is "the files of the image" "$(images export "$files" | tar -t | grep -vE '^(dev|proc|sys|etc|run)(/|$)' | sort | tr '\n' ' ')" "trace_oomkill "
images rm "$files" >/dev/null
if command -v buildah >/dev/null; then
	build buildah --root "$tmp/storage2" --runroot "$tmp/run2" bud --isolation chroot ||
		fail "buildah does not build it"
fi

# ---- what the manifest grants ----

granted=$(sed -n 's/^ *add: \[\(.*\)\]/\1/p' "$manifest" | tr -d '" ' | tr '[:upper:]' '[:lower:]')
is "the capabilities of the manifest" "$granted" bpf,perfmon,ipc_lock,sys_resource,sys_nice
grep -q 'mountPath: /host$' "$manifest" || fail "the manifest mounts nothing at /host"
grep -q 'type: Unconfined' "$manifest" || fail "the manifest has another seccomp profile"

# run CAPABILITIES NAME ARGUMENTS..
run() {
	local caps=$1 name=$2

	shift 2
	"${podman[@]}" run --rm --name "$name" --network none --pid host --read-only \
		--ulimit nofile=1024:1024 --ulimit nproc=1000:1000 \
		--security-opt seccomp=unconfined --security-opt no-new-privileges \
		--cap-drop all --cap-add "$caps" \
		-v /:/host:ro,rslave -e HOST_ROOT=/host -e NODE_NAME=node-of-test \
		trace_oomkill:test "$@"
}
images run --rm --network none --ulimit nofile=1024:1024 --ulimit nproc=1000:1000 \
	trace_oomkill:test --version >"$tmp/version" 2>"$tmp/podman.err" ||
	skip "podman runs no container here: $(tail -n 1 "$tmp/podman.err")"
is "the version in the image" "$(cat "$tmp/version")" "$("$program" --version)"
[ "$(stat -f -c %T /sys/kernel/tracing 2>/dev/null)" = tracefs ] || {
	mount -t tracefs none /sys/kernel/tracing || skip "no tracefs can be mounted"
	mounted=yes
}

# ---- a kill ----

pod=0d8e5b7a-1b2c-4d3e-8f90-a1b2c3d4e5f6
id=$(printf '%064d' 7)
memcg_make node node max
memcg_make pods node/kubepods max
memcg_make limited "node/kubepods/pod$pod" 16M
memcg_make cgroup "node/kubepods/pod$pod/$id" max

# see CAPABILITIES: the events' JSON of a kill by somebody who is not root
see() {
	container=trace-oomkill-$$
	: >"$tmp/run.err"
	rm -f "$tmp/said"
	mkfifo "$tmp/said"
	run "$1" "$container" -v -o json >"$tmp/lines" 2>"$tmp/said" &
	runner=$!
	pids+=("$runner")
	exec {said}<"$tmp/said"
	while read -r -t "$guard" -u "$said" words; do
		echo "$words" >>"$tmp/run.err"
		case $words in *'source: '*) break ;; esac
	done
	cat <&"$said" >>"$tmp/run.err" &
	exec {said}<&-
	grep -q 'source: bpf' "$tmp/run.err" || fail "with $1: $(cat "$tmp/run.err")"
	spawn eater --cgroup "$cgroup" --comm eater --anon all
	await_killed eater
	images kill -s INT "$container" >/dev/null || fail "it cannot be ended"
	{ wait "$runner"; } 2>/dev/null
	is "its status" $? 0
	container=
	line=$(grep "\"tpid\":${eater_pid}[,}]" "$tmp/lines") || fail "no event: $(cat "$tmp/run.err")"
	printf '%s\n' "$line" >>"$tmp/events"
}
# The command line is a race with the victim's end, whatever one may read. The
# kernel's log is a device, which a pod may not open; here somebody might.
nulls() {
	jq -r 'paths(. == null) | map(tostring) | join(".")' <<<"$1" |
		grep -vE '^(tprocess\.cmdline|oom\.(report|marked_only))' | sort | tr '\n' ' '
}

see "$granted"
has "$line" tcomm eater
has "$line" k8s.node node-of-test
has "$line" k8s.podUid "$pod"
has "$line" runtime.containerId "$id"
has "$line" oom.limit_bytes $((16 << 20))
has "$line" fprocess.creds.user root
has "$line" source bpf
granted_nulls=$(nulls "$line")

# More than that would not tell more.
see "$granted,sys_admin,sys_ptrace,dac_read_search,syslog"
is "what is unknown without more capabilities" "$granted_nulls" "$(nulls "$line")"
check_json

# And with less it would not be the probe.
for less in perfmon:CAP_BPF bpf:CAP_PERFMON; do
	run "${less%:*}" "trace-oomkill-less-$$" -t 1 >"$tmp/less" 2>&1
	matches "what it says with ${less%:*} alone" "$(cat "$tmp/less")" "needs ${less#*:}, or root"
done
