// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "samples.h"

#include <stdio.h>
#include <stdlib.h>

void samples_add(struct samples *s, double value)
{
	if (s->count < SAMPLES_MAX)
		s->at[s->count++] = value;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double samples_quantile(struct samples *s, double share)
{
	if (s->count == 0)
		return 0;
	qsort(s->at, s->count, sizeof(s->at[0]), compare);
	return s->at[(size_t)(share * (double)(s->count - 1) + 0.5)];
}

const char *samples_format(struct samples *s, char *to, size_t size)
{
	if (s->count == 0)
		snprintf(to, size, "-");
	else
		snprintf(to, size, "%.1f (%.1f-%.1f)", samples_quantile(s, 0.5),
			 samples_quantile(s, 0), samples_quantile(s, 1));
	return to;
}
