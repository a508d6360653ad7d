#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Without the privileges: one message that names the capability that is missing.
. "$(dirname "$0")/lib.sh"
need setpriv setcap unshare jq

# The program must be within reach of somebody who is not root.
chmod 755 "$tmp"
cp "$program" "$tmp/trace_oomkill"

# refused CAPABILITIES REGEX: as a plain user who has these capabilities.
refused() {
	local caps=$1 message status

	message=$(setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set "-all$caps" \
		--inh-caps "-all$caps" --ambient-caps "-all$caps" \
		timeout "$guard" "$tmp/trace_oomkill" -o json 2>&1)
	status=$?
	is "the status with capabilities '$caps'" $status 1
	one_message "with capabilities '$caps'" "$message"
	matches "the message with capabilities '$caps'" "$message" "^trace_oomkill: .*: .*$2"
}

refused "" 'CAP_BPF, CAP_PERFMON(,| and) CAP_DAC_READ_SEARCH'
refused ,+bpf 'needs CAP_PERFMON(,| and) CAP_DAC_READ_SEARCH'
refused ,+perfmon 'needs CAP_BPF(,| and) CAP_DAC_READ_SEARCH'
refused ,+bpf,+perfmon 'needs CAP_DAC_READ_SEARCH'
refused ,+sys_admin 'needs CAP_DAC_READ_SEARCH'

# What the first message names is enough: it is all that was missing.
if ! mountpoint -q /sys/kernel/tracing; then
	refused "" 'CAP_DAC_READ_SEARCH and tracefs mounted at /sys/kernel/tracing, or root'
	refused ,+bpf,+perfmon,+dac_read_search 'needs .*tracefs mounted at /sys/kernel/tracing'
fi

# root in name only
message=$(setpriv --bounding-set -all --inh-caps -all timeout "$guard" "$tmp/trace_oomkill" 2>&1)
is "the status of root without capabilities" $? 1
matches "the message to root without capabilities" "$message" '^trace_oomkill: .*CAP_'

# Nothing is missing: these are enough where the files can be read.
memcg_make cgroup privileges 8M
cp "$program" "$tmp/enough"
program=$tmp/enough
launcher=(setpriv --reuid 65534 --regid 65534 --clear-groups
	--inh-caps -all,+bpf,+perfmon,+sys_admin,+dac_read_search,+sys_ptrace
	--ambient-caps -all,+bpf,+perfmon,+sys_admin,+dac_read_search,+sys_ptrace)
start -o json
spawn eater --cgroup "$cgroup" --comm eater --anon all
await_killed eater
event line "$eater_pid"
has "$line" tcomm eater
stop

# Below the probe mount namespaces are read from /proc. The trigger lives on.
memcg_make both namespaces 64M
# sees CAPABILITIES: sets line to the event, as a plain user with these
sees() {
	launcher=(setpriv --reuid 65534 --regid 65534 --clear-groups
		--inh-caps "-all$1" --ambient-caps "-all$1")
	start -o json --source perf
	spawn big --cgroup "$both" --anon 40 --hold
	await big eaten
	spawn small --cgroup "$both" --anon 30 --hold
	await_killed big
	event_tid line "$big_pid"
	stop
	has "$line" fprocess.pid "$small_pid"
	await small eaten
	kill -KILL "$small_pid"
	await_killed small
}
sees ,+perfmon,+dac_read_search,+sys_admin,+sys_ptrace
has "$line" fprocess.mntns_id "$(stat -Lc %i /proc/$$/ns/mnt)"
sees ,+perfmon,+dac_read_search,+sys_admin
has "$line" fprocess.mntns_id null

# ---- the lines of docs/privileges.md ------------------------------------------

# A file with a capability that is out of reach does not start; what this host
# does not grant is left out of the lines.
granted=$(setpriv --dump | sed -n 's/^Capability bounding set: //p')
# shellcheck disable=SC2016 # the inner shell's
mounted=(unshare --mount sh -c '
	mountpoint -q /sys/kernel/tracing || mount -t tracefs none /sys/kernel/tracing
	exec "$@"' sh)

# without_refused LIST: the capabilities of a line, as far as they are granted
without_refused() {
	local cap name list=

	for cap in ${1//,/ }; do
		name=${cap#+}
		[[ ,$granted, == *,${name#cap_},* ]] && list+=,$cap
	done
	echo "${list#,}"
}

# uses SOURCE COMMAND..: --check by COMMAND finds this source
uses() {
	local expected=$1

	shift
	is "the source with '${*: -3}'" "$("${mounted[@]}" "$@" --check -o json | jq -r .source)" "$expected"
}

lines=0
expected=
while read -r word rest; do
	case "$word $rest" in
	'## '*) expected= ;;
	'`source` is '*) expected=$(sed -n 's/^`source` is \([a-z]*\).*/\1/p' <<<"$word $rest") ;;
	"setpriv --"*)
		caps=$(without_refused "$(sed -n 's/.*--ambient-caps \([^ ]*\).*/\1/p' <<<"$rest")")
		uses "${expected:-bpf}" setpriv --reuid nobody --regid nogroup --clear-groups \
			--inh-caps "$caps" --ambient-caps "$caps" "$tmp/trace_oomkill"
		lines=$((lines + 1))
		;;
	"setcap cap_"*)
		cp "$program" "$tmp/with_caps"
		chmod 755 "$tmp/with_caps"
		caps=$(without_refused "${rest%%+*}")
		setcap "$caps+ep" "$tmp/with_caps" || fail "setcap $caps+ep"
		uses "${expected:-bpf}" setpriv --reuid nobody --regid nogroup --clear-groups "$tmp/with_caps"
		rm "$tmp/with_caps"
		lines=$((lines + 1))
		;;
	esac
done <docs/privileges.md
is "the lines of docs/privileges.md" $lines 8
