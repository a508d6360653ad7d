// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "host/status.h"

#include <string.h>

#include "base/scan.h"

bool status_value(struct span status, const char *key, struct span *value)
{
	struct span line;

	while (scan_up_to(&status, "\n", &line))
		if (scan_word(&line, key) && scan_word(&line, ":\t")) {
			*value = line;
			return true;
		}
	return false;
}

int64_t status_first(struct span status, const char *key)
{
	struct span value;
	int64_t number;

	return status_value(status, key, &value) && scan_number(&value, &number) ?
		number : EVENT_UNKNOWN;
}

int64_t status_last(struct span status, const char *key)
{
	struct span value;
	int64_t number = EVENT_UNKNOWN;

	if (status_value(status, key, &value))
		while (scan_number(&value, &number))
			scan_blanks(&value);
	return number;
}
