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

# ---- a signal before the end of the log

mkfifo "$tmp/log.in" "$tmp/log.out" "$tmp/log.err"
exec {in}<>"$tmp/log.in" {out}<>"$tmp/log.out" {err}<>"$tmp/log.err"

# read_pipes OPTION..: --history=only of a pipe that does not end. SIGINT is put back to its
# default: a shell has its background jobs ignore it.
read_pipes() {
	env --default-signal=INT,PIPE,HUP,QUIT "$program" --history=only -v -o json "$@" \
		<"$tmp/log.in" >"$tmp/log.out" 2>"$tmp/log.err" {in}>&- {out}>&- {err}>&- &
	reader_pid=$!
	pids+=("$reader_pid")
	word "the first word" 'reads a saved log from standard input$'
}

# word WHAT REGEX: the next line on its standard error.
word() {
	local line

	read -r -t "$guard" -u "$err" line || fail "$1: it says nothing"
	matches "$1" "$line" "^trace_oomkill: $2"
}

# end_reader SIGNAL STATUS
end_reader() {
	kill -"$1" "$reader_pid"
	{ wait "$reader_pid"; } 2>/dev/null
	is "the status after SIG$1" $? "$2"
}

# put_kill: a report into the pipe, its kill out of the other. A kill waits for the next line.
put_kill() {
	local line

	cat "$data/dmesg.log" >&"$in"
	echo "[ 3680.000000] eth0: Link is Up" >&"$in"
	read -r -t "$guard" -u "$out" line || fail "no kill"
	is "the kill" "$(jq -r .tpid <<<"$line")" 4712
}

cut='; reading ended before the end of the log$'
for signal in TERM INT HUP QUIT; do
	read_pipes
	end_reader $signal 0
	word "the end of nothing" "0 kills in what was read of the log$cut"

	read_pipes
	put_kill
	kill -USR1 "$reader_pid"
	put_kill
	end_reader $signal 0
	word "the end after two kills" "2 kills in what was read of the log$cut"
done
read_pipes --strict
end_reader TERM 3
word "the end of nothing" "0 kills in what was read of the log$cut"

# Nobody reads, and the pipe is full. The signal may come before the kill is read.
dd if=/dev/zero of="$tmp/log.out" bs=4096 count=1024 oflag=nonblock 2>/dev/null
read_pipes
cat "$data/dmesg.log" >&"$in"
echo "[ 3680.000000] eth0: Link is Up" >&"$in"
end_reader TERM 0
exec {in}>&- {out}>&-
{
	while read -r -t 0 -u "$err" && read -r -u "$err" line; do
		printf '%s\n' "$line"
	done
} >"$tmp/words"
matches "the end of a stalled reader" "$(tail -n 1 "$tmp/words")" \
	"^trace_oomkill: (0 kills in what was read of the log|1 kill in what was read of the log, 1 not written)$cut"
exec {err}>&-

# ---- 40 MB in less than 8

for ((i = 0; i < 20000; i++)); do
	echo "$data/short.log"
done | xargs cat | (
	ulimit -v 8000
	read_saved 0
)
is "kills in a long log" "$(wc -l <"$tmp/kills")" 20000
