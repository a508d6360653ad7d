// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "output/output.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "output/render.h"

const char *const output_mode_names[] = {
	"columns", "json", "jsonpretty", "yaml", "story", "none", NULL,
};

int output_write(int fd, const struct text *t, struct error *f)
{
	struct writer sink = writer_on(fd);

	return writer_write(&sink, t, f);
}

/* Columns of up to four bytes each that fit into one record of the kernel's log. */
enum { LOG_COLUMNS = 240 };

unsigned int output_terminal_width(int fd)
{
	struct winsize size;

	if (writer_is_kernel_log(fd))
		return LOG_COLUMNS;
	if (ioctl(fd, TIOCGWINSZ, &size) < 0)
		return 0;
	return size.ws_col;
}

void output_resize(struct output *o, unsigned int width)
{
	uint8_t before[SELECTION_SIZE];

	memcpy(before, o->widths, sizeof(before));
	o->width = width;
	columns_layout(o);
	o->titles_due |= memcmp(before, o->widths, o->fields.count) != 0;
}

/* A terminal is coloured unless NO_COLOR (no-color.org) or TERM=dumb is set. */
static bool is_coloured(int fd)
{
	const char *none = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(fd) && !(none && *none) && term && *term && strcmp(term, "dumb") != 0;
}

static int write_titles(struct output *o, struct error *f)
{
	struct text t = text_on(o->line, sizeof(o->line));
	struct render r = { .t = &t, .longest = SIZE_MAX };

	render_titles(&r, o);
	return writer_write(&o->sink, &t, f);
}

int output_open(struct output *o, enum output_mode mode,
		const struct selection *selected, int fd, unsigned int width,
		struct error *f)
{
	struct writer sink = writer_on(fd);

	if (writer_is_kernel_log(fd) && mode != OUTPUT_COLUMNS && mode != OUTPUT_NONE) {
		error_set(f, EINVAL, "write %s to the kernel's log", output_mode_names[mode]);
		error_why(f, "a record there has less than 1 KiB");
		return error_hint(f, "-o columns fits");
	}
	tzset();
	if (o->sink.has_ends)
		memcpy(sink.ends, o->sink.ends, sizeof(sink.ends));
	o->sink = sink;
	o->mode = mode;
	o->fields = *selected;
	o->width = width;
	o->people = width && !o->sink.is_log;
	o->colour = o->people && is_coloured(fd);
	o->adapted = o->titles_due = false;
	memset(o->needs, 0, sizeof(o->needs));
	columns_layout(o);
	if (mode == OUTPUT_COLUMNS)
		return write_titles(o, f);
	selection_sort(&o->fields);
	return 0;
}

int output_event(struct output *o, const struct oom_event *e, struct error *f)
{
	static const size_t longest[] = { SIZE_MAX, 2048, 512, 128, 32 };

	if (o->mode == OUTPUT_NONE)
		return 0;
	for (size_t i = 0; i < sizeof(longest) / sizeof(longest[0]); i++) {
		struct text t = text_on(o->line, sizeof(o->line));
		struct render r = { .t = &t, .longest = longest[i] };

		if (o->mode == OUTPUT_COLUMNS)
			render_row(&r, o, e);
		else if (o->mode == OUTPUT_STORY)
			render_story(&r, o, e);
		else
			render_document(&r, o, e);
		if (t.cut)
			continue;
		o->titles_due = false;
		return writer_write(&o->sink, &t, f);
	}
	return error_set(f, EOVERFLOW, "write an event");
}
