#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# What a user can do wrong and what a host can lack: one line that names the
# cause, status 2 for a wrong command line and 1 for the rest.
. "$(dirname "$0")/lib.sh"

# refused STATUS REGEX COMMAND..
refused() {
	local expected=$1 regex=$2 message status

	shift 2
	message=$(timeout "$guard" "$@" 2>&1 >"$tmp/stdout")
	status=$?
	is "the status of '${*/#$program/trace_oomkill}'" $status "$expected"
	matches "the message of '${*/#$program/trace_oomkill}'" "$message" "^trace_oomkill: .*$regex"
	one_message "of '${*/#$program/trace_oomkill}'" "$message"
	is "the standard output of '${*/#$program/trace_oomkill}'" "$(grep -v RUNTIME "$tmp/stdout")" ""
}

refused 2 '--bogus' "$program" --bogus
refused 2 'bogus' "$program" bogus
refused 2 'xml' "$program" -o xml
refused 2 'xml.*json' "$program" -o xml
refused 2 'no_such_field' "$program" --fields tpid,no_such_field
refused 2 'no_such_field' "$program" --fields +no_such_field
refused 2 'abc' "$program" -t abc
refused 2 '-1' "$program" -t -1
refused 2 '99999999999999999999' "$program" -t 99999999999999999999
refused 2 'abc' "$program" --ring-kib abc
refused 2 '0' "$program" --ring-kib 0
refused 2 'abc' "$program" --ready-fd abc
refused 2 '-o' "$program" -o
refused 2 '--object' "$program" --object

# Objects.
refused 1 '/no/such/file: No such file or directory' "$program" --object /no/such/file
refused 1 'Is a directory' "$program" --object /
refused 1 "$tmp/text" "$program" --object "$(echo hello >"$tmp/text"; echo "$tmp/text")"
refused 1 "$tmp/empty" "$program" --object "$(: >"$tmp/empty"; echo "$tmp/empty")"
refused 1 '(machine|class|object|ELF)' "$program" --object "$program"

# A closed descriptor for the readiness.
refused 1 'Bad file descriptor' "$program" -t 1 --ready-fd 77
