// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* For these errors the cause does not depend on the failed step. */
static const struct shortage {
	int error;
	const char *why, *hint;
} shortages[] = {
	{ EMFILE, "the limit of open files is reached", "raise ulimit -n" },
	{ ENFILE, "the host's limit of open files is reached", "raise sysctl fs.file-max" },
	{ ENOMEM, "out of memory", "free memory, or raise the limit of its cgroup" },
};

static const struct shortage *find_shortage(int error)
{
	for (size_t i = 0; i < sizeof(shortages) / sizeof(shortages[0]); i++)
		if (shortages[i].error == abs(error))
			return &shortages[i];
	return NULL;
}

bool error_is_shortage(int error)
{
	return find_shortage(error) != NULL;
}

const char *error_text(int error)
{
	const struct shortage *s = find_shortage(error);

	return s ? s->why : strerror(abs(error));
}

int error_set(struct error *f, int error, const char *what, ...)
{
	va_list args;

	error = abs(error);
	if (!f || f->error)
		return -error;
	f->error = error;
	va_start(args, what);
	vsnprintf(f->what, sizeof(f->what), what, args);
	va_end(args);
	if (error_is_shortage(error)) {
		snprintf(f->why, sizeof(f->why), "%s", error_text(error));
		snprintf(f->hint, sizeof(f->hint), "%s", find_shortage(error)->hint);
	}
	return -error;
}

int error_refuse(struct error *f, int error, const char *what,
		 const char *why, ...)
{
	va_list args;

	if (!f || f->error)
		return -abs(error);
	error_set(f, error, "%s", what);
	va_start(args, why);
	vsnprintf(f->why, sizeof(f->why), why, args);
	va_end(args);
	return -f->error;
}

int error_why(struct error *f, const char *why, ...)
{
	va_list args;

	if (!f)
		return 0;
	if (error_is_shortage(f->error))
		return -f->error;
	va_start(args, why);
	vsnprintf(f->why, sizeof(f->why), why, args);
	va_end(args);
	return -f->error;
}

int error_hint(struct error *f, const char *hint, ...)
{
	va_list args;

	if (!f)
		return 0;
	if (error_is_shortage(f->error))
		return -f->error;
	va_start(args, hint);
	vsnprintf(f->hint, sizeof(f->hint), hint, args);
	va_end(args);
	return -f->error;
}

void error_keep_log(struct error *f, char *log)
{
	if (!f) {
		free(log);
		return;
	}
	free(f->log);
	f->log = log;
}

void error_clear(struct error *f)
{
	free(f->log);
	memset(f, 0, sizeof(*f));
}

size_t error_format(const struct error *f, char *to, size_t size)
{
	const char *why = f->why[0] ? f->why : error_text(f->error);
	int len;

	if (f->hint[0])
		len = snprintf(to, size, "%s: %s (%s)", f->what, why, f->hint);
	else
		len = snprintf(to, size, "%s: %s", f->what, why);
	if (len < 0 || !size)
		return 0;
	return (size_t)len < size ? (size_t)len : size - 1;
}
