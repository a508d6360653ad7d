#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# A process chooses its own name. Neither output lets it forge a line, speak to
# the terminal or break the reader's UTF-8.
. "$(dirname "$0")/lib.sh"

memcg_make cgroup hostile 16M

# die NAME: lets an oomer of that name be killed.
die() {
	spawn eater --cgroup "$cgroup" --comm "$1" --anon all
	await_killed eater
}

# NAME, and what a JSON reader is to find.
start -o json
while IFS='|' read -r name expected; do
	printf -v name %b "$name"
	die "$name"
	event line "$eater_pid"
	is "the comm in JSON" "$(jq .tcomm <<<"$line")" "$(jq . <<<"$expected")"
	has "$line" fprocess.comm "$(jq -r .tcomm <<<"$line")"
done <<-'END'
	a"b\\c|"a\"b\\c"
	a\nb\rc\td|"a\nb\rc\td"
	\033[2J\033]0;x\a|"\u001b[2J\u001b]0;x\u0007"
	\xff\xc3(\xe2\x82|"\ufffd\ufffd(\ufffd"
	\xc0\xaf\xed\xa0\x80|"\ufffd\ufffd\ufffd\ufffd\ufffd"
	h\xc3\xa9llo|"h\u00e9llo"
	","tpid":1,"x|"\",\"tpid\":1,\"x"
	\x7f\x01|"\u007f\u0001"
END
stop

# In columns: one line, no control byte, valid UTF-8.
start -o columns --fields tpid,tcomm
for name in $'a"b' $'a\nb' $'\e[31mred\e[m' $'\xff\xfe\x9b' $'\xc2\x9b2J' $'a b\tc' $'\u202eabc'; do
	die "$name"
	while read -r -t "$guard" -u "$tracer_out" line; do
		[[ $line == *"$eater_pid"* ]] && break
	done
	printf '%s\n' "$line" >"$tmp/line"
	matches "the line" "$line" "^ *$eater_pid +[^ ]"
	LC_ALL=C grep -qa '[[:cntrl:]]' "$tmp/line" && fail "a control byte: $(cat -v "$tmp/line")"
	LC_ALL=C grep -qaP '\xc2[\x80-\x9f]' "$tmp/line" && fail "a C1 control: $(cat -v "$tmp/line")"
	iconv -f UTF-8 -t UTF-8 "$tmp/line" >/dev/null 2>&1 || fail "broken UTF-8: $(cat -v "$tmp/line")"
done
stop
