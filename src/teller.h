/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The way of an event: decode, complete, filter, write. No step looks back.
 * There is one teller: what is large in it is the program's own data.
 */
#ifndef TELLER_H
#define TELLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "counts.h"
#include "event/decode.h"
#include "host/cgroup.h"
#include "options.h"
#include "output/sink.h"
#include "source/source.h"

/* Whose kills it is given. */
enum teller_age {
	TELLER_LIVE,
	TELLER_PAST,			/* of this host, from before the start */
	TELLER_SAVED,			/* of whatever host, and whenever */
};

struct teller {
	const struct options *options;
	void (*note)(const char *line);
	struct counts *counts;
	struct decode_host host;
	int root;			/* of the host's files; -1: not to be had */
	int proc;			/* the same for its /proc */
	struct cgroup_files cgroups;
	struct {
		bool users, cmdline, ancestors, names, stat, top;
	} wants;			/* what is shown, and costs reading */
	enum teller_age age;
	size_t told_count;		/* kills told already that may come again */
	bool missing_said;		/* a filter asked for what was not known */
};

/*
 * All of this is borrowed. @note is called with a line for people. Nothing is
 * open then, and teller_close() is fine at any time.
 */
void teller_init(struct teller *t, const struct options *o,
		 void (*note)(const char *line), struct counts *counts);
void teller_close(struct teller *t);

/* Formats a line for people, cut after 255 bytes. */
__attribute__((format(printf, 2, 3)))
void teller_note(const struct teller *t, const char *format, ...);

/* Finds the host whose kills are told: 0, or -errno and a fault. */
int teller_open_host(struct teller *t, struct fault *f);

/* What only live kills are completed from; nothing of it must be there. */
void teller_open_live(struct teller *t);

/*
 * Right behind the source, for the kernel's own reports as a second witness, if
 * they would tell anything that is wanted; the kmsg source needs none. It waits
 * for them only where the source is without the kernel's types. Without the
 * right to read the log there is no witness.
 */
void teller_open_witness(struct teller *t, bool with_types);

/* Needs the host. The table's head is written. 0, or -errno and a fault. */
int teller_open_output(struct teller *t, struct fault *f);

/* When one of @ends (-1: none) is readable, who does not read is not waited for. */
void teller_end_by(const int ends[SINK_ENDS]);

/* The terminal has another size. */
void teller_resize(void);

/* Brings in all memory that the event's path needs, for survive_lock(). */
void teller_touch(void);

/*
 * Once the program is ready: what would have made its start slower. A descriptor
 * that has something to read when teller_learn() has something to do, or -1.
 */
int teller_start(struct teller *t);

/* Learns who is there, a few at a time. True: there are more, now. */
bool teller_learn(void);

/* Anew for each batch of events: the clock may have been set, and swap added. */
void teller_read_host(struct teller *t);

/* Tells one event of @s, or counts and leaves it out. 0, or -errno and a fault. */
int teller_tell(struct teller *t, const struct source *s, const struct raw_event *raw,
		struct fault *f);

/* Leaves the kill out, which was told last, should it come again as a live one. */
void teller_remember(struct teller *t);

/* Tells all that is waiting in @s, which is live. 0, or -errno and a fault. */
int teller_drain(struct teller *t, struct source *s, struct fault *f);

/* Counts what @s has lost, and says so when it has grown. */
void teller_losses(struct teller *t, struct source *s);

#endif
