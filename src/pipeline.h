/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* One event on its way: decode, enrich, explain, filter, write. */
#ifndef PIPELINE_H
#define PIPELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "accounting.h"
#include "enrich.h"
#include "event/event.h"
#include "explain/incident.h"
#include "options.h"
#include "output/output.h"
#include "source/source.h"

/* Room for the kills that happen between attaching and reading the log. */
enum { PIPELINE_REPORTED = 512 };

/* All memory of the steps, which allocate none. */
struct pipeline {
	const struct options *options;	/* borrowed */
	void (*note)(const char *line);
	struct accounting accounting;
	struct enrich enrich;
	struct incidents incidents;
	struct oom_event event;
	struct output output;
	/* Kills that an unknown field made pass or fail, by the filter's rule. */
	struct pipeline_unknown {
		uint64_t shown, left_out;
	} unknown[FILTER_RULES];
	/* Thread ids of kills from the log that the source may report again. */
	size_t reported_count;
	int64_t reported[PIPELINE_REPORTED];
};

/*
 * Prepares @p, which is all zero. @o is borrowed; @note gets a line for people.
 * Opens nothing; pipeline_close() may be called at any time from then on.
 */
void pipeline_init(struct pipeline *p, const struct options *o,
		   void (*note)(const char *line));
void pipeline_close(struct pipeline *p);

/* Formats a line for people, cut after 255 bytes. */
__attribute__((format(printf, 2, 3)))
void pipeline_note(const struct pipeline *p, const char *format, ...);

/*
 * Opens the output and writes a table's titles, after enrich_open(). Once one of @ends
 * (-1: none) is readable, writes stop waiting for a stalled reader.
 * 0, or -errno and an error.
 */
int pipeline_open_output(struct pipeline *p, const int ends[WRITER_ENDS], struct error *f);

/* Follows the terminal's new size. */
void pipeline_resize(struct pipeline *p);

/* Brings in the memory that an event needs, before it is locked. */
void pipeline_prefault(struct pipeline *p);

/* Takes one record of @s all the way. 0, or -errno and an error. */
int pipeline_event(struct pipeline *p, const struct source *s, const struct raw_event *raw,
		   enum enrich_origin origin, struct error *f);

/* Remembers the kill just written, to skip it if the live source reports it, too. */
void pipeline_remember(struct pipeline *p);

/*
 * Processes at most @most waiting records of the live source @s: kills may come as fast
 * as they are read. 0: none is left; 1: there may be more; or -errno and an error, with
 * the remaining records counted.
 */
int pipeline_drain(struct pipeline *p, struct source *s, size_t most, struct error *f);

/* Counts the kills that @s has lost, and reports new losses. */
void pipeline_losses(struct pipeline *p, struct source *s);

/* At the end: reports unwritten kills, and fields that a filter found unknown. */
void pipeline_summary(const struct pipeline *p);

#endif
