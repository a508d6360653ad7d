/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A syslog daemon at /dev/log, by RFC 3164: one line with the verdict's sentence. */
#ifndef AGENT_SYSLOG_H
#define AGENT_SYSLOG_H

#include "agent/destination.h"

#define SYSLOG_SOCKET	"/dev/log"

/*
 * Connects to the socket at @path. @json: the line is "@cee: " and the whole
 * record, as rsyslog and syslog-ng take it. 0, or -errno and an error.
 */
int syslog_open(struct destination *d, const char *path, bool json, struct error *e);
void syslog_close(struct destination *d);

#endif
