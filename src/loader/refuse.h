/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * How a parser says no: the step, the errno and the exact cause in one call.
 */
#ifndef LOADER_REFUSE_H
#define LOADER_REFUSE_H

#include "base/error.h"

/*
 * Describes in @f (NULL: nowhere) that @what was refused, and @why. An error
 * that is already set stays as it is. Returns -error, which is of either sign.
 */
int refuse(struct error *f, int error, const char *what, const char *why, ...)
	__attribute__((format(printf, 4, 5)));

#endif
