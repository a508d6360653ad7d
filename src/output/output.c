// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "output/output.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "output/render.h"

const char *const output_mode_names[] = {
	"columns", "json", "jsonpretty", "yaml", "story", "none", NULL,
};

/* A terminal or pipe that somebody made non-blocking is waited for. */
static int write_some(int fd, const char *bytes, size_t len)
{
	struct pollfd ready = { .fd = fd, .events = POLLOUT };
	ssize_t n = write(fd, bytes, len);

	if (n > 0)
		return (int)n;
	if (n < 0 && errno == EAGAIN)
		return poll(&ready, 1, -1) < 0 && errno != EINTR ? -errno : 0;
	if (n < 0 && errno == EINTR)
		return 0;
	return n < 0 ? -errno : -EIO;
}

int output_write(int fd, const struct text *t, struct fault *f)
{
	size_t done = 0;
	int n = 0;

	while (n >= 0 && done < t->used) {
		n = write_some(fd, t->data + done, t->used - done);
		done += n > 0 ? (size_t)n : 0;
	}
	if (n >= 0)
		return 0;
	fault_set(f, n, "write the output");
	if (n == -EPIPE)
		fault_why(f, "whoever read it is gone");
	return n;
}

unsigned int output_terminal_width(int fd)
{
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size) < 0)
		return 0;
	return size.ws_col;
}

void output_resize(struct output *o, unsigned int width)
{
	o->width = width;
	columns_layout(o);
}

static int write_titles(struct output *o, struct fault *f)
{
	struct text t = text_on(o->line, sizeof(o->line));
	struct render r = { .t = &t, .longest = SIZE_MAX };

	render_titles(&r, o);
	return output_write(o->fd, &t, f);
}

int output_open(struct output *o, enum output_mode mode,
		const struct selection *selected, int fd, unsigned int width,
		struct fault *f)
{
	tzset();
	o->fd = fd;
	o->mode = mode;
	o->fields = *selected;
	output_resize(o, width);
	if (mode == OUTPUT_COLUMNS)
		return write_titles(o, f);
	selection_sort(&o->fields);
	return 0;
}

int output_event(struct output *o, const struct oom_event *e, struct fault *f)
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
		if (!t.cut)
			return output_write(o->fd, &t, f);
	}
	return fault_set(f, EOVERFLOW, "write an event");
}
