// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "kmsg/vendor.h"

#include <string.h>

#include "base/scan.h"

static bool is_digit(struct span s)
{
	return s.size && *s.data >= '0' && *s.data <= '9';
}

static bool take_blanks(struct span *s)
{
	size_t size = s->size;

	scan_blanks(s);
	return s->size < size;
}

/* MediaTek: "(2)[567:kworker/u16:3]", " -(2)[567:tail]" */
static bool take_mediatek(struct span *s)
{
	struct span rest = *s, in;
	int64_t number;

	scan_blanks(&rest);
	scan_word(&rest, "-");
	if (!scan_word(&rest, "(") || !scan_number(&rest, &number) ||
	    !scan_word(&rest, ")[") || !scan_number(&rest, &number) ||
	    !scan_word(&rest, ":") || !scan_up_to(&rest, "]", &in))
		return false;
	*s = rest;
	return true;
}

/* MediaTek, later: "tail: [name:oom_kill&]" */
static bool take_module(struct span *s)
{
	struct span rest = *s, comm, module;

	if (!scan_up_to(&rest, ": [name:", &comm) || comm.size > 15 ||
	    !scan_up_to(&rest, "&]", &module) || module.size > 64)
		return false;
	*s = rest;
	return true;
}

/* Samsung: "I[2:  kthreadd:    2] ", "[2:  kthreadd:    2] " */
static bool take_samsung(struct span *s)
{
	struct span rest = *s, in;
	int64_t number;

	scan_blanks(&rest);
	if (rest.size && *rest.data >= 'A' && *rest.data <= 'Z')
		rest = scan_behind(rest, 1);
	if (!scan_word(&rest, "[") || !scan_number(&rest, &number) ||
	    !scan_word(&rest, ":") || !scan_up_to(&rest, "]", &in) || in.size > 40 ||
	    scan_find(in, ":") < 0 || !scan_word(&rest, " "))
		return false;
	*s = rest;
	return true;
}

/* Xiaomi: "(CPU:4-pid:1234:tail) " */
static bool take_xiaomi(struct span *s)
{
	struct span rest = *s, in;

	scan_blanks(&rest);
	if (!scan_word(&rest, "(CPU:") || !scan_up_to(&rest, ")", &in) ||
	    scan_find(in, "-pid:") < 0)
		return false;
	scan_blanks(&rest);
	*s = rest;
	return true;
}

bool vendor_take(struct span *s)
{
	if (take_module(s))
		return true;
	if (!take_mediatek(s) && !take_samsung(s) && !take_xiaomi(s))
		return false;
	take_module(s);
	return true;
}

/* ---- logcat -------------------------------------------------------------------- */

/* "    0     0 W ", "W/"; pid 0 is the kernel. */
static bool take_level(struct span *s, int64_t *pid, bool *is_brief)
{
	struct span rest = *s;
	int64_t tid;

	scan_blanks(&rest);
	*is_brief = !is_digit(rest);
	if (!*is_brief && (!scan_number(&rest, pid) || !take_blanks(&rest) ||
			   !scan_number(&rest, &tid) || !take_blanks(&rest)))
		return false;
	if (!rest.size || !*rest.data || !strchr("VDIWEFS", *rest.data))
		return false;
	rest = scan_behind(rest, 1);
	if (!scan_word(&rest, *is_brief ? "/" : " "))
		return false;
	*s = rest;
	return true;
}

/*
 * logcat takes the text before the first colon of a kernel message as its tag, and pads
 * it: "memory  : usage 8192kB" was "memory: usage 8192kB".
 */
static struct span join_tag(struct span tag, struct span rest)
{
	bool has_blank = !scan_is(tag, "oom-kill");
	uint8_t *to = (uint8_t *)(uintptr_t)rest.data;
	size_t size = tag.size;

	if (has_blank)
		*--to = ' ';
	*--to = ':';
	memmove(to - size, tag.data, size);
	return span_of(to - size, rest.size + size + 1 + has_blank);
}

bool vendor_take_logcat(struct span *s, bool *is_kernel)
{
	struct span rest = *s, tag;
	bool is_brief;
	int64_t pid;

	if (!take_level(&rest, &pid, &is_brief))
		return false;
	if (is_brief) {
		if (!scan_up_to(&rest, "(", &tag))
			return false;
		scan_blanks(&rest);
		if (!scan_number(&rest, &pid) || !scan_word(&rest, "): "))
			return false;
	} else if (!scan_up_to(&rest, ": ", &tag)) {
		return false;
	}
	while (tag.size && tag.data[tag.size - 1] == ' ')
		tag.size--;
	if (tag.size && !scan_is(tag, "kernel") && !scan_is(tag, "KERNEL") && !pid)
		rest = join_tag(tag, rest);
	*is_kernel = !pid;
	*s = rest;
	return true;
}
