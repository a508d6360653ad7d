#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Kills from before the start: --history tells them first and each once, also
# those that happen while it starts; --history=only tells them and ends, from
# the kernel's log or from a saved one, in any of the ways of saving it.
# shellcheck disable=SC2154 # what spawn and memcg_make assign
. "$(dirname "$0")/lib.sh"

# only: --history=only as JSON to $tmp/past, its words to $tmp/only.err.
only() {
	"$program" --history=only -o json >"$tmp/past" 2>"$tmp/only.err"
	is "the status of --history=only" $? 0
	cat "$tmp/past" >>"$tmp/events"
}

# past VARIABLE PID: its only line in $tmp/past.
past() {
	is "lines about $2" "$(grep -cE "\"tpid\":$2[,}]" "$tmp/past")" 1
	printf -v "$1" %s "$(grep -E "\"tpid\":$2[,}]" "$tmp/past")"
}

# same JSON..: says what the first kill was, whoever told it.
same() {
	has "$1" tcomm "we,task=x"
	has "$1" source kmsg
	has "$1" tprocess.anon_rss_bytes "$(($(killed_number "$killed" anon-rss) * 1024))"
	has "$1" tprocess.tid "$first_pid"
	has "$1" oom.constraint memcg
	has "$1" oom.memcg "$(memcg_path "$cgroup")"
	has "$1" oom.limit_bytes $((32 << 20))
}

# The kernel writes ten reports in five seconds: waits until there is room for one.
await_room() {
	local tries

	for ((tries = 0; tries < guard * 5; tries++)); do
		kernel_records | awk -F '[,;]' -v now="$(awk '{ print int($1 * 1000000) }' /proc/uptime)" '
			/invoked oom-killer/ && $3 > now - 6000000 { n++ }
			END { exit n > 3 }' && return
		sleep 0.2
	done
}

memcg_make cgroup history 32M
await_room
spawn first --cgroup "$cgroup" --comm "we,task=x" --anon all
await_killed first
killed=$(killed_line "$first_pid")
[ -n "$killed" ] || skip "the kernel's log has lost the kill already"
grep -qa "oom-kill:.*,pid=$first_pid,uid=" <<<"$(kernel_log)" ||
	skip "the kernel wrote no report of the kill: too many came from others"
at=$(kernel_records | LC_ALL=C grep -a "Killed process $first_pid (" | tail -n 1 | cut -d , -f 3)

# ---- the kernel's own log, which is what there is without a standard input

only </dev/null
past line "$first_pid"
same "$line"
has "$line" tprocess.creds.user root
has "$line" pages "$(memcg_pages "$cgroup" $((32 << 20)))"
matches "the last words" "$(tail -n 1 "$tmp/only.err")" \
	'^trace_oomkill: [0-9]+ kills? in the log(, which no longer reaches back to the boot)?$'
age=$(($(date +%s) - $(get "$line" timestamp_raw) / 1000000000))
[ ${age#-} -le $((guard + 5)) ] || fail "timestamp_raw is $age s from now"
: | only
past line "$first_pid"
"$program" --history=only --fields tpid,tcomm,source <&- >"$tmp/columns" 2>"$tmp/only.err"
grep -qE "^$first_pid +we,task=x +kmsg" "$tmp/columns" || fail "columns: $(tail -n 1 "$tmp/columns")"

# ---- needs no more than the right to read it

if [ "$(cat /proc/sys/kernel/dmesg_restrict)" = 1 ]; then
	setpriv --bounding-set -all --inh-caps -all "$program" --history=only </dev/null \
		>"$tmp/past" 2>"$tmp/only.err"
	is "the status without CAP_SYSLOG" $? 1
	matches "the message without CAP_SYSLOG" "$(cat "$tmp/only.err")" CAP_SYSLOG
fi
setpriv --bounding-set -all,+syslog --inh-caps -all "$program" --history=only -o json \
	</dev/null >"$tmp/past" 2>"$tmp/only.err"
is "the status with CAP_SYSLOG alone" $? 0
past line "$first_pid"

# ---- saved logs; no other host's are taken for ours

# saved NAME: what is on standard input, saved.
saved() {
	cat >"$tmp/saved"
	only <"$tmp/saved"
	past line "$first_pid"
	same "$line"
	has "$line" tprocess.creds.user null
	has "$line" pages null
	cp "$tmp/past" "$tmp/past.$1"
	# What is cut off anywhere is still no reason to fail.
	head -c $(($(wc -c <"$tmp/saved") / 2)) "$tmp/saved" | only
}

# dated NAME: the line's kill was not long ago.
dated() {
	local seconds

	seconds=$(($(get "$line" timestamp_raw) / 1000000000 - $(date +%s)))
	[ ${seconds#-} -le $((guard + 30)) ] || fail "$1: the kill is dated $seconds s from now"
}

need dmesg
dmesg >"$tmp/plain"
saved plain <"$tmp/plain"
has "$line" timestamp null
is "the incident of a plain log" "$(get "$line" oom.incident)" "${at}000"
dmesg -x | saved decoded
dmesg -r | saved raw
dmesg -T | saved ctime
dated ctime
dmesg --time-format iso | saved iso
dated iso
dmesg -t | saved bare
kernel_records | saved kmsg
sed 's/$/\r/' "$tmp/plain" | saved serial
# As journalctl -k (short, short-iso, short-monotonic, cat) and syslog write.
dmesg -t | sed "s/^/$(date '+%b %d %H:%M:%S') a.host kernel: /" | saved short
dated short
dmesg -t | sed "s/^/$(date +%Y-%m-%dT%H:%M:%S%z) a.host kernel: /" | saved short-iso
dated short-iso
dmesg | sed "s/^\(\[[^]]*\]\)/\1 a.host kernel:/" | saved short-monotonic
dmesg | sed "s/^/$(date '+%b %d %H:%M:%S') a.host kernel: /" | saved syslog
dated syslog
# The same lines, of another program.
dmesg -t | sed "s/^/$(date '+%b %d %H:%M:%S') a.host sshd[1]: /" | only
is "kills that sshd tells of" "$(wc -l <"$tmp/past")" 0
cmp -s "$tmp/past.serial" "$tmp/past.plain" || fail "a serial console's log differs from dmesg's"
: >"$tmp/empty"
only <"$tmp/empty"
is "kills in an empty file" "$(wc -l <"$tmp/past")" 0
is "the last words about an empty file" "$(cat "$tmp/only.err")" "trace_oomkill: 0 kills in the log"

# ---- what is no log: it says what it is, and fails

# refused WORDS: what is on standard input.
refused() {
	"$program" --history=only -o json >"$tmp/past" 2>"$tmp/only.err"
	is "the status of what is no log ($1)" $? 1
	matches "the message" "$(cat "$tmp/only.err")" "$1"
	is "kills in what is no log ($1)" "$(wc -l <"$tmp/past")" 0
}

head -c 300000 /dev/urandom | tr -d '\037\375\050' | refused 'no line of a kernel|binary data'
head -c 100000 /dev/zero | tr '\0' x | refused 'no line of a kernel'
head -c 100000 /dev/zero | refused 'binary data|no line of a kernel'
gzip <"$tmp/plain" | refused 'gzip: use zcat'
"$program" --history=only -o json <"$tmp/plain" >"$tmp/json" 2>/dev/null
refused 'events, as the tracer writes them' <"$tmp/json"

# ---- what a line of another host tells, without a look at the files of this one

pod=0f2a3c4d-1111-4222-8333-444455556666
id=88df7f96ab5b7b4ea19c60a5c0e5e5f26a1f2f1d5b4c3a29180706f5e4d3c2b1
path=/kubepods/burstable/pod$pod/$id
{
	echo "[   90.000000] oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=$path,task_memcg=$path,task=gone,pid=4194301,uid=0"
	echo "[  100.000000] oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=$path,task_memcg=$path,task=web,pid=4194302,uid=1001"
	echo "[  100.000001] Memory cgroup out of memory: Killed process 4194302 (web) total-vm:8kB, anon-rss:4kB, file-rss:0kB, shmem-rss:0kB, UID:1001 pgtables:56kB oom_score_adj:0"
} >"$tmp/pods"
only <"$tmp/pods"
is "kills in the log of a pod" "$(wc -l <"$tmp/past")" 1
past line 4194302
has "$line" runtime.containerId "$id"
has "$line" k8s.podUid "$pod"
has "$line" k8s.qosClass Burstable
has "$line" k8s.node null
has "$line" k8s.podName null
has "$line" tpid_source report
matches "the words on a report without a kill" "$(cat "$tmp/only.err")" \
	"reports in the log that end without a kill, and are not reported: 1; the first is of gone \(pid 4194301\)"
echo "Out of memory: Killed process 4194302 (web) total-vm:8kB, anon-rss:4kB, file-rss:0kB, shmem-rss:0kB, UID:1001 pgtables:56kB oom_score_adj:0" | only
past line 4194302
has "$line" tpid_source killed_line

# ---- forged lines are not the kernel's

forged="Memory cgroup out of memory: Killed process 4194303 (forged) total-vm:8kB, anon-rss:4kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:56kB oom_score_adj:0"
echo "$forged" >/dev/kmsg
echo "<3>$forged" >/dev/kmsg
grep -qa forged <<<"$(kernel_log)" || fail "the forged line is not in the log"
only </dev/null
grep -q 4194303 "$tmp/past" && fail "a forged line became a kill"
dmesg -x | only
grep -q 4194303 "$tmp/past" && fail "a forged line became a kill, in a saved log"

# ---- first the past, then what comes

start_unready -o json --history
event line "$first_pid"
await_ready
same "$line"
spawn later --cgroup "$cgroup" --anon all
await_killed later
event line "$later_pid"
has "$line" source bpf
stop

# ---- killed while it starts: once, whatever has seen it first

# In slow motion, so that many fall between one step of the start and the next:
# it runs for as long as it takes to send a signal, then stands still.
slowly() {
	local byte

	while ! read -r -t 0.004 -N 1 -u "$tracer_ready" byte; do
		kill -CONT "$tracer_pid" || fail "the tracer ended: $(cat "$tmp/tracer.err")"
		kill -STOP "$tracer_pid"
	done
	kill -CONT "$tracer_pid"
}

memcg_make small small 4M
for source in bpf perf; do
	"$tools/oomer" --cgroup "$small" --anon all --members 4 --repeat 100 >"$tmp/ends" &
	burst=$!
	pids+=("$burst")
	output=$tmp/burst
	start_unready -o json --history --source "$source"
	# A verifier that is interrupted begins anew.
	if [ "$source" = perf ]; then slowly; else await_ready; fi
	wait "$burst" || fail "oomer: status $?"
	stop
	cat "$tmp/burst" >>"$tmp/events"
	awk '$1 == "end" && $3 == "signal" && $4 == 9 { print $2 }' "$tmp/ends" | sort >"$tmp/killed"
	is "the kills seen by $source" "$(wc -l <"$tmp/killed")" 400
	jq -r .tprocess.tid "$tmp/burst" | sort >"$tmp/told"
	uniq -d "$tmp/told" | comm -12 - "$tmp/killed" >"$tmp/twice"
	[ -s "$tmp/twice" ] && fail "told twice: $(tr '\n' ' ' <"$tmp/twice")"
	uniq "$tmp/told" | comm -13 - "$tmp/killed" >"$tmp/never"
	[ -s "$tmp/never" ] && fail "not told: $(tr '\n' ' ' <"$tmp/never")"
	echo "$source: $(jq -r .source "$tmp/burst" | sort | uniq -c | tr '\n' ' ')"
done
check_json
