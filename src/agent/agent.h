/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The agent's loop: from the tracer's lines to the destinations. */
#ifndef AGENT_AGENT_H
#define AGENT_AGENT_H

#include "agent/options.h"
#include "base/error.h"

/*
 * Runs until SIGTERM, SIGINT or the tracer's end. @say writes one line to the
 * agent's log. 0, or -errno and an error: the tracer failed, or could not be
 * started, or a destination that was asked for could not be opened.
 */
int agent_run(const struct agent_options *o, void (*say)(const char *line), struct error *e);

#endif
