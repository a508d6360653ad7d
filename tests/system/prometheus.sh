#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# A real Prometheus scrapes the agent while real kills happen: each expression
# of the alert rules and of the dashboard has data. A real node_exporter reads
# the agent's file.
# limit: 300
. "$(dirname "$0")/lib.sh"

need jq curl
for tool in prometheus promtool prometheus-node-exporter; do
	command -v "$tool" >/dev/null || skip "no $tool (tools/setup --tests installs it)"
done
agent=$(realpath "${OOMKILL_AGENT:-obj/oomkill_agent}")
rules=$(realpath tools/prometheus/trace_oomkill.rules.yml)
dashboard=$(realpath tools/prometheus/dashboard.json)
promtool check rules "$rules" >"$tmp/promtool" 2>&1 || fail "promtool: $(cat "$tmp/promtool")"

# await_output COMMAND..: until it prints something.
await_output() {
	local tries found

	for ((tries = 0; tries < guard * 10; tries++)); do
		found=$("$@") && [ -n "$found" ] && return
		sleep 0.1
	done
	return 1
}

# A port that is free now.
port() {
	local number

	for number in $(shuf -i 20000-29999 -n 20); do
		(: <"/dev/tcp/127.0.0.1/$number") 2>/dev/null || { echo "$number"; return; }
	done
}

agent_port=$(port) prometheus_port=$(port) exporter_port=$(port)
mkdir "$tmp/textfile"
"$agent" --tracer "$program" --state "$tmp/state" --metrics "127.0.0.1:$agent_port" \
	--metrics-file "$tmp/textfile/oom.prom" --exec /bin/true 2>"$tmp/agent.err" &
pids+=($!)
await_output curl -sf "http://127.0.0.1:$agent_port/healthz" || fail "the agent: $(cat "$tmp/agent.err")"
curl -s "http://127.0.0.1:$agent_port/metrics" >"$tmp/metrics"
promtool check metrics <"$tmp/metrics" >"$tmp/promtool" 2>&1 || fail "promtool: $(cat "$tmp/promtool")"

cat >"$tmp/prometheus.yml" <<-END
	global: { scrape_interval: 1s, evaluation_interval: 1s }
	rule_files: [ $rules ]
	scrape_configs:
	  - { job_name: agent, static_configs: [ { targets: [ "127.0.0.1:$agent_port" ] } ] }
	  - { job_name: node, static_configs: [ { targets: [ "127.0.0.1:$exporter_port" ] } ] }
END
prometheus --config.file="$tmp/prometheus.yml" --storage.tsdb.path="$tmp/data" \
	--web.listen-address="127.0.0.1:$prometheus_port" >"$tmp/prometheus.err" 2>&1 &
pids+=($!)
prometheus-node-exporter --collector.disable-defaults --collector.textfile \
	--collector.textfile.directory="$tmp/textfile" \
	--web.listen-address="127.0.0.1:$exporter_port" >"$tmp/exporter.err" 2>&1 &
pids+=($!)

# query EXPRESSION: the number of results
query() {
	curl -sf "http://127.0.0.1:$prometheus_port/api/v1/query" --data-urlencode "query=$1" |
		jq -r '.data.result | length | select(. > 0)'
}

await_output query 'trace_oomkill_build_info{job="agent"}' || fail "Prometheus did not scrape the agent"

# A container's cgroup, as Kubernetes has it, and a service's.
pod=kubepods/pod0a0a0a0a-1111-2222-3333-444455556666
id=$(printf 'c%.0s' {1..64})
mkdir -p "$memcg_root/trace_oomkill-test-$$" || fail "cannot make a cgroup"
cgroups+=("$memcg_root/trace_oomkill-test-$$")
for part in "$pod" "$pod/$id" system.slice system.slice/shop.service; do
	dir=$memcg_root/trace_oomkill-test-$$
	for name in ${part//\// }; do
		dir+=/$name
		[ -d "$dir" ] || { mkdir "$dir" && cgroups+=("$dir"); }
	done
done
for dir in "$memcg_root/trace_oomkill-test-$$"/{"$pod/$id",system.slice/shop.service}; do
	memcg_limit "$dir" 8M
	"$tools/oomer" --cgroup "$dir" --anon all --repeat 7 >"$tmp/ends" || fail "oomer: status $?"
	is "kills in $dir" "$(memcg_kills "$dir")" 7
done

await_output query 'trace_oomkill_container_kills_total > 6' || fail "no kill of a container was scraped"
await_output query 'trace_oomkill_unit_kills_total{unit="shop.service"} > 6' || fail "no kill of a unit was scraped"
await_output query 'trace_oomkill_kills_total{job="node",scope="own"} > 13' ||
	fail "node_exporter did not read the file: $(tail -n 3 "$tmp/exporter.err")"
await_output query 'node_textfile_scrape_error == 0' || fail "node_exporter refused the file"
! grep 'error gathering metrics' "$tmp/exporter.err" || fail "node_exporter complains of the file"

# What alerts compare must be there; whether it is above the threshold is for them.
promtool check rules "$rules" >/dev/null
count=0
while read -r expression; do
	count=$((count + 1))
	await_output query "${expression% [<>] *}" || fail "no data for the alert's $expression"
done < <(sed -n 's/^ *expr: //p' "$rules")
is "the number of alert rules" "$count" "$(grep -c '^ *- alert:' "$rules")"
[ "$count" -gt 0 ] || fail "there are no rules"
while read -r expression; do
	# shellcheck disable=SC2016 # that is the dashboard's variable
	await_output query "${expression//'$instance'/.*}" || fail "no data for the dashboard's $expression"
done < <(jq -r '.panels[].targets[].expr' "$dashboard")

# alerting NAME LABEL VALUE: it fires
alerting() {
	curl -sf "http://127.0.0.1:$prometheus_port/api/v1/alerts" | jq -r --arg name "$1" \
		--arg key "$2" --arg value "$3" '.data.alerts[] | select(.labels.alertname == $name
			and .labels[$key] == $value and .state == "firing") | .state'
}
await_output alerting UnitOOMKilled unit shop.service || fail "UnitOOMKilled does not fire"
await_output alerting ContainerOOMKilled container "$id" || fail "ContainerOOMKilled does not fire"
