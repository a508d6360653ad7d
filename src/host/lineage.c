// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "host/lineage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/scan.h"
#include "base/text.h"
#include "host/status.h"

enum { STATUS_SIZE = 1024 };	/* what is wanted is in its first 400 bytes */

/* Reads the start of /proc/@tgid/@file. Its length, or -errno. */
static ssize_t read_start(int proc, int64_t tgid, const char *file, char *to,
			  size_t size)
{
	char path[48];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%lld/%s", (long long)tgid, file);
	fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read(fd, to, size);
	if (n < 0)
		n = -errno;
	close(fd);
	return n;
}

/* ---- the command line ----------------------------------------------------- */

const char *lineage_join(struct oom_event *e, const char *words, size_t len)
{
	char line[LINEAGE_CMDLINE_SIZE + sizeof(TEXT_ELLIPSIS)];
	bool cut = len >= LINEAGE_CMDLINE_SIZE;

	if (cut)	/* never half a character */
		for (len = LINEAGE_CMDLINE_SIZE; len && (words[len - 1] & 0xc0) == 0x80; )
			len--;
	if (cut && len && words[len - 1] & 0x80)
		len--;
	while (len && !words[len - 1])
		len--;
	if (!len)
		return NULL;
	for (size_t i = 0; i < len; i++)
		line[i] = words[i] ? words[i] : ' ';
	if (cut) {
		memcpy(line + len, TEXT_ELLIPSIS, sizeof(TEXT_ELLIPSIS) - 1);
		len += sizeof(TEXT_ELLIPSIS) - 1;
	}
	return event_text(e, line, len);
}

/* "4711 (any (name) R 1 ..": the 22nd word is the start, in ticks since boot. */
static int64_t start_ns(int proc, int64_t tgid)
{
	static long ticks;		/* a second; always 100 to user space */
	char stat[512];
	ssize_t n = read_start(proc, tgid, "stat", stat, sizeof(stat));
	struct span rest;
	int64_t value;
	ptrdiff_t name;

	if (!ticks)
		ticks = sysconf(_SC_CLK_TCK);
	if (n <= 0 || ticks <= 0)
		return EVENT_UNKNOWN;
	rest = span_of(stat, (size_t)n);
	name = scan_find_last(rest, ") ");
	if (name < 0)
		return EVENT_UNKNOWN;
	rest = scan_behind(rest, (size_t)name + 2);
	for (int word = 3; word < 22; word++) {
		struct span taken;

		if (!scan_up_to(&rest, " ", &taken))
			return EVENT_UNKNOWN;
	}
	if (!scan_number(&rest, &value) || value > INT64_MAX / 1000000000)
		return EVENT_UNKNOWN;
	return value * (1000000000 / ticks);
}

/*
 * Is what has the id now the victim still? Then it was started before it was
 * killed; what comes after has used up all other ids first, or is younger.
 */
static bool is_victim(int proc, const struct oom_event *e)
{
	int64_t start = start_ns(proc, e->target.tgid);

	return start != EVENT_UNKNOWN && e->time_boot_ns != EVENT_UNKNOWN &&
	       start <= e->time_boot_ns;
}

void lineage_cmdline(int proc, struct oom_event *e)
{
	char words[LINEAGE_CMDLINE_SIZE];
	ssize_t n;

	if (proc < 0 || e->target.tgid == EVENT_UNKNOWN || e->victim.cmdline)
		return;
	n = read_start(proc, e->target.tgid, "cmdline", words, sizeof(words));
	if (n <= 0 || !is_victim(proc, e))
		return;
	e->victim.cmdline = lineage_join(e, words, (size_t)n);
	if (e->victim.cmdline)
		e->victim.cmdline_source = CMDLINE_PROC;
}

/* ---- parents -------------------------------------------------------------- */

/* "Name:\ta\\nb": the kernel escapes newlines and backslashes. */
static void take_name(char *to, size_t size, struct span from)
{
	size_t used = 0;

	for (size_t i = 0; i < from.size && used < size - 1; i++) {
		char c = (char)from.data[i];

		if (c == '\\' && i + 1 < from.size)
			c = (char)from.data[++i] == 'n' ? '\n' : '\\';
		to[used++] = c;
	}
	to[used] = '\0';
}

int lineage_parse_status(struct lineage_status *to, struct span text)
{
	struct span name;

	*to = (struct lineage_status){
		.parent_tgid = status_first(text, "PPid"),
		.nspid = status_last(text, "NSpid"),
	};
	if (!status_value(text, "Name", &name) || to->parent_tgid == EVENT_UNKNOWN)
		return -EBADMSG;
	take_name(to->comm, sizeof(to->comm), name);
	return 0;
}

static bool read_status(int proc, int64_t tgid, struct lineage_status *to)
{
	char text[STATUS_SIZE];
	ssize_t n = read_start(proc, tgid, "status", text, sizeof(text));

	return n > 0 && !lineage_parse_status(to, span_of(text, (size_t)n));
}

void lineage_ancestors(int proc, struct oom_event *e)
{
	struct event_victim *v = &e->victim;
	int64_t tgid = e->target.parent_tgid;
	const char *comm = e->target.parent_comm;
	struct lineage_status status;

	if (tgid == EVENT_UNKNOWN || v->ancestor_count != EVENT_UNKNOWN)
		return;
	v->ancestor_count = 0;
	if (e->target.nspid == 1)
		return;
	while (tgid > 0 && v->ancestor_count < EVENT_ANCESTORS) {
		bool there = proc >= 0 && read_status(proc, tgid, &status) &&
			     (!comm || !strncmp(comm, status.comm, 15));

		if (!there && !comm)
			return;
		/* The first is known, if it is gone or not. */
		v->ancestors[v->ancestor_count++] = (struct event_process){
			.tgid = tgid, .rss_bytes = EVENT_UNKNOWN,
			.swap_bytes = EVENT_UNKNOWN,
			.comm = comm ? comm : event_text(e, status.comm,
							  strlen(status.comm)),
		};
		if (!there || status.nspid == 1)
			return;
		tgid = status.parent_tgid;
		comm = NULL;
	}
}
