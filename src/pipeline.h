/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The way of an event: decode, complete, filter, write. No step looks back.
 * There is one teller: what is large in it is the program's own data.
 */
#ifndef PIPELINE_H
#define PIPELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "accounting.h"
#include "event/decode.h"
#include "host/cgroup.h"
#include "options.h"
#include "output/writer.h"
#include "source/source.h"

/* Whose kills it is given. */
enum pipeline_age {
	PIPELINE_LIVE,
	PIPELINE_PAST,			/* of this host, from before the start */
	PIPELINE_SAVED,			/* of whatever host, and whenever */
};

struct pipeline {
	const struct options *options;
	void (*note)(const char *line);
	struct accounting *counts;
	struct decode_host host;
	int root;			/* of the host's files; -1: not to be had */
	int proc;			/* the same for its /proc */
	struct cgroup_files cgroups;
	struct {
		bool users, cmdline, ancestors, names, stat, top;
	} wants;			/* what is shown, and costs reading */
	enum pipeline_age age;
	size_t told_count;		/* kills told already that may come again */
	bool missing_said;		/* a filter asked for what was not known */
};

/*
 * All of this is borrowed. @note is called with a line for people. Nothing is
 * open then, and pipeline_close() is fine at any time.
 */
void pipeline_init(struct pipeline *t, const struct options *o,
		 void (*note)(const char *line), struct accounting *counts);
void pipeline_close(struct pipeline *t);

/* Formats a line for people, cut after 255 bytes. */
__attribute__((format(printf, 2, 3)))
void pipeline_note(const struct pipeline *t, const char *format, ...);

/* Finds the host whose kills are told: 0, or -errno and an error. */
int pipeline_open_host(struct pipeline *t, struct error *f);

/* What only live kills are completed from; nothing of it must be there. */
void pipeline_open_live(struct pipeline *t);

/*
 * Right behind the source, for the kernel's own reports as a second witness, if
 * they would tell anything that is wanted; the kmsg source needs none. It waits
 * for them only where the source is without the kernel's types. Without the
 * right to read the log there is no witness.
 */
void pipeline_open_witness(struct pipeline *t, bool with_types);

/* Needs the host. The table's head is written. 0, or -errno and an error. */
int pipeline_open_output(struct pipeline *t, struct error *f);

/* When one of @ends (-1: none) is readable, who does not read is not waited for. */
void pipeline_end_by(const int ends[WRITER_ENDS]);

/* The terminal has another size. */
void pipeline_resize(void);

/* Brings in all memory that the event's path needs, for oom_safety_lock(). */
void pipeline_touch(void);

/*
 * Once the program is ready: what would have made its start slower. A descriptor
 * that has something to read when pipeline_learn() has something to do, or -1.
 */
int pipeline_start(struct pipeline *t);

/* Learns who is there, a few at a time. True: there are more, now. */
bool pipeline_learn(void);

/* Anew for each batch of events: the clock may have been set, and swap added. */
void pipeline_read_host(struct pipeline *t);

/* Tells one event of @s, or counts and leaves it out. 0, or -errno and an error. */
int pipeline_tell(struct pipeline *t, const struct source *s, const struct raw_event *raw,
		struct error *f);

/* Leaves the kill out, which was told last, should it come again as a live one. */
void pipeline_remember(struct pipeline *t);

/* Tells all that is waiting in @s, which is live. 0, or -errno and an error. */
int pipeline_drain(struct pipeline *t, struct source *s, struct error *f);

/* Counts what @s has lost, and says so when it has grown. */
void pipeline_losses(struct pipeline *t, struct source *s);

#endif
