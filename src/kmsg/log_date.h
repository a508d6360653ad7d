/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The dates that programs put before a line of the kernel's log. */
#ifndef KMSG_LOG_DATE_H
#define KMSG_LOG_DATE_H

#include "base/span.h"

/*
 * Takes a date from the front of @s:
 *
 *	Nov 23 23:41:02				syslog, journalctl
 *	2026-11-23T23:41:02+0100		journalctl -o short-iso
 *	Mon 2026-11-23 23:41:02 CET		journalctl -o short-full
 *	2026-11-23T23:41:02,926846+01:00	dmesg --time-format iso: *@by_dmesg
 *	Mon Nov 23 23:41:02 2026		dmesg -T
 *
 * all with or without a fraction. It is local time unless it says otherwise,
 * and without a year the last such day before @now_unix_ns. *@unix_ns is
 * EVENT_UNKNOWN for a date that there was not.
 */
bool log_date_take(struct span *s, int64_t now_unix_ns, int64_t *unix_ns,
		   bool *by_dmesg);

/* Takes "2498.926846", seconds since whenever. */
bool log_date_take_seconds(struct span *s, int64_t *ns);

/* Does it begin with the name of a month? */
bool log_date_is_month(struct span s);

#endif
