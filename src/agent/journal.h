/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The systemd journal, by its native protocol: one datagram of fields for each
 * kill. The fields are documented in docs/agent.md.
 */
#ifndef AGENT_JOURNAL_H
#define AGENT_JOURNAL_H

#include "agent/destination.h"

#define JOURNAL_SOCKET	"/run/systemd/journal/socket"
#define JOURNAL_MESSAGE_ID "9ac5718e609f4d5394a902d8229dfc0f"	/* our own; catalog entry in tools/ */

/* Connects to the journal's socket at @path. 0, or -errno and an error. */
int journal_open(struct destination *d, const char *path, struct error *e);
void journal_close(struct destination *d);

#endif
