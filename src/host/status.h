/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Lines of /proc/PID/status, "KEY:\tVALUE\n": the kernel escapes newlines in a
 * name, so that no process can make one up.
 */
#ifndef HOST_STATUS_H
#define HOST_STATUS_H

#include <stdbool.h>

#include "base/span.h"
#include "event/event.h"

/* What stands behind @key in @status, which was read from its start. */
bool status_value(struct span status, const char *key, struct span *value);

/*
 * The first and the last number of such a line, EVENT_UNKNOWN: there is none.
 * Ids are given in each pid namespace from ours to the innermost.
 */
int64_t status_first(struct span status, const char *key);
int64_t status_last(struct span status, const char *key);

#endif
