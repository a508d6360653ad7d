/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What is known of a container, whoever has told it. A text that is unknown
 * is NULL, a number EVENT_UNKNOWN.
 */
#ifndef IDENTITY_FACTS_H
#define IDENTITY_FACTS_H

#include "event/event.h"

enum fact_text {
	FACT_RUNTIME, FACT_NAME, FACT_IMAGE, FACT_DIGEST,
	FACT_NAMESPACE, FACT_POD, FACT_CONTAINER, FACT_LABELS,
	FACT_SANDBOX,		/* the id of the container that stands for the pod */
	FACT_TEXTS,
};

enum fact_number { FACT_PID, FACT_STARTED_NS, FACT_HOST_NETWORK, FACT_NUMBERS };

/* Longer ones are left unknown. */
enum { FACT_TEXT_SIZE = 4096 };

struct facts {
	const char *text[FACT_TEXTS];	/* borrowed */
	int64_t number[FACT_NUMBERS];
};

/* Makes everything unknown. */
void facts_init(struct facts *f);

/* An empty text, one that is too long, and NULL leave @f as it is. */
void facts_text(struct facts *f, enum fact_text which, const char *text);

/* Takes from @other what @f does not know. */
void facts_complete(struct facts *f, const struct facts *other);

/*
 * "2026-11-25T19:58:02.651493635Z" in nanoseconds since 1970; EVENT_UNKNOWN:
 * it is no such time, or NULL, or before 1970, as Go's zero is.
 */
int64_t facts_parse_time(const char *text);

#endif
