/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What is counted while kills are told, and said at the end. */
#ifndef COUNTS_H
#define COUNTS_H

#include <stdint.h>

struct counts {
	uint64_t kills;		/* events seen */
	uint64_t shown;		/* those that passed the filter, written */
	uint64_t lost;
	uint64_t past;		/* of kills from before the start, not in @kills */
};

#endif
