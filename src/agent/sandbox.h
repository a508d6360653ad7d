/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The agent gives up its capabilities once the tracer runs, and root where it may. */
#ifndef AGENT_SANDBOX_H
#define AGENT_SANDBOX_H

#include "base/error.h"

/*
 * Becomes @user (NULL: stays who it is), drops every capability from all sets
 * including the bounding set, and sets no_new_privs. 0, or -errno and an error.
 */
int sandbox_enter(const char *user, struct error *e);

#endif
