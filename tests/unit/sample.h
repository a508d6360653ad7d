/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Events for the tests of the output. */
#ifndef TESTS_SAMPLE_H
#define TESTS_SAMPLE_H

#include "event/event.h"

/* Every field known, a pod's container among them. */
void sample_full(struct oom_event *e);

/* A process in no container, with names that want to deceive. */
void sample_hostile(struct oom_event *e);

/* As many levels as there can be. */
void sample_deep(struct oom_event *e);

/*
 * Every string as long as the event has room for and made of @byte, every
 * number the longest, as many levels as there can be.
 */
void sample_worst(struct oom_event *e, char byte);

#endif
