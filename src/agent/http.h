/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The HTTP server, by libmicrohttpd: /metrics, /healthz, the page / and
 * /kills.json. It runs in the agent's loop and has no thread of its own.
 */
#ifndef AGENT_HTTP_H
#define AGENT_HTTP_H

#include <poll.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"

enum {
	HTTP_CONNECTIONS = 128,		/* at a time; further ones wait in the backlog */
	HTTP_TIMEOUT_S = 3,		/* of a peer that is silent: it must not keep others out */
};

/* The answer to a request. */
struct http_answer {
	FILE *body;			/* to be written to */
	const char *type;		/* Content-Type */
	unsigned int status;
};

struct http {
	struct MHD_Daemon *daemon;	/* NULL: none runs */
	struct pollfd wait;		/* .fd -1: nothing to wait for */
	char path[108];			/* of a Unix socket that we made; empty: none */
	/* Answers @path; @accept is the request's Accept header or "". */
	void (*answer)(void *context, const char *path, const char *accept,
		       struct http_answer *a);
	void *context;
};

/*
 * Listens at @where: ADDRESS:PORT, [ADDRESS]:PORT, :PORT or unix:PATH; NULL: on
 * the socket that the service manager passed (LISTEN_FDS). @answer and @context
 * must be set. 0, or -errno and an error.
 */
int http_open(struct http *h, const char *where, struct error *e);

/* Serves what is ready. */
void http_serve(struct http *h);

/* How long poll() may sleep, in ms; -1: until a descriptor is ready. */
int http_timeout_ms(const struct http *h);

void http_close(struct http *h);

#endif
