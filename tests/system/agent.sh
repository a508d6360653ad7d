#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# The agent with real kills: what each destination gets, a destination that does
# not read, agents and tracers that are killed, and how it ends.
# limit: 300
. "$(dirname "$0")/lib.sh"

need jq curl
agent=$(realpath "${OOMKILL_AGENT:-obj/oomkill_agent}")
[ -x "$agent" ] || fail "there is no $agent (make agent)"
memcg_make box agent 16M
socket=$tmp/metrics.sock
state=$tmp/state

# sink: a journal of the test's; its records are in $tmp/journal
sink() {
	"$tools/datagrams" "$tmp/journal.sock" >"$tmp/journal" &
	sink_pid=$!
	pids+=("$sink_pid")
	await_text "$tmp/journal" '^ready$' 1
}

# await_text FILE REGEX COUNT: until so many lines of it match.
await_text() {
	local tries

	for ((tries = 0; tries < guard * 50; tries++)); do
		[ "$(grep -cE "$2" "$1" 2>/dev/null)" -ge "$3" ] && return
		sleep 0.02
	done
	fail "$1 never had $3 lines like '$2': $(tail -n 3 "$1")"
}

# agent_start OPTIONS..: with a socket for HTTP, and ready
agent_start() {
	env --default-signal=INT,PIPE "$agent" --tracer "$program" --state "$state" \
		--metrics "unix:$socket" "$@" 2>>"$tmp/agent.err" &
	agent_pid=$!
	pids+=("$agent_pid")
	await_healthy
}

get_page() {
	curl -s --max-time 10 --unix-socket "$socket" "http://agent$1" "${@:2}"
}

await_healthy() {
	local tries

	for ((tries = 0; tries < guard * 50; tries++)); do
		[ "$(get_page /healthz -o /dev/null -w '%{http_code}')" = 200 ] && return
		kill -0 "$agent_pid" 2>/dev/null || break
		sleep 0.02
	done
	fail "the agent did not become healthy: $(tail -n 3 "$tmp/agent.err")"
}

agent_stop() {
	kill -"${1:-TERM}" "$agent_pid"
	{ wait "$agent_pid"; } 2>/dev/null
	is "the agent's status" $? "${2:-0}"
}

# victim VARIABLE: one process is killed in the box
victim() {
	bash -c 'echo $$ >"$0/cgroup.procs" && exec tail /dev/zero' "$box" 2>/dev/null &
	printf -v "$1" %d $!
	{ wait $!; } 2>/dev/null
	is "the end of the victim" $? 137
}

records_of() { grep -cx "OOM_VICTIM_PID=$1" "$tmp/journal"; }

metric() { get_page /metrics | awk -v name="$1" '$1 == name { print $2 }'; }

# ---- every destination gets a kill --------------------------------------------

cat >"$tmp/hook" <<-'END'
	#!/bin/sh
	read -r line
	echo "$OOM_VICTIM_PID $OOM_VICTIM_COMM $OOM_LIMIT_BYTES" >>"${0%/*}/hook.out"
	echo "$line" >>"${0%/*}/hook.json"
	echo "a word of the hook" >&2
END
chmod +x "$tmp/hook"
sink
"$tools/datagrams" "$tmp/log.sock" >"$tmp/log" &
pids+=($!)
await_text "$tmp/log" '^ready$' 1
agent_start --journal="$tmp/journal.sock" --syslog="$tmp/log.sock" --exec "$tmp/hook" \
	--metrics-file "$tmp/oom.prom"
own=$(metric 'trace_oomkill_kills_total{scope="own"}')
victim pid
await_text "$tmp/journal" "^OOM_VICTIM_PID=$pid\$" 1
await_text "$tmp/hook.out" "^$pid tail $((16 << 20))\$" 1
await_text "$tmp/log" "trace_oomkill\[[0-9]+\]: tail \(pid $pid, .*was killed in cgroup" 1
await_text "$tmp/agent.err" '^oomkill_agent: hook: a word of the hook$' 1
is "kills by their own limit" "$(metric 'trace_oomkill_kills_total{scope="own"}')" $((own + 1))
await_text "$tmp/oom.prom" "^trace_oomkill_kills_total\{scope=\"own\"\} $((own + 1))\$" 1
is "the record's MESSAGE_ID" "$(grep -c '^MESSAGE_ID=9ac5718e609f4d5394a902d8229dfc0f$' "$tmp/journal")" \
	"$(grep -c '^OOM_JSON=' "$tmp/journal")"
is "the pid in OOM_JSON" "$(sed -n 's/^OOM_JSON=//p' "$tmp/journal" | tail -n 1 | jq .tpid)" "$pid"
is "the pid in the hook's JSON" "$(tail -n 1 "$tmp/hook.json" | jq .tpid)" "$pid"
is "the newest kill of the page" "$(get_page /kills.json | jq '.[0].tpid')" "$pid"
get_page / >"$tmp/page"
grep -q "(pid $pid, .*was killed in cgroup" "$tmp/page" || fail "the page has no sentence"
grep -q '<meter min="0" max="16777216"' "$tmp/page" || fail "the page has no bar for the limit"
matches "the page's policy" "$(get_page / -D - -o /dev/null)" "Content-Security-Policy: default-src 'none'"
is "a path that is not there" "$(get_page /etc/passwd -o /dev/null -w '%{http_code}')" 404
is "a method that is not there" "$(get_page / -X POST -d x -o /dev/null -w '%{http_code}')" 405
matches "OpenMetrics" "$(get_page /metrics -H 'Accept: application/openmetrics-text' | tail -n 1)" '^# EOF$'
tracer=$(cat /proc/"$agent_pid"/task/*/children)
is "the agent's capabilities" "$(awk '/^Cap(Prm|Eff|Inh|Bnd|Amb)/ { print $2 }' /proc/"$agent_pid"/status | sort -u)" \
	0000000000000000
is "no_new_privs" "$(awk '/^NoNewPrivs/ { print $2 }' /proc/"$agent_pid"/status)" 1
is "kills lost" "$(metric trace_oomkill_lost_total)" 0
is "kills that only the kernel counted" "$(metric trace_oomkill_unseen_total)" 0
matches "the health" "$(get_page /healthz)" ' counted, 0 lost, 0 that only the kernel counted'
agent_stop
matches "the tracer's end line" "$(cat "$tmp/agent.err")" 'trace_oomkill: [0-9]+ kills?, 0 lost'
[ ! -e "/proc/${tracer%% *}" ] || fail "the tracer outlived the agent"
[ ! -e "$socket" ] || fail "the socket was left behind"

# ---- a journal that does not read ------------------------------------------------

: >"$tmp/agent.err"
agent_start --journal="$tmp/journal.sock"
before=$(get_page /metrics | awk '/^trace_oomkill_kills_total/ { n += $2 } END { print n }')
kill -STOP "$sink_pid"
burst=500
"$tools/oomer" --cgroup "$box" --anon all --repeat "$burst" >"$tmp/ends" || fail "oomer: status $?"
awk '$1 == "end" && $3 == "signal" && $4 == 9 { print $2 }' "$tmp/ends" | sort -n >"$tmp/killed"
is "the victims of the burst" "$(wc -l <"$tmp/killed")" "$burst"
counted() { get_page /metrics | awk '/^trace_oomkill_kills_total/ { n += $2 } END { print n }'; }
for ((tries = 0; tries < guard * 50; tries++)); do
	[ $(($(counted) - before)) -ge "$burst" ] && break
	sleep 0.02
done
dropped=$(metric 'trace_oomkill_agent_dropped_total{destination="journal"}')
[ "$dropped" -gt 0 ] || fail "nothing was dropped: $burst kills fit into the queue?"
await_text "$tmp/agent.err" '^oomkill_agent: journal: [0-9]+ kills? dropped: queue a kill: 256 kills are waiting already$' 1
kill -CONT "$sink_pid"
for ((tries = 0; tries < guard * 50; tries++)); do
	delivered=$(metric 'trace_oomkill_agent_delivered_total{destination="journal"}')
	told=$(sed -n 's/^OOM_VICTIM_PID=//p' "$tmp/journal" | grep -cxFf "$tmp/killed")
	[ $((told + dropped)) -ge "$burst" ] && break
	sleep 0.02
done
# More only if others have something killed just now.
[ $((told + dropped)) -ge "$burst" ] || fail "$told kills in the journal and $dropped dropped, of $burst"
agent_stop
is "no kill twice in the journal" "$(sed -n 's/^OOM_VICTIM_TID=//p' "$tmp/journal" | sort | uniq -d)" ""

# ---- agents and tracers that are killed -----------------------------------------

rounds=${AGENT_ROUNDS:-100}
rm -f "$state"
: >"$tmp/killed"
agent_start --journal="$tmp/journal.sock" --exec "$tmp/hook"
for ((i = 0; i < rounds; i++)); do
	victim pid
	echo "$pid" >>"$tmp/killed"
	if [ $((i % 2)) = 0 ]; then
		kill -KILL "$agent_pid"
	else
		kill -KILL "$(cat /proc/"$agent_pid"/task/*/children | awk '{ print $1; exit }')"
	fi
	victim pid
	echo "$pid" >>"$tmp/killed"
	{ wait "$agent_pid"; } 2>/dev/null
	status=$?
	[ $((i % 2)) = 0 ] || is "the status of an agent whose tracer was killed" "$status" 1
	agent_start --journal="$tmp/journal.sock" --exec "$tmp/hook"
done
victim pid
echo "$pid" >>"$tmp/killed"
await_text "$tmp/journal" "^OOM_VICTIM_TID=$pid\$" 1
await_text "$tmp/hook.out" "^$pid tail" 1
agent_stop
sort "$tmp/killed" >"$tmp/expected"
sed -n 's/^OOM_VICTIM_TID=//p' "$tmp/journal" | sort | grep -xFf "$tmp/killed" >"$tmp/found"
diff "$tmp/expected" "$tmp/found" >"$tmp/diff" ||
	fail "killed (<) and in the journal (>): $(head -n 5 "$tmp/diff" | tr '\n' ' ')"

# ---- how it ends ----------------------------------------------------------------

# ends STATUS TEXT OPTIONS..
ends() {
	local status=$1 text=$2

	shift 2
	timeout "$guard" "$agent" --state "$state" "$@" >"$tmp/end.out" 2>&1
	is "the status with $*" $? "$status"
	grep -qF -- "$text" "$tmp/end.out" || fail "with $*: $(cat "$tmp/end.out")"
}

ends 2 "oomkill_agent: option --metrcs: there is no such option (did you mean --metrics?" --metrcs :1
ends 1 "oomkill_agent: start the agent: there is no destination (give --journal, " --tracer "$program"
ends 1 "oomkill_agent: run the tracer /nowhere: No such file or directory" --tracer /nowhere --exec /bin/true
ends 1 "--exec relative: the path is not absolute" --tracer "$program" --exec relative
ends 1 "--exec /nowhere: No such file or directory" --tracer "$program" --exec /nowhere
ends 1 "--metrics nonsense: not ADDRESS:PORT" --tracer "$program" --metrics nonsense
ends 1 "connect to the journal at /nowhere: No such file or directory" --tracer "$program" --journal=/nowhere
ends 1 "run the tracer: it ended with status 2" --tracer "$program" --exec /bin/true -- --no-such-option
ends 1 "run the tracer: it ended before it was ready" --tracer /bin/true --exec /bin/true
agent_start
ends 1 "another oomkill_agent uses it" --tracer /bin/true --exec /bin/true
agent_stop INT
