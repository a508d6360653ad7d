/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A program that is measured: started in a cgroup of its own, its output
 * read line by line with the time of each.
 */
#ifndef SUBJECT_H
#define SUBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { VICTIMS_MAX = 1 << 22 };	/* PID_MAX_LIMIT */

struct subject {
	const char *name;
	char *argv[12];
	/* What it writes when it is attached; NULL: a line on descriptor 9. */
	const char *attached_line;
	/*
	 * The victim of a line, or 0, and when the kernel says it was, if the
	 * line says that, in seconds of CLOCK_MONOTONIC.
	 */
	long (*victim)(const char *line, double *event_time);
	/* How many events were lost according to any other line. */
	double (*lost)(const char *line);
	bool ends;		/* SIGINT has it tell all that it has, and end */

	/* While it runs. */
	pid_t pid;
	int out, ready;
	double *begun;		/* shared with the child */
	double cpu_before;
	char buffer[65536];
	size_t used;
	char group[4096];

	/* What came of it. */
	double start_ms, cpu_ms;
	double lost_events;
	double *seen;		/* when each pid's line came; 0: it did not */
	double *event_time;	/* of each pid's line; 0: it does not say */
};

void subject_prepare(struct subject *s);
void subject_free(struct subject *s);

void subject_start(struct subject *s);

/* Waits until it is attached: from then on start_ms and cpu_ms are known. */
void subject_await(struct subject *s);

/* Forgets which victims it reported and how many it lost. */
void subject_forget(struct subject *s);

/* Reads what there is of the output; false when it has ended. */
bool subject_read(struct subject *s);

/* Sends it and its children @signal, or none if that is 0, and waits for its end. */
void subject_end(struct subject *s, int signal);

#endif
