#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# A victim in name spaces of its own: its pid as the host sees it and, beside
# it, as it sees itself; its mount name space and not its trigger's; users as
# the host knows them.
. "$(dirname "$0")/lib.sh"

memcg_make cgroup namespaces 64M
start -o json

# With --fork the oomer is the child, and pid 1 in there.
wrapper=(unshare --pid --mount --user --map-root-user --fork --kill-child)
spawn inner --comm inner --anon 40 --wait --hold
await inner start
victim=$(cat "/proc/$inner_pid/task/$inner_pid/children")
victim=${victim% }
echo "$victim" >"$cgroup/cgroup.procs"
namespace=$(readlink "/proc/$victim/ns/mnt" | tr -dc 0-9)
release inner
await inner eaten

wrapper=()
spawn outer --cgroup "$cgroup" --comm outer --uid 1001 --anon 30 --hold
event line "$victim"
has "$line" tcomm inner
has "$line" tprocess.nspid 1
has "$line" tmntns_id "$namespace"
has "$line" tprocess.creds.uid 0
has "$line" tprocess.parent.comm unshare
has "$line" fprocess.pid "$outer_pid"
has "$line" fprocess.nspid "$outer_pid"
has "$line" fprocess.mntns_id "$(readlink /proc/$$/ns/mnt | tr -dc 0-9)"
has "$line" fprocess.creds.uid 1001
stop
