#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# kubectl trace_oomkill as far as it goes without a cluster, with the real
# kubectl: what the manifest says to it, what the plugin refuses, and one table
# of what real tracers wrote. What takes a cluster no test shows.
. "$(dirname "$0")/lib.sh"
command -v kubectl >/dev/null || skip "no kubectl (tools/setup --tests installs it)"
plugin=tools/kubernetes/kubectl-trace_oomkill
manifest=tools/kubernetes/trace_oomkill.yaml

# ---- the manifest, as kubectl understands it ----

# A field that kubectl does not know is not in what it gives back.
kubectl set env --local -f "$manifest" A=b -o json >"$tmp/json" 2>"$tmp/err" ||
	fail "kubectl does not read the manifest: $(cat "$tmp/err")"
says() {
	is "$1" "$(jq -cS "$1" "$tmp/json")" "$2"
}
says '.kind' '"DaemonSet"'
says '.spec.selector.matchLabels' '{"app.kubernetes.io/instance":"trace-oomkill"}'
says '.spec.template.metadata.labels["app.kubernetes.io/instance"]' '"trace-oomkill"'
says '.spec.template.spec.hostPID' true
says '.spec.template.spec.automountServiceAccountToken' false
says '.spec.template.spec.enableServiceLinks' false
says '.spec.template.spec.tolerations' '[{"operator":"Exists"}]'
says '.spec.template.spec.hostNetwork' null
pod=.spec.template.spec
says "$pod.containers[0].securityContext | del(.capabilities)" '{"allowPrivilegeEscalation":false,"privileged":false,"readOnlyRootFilesystem":true,"runAsUser":0,"seLinuxOptions":{"type":"spc_t"},"seccompProfile":{"type":"Unconfined"}}'
says "$pod.containers[0].securityContext.capabilities" '{"add":["BPF","PERFMON","IPC_LOCK","SYS_RESOURCE","SYS_NICE"],"drop":["ALL"]}'
says "$pod.containers[0].volumeMounts" '[{"mountPath":"/host","mountPropagation":"HostToContainer","name":"host","readOnly":true}]'
says "$pod.containers[0].resources | .limits == .requests and .limits.memory != null and .limits.cpu != null" true
says "[$pod.containers[0].env[] | select(.name == \"NODE_NAME\").valueFrom.fieldRef.fieldPath]" '["spec.nodeName"]'
says "[$pod.containers[0].env[] | select(.name == \"HOST_ROOT\").value]" '["/host"]'
says "$pod.volumes" '[{"hostPath":{"path":"/","type":"Directory"},"name":"host"}]'

# Its arguments are options that the program has.
jq -r "$pod.containers[0].args[]" "$tmp/json" | mapfile -t args
output=$tmp/deployed
NODE_NAME=node-a start "${args[@]}"
stop
output=

# ---- what is refused ----

through=()
# refused STATUS REGEX ARGUMENTS..
refused() {
	local status=$1 regex=$2 said

	shift 2
	said=$("${through[@]}" "$plugin" "$@" 2>&1 >"$tmp/out")
	is "the status of '$*'" $? "$status"
	is "the lines said of '$*'" "$(wc -l <<<"$said")" 1
	matches "what is said of '$*'" "$said" "$regex"
	is "the output of '$*'" "$(cat "$tmp/out")" ""
}
refused 2 "'tables' is no option" tables
refused 2 'no option --no-such' --no-such
refused 2 '^kubectl-trace_oomkill: -n wants a value' -n
refused 2 "no output 'xml'" -o xml
refused 2 'no number of seconds' -t 1m
refused 2 'no log of a node' --history=only
refused 2 'no end' deploy -t 3
refused 2 'NODE=FILE' merge
refused 2 'NODE=FILE' merge file
refused 1 'cannot be read' merge "a=$tmp/nothing"
refused 2 'line break' -p $'a\nb'

# Nobody listens there: the port is of a socket that does not.
echo '{"apiVersion":"v1","kind":"Config"}' >"$tmp/kubeconfig"
export KUBECONFIG=$tmp/kubeconfig
for action in "" deploy undeploy; do
	refused 1 'the cluster cannot be reached: .*(refused|connect)' ${action:+"$action"} --server http://127.0.0.1:1
done
refused 1 "cannot be reached: .*no context|cannot be reached: .*does not exist" --context nowhere
through=(env "TRACE_OOMKILL_MANIFEST=$tmp/nothing")
refused 1 'TRACE_OOMKILL_MANIFEST' --server http://127.0.0.1:1
mkdir "$tmp/bin"
for tool in sh sed dirname mktemp mkfifo rm cat; do
	ln -s "$(command -v $tool)" "$tmp/bin/$tool"
done
through=(env "PATH=$tmp/bin")
refused 1 'no kubectl'
through=()
is "the first line of the help" "$("$plugin" --help | head -n 1)" "usage: kubectl trace_oomkill [OPTION ...]"
PATH=$PWD/tools/kubernetes:$PATH
is "kubectl's way to the plugin" "$(kubectl trace_oomkill --help | head -n 1)" "usage: kubectl trace_oomkill [OPTION ...]"

# ---- one table of several nodes' streams ----

memcg_make cgroup kubectl 8M

# record NODE OPTIONS..: what a tracer there writes, as kubectl logs has it
record() {
	local node=$1

	shift
	output=$tmp/$node.out
	NODE_NAME=$node start -v "$@"
	for name in "eater-$node-1" "eater-$node-2"; do
		spawn eater --cgroup "$cgroup" --comm "$name" --anon all
		await_killed eater
		pids_of+=("$eater_pid")
	done
	stop
	output=
	awk -v second="$((++seconds + 10))" '
		{ printf "2026-08-21T09:20:%02d.%sZ %s\n", second, NR == 3 ? "3" : NR * 100000000, $0 }' \
		<(grep -vE ' kills?, ' "$tmp/tracer.err") "$tmp/$node.out" \
		<(grep -E ' kills?, ' "$tmp/tracer.err") >"$tmp/$node.log"
}
pids_of=() seconds=0
record node-a --fields k8s.node,tpid,tcomm
record node-b --fields k8s.node,tpid,tcomm
"$plugin" merge "node-a=$tmp/node-a.log" "node-b=$tmp/node-b.log" >"$tmp/table" 2>"$tmp/said"
is "the status of merge" $? 0
is "the first line" "$(head -n 1 "$tmp/table" | tr -s ' ')" "K8S.NODE TPID TCOMM"
is "the lines of titles" "$(grep -c K8S.NODE "$tmp/table")" 1
for pid in "${pids_of[@]}"; do
	is "the lines of process $pid" "$(grep -cE "^node-[ab] +$pid +eater-node-" "$tmp/table")" 1
done
is "what is added up" "$(grep -c ' 0 lost by 2 tracers$' "$tmp/said")" 1
is "whose words they are" "$(grep -cE '^node-[ab]: [0-9]+ kills?, 0 lost[,;] ' "$tmp/said")" 2

# A stream that broke, and was read again from a little before that.
head -n 4 "$tmp/node-a.log" >"$tmp/first"
tail -n +2 "$tmp/node-a.log" >"$tmp/second"
"$plugin" merge "node-a=$tmp/first" "node-a=$tmp/second" >"$tmp/again" 2>/dev/null
is "what a broken stream tells" "$(cat "$tmp/again")" "$(cat "$tmp/node-a.out")"

# Long lines of JSON from two nodes at once stay whole, every one.
record node-c -o json
record node-d -o json
for node in c d; do
	for ((i = 0; i < 100; i++)); do
		sed "s/Z /$(printf %03d $i)Z /; /kills,/d" <(grep '{' "$tmp/node-$node.log")
	done >"$tmp/many-$node"
done
"$plugin" merge "node-c=$tmp/many-c" "node-d=$tmp/many-d" >"$tmp/merged" 2>/dev/null
sort "$tmp/many-c" "$tmp/many-d" | sed 's/^[^ ]* //' | sort >"$tmp/expected"
is "whole lines of JSON" "$(jq -c .tpid <"$tmp/merged" 2>&1 | wc -l)" "$(wc -l <"$tmp/expected")"
sort "$tmp/merged" | cmp - "$tmp/expected" || fail "what was merged is not what was read"
