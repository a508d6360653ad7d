#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Saved logs, from their bytes to the status: what was read, what could not be,
# what is no log; in bounded memory. No kill is made.
. "$(dirname "$0")/lib.sh"

data=tests/data/saved

# read_saved STATUS OPTION..: --history=only of standard input.
read_saved() {
	local status=$1

	shift
	"$program" --history=only -o json "$@" >"$tmp/kills" 2>"$tmp/words"
	is "the status of --history=only $*" $? "$status"
}

# ---- all of it was read

read_saved 0 --strict <"$data/dmesg.log"
is "kills" "$(jq -r .tpid "$tmp/kills")" 4712
is "the words" "$(cat "$tmp/words")" "trace_oomkill: 1 kill in the log"
grep -v "Killed process" "$data/dmesg.log" | grep -v "oom" | read_saved 0 --strict
is "the words" "$(cat "$tmp/words")" "trace_oomkill: 0 kills in the log"

# ---- some of it was not

{
	head -n 2 "$data/dmesg.log"
	sed -n 's/.*\(Memory cgroup out of memory\)/one ~ \1/p' "$data/dmesg.log"
} >"$tmp/log"
read_saved 0 <"$tmp/log"
read_saved 3 --strict <"$tmp/log"
is "kills" "$(wc -l <"$tmp/kills")" 0
matches "the words" "$(head -n 1 "$tmp/words")" \
	'^trace_oomkill: lines that hold a part of a report and could not be read: 1; the first is line 3: one ~ Memory cgroup out of memory: Killed process 4712'
is "the last words" "$(tail -n 1 "$tmp/words")" \
	"trace_oomkill: 0 kills in what could be read of the log"

# ---- another program's

sed 's/^.*kernel: /Nov 24 00:08:56 alpha app[77]: /' "$data/short.log" >"$tmp/log"
read_saved 0 --strict <"$tmp/log"
is "kills" "$(wc -l <"$tmp/kills")" 0
is "the words" "$(head -n 1 "$tmp/words")" \
	"trace_oomkill: lines of other programs that hold a part of a report: 3"

# ---- no log

gzip <"$data/dmesg.log" | read_saved 1
matches "the words" "$(cat "$tmp/words")" '^trace_oomkill: read the saved log: compressed by gzip: use zcat$'
read_saved 1 <"$0"
matches "the words" "$(cat "$tmp/words")" "no line of a kernel's log is in it"
read_saved 0 <"$data/dmesg.log"
cp "$tmp/kills" "$tmp/events.json"
read_saved 1 <"$tmp/events.json"
matches "the words" "$(cat "$tmp/words")" 'events, as the tracer writes them'

# ---- 40 MB in less than 8

for ((i = 0; i < 20000; i++)); do
	echo "$data/short.log"
done | xargs cat | (
	ulimit -v 8000
	read_saved 0
)
is "kills in a long log" "$(wc -l <"$tmp/kills")" 20000
