// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "agent/syslog.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "agent/socket.h"

enum { FACILITY_DAEMON = 3, SEVERITY_ERROR = 3, SEVERITY_WARNING = 4 };

/* "<28>Nov 29 03:12:07 trace_oomkill[812]: TEXT". RFC 3164 wants English months. */
static int format_line(char **line, const struct oom_kill *k, const char *mark, const char *text)
{
	static const char months[][4] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun",
		"Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
	};
	time_t seconds = k->time_ns == KILL_UNKNOWN ? time(NULL) :
			 (time_t)(k->time_ns / 1000000000);
	int severity = k->scope == SCOPE_HOST ? SEVERITY_ERROR : SEVERITY_WARNING;
	struct tm when;

	localtime_r(&seconds, &when);
	return asprintf(line, "<%d>%s %2d %02d:%02d:%02d trace_oomkill[%d]: %s%s",
			FACILITY_DAEMON * 8 + severity, months[when.tm_mon], when.tm_mday,
			when.tm_hour, when.tm_min, when.tm_sec, (int)getpid(), mark, text);
}

static int deliver_text(struct destination *d, const struct oom_kill *k, const char *mark,
			const char *text, struct error *e)
{
	char *line;
	int length = format_line(&line, k, mark, text);
	int result = 0;

	if (length < 0)
		return error_set(e, ENOMEM, "make a line for syslog");
	destination_mark(d, k);
	if (send(d->wait.fd, line, (size_t)length, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		result = -errno;
	free(line);
	if (result < 0 && result != -EAGAIN)
		error_set(e, result, "send a line to syslog");
	return result;
}

static int deliver_sentence(struct destination *d, const struct oom_kill *k, struct error *e)
{
	return deliver_text(d, k, "", k->sentence, e);
}

static int deliver_json(struct destination *d, const struct oom_kill *k, struct error *e)
{
	return deliver_text(d, k, "@cee: ", k->line, e);
}

int syslog_open(struct destination *d, const char *path, bool json, struct error *e)
{
	int fd = socket_connect(path);

	if (fd < 0)
		return error_set(e, fd, "connect to syslog at %s", path);
	d->name = "syslog";
	d->deliver = json ? deliver_json : deliver_sentence;
	d->wait = (struct pollfd){ .fd = fd, .events = POLLOUT };
	return 0;
}

void syslog_close(struct destination *d)
{
	if (d->wait.fd >= 0)
		close(d->wait.fd);
	d->wait.fd = -1;
}
