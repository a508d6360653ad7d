/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Datagrams to a Unix socket: the journal, syslog, a service manager. */
#ifndef AGENT_SOCKET_H
#define AGENT_SOCKET_H

/* A descriptor connected to the datagram socket at @path, or -errno. A leading
 * '@' stands for the abstract namespace. It never waits. */
int socket_connect(const char *path);

#endif
