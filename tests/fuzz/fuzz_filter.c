// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * The first byte chooses --filter or one of the lists, the rest is its
 * argument: rules, or an error that says something; and what is accepted can be
 * asked about any event.
 */
#include <stdlib.h>
#include <string.h>

#include "filter/filter.h"

static struct filter filter;
static struct oom_event event;

static void ask(void)
{
	static const char *const strings[] = { NULL, "", "a", "k=v,l=w", "\xff" };

	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
		event_init(&event);
		if (i)
			event.target.tgid = (int64_t)i;
		event.target.comm = event.k8s.labels = strings[i];
		event.runtime.container_name = strings[i];
		bool open = false;

		filter_match(&filter, &event);
		for (size_t k = 0; k < filter.count; k++)
			open |= filter_hangs_on(&filter, &event, k);
		/* The first event knows nothing that a rule could ask for. */
		if (!i && open != (filter.count > 0))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error error = { 0 };
	char *words = malloc(size + 1);
	int list = size ? data[0] % (FILTER_LISTS + 1) : 0;
	int result;

	memcpy(words, data, size);
	words[size] = '\0';
	memset(&filter, 0, sizeof(filter));
	if (list == FILTER_LISTS)
		result = filter_add(&filter, size ? words + 1 : words, &error);
	else
		result = filter_add_names(&filter, (enum filter_list)list,
					  size ? words + 1 : words, &error);
	if ((result < 0) != (error.error != 0) || (result < 0 && !*error.why) ||
	    filter.count > FILTER_RULES || filter.text_used > FILTER_TEXT)
		abort();
	ask();
	free(words);
	return 0;
}
