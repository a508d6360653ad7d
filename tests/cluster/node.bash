# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# A cluster of Kubernetes with one node, for tests that source this: real servers
# and a real containerd, in a network and a mount namespace of their own. Pods
# have no network: two scripts stand for network plugins. No image is fetched
# from anywhere: they are made of busybox and of the program.

if [ -z "${TRACE_OOMKILL_NETWORK-}" ] && [ "$(id -u)" = 0 ]; then
	TRACE_OOMKILL_NETWORK=1 exec unshare --net "$0" "$@"
fi

. "$(dirname "${BASH_SOURCE[0]}")/../system/containers.bash"

kubernetes=$(tests/cluster/build --path)
[ -x "$kubernetes/kubelet" ] ||
	skip "no servers of Kubernetes (make check-cluster builds them, in a quarter of an hour)"
for tool in go etcd openssl containerd ctr runc kubectl; do
	command -v "$tool" >/dev/null || skip "no $tool (tools/setup --tests cluster installs it)"
done

architecture=$(go env GOARCH)
node=node-1
address=10.0.0.1
servers=()

# What the pods are in comes to its end with them: the kubelet first, so that
# nobody starts them again.
stop_cluster() {
	local i id

	for ((i = ${#servers[@]} - 1; i >= 0; i--)); do
		kill -KILL "${servers[i]}" && wait "${servers[i]}"
		[ $i -eq $((${#servers[@]} - 1)) ] || continue
		for id in $(ctr -n k8s.io tasks ls -q); do
			ctr -n k8s.io tasks kill -s KILL "$id"
			ctr -n k8s.io tasks rm -f "$id"
		done
	done 2>/dev/null >&2
}
trap 'status=$?; stop_cluster; (exit $status); at_exit_containers' EXIT

# server NAME COMMAND..: what it says is in $tmp/NAME.log
server() {
	local name=$1

	shift
	"$@" >"$tmp/$name.log" 2>&1 &
	servers+=($!)
}

# await WHAT COMMAND..: until it succeeds. Nothing tells when a server of
# Kubernetes is ready but itself, when it is asked.
await() {
	local what=$1 tries

	shift
	for ((tries = 0; tries < guard * 4; tries++)); do
		"$@" >"$tmp/await.out" 2>&1 && return
		sleep 0.25
	done
	fail "$what: $(tail -n 1 "$tmp/await.out")"
}

# ---- images --------------------------------------------------------------------

# image NAME DIRECTORY COMMAND..: one layer with what is in there, as docker
# saves it
image() {
	local name=$1 root=$2 layer

	shift 2
	rm -rf "$tmp/image"
	mkdir -p "$tmp/image"
	tar -C "$root" --owner 0 --group 0 -cf "$tmp/image/layer.tar" .
	layer=$(sha256sum <"$tmp/image/layer.tar" | cut -d ' ' -f 1)
	jq -n --arg layer "sha256:$layer" --arg arch "$architecture" --args '{
		architecture: $arch, os: "linux",
		config: {Entrypoint: $ARGS.positional},
		rootfs: {type: "layers", diff_ids: [$layer]}}' "$@" >"$tmp/image/config.json"
	jq -n --arg name "$name" \
		'[{Config: "config.json", RepoTags: [$name], Layers: ["layer.tar"]}]' \
		>"$tmp/image/manifest.json"
	tar -C "$tmp/image" -c . >"$tmp/image.tar"
	ctr -n k8s.io images import --snapshotter native "$tmp/image.tar" >"$tmp/import.log" 2>&1 ||
		fail "no image $name: $(tail -n 1 "$tmp/import.log")"
}

images() {
	make_root
	image docker.io/library/busybox:1 "$tmp/root"
	image localhost/pause:1 "$tmp/root" /bin/sleep 1000000
	mkdir -p "$tmp/scratch"
	cp "$program" "$tmp/scratch/trace_oomkill"
	image docker.io/library/trace_oomkill:test "$tmp/scratch" /trace_oomkill
}

# ---- containerd ------------------------------------------------------------------

# A network plugin that gives an address and no network.
network() {
	mkdir -p "$tmp/cni/bin" "$tmp/cni/net.d"
	cat >"$tmp/cni/bin/loopback" <<-'END'
		#!/bin/sh
		[ "$CNI_COMMAND" = ADD ] || exit 0
		echo '{"cniVersion":"0.3.1","interfaces":[{"name":"lo"}],
		"ips":[{"version":"4","interface":0,"address":"127.0.0.1/8"}]}'
	END
	sed 's/"lo"/"eth0"/; s/127.0.0.1/10.1.0.1/' "$tmp/cni/bin/loopback" >"$tmp/cni/bin/none"
	chmod +x "$tmp"/cni/bin/*
	echo '{"cniVersion":"0.3.1","name":"none","type":"none"}' >"$tmp/cni/net.d/none.conf"
}

start_runtime() {
	need containerd runc
	network
	cat >"$tmp/containerd.toml" <<-END
		version = 2
		[plugins."io.containerd.grpc.v1.cri"]
		sandbox_image = "localhost/pause:1"
		restrict_oom_score_adj = true
		[plugins."io.containerd.grpc.v1.cri".containerd]
		snapshotter = "native"
		[plugins."io.containerd.grpc.v1.cri".cni]
		bin_dir = "$tmp/cni/bin"
		conf_dir = "$tmp/cni/net.d"
	END
	containerd -l error -c "$tmp/containerd.toml" >"$tmp/containerd.log" 2>&1 &
	containerd_pid=$!
	await_socket /run/containerd/containerd.sock "$containerd_pid" "$tmp/containerd.log"
}

# ---- the servers --------------------------------------------------------------

start_api() {
	openssl genrsa -out "$tmp/accounts.key" 2048 2>/dev/null || fail "no key"
	echo 'secret,admin,1,system:masters' >"$tmp/tokens"
	server etcd etcd --data-dir "$tmp/etcd" --unsafe-no-fsync
	server apiserver "$kubernetes/kube-apiserver" --etcd-servers http://127.0.0.1:2379 \
		--cert-dir "$tmp/api" --bind-address "$address" --advertise-address "$address" \
		--token-auth-file "$tmp/tokens" --authorization-mode RBAC \
		--service-cluster-ip-range 10.96.0.0/16 \
		--service-account-issuer https://cluster.local \
		--service-account-key-file "$tmp/accounts.key" \
		--service-account-signing-key-file "$tmp/accounts.key" \
		--kubelet-preferred-address-types InternalIP
	export KUBECONFIG=$tmp/kubeconfig
	kubectl config set-cluster test --server "https://$address:6443" --insecure-skip-tls-verify
	kubectl config set-credentials admin --token secret
	kubectl config set-context test --cluster test --user admin
	kubectl config use-context test
	await "the API server does not start" kubectl get --raw /readyz
}

start_node() {
	cat >"$tmp/kubelet.yaml" <<-END
		kind: KubeletConfiguration
		apiVersion: kubelet.config.k8s.io/v1beta1
		authentication: {anonymous: {enabled: true}, webhook: {enabled: false}}
		authorization: {mode: AlwaysAllow}
		cgroupDriver: cgroupfs
		enforceNodeAllocatable: []
		failSwapOn: false
		evictionHard: {memory.available: 1Mi}
		imageGCHighThresholdPercent: 100
		oomScoreAdj: 0
		syncFrequency: 2s
	END
	server kubelet "$kubernetes/kubelet" --config "$tmp/kubelet.yaml" --kubeconfig "$KUBECONFIG" \
		--hostname-override "$node" --node-ip "$address" --cert-dir "$tmp/kubelet" \
		--container-runtime remote \
		--container-runtime-endpoint unix:///run/containerd/containerd.sock \
		--image-service-endpoint unix:///run/containerd/containerd.sock
}

start_cluster() {
	parents_note kubepods k8s.io
	mount --make-rshared / && mount -t tmpfs none /var/log ||
		skip "nothing can be mounted here"
	# As on a node that systemd has started.
	[ "$(stat -f -c %T /sys/kernel/tracing 2>/dev/null)" = tracefs ] ||
		mount -t tracefs none /sys/kernel/tracing ||
		skip "tracefs is not mounted and cannot be"
	busybox ip link set lo up && busybox ip address add "$address/32" dev lo ||
		skip "no network of our own"
	start_runtime
	images
	start_api >"$tmp/kubectl.log"
	server controllers "$kubernetes/kube-controller-manager" --kubeconfig "$KUBECONFIG" \
		--service-account-private-key-file "$tmp/accounts.key" --leader-elect=false
	server scheduler "$kubernetes/kube-scheduler" --kubeconfig "$KUBECONFIG" --leader-elect=false
	start_node
	await "the node does not come up" kubectl get node "$node"
	kubectl wait --for condition=Ready "node/$node" --timeout "${guard}s" >"$tmp/kubectl.log" 2>&1 ||
		fail "the node is not ready: $(tail -n 1 "$tmp/kubectl.log"); $(tail -n 1 "$tmp/kubelet.log")"
}
