#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# The agent's page in a real browser: a kill is on it, and a hostile name is text.
# PAGE_PICTURE=FILE keeps a picture of it.
. "$(dirname "$0")/lib.sh"

need curl
command -v chromium >/dev/null || skip "no chromium (tools/setup --tests installs it)"
agent=$(realpath "${OOMKILL_AGENT:-obj/oomkill_agent}")
picture=${PAGE_PICTURE:-$tmp/page.png}
memcg_make outer page 24M
mkdir "$outer/web" "$outer/<b>bold<b>" || fail "cannot make cgroups"
cgroups+=("$outer/web" "$outer/<b>bold<b>")

for ((port = 20000 + RANDOM % 9000; ; port++)); do
	(: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
done
"$agent" --tracer "$program" --state "$tmp/state" --metrics "127.0.0.1:$port" \
	--exec /bin/true 2>"$tmp/agent.err" &
agent_pid=$!
pids+=("$agent_pid")
get_page() { curl -s --max-time 10 "http://127.0.0.1:$port$1"; }

# await_page PATH REGEX
await_page() {
	local tries

	for ((tries = 0; tries < guard * 50; tries++)); do
		get_page "$1" | grep -qE "$2" && return
		kill -0 "$agent_pid" 2>/dev/null || break
		sleep 0.02
	done
	fail "$1 never had $2: $(tail -n 3 "$tmp/agent.err")"
}
await_page /healthz ' counted'

"$tools/oomer" --cgroup "$outer/<b>bold<b>" --comm '<script>"&' --anon all --repeat 1 >/dev/null ||
	fail "oomer: status $?"
spawn holder --cgroup "$outer/web" --anon 8 --hold
await holder eaten
"$tools/oomer" --cgroup "$outer/web" --comm shop --anon all --repeat 1 >"$tmp/ends" || fail "oomer: status $?"
pid=$(awk '$1 == "end" { print $2 }' "$tmp/ends")
await_page /kills.json "\"tpid\":$pid,"

# browse OPTIONS..: the browser, which shows the page as if all had been opened
get_page / | sed 's/<details>/<details open>/' >"$tmp/page.html"
browse() {
	chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
		--disable-background-networking --disable-component-update --disable-sync \
		--user-data-dir="$tmp/browser" "$@" 2>"$tmp/browser.err"
}
browse --dump-dom "http://127.0.0.1:$port/" >"$tmp/dom" || fail "chromium: $(tail -n 3 "$tmp/browser.err")"
grep -q "shop (pid $pid, " "$tmp/dom" || fail "the browser does not show the kill of shop"
grep -q '&lt;script&gt;' "$tmp/dom" || fail "the browser does not show the hostile name"
! grep -qE '<script|<b>bold' "$tmp/dom" || fail "a name became markup"
grep -q '<meter min="0" max="25165824"' "$tmp/dom" || fail "there is no bar for the limit that was hit"
grep -q '>none</td>' "$tmp/dom" || fail "a limit that is not set is not shown as none"
! grep -q ' TiB<' "$tmp/dom" || fail "no limit is shown as a number"
browse --hide-scrollbars --window-size=900,1100 --screenshot="$picture" "file://$tmp/page.html" >/dev/null ||
	fail "chromium: $(tail -n 3 "$tmp/browser.err")"
[ -s "$picture" ] || fail "there is no picture"
