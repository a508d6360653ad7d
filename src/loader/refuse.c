// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "loader/refuse.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

int refuse(struct error *f, int error, const char *what, const char *why, ...)
{
	char cause[sizeof(f->why)];
	va_list args;

	if (!f || f->error)
		return -abs(error);
	va_start(args, why);
	vsnprintf(cause, sizeof(cause), why, args);
	va_end(args);
	error_set(f, error, "%s", what);
	return error_why(f, "%s", cause);
}
