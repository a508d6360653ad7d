# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# Given the files of src/: includes point downwards only, rooms of one level
# do not include each other, and foo.c includes its own foo.h first.

# The rooms, highest first. A file in src/ itself is a room of its own.
BEGIN {
	n = split("main agent|trace check|pipeline|enrich|options accounting|" \
		"source host identity filter output|explain kmsg|event loader sys|base", floor, "|")
	for (i = 1; i <= n; i++) {
		m = split(floor[i], name, " ")
		for (j = 1; j <= m; j++)
			level[name[j]] = n - i
	}
	for (i = 1; i < ARGC; i++)
		exists[without_src(ARGV[i])]
}

function without_src(path) {
	sub(/^.*src\//, "", path)
	return path
}

# base/span.h: base; options.c: options
function room_of(path) {
	sub(/\/.*|\.[^.]*$/, "", path)
	return path
}

function complain(what) {
	printf "%s:%d: %s\n", FILENAME, FNR, what
	bad = 1
}

FNR == 1 {
	path = without_src(FILENAME)
	own = path
	if (!sub(/\.c$/, ".h", own))
		own = ""
	room = room_of(path)
	includes = 0
	if (!(room in level))
		complain("the room " room " has no place in the order")
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, quoted, "\"")
	header = quoted[2]
	if (!includes++ && header != own && (own in exists))
		complain("\"" own "\" is not included first")
	if (header ~ /^uapi\//)
		next
	other = room_of(header)
	if (!(header in exists))
		complain("\"" header "\" is in no room")
	else if (room == "agent" && other != room && other != "base")
		complain("the agent uses base alone, not " other)
	else if (other != room && level[other] >= level[room])
		complain(room " must not include " other)
}

END { exit bad }
