#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# --check on the real host: under several privileges, with sources forced,
# with nothing mounted. The source that it names is the one that a start then
# uses, and the fields that it promises are those of a real kill.
# limit: 600
. "$(dirname "$0")/lib.sh"
need setpriv unshare chroot

chmod 755 "$tmp"
mkdir "$tmp/root"
cp "$program" "$tmp/root/trace_oomkill"
program=$tmp/root/trace_oomkill
memcg_make cgroup check 32M

# look OPTIONS..: --check by $launcher, as JSON in $found, its status in $status.
look() {
	found=$(timeout "$guard" "${launcher[@]}" "${inside:-$program}" --check -o json "$@" 2>"$tmp/check.err")
	status=$?
	"$tools/validate" uapi/check.schema.json <<<"$found" >"$tmp/validate" 2>&1 ||
		fail "--check $*: against the schema: $(cat "$tmp/validate")"
	is "the status of --check $*" $status "$(jq 'if .possible then 0 else 1 end' <<<"$found")"
	is "whether a source is named" "$(jq '.source != null' <<<"$found")" "$(get "$found" possible)"
	is "messages of --check $*" "$(wc -l <"$tmp/check.err")" "$status"
}

# as CAPABILITIES: the launcher for a plain user who has these, and no others.
as() {
	launcher=(setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set "-all$1"
		--inh-caps "-all$1" --ambient-caps "-all$1")
}

# agrees OPTIONS..: a start does what --check says, or fails as it says.
agrees() {
	look "$@"
	if [ $status = 0 ]; then
		start -v -o none "$@"
		grep -qx "trace_oomkill: source: $(get "$found" source)" "$tmp/tracer.err" ||
			fail "--check $* found $(get "$found" source), but: $(cat "$tmp/tracer.err")"
		stop
	else
		timeout "$guard" "${launcher[@]}" "$program" -o none "$@" 2>"$tmp/start.err"
		is "the status of a start" $? 1
		is "what a start says" "$(tail -n 1 "$tmp/start.err")" "$(cat "$tmp/check.err")"
	fi
	echo "${launcher[*]: -1} $*: $(get "$found" source)"
}

missing() {
	jq -r '[.capabilities[] | select(.held | not).name] | join(" ")' <<<"$found"
}

# ---- sources, by privilege ----------------------------------------------------

for options in "" "--source bpf" "--btf none" "--source perf" "--source kmsg"; do
	# shellcheck disable=SC2086 # they are words
	agrees $options
	is "status with '$options'" $status 0
done
look --btf none
has "$found" host.btf.ok false
has "$found" host.kernel.text "$(uname -sr)"
has "$found" host.architecture.text "$(uname -m)"
has "$found" source "bpf without BTF"
look
has "$found" source bpf
has "$found" host.namespaces.ok true
has "$found" host.tracepoint.ok true
has "$found" host.cgroup.text "memory controller of version $memcg_version; mounted: $(
	awk '$3 == "cgroup" { one = 1 } $3 == "cgroup2" { two = 1 }
		END { print one ? (two ? "1 and 2" : "1") : "2" }' /proc/mounts)"

as ""
agrees
is "what a plain user misses" "$(missing)" "CAP_BPF CAP_PERFMON CAP_DAC_READ_SEARCH CAP_SYS_ADMIN CAP_SYSLOG CAP_SYS_PTRACE CAP_IPC_LOCK CAP_SYS_RESOURCE CAP_SYS_NICE"
matches "the way out for bpf" "$(get "$found" host.bpf.hint)" "CAP_BPF and CAP_PERFMON"
matches "the way out for perf" "$(get "$found" host.perf.hint)" CAP_PERFMON
for caps in ,+bpf ,+perfmon ,+bpf,+perfmon ,+bpf,+perfmon,+dac_read_search \
	,+perfmon,+dac_read_search ,+syslog ,+sys_admin,+dac_read_search; do
	as "$caps"
	agrees
done
as ,+bpf,+perfmon
look
is "what is missing beside CAP_BPF and CAP_PERFMON" "$(missing)" "CAP_DAC_READ_SEARCH CAP_SYS_ADMIN CAP_SYSLOG CAP_SYS_PTRACE CAP_IPC_LOCK CAP_SYS_RESOURCE CAP_SYS_NICE"
has "$found" host.bpf.ok true
has "$found" host.allocations.ok false
matches "what is locked without CAP_IPC_LOCK" "$(get "$found" host.memlock.text)" \
	'(is locked \([0-9]+ KiB\); ulimit -l allows [0-9]+ KiB|^nothing is locked)'
matches "the way out" "$(get "$found" host.memlock.hint)" 'CAP_IPC_LOCK, or a larger ulimit -l'
as ,+ipc_lock
look
has "$found" host.memlock.text "all memory is locked, without a limit"
has "$found" host.memlock.hint null
as ,+sys_nice
look
has "$found" host.allocations.ok true

# Without the right to mount, tracefs has to be mounted by somebody.
# shellcheck disable=SC2016 # the inner shell's
mounted=(unshare --mount sh -c '
	mountpoint -q /sys/kernel/tracing || mount -t tracefs none /sys/kernel/tracing
	exec "$@"' sh)
as ,+bpf,+perfmon,+dac_read_search
launcher=("${mounted[@]}" "${launcher[@]}")
agrees
has "$found" source bpf

# ---- sources, by what the kernel refuses --------------------------------------

launcher=("$tools/deny" bpf=ENOSYS --)
agrees
has "$found" source perf
matches "the way out" "$(get "$found" host.bpf.hint)" CONFIG_BPF_SYSCALL
launcher=("$tools/deny" perf_event_open=ENOSYS --)
agrees --source bpf
has "$found" possible false
matches "the way out without perf events" "$(cat "$tmp/check.err")" '\(needs CONFIG_PERF_EVENTS\)$'
launcher=("$tools/deny" bpf=EPERM perf_event_open=ENOSYS --)
agrees
has "$found" source kmsg
matches "the way out" "$(get "$found" host.perf.hint)" CONFIG_PERF_EVENTS
launcher=()

# All capabilities, but in a user namespace of its own.
launcher=(unshare --user --map-root-user)
if "${launcher[@]}" true 2>/dev/null; then
	agrees
	has "$found" host.namespaces.ok false
	has "$found" possible false
fi
launcher=()

# ---- other files --------------------------------------------------------------

agrees --btf /no/such/file
has "$found" possible false
has "$found" host.btf.text "/no/such/file: No such file or directory"
agrees --host-root /
has "$found" possible true
agrees --host-root /no/such/root
has "$found" possible false
HOST_ROOT=$tmp/root look
has "$found" possible true
has "$found" host.cgroup.ok "$([ "$memcg_version" = 1 ] && echo false || echo true)"

# A container's /sys has no tracefs in it; that of the host is below its root.
mkdir "$tmp/container"
cp "$program" "$tmp/container/trace_oomkill"
for dir in proc sys host; do mkdir "$tmp/container/$dir"; done
inside=/trace_oomkill
as ,+bpf,+perfmon,+dac_read_search,+sys_chroot
# shellcheck disable=SC2016 # the inner shell's
launcher=("${mounted[@]}" sh -c 'mount -t proc proc "$0/proc" && mount -t sysfs sysfs "$0/sys" &&
	mount --rbind / "$0/host" && exec "$@"' "$tmp/container" "${launcher[@]}" chroot "$tmp/container")
look
has "$found" host.tracefs.ok false
has "$found" source null
look --host-root /host
has "$found" host.tracefs.ok true
has "$found" source bpf
inside=''
launcher=()

# ---- nothing mounted ----------------------------------------------------------

mounts=$(cat /proc/self/mounts)
inside=/trace_oomkill
launcher=(unshare --mount chroot "$tmp/root")
look
has "$found" source bpf
has "$found" host.proc.ok true
has "$found" host.tracefs.ok true
launcher=(unshare --mount chroot --userspec=65534:65534 "$tmp/root")
look
has "$found" possible false
has "$found" host.jit.ok null
is "words that are not for people" "$(jq -r '.host[] | .text' <<<"$found" |
	grep -E 'not known: (No such|Permission|Operation)')" ""
matches "why there is no tracefs" "$(get "$found" host.tracefs.hint)" CAP_SYS_ADMIN
# What cannot be opened must not be taken for standard input.
matches "a saved log, in a directory with nothing in it" \
	"$("${launcher[@]}" "$inside" --history=only -o json <tests/data/kmsg/amd64-6.1.192.txt 2>/dev/null)" '"tpid":'
inside=''
launcher=()
is "what is mounted afterwards" "$(cat /proc/self/mounts)" "$mounts"
is "what is in the directory afterwards" "$(ls -A "$tmp/root")" trace_oomkill

# ---- the screen ----------------------------------------------------------------

screen() {
	timeout "$guard" "${launcher[@]}" "$program" --check "$@" >"$tmp/screen" 2>/dev/null
	is "lines that are too long" "$(LC_ALL=C grep -cE '.{80}' "$tmp/screen")" 0
	is "bytes that are no plain text" "$(LC_ALL=C tr -d '\n -~' <"$tmp/screen" | wc -c)" 0
}

screen
matches "the first line" "$(head -n 1 "$tmp/screen")" ': OOM kills can be traced here, with source bpf$'
screen --btf $'/\e[2J\e]0;title\a/\r\n\x01'
grep -qF '/\x1b[2J' "$tmp/screen" || fail "the name of the file is not shown: $(cat -v "$tmp/screen")"
as ""
screen
matches "the first line" "$(head -n 1 "$tmp/screen")" ': OOM kills cannot be traced here$'
launcher=()
is "no output" "$("$program" --check -o none)" ""

# ---- the fields that it promises -------------------------------------------------

# Only known when they are something.
sometimes='oom.nodemask oom.marked_only oom.group_memcg'

kill_one() {
	spawn victim --cgroup "$cgroup" --comm victim --anon all
	await_killed victim
	event_tid line "$victim_pid"
}

promises() {
	local tries

	look "$@"
	start -o json "$@"
	for ((tries = 0; tries < 30; tries++)); do
		kill_one
		# The kernel writes 10 reports in 5 seconds.
		[ "$(get "$found" source)" = kmsg ] || break
		kernel_log | grep -qa "oom-kill:.*,pid=$victim_pid,uid=" && break
		sleep 1
	done
	stop
	jq -rn --argjson check "$found" --argjson event "$line" --arg sometimes "$sometimes" '
		$check.fields[] | . as $f
		| ($event | getpath($f.name / ".")) as $value
		| ($value == null or $value == "unknown") as $unknown
		| select($f.known == "no" and ($unknown | not) or
			$f.known == "yes" and $unknown and ($sometimes / " " | index($f.name) | not))
		| "\($f.name) is \($value | tojson), and known: \($f.known)"' >"$tmp/broken"
	is "promises with '$*' that were not kept" "$(cat "$tmp/broken")" ""
	rm -f "$tmp/events"
}

promises --source bpf
promises --btf none
promises --source perf
promises --source kmsg
