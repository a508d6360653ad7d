/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The backends behind one interface: a stream of raw records, which event/decode
 * turns into events. */
#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H

#include <stdint.h>

#include "base/error.h"
#include "base/span.h"
#include "event/event.h"
#include "event/tracepoint_format.h"
#include "kmsg/correlate.h"
#include "kmsg/report.h"

struct source_options {
	const char *object;	/* a BPF object's path; NULL: the embedded one */
	const char *btf;	/* a path, or "none"; NULL: the kernel's own */
	unsigned int ring_kib;	/* per CPU; 0: rings_default_bytes() */
	int root;		/* of the host's files, borrowed; -1: not to be had */
	bool past;		/* kmsg: begin with what is in the log already */
};

/* One record as the kernel made it; valid until the next call on the source. */
struct raw_event {
	enum event_source source;
	struct span bytes;		/* bpf, perf */
	const struct tracepoint_format *format;	/* perf: how the record in it is laid out */
	const struct report_kill *kill;	/* kmsg */
};

struct source {
	const struct source_ops *ops;
	int fd;			/* readable when source_next() has something */
};

struct source_ops {
	const char *name;
	const char *loss;	/* why records get lost, and what helps */
	int (*next)(struct source *s, struct raw_event *raw, struct error *f);
	void (*finish)(struct source *s);
	uint64_t (*lost)(struct source *s);
	int (*whole)(struct source *s, int64_t boot_ns);	/* kmsg */
	const struct report *(*report)(struct source *s);	/* kmsg, saved logs */
	void (*close)(struct source *s);
};

/* Opens the bpf backend and attaches it. 0, or -errno and an error, and nothing is
 * left behind. */
int bpf_source_open(struct source **s, const struct source_options *options,
		    struct error *f);

/* The same for the perf backend, which needs no BPF. */
int perf_source_open(struct source **s, const struct source_options *options,
		     struct error *f);

/*
 * Opens the kmsg source, which reads the kernel's log. What it loses is lines
 * of that log; how many kills were in them the kernel's own count tells. With
 * @options->past, or where that count cannot be read, the number of lines is
 * taken for it: it is not less. With @options->past it returns 0 for the first
 * time when it has read all that was there, and what was overwritten before is
 * lost, too. -errno and an error.
 */
int kmsg_source_open(struct source **s, const struct source_options *options,
		     struct error *f);

/*
 * Opens the kernel's log at its end for the events of another backend. 0; or -errno,
 * an error, and a log that is none. Closing that is fine.
 */
int kmsg_source_correlate(struct correlate_log *log, struct error *f);
void kmsg_source_correlate_close(struct correlate_log *log);

/*
 * Reads a saved log from @fd, borrowed, with blocking reads to its end; all
 * that it tells of is past, maybe of another host. -ENODATA without an error:
 * @fd is no file, and nothing came; or -errno and an error.
 */
int saved_source_open(struct source **s, int fd, struct error *f);

/* What was seen of it, and how much of it could not be read. */
const struct transport_counts *saved_source_counts(const struct source *s);

/* Is @fd a file, a pipe or a socket, which somebody may have meant to be read? */
int saved_source_fits(int fd);

/*
 * 1: *@raw holds the next record; 0: none is waiting; -EBADMSG without an error:
 * a ring was damaged, and what it held is in source_lost(), go on; or -errno
 * and an error: nothing more can be read.
 */
static inline int source_next(struct source *s, struct raw_event *raw, struct error *f)
{
	return s->ops->next(s, raw, f);
}

/*
 * No more records are made. Those that are waiting are still to be read; when
 * they are, source_lost() is exact.
 */
static inline void source_finish(struct source *s)
{
	if (s->ops->finish)
		s->ops->finish(s);
}

/* The reports that @s reads in a log, for what in them makes no kill, or NULL. */
static inline const struct report *source_report(struct source *s)
{
	return s->ops->report ? s->ops->report(s) : NULL;
}

/*
 * How many kills have been lost since the source was opened, as far as is
 * known by now: it may grow without a record, and shrink by one that was late.
 */
static inline uint64_t source_lost(struct source *s)
{
	return s->ops->lost(s);
}

/*
 * The kmsg source has been read to its end. Was there a line for every kill that
 * the kernel has counted until now? 1: yes, so that whoever was marked at
 * @boot_ns (CLOCK_BOOTTIME) without one was not killed; 0: one is to come, as
 * far as is known; -ENODATA: lines of that time were overwritten, or written
 * before the log was opened.
 */
static inline int source_whole(struct source *s, int64_t boot_ns)
{
	return s->ops->whole(s, boot_ns);
}

/* NULL is fine. */
static inline void source_close(struct source *s)
{
	if (s)
		s->ops->close(s);
}

#endif
