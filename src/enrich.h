/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Fills unknown fields of a decoded event from the kernel's report, /proc and the host's
 * files. A table in enrich.c has the order: the source that vanishes first is read first.
 */
#ifndef ENRICH_H
#define ENRICH_H

#include <stdbool.h>

#include "base/error.h"
#include "event/decode.h"
#include "event/event.h"
#include "host/cgroup.h"
#include "identity/identity.h"
#include "kmsg/correlate.h"
#include "options.h"
#include "source/source.h"

/* The origin of an event decides which sources of facts still exist. Bits. */
enum enrich_origin {
	ORIGIN_LIVE = 1,		/* the kill happened just now */
	ORIGIN_LOG = 2,			/* this host's log, from before the start */
	ORIGIN_SAVED = 4,		/* a saved log, of any host and any time */
};

enum { ENRICH_STEPS = 12 };

struct enrich {
	const struct options *options;	/* borrowed */
	void (*note)(const char *line);
	struct decode_host host;
	int root;			/* of the host's files; -1: unavailable */
	int proc;			/* the host's /proc; -1: unavailable */
	bool names;			/* container names are shown or filtered by */
	bool wanted[ENRICH_STEPS];
	struct cgroup_files cgroups;
	struct correlate correlate;
	struct identity identity;
};

/* Prepares @n, which is all zero. @note gets a line for people. Opens nothing. */
void enrich_init(struct enrich *n, const struct options *o,
		 void (*note)(const char *line));

/* Opens the host's root. 0, or -errno and an error. */
int enrich_open(struct enrich *n, struct error *f);

/* Opens the files that only live kills need. If one is unavailable, its fields stay
 * unknown. */
void enrich_open_live(struct enrich *n);

/*
 * Opens the kernel's log right behind the source @backend, if the kernel's
 * report knows a wanted field that the source does not. Events of a source
 * without the kernel's types (@with_types false) wait for their report.
 */
void enrich_open_report(struct enrich *n, bool with_types);

/*
 * Starts watching for new containers, once the program is ready. Returns a
 * descriptor that is readable when enrich_watch() has work, or -1.
 */
int enrich_start(struct enrich *n);

/* Reads a few containers' files. True: more are waiting. */
bool enrich_watch(struct enrich *n);

/* Reads clocks, RAM and swap, which may change: once for each batch of events. */
void enrich_read_host(struct enrich *n);

/* Touches the memory that enrich_event() uses, before it is locked. */
void enrich_prefault(struct enrich *n);

/* Fills unknown fields of @e. No allocation. */
void enrich_event(struct enrich *n, struct oom_event *e, enum enrich_origin origin);

void enrich_close(struct enrich *n);

#endif
