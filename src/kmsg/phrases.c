// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "kmsg/phrases.h"

#include <string.h>

#include "base/scan.h"
#include "kmsg/message.h"

static const char header[] = " invoked oom-killer: ";

/* "Killed process 4711 (", "Kill process 4711 (" */
static bool begins_kill(struct span s)
{
	int64_t pid;

	return (scan_word(&s, "Killed process ") || scan_word(&s, "Kill process ")) &&
		scan_number(&s, &pid) && (scan_begins(s, " (") || scan_begins(s, ", "));
}

static bool begins_part(struct span s)
{
	if (scan_begins(s, "oom-kill:constraint="))
		return true;
	if (!scan_word(&s, "Memory cgroup out of memory: ") &&
	    !scan_word(&s, "Out of memory: "))
		scan_word(&s, "Out of memory (oom_kill_allocating_task): ");
	return begins_kill(s);
}

/* "CPU: 0 UID: 0 PID: 4711 Comm: tail", "Pid: 4711, comm: tail" */
static bool begins_cpu(struct span s)
{
	int64_t number;

	if (scan_word(&s, "Pid: "))
		return scan_number(&s, &number) && scan_begins(s, ", comm: ");
	if (!scan_word(&s, "CPU: ") || !scan_number(&s, &number))
		return false;
	if (scan_word(&s, " UID: ") && !scan_number(&s, &number))
		return false;
	return scan_word(&s, " PID: ") && scan_number(&s, &number) &&
		scan_begins(s, " Comm: ");
}

/* "[  pid  ]   uid  tgid total_vm" */
static bool begins_table(struct span s)
{
	return message_scan_table_head(&s) && scan_begins(s, "uid");
}

static bool begins_line(struct span s)
{
	static const char *const words[] = {
		"Mem-Info:", "memory: usage ", "memory+swap: usage ", "swap: usage ",
		"kmem: usage ", "Memory cgroup stats for /", "Tasks state (memory values",
		"Task in /", "Tasks in /", NULL
	};

	for (const char *const *word = words; *word; word++)
		if (scan_begins(s, *word))
			return true;
	return begins_cpu(s) || begins_table(s);
}

enum phrase phrase_begins(struct span s)
{
	if (!s.size)
		return PHRASE_NONE;
	switch (*s.data) {
	case 'o': case 'M': case 'O': case 'K':
		if (begins_part(s))
			return PHRASE_PART;
		break;
	case 'C': case 'P': case 'm': case 's': case 'k': case 'T': case '[':
		break;
	default:
		return PHRASE_NONE;
	}
	return begins_line(s) ? PHRASE_LINE : PHRASE_NONE;
}

/* The beginning of the kill's line that has "Kill.. process" at @at. */
static size_t kill_from(struct span s, size_t at)
{
	static const char *const scopes[] = {
		"Memory cgroup out of memory: ", "Out of memory: ",
		"Out of memory (oom_kill_allocating_task): ", NULL
	};

	for (const char *const *scope = scopes; *scope; scope++)
		if (scan_ends(scan_front(s, at), *scope))
			return at - strlen(*scope);
	return at;
}

static enum phrase find_part(struct span s, size_t *at)
{
	ptrdiff_t found = scan_find(s, "oom-kill");

	if (found >= 0) {
		struct span rest = scan_behind(s, (size_t)found);

		*at = (size_t)found;
		if (scan_begins(rest, "oom-kill:constraint="))
			return PHRASE_PART;
		found = scan_find(s, header);
		*at = (size_t)found;
		if (found >= 0)
			return PHRASE_HEADER;
	}
	for (size_t from = 0; (found = scan_find(scan_behind(s, from), "Kill")) >= 0; ) {
		from += (size_t)found;
		if (begins_kill(scan_behind(s, from))) {
			*at = kill_from(s, from);
			return PHRASE_PART;
		}
		from++;
	}
	return PHRASE_NONE;
}

static enum phrase find_line(struct span s, size_t *at)
{
	for (*at = 0; *at < s.size; ++*at)
		if (phrase_begins(scan_behind(s, *at)) == PHRASE_LINE)
			return PHRASE_LINE;
	return PHRASE_NONE;
}

enum phrase phrase_find(struct span s, bool all, size_t *at)
{
	enum phrase result = phrase_begins(s);

	*at = 0;
	if (result)
		return result;
	result = find_part(s, at);
	return result || !all ? result : find_line(s, at);
}
