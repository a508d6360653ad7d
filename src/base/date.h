/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Parses a date as a user writes it. Dates that do not exist are refused. */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include "base/span.h"

/*
 * Takes "2026-08-21", "2026-08-21T09:20", "2026-08-21 09:20:46.5+03:00" or the
 * like from the front of @s; without a zone it is local time. False, with @s unchanged:
 * there is no valid date.
 */
bool date_take(struct span *s, int64_t *unix_ns);

#endif
