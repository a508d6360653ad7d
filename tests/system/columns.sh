#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# The table of a node of Kubernetes where a kubelet keeps its pods, and only
# where no other was asked for.
. "$(dirname "$0")/lib.sh"

# titles OPTIONS..: the first line of the table.
titles() {
	output=$tmp/table
	start "$@"
	stop
	head -n 1 "$tmp/table" | awk '{ print $1, $2 }'
}

root=$tmp/root
mkdir -p "$root/etc"
is "the table of a host" "$(titles --host-root "$root")" "RUNTIME.CONTAINERNAME MNTNS_ID"
for place in var/lib/kubelet var/lib/k0s/kubelet var/snap/microk8s/common/var/lib/kubelet; do
	rm -rf "${root:?}/var"
	mkdir -p "$root/$place/pods"
	is "the table with $place" "$(titles --host-root "$root")" "K8S.NODE K8S.NAMESPACE"
done
is "the table that was asked for" "$(titles --host-root "$root" --columns default)" \
	"RUNTIME.CONTAINERNAME MNTNS_ID"
is "the wide one" "$(titles --host-root "$root" --columns wide)" "K8S.NODE K8S.NAMESPACE"
is "the fields that were asked for" "$(titles --host-root "$root" --fields tpid,tcomm)" \
	"TPID TCOMM"
is "the table without them" "$(titles --host-root "$root" --fields -k8s.node)" \
	"K8S.NAMESPACE K8S.PODNAME"
