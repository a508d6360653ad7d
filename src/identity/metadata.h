/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What state files say of a container. Unknown texts are NULL, unknown numbers
 * EVENT_UNKNOWN. */
#ifndef IDENTITY_METADATA_H
#define IDENTITY_METADATA_H

#include "base/text.h"
#include "event/event.h"

enum metadata_text {
	METADATA_RUNTIME, METADATA_NAME, METADATA_IMAGE, METADATA_DIGEST,
	METADATA_NAMESPACE, METADATA_POD, METADATA_CONTAINER, METADATA_LABELS,
	METADATA_SANDBOX,		/* the id of the pod's sandbox container */
	METADATA_CGROUP,		/* its cgroup as the runtime was told, linux.cgroupsPath */
	METADATA_TEXTS,
};

enum metadata_number { METADATA_PID, METADATA_STARTED_NS, METADATA_HOST_NETWORK, METADATA_NUMBERS };

/* Longer ones are left unknown. */
enum { METADATA_TEXT_SIZE = 4096 };

struct metadata {
	const char *text[METADATA_TEXTS];	/* borrowed */
	int64_t number[METADATA_NUMBERS];
};

/* Makes everything unknown. */
void metadata_init(struct metadata *f);

/* Sets a text. @f stays as it is if @text is NULL, empty or too long. */
void metadata_text(struct metadata *f, enum metadata_text which, const char *text);

/* Copies from @other the fields that are unknown in @f. */
void metadata_complete(struct metadata *f, const struct metadata *other);

/*
 * Adds a label to @t, "k=v,k=v". Those that a kubelet and runtimes give to every
 * container have fields of their own and are left out, and so is a label that
 * would read as several.
 */
void metadata_add_label(struct text *t, const char *key, const char *value);

/*
 * "2026-11-25T19:58:02.651493635Z" in nanoseconds since 1970. EVENT_UNKNOWN: @text is
 * NULL, no such time, or before 1970, as Go's zero time is.
 */
int64_t metadata_parse_time(const char *text);

#endif
