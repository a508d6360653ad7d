/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * For a kernel without BTF: makes BTF from the tracepoint's format file. It describes only
 * the tracepoint's record, so the probe's accesses to the record are relocated as usual,
 * and all other types do not exist.
 */
#ifndef SOURCE_RECORD_BTF_H
#define SOURCE_RECORD_BTF_H

#include <stdint.h>

#include "base/span.h"
#include "event/tracepoint_format.h"

struct format_btf {
	uint8_t bytes[1024];
};

/*
 * Describes struct trace_event_raw_mark_victim, in this host's byte order.
 * Returns the bytes, which are in @b. They always fit.
 */
struct span format_btf_make(struct format_btf *b, const struct tracepoint_format *format);

#endif
