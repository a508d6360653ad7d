// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "identity/labels.h"

#include <string.h>

static bool begins(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

static bool is_label(const char *key, const char *value)
{
	return key[0] && !strpbrk(key, ",=") && !strpbrk(value, ",=") &&
		!begins(key, "io.kubernetes.") && !begins(key, "io.cri-containerd.") &&
		!begins(key, "annotation.");
}

void labels_add(struct text *t, const char *key, const char *value)
{
	if (!is_label(key, value))
		return;
	if (t->used)
		text_char(t, ',');
	text_string(t, key);
	text_char(t, '=');
	text_string(t, value);
}
