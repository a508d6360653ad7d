/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * An error: the failed step, the cause, and a hint. The function that knows the cause fills
 * it, callers pass it up, and main prints it once.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>
#include <stddef.h>

struct error {
	int error;		/* positive errno; 0: no error is set */
	char what[160];		/* "load program mark_victim" */
	char why[192];		/* the cause in words; empty: strerror(error) */
	char hint[192];		/* the way out; empty: none is known */
	char *log;		/* malloc'd: the verifier's; or NULL */
};

/*
 * Describes a failure: @error is an errno of either sign, @what a format for
 * the step and its subject. An error that is already set stays: the first one
 * is the closest to the cause. @f may be NULL. Returns -errno, to be returned.
 *
 * EMFILE, ENFILE and ENOMEM get their cause and hint here, which later calls do not
 * replace: the failed step does not matter for them.
 */
int error_set(struct error *f, int error, const char *what, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * The same for a parser that refuses its input: @what the subject, @why a
 * format for the exact cause.
 */
int error_refuse(struct error *f, int error, const char *what,
		 const char *why, ...)
	__attribute__((format(printf, 4, 5)));

/* Sets the cause, in better words than strerror(). Returns -errno of the error. */
int error_why(struct error *f, const char *why, ...)
	__attribute__((format(printf, 2, 3)));

/* Names the way out. Returns -errno of the error. */
int error_hint(struct error *f, const char *hint, ...)
	__attribute__((format(printf, 2, 3)));

/* Takes over malloc'd @log, the verifier's. */
void error_keep_log(struct error *f, char *log);

/* Clears the error and frees its log, before an alternative is tried. */
void error_clear(struct error *f);

/* Is @error EMFILE, ENFILE or ENOMEM, of either sign? */
bool error_is_shortage(int error);

/* strerror() of an errno of either sign, in better words where there are. */
const char *error_text(int error);

/* Writes "what: why (hint)" to @to, cut to @size. Returns its length. */
size_t error_format(const struct error *f, char *to, size_t size);

#endif
