/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Measured numbers, and what a table says of them. */
#ifndef SAMPLES_H
#define SAMPLES_H

#include <stddef.h>

enum { SAMPLES_MAX = 4096 };

struct samples {
	double at[SAMPLES_MAX];
	size_t count;
};

/* Further samples than fit are dropped. */
void samples_add(struct samples *s, double value);

/* The value below which @share (0 to 1) of them lie; 0 if there are none. */
double samples_quantile(struct samples *s, double share);

/* "median (min-max)" into @to; "-" if there are none. */
const char *samples_format(struct samples *s, char *to, size_t size);

#endif
