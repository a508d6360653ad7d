// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "source/tracepoint.h"

#include <errno.h>
#include <unistd.h>

#include "sys/pseudofs.h"

/* Largest seen: 1,150 bytes. */
enum { FORMAT_SIZE = 8192 };

static int explain_tracepoint(struct error *f, int error)
{
	error_set(f, error, "find tracepoint oom/mark_victim");
	if (error == -EACCES)
		error_hint(f, "needs CAP_DAC_READ_SEARCH, or tracefs mounted with mode=0755");
	else
		error_hint(f, "needs Linux 4.13 with CONFIG_FTRACE and CONFIG_PERF_EVENTS");
	if (error == -ENOENT)
		error_why(f, "this kernel does not have it");
	return error;
}

int tracepoint_open(struct tracepoint *t, struct error *f)
{
	char text[FORMAT_SIZE];
	int result;

	t->tracefs = pseudofs_tracefs(t->root, f);
	if (t->tracefs < 0)
		return t->tracefs;
	result = pseudofs_read(t->tracefs, "events/oom/mark_victim/format", text, sizeof(text));
	if (result >= 0)
		result = tracepoint_format_parse(&t->format, span_of(text, (size_t)result));
	return result < 0 ? explain_tracepoint(f, result) : 0;
}

void tracepoint_close(struct tracepoint *t)
{
	if (t->tracefs >= 0)
		close(t->tracefs);
	t->tracefs = -1;
}
