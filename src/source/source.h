/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The backends behind one interface: a stream of raw records, which event/decode
 * turns into events. */
#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H

#include <stdbool.h>
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
	int root;		/* of the host's files, borrowed; -1: unavailable */
	bool past;		/* kmsg: begin with the records already in the log */
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
	const char *loss;	/* why records are lost, and the remedy */
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
 * Opens the kmsg source, which reads the kernel's log. When records of the log are lost,
 * the kernel's count of kills tells how many kills were in them. With @options->past, or
 * if that count cannot be read, the number of lost records is used: an upper bound. With
 * @options->past source_next() returns 0 first when all existing records are read, and
 * overwritten records count as lost. 0, or -errno and an error.
 */
int kmsg_source_open(struct source **s, const struct source_options *options,
		     struct error *f);

/*
 * Opens the kernel's log at its end, to complete events of another backend. 0, or -errno
 * and an error; @log may be closed either way.
 */
int kmsg_source_correlate(struct correlate_log *log, struct error *f);
void kmsg_source_correlate_close(struct correlate_log *log);

/*
 * Reads a saved log from @fd, borrowed, to its end, and waits for the bytes. Once @end (-1:
 * none) is readable, or after source_finish() where it would wait, it stops reading: the log
 * is cut there. Its kills are past, and may be another host's. -ENODATA without an error:
 * @fd is a pipe or socket without any data; or -errno and an error.
 */
int saved_source_open(struct source **s, int fd, int end, struct error *f);

/* Was reading stopped before the log's end? */
bool saved_source_is_cut(const struct source *s);

/* Counts of the log's lines, and of lines that could not be read. */
const struct transport_counts *saved_source_counts(const struct source *s);

/* Is @fd a file, a pipe or a socket, so that the user may have passed a log there? */
int saved_source_fits(int fd);

/*
 * 1: *@raw holds the next record; 0: none is waiting; -EBADMSG without an error:
 * a ring was damaged, its content is counted in source_lost(), and reading may go on; or
 * -errno and an error: nothing more can be read.
 */
static inline int source_next(struct source *s, struct raw_event *raw, struct error *f)
{
	return s->ops->next(s, raw, f);
}

/*
 * Stops the flow of records. Once the waiting records are read, source_lost() is exact.
 */
static inline void source_finish(struct source *s)
{
	if (s->ops->finish)
		s->ops->finish(s);
}

/* The parser's state, for its counts of reports without a kill; NULL: @s reads no log. */
static inline const struct report *source_report(struct source *s)
{
	return s->ops->report ? s->ops->report(s) : NULL;
}

/*
 * How many kills are known to be lost since the source was opened. The number may grow
 * without a new record, and shrink by a late record.
 */
static inline uint64_t source_lost(struct source *s)
{
	return s->ops->lost(s);
}

/*
 * Call it once the kmsg source is read to its end. Did the log have a line for every kill
 * that the kernel has counted so far? 1: yes, so a process that was marked at @boot_ns
 * (CLOCK_BOOTTIME) and has no line was not killed; 0: a line may still come; -ENODATA:
 * lines of that time were overwritten, or written before the log was opened.
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
