/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What failed, at which step, and the way out: filled once by the one who
 * knows, carried up unread, printed once by main.
 */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include <stddef.h>

struct fault {
	int error;		/* positive errno; 0: no fault is set */
	char what[160];		/* "load program mark_victim" */
	char why[192];		/* the cause in words; empty: strerror(error) */
	char hint[192];		/* the way out; empty: none is known */
	char *log;		/* malloc'd: what the verifier had to say; or NULL */
};

/*
 * Describes a failure: @error is an errno of either sign, @what a format for
 * the step and its subject. A fault that is already set stays as it is, for
 * the first one to know is the closest to the cause. @f may be NULL.
 * Returns -errno, to be returned on.
 */
int fault_set(struct fault *f, int error, const char *what, ...)
	__attribute__((format(printf, 3, 4)));

/* Says why in better words than strerror(). Returns -errno of the fault. */
int fault_why(struct fault *f, const char *why, ...)
	__attribute__((format(printf, 2, 3)));

/* Names the way out. Returns -errno of the fault. */
int fault_hint(struct fault *f, const char *hint, ...)
	__attribute__((format(printf, 2, 3)));

/* Hands over malloc'd @log, the verifier's words in full. */
void fault_keep_log(struct fault *f, char *log);

/* Forgets the fault and frees its log, before another way is tried. */
void fault_clear(struct fault *f);

/* Writes "what: why (hint)" to @to, cut to @size. Returns its length. */
size_t fault_format(const struct fault *f, char *to, size_t size);

#endif
