#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Where the lines go: a pipe gets each at once, a file is complete, a reader
# that went away and a full disk end the program with a message.
. "$(dirname "$0")/lib.sh"

memcg_make cgroup output 8M

die() {
	spawn eater --cgroup "$cgroup" --comm eater --anon all
	await_killed eater
}

# await_failure MESSAGE_REGEX
await_failure() {
	{ wait "$tracer_pid"; } 2>/dev/null
	is "the status" $? 1
	one_message "of the tracer" "$(cat "$tmp/tracer.err")"
	matches "the message" "$(cat "$tmp/tracer.err")" "trace_oomkill: .*$1"
}

# The titles come at once, before any kill, and the line while the tracer runs.
start
read -r -t "$guard" -u "$tracer_out" line || fail "no titles"
is titles "$(tr -s ' ' <<<"$line" | sed 's/ $//')" \
	"RUNTIME.CONTAINERNAME MNTNS_ID FPID FUID FGID TPID PAGES FCOMM TCOMM"
die
while read -r -t "$guard" -u "$tracer_out" line; do
	[[ $line == *" $eater_pid "* ]] && break
done
mntns=$(readlink /proc/$$/ns/mnt | tr -dc 0-9)
is "the line" "$(tr -s ' ' <<<"$line" | sed 's/ $//')" \
	"- $mntns $eater_pid 0 0 $eater_pid $(memcg_pages "$cgroup" $((8 << 20))) eater eater"
stop

# A regular file, and appending to one.
output=$tmp/file
start -o json
die
stop
is "the lines in a file" "$(jq -c "select(.tpid == $eater_pid) | .tcomm" "$tmp/file")" '"eater"'
output=

# jsonpretty is the same JSON on many lines; none is nothing.
output=$tmp/pretty
start -o jsonpretty
die
stop
is jsonpretty "$(jq -c "select(.tpid == $eater_pid) | .tcomm" "$tmp/pretty")" '"eater"'
[ "$(wc -l <"$tmp/pretty")" -gt 20 ] || fail "jsonpretty is not on many lines"
output=$tmp/nothing
start -o none
die
stop
is "the bytes of -o none" "$(wc -c <"$tmp/nothing")" 0
[ "$kills" -ge 1 ] || fail "-o none counts no kills"
output=

# A reader that goes away.
mkfifo "$tmp/leaving"
exec {leaving}<>"$tmp/leaving"
output=$tmp/leaving
start -o json {leaving}>&-
exec {leaving}>&-
die
await_failure '(Broken pipe|reader)'

# A disk without room: for the titles, and for a line.
output=/dev/full
start_unready
await_failure 'No space left on device'
output=/dev/full
start -o json
die
await_failure 'No space left on device'
