#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Two processes in one cgroup: the small one asks for memory that is not there,
# the big one dies for it. What is said of either is its own.
. "$(dirname "$0")/lib.sh"

memcg_make cgroup trigger 64M
start -o json
spawn big --cgroup "$cgroup" --comm big --uid 1001 --gid 1002 --anon 40 --hold
await big eaten
spawn small --cgroup "$cgroup" --comm small --uid 1003 --gid 1004 --anon 30 --hold
await_killed big
event line "$big_pid"

has "$line" fprocess.pid "$small_pid"
has "$line" fprocess.comm small
has "$line" fprocess.creds.uid 1003
has "$line" fprocess.creds.gid 1004
has "$line" tpid "$big_pid"
has "$line" tcomm big
has "$line" tprocess.creds.uid 1001
has "$line" tprocess.creds.gid 1002
has "$line" tprocess.parent.pid $$

await small eaten
stop TERM
