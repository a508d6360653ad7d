/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Makes the n-th allocation fail: malloc, calloc, realloc, strdup. The unit
 * tests are linked so that these calls come here first.
 */
#ifndef TESTS_FAILING_H
#define TESTS_FAILING_H

#include <stdbool.h>

/* From now on, all succeed but the @n-th one (0: the next). */
void failing_begin(unsigned int n);

/*
 * All succeed again. True: one has failed in between. Check allocates as well,
 * so there should be no assertion in between.
 */
bool failing_end(void);

#endif
