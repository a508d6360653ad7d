// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * BTF that is not in memory is read through a few windows: types are walked in
 * order, but their names are all over the strings.
 */
#include "loader/btf_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "loader/refuse.h"

/*
 * 64 KiB in all. A window is what sysfs gives at once, a page; it may begin
 * where no page does, so that one after the other they cover everything once.
 */
#define WINDOWS		16
#define WINDOW_SIZE	4096
#define WINDOW_ALIGN	512

_Static_assert(BTF_READ_MAX + WINDOW_ALIGN <= WINDOW_SIZE,
	       "the longest read fits, wherever it begins");

int btf_windows_open(struct btf *b)
{
	int i;

	b->windows = calloc(WINDOWS, sizeof(*b->windows));
	for (i = 0; b->windows && i < WINDOWS; i++) {
		b->windows[i] = calloc(1, sizeof(**b->windows) + WINDOW_SIZE);
		if (!b->windows[i])
			return btf_refuse(b, ENOMEM, "out of memory");
	}
	return b->windows ? 0 : btf_refuse(b, ENOMEM, "out of memory");
}

void btf_windows_close(struct btf *b)
{
	int i;

	for (i = 0; b->windows && i < WINDOWS; i++)
		free(b->windows[i]);
	free(b->windows);
}

static bool holds(const struct btf_window *w, uint64_t off, uint32_t len)
{
	return off >= w->start && off + len <= w->start + w->size;
}

static int fill(struct btf *b, struct btf_window *w, uint64_t off)
{
	uint64_t left;
	int err;

	w->start = off - off % WINDOW_ALIGN;
	left = b->source.size - w->start;
	w->size = left < WINDOW_SIZE ? (uint32_t)left : WINDOW_SIZE;
	err = b->source.read(b->source.ctx, w->start, w->bytes, w->size);
	if (err < 0) {
		w->size = 0;
		return btf_refuse(b, err, "reading at byte %llu: %s",
				  (unsigned long long)w->start, strerror(-err));
	}
	return 0;
}

/* Brings window @i to the front: the last one is then the longest unused. */
static struct btf_window *use(struct btf *b, int i)
{
	struct btf_window *w = b->windows[i];

	for (; i > 0; i--)
		b->windows[i] = b->windows[i - 1];
	b->windows[0] = w;
	return w;
}

const uint8_t *btf_window_bytes(struct btf *b, uint64_t off, uint32_t len,
				uint64_t *have)
{
	struct btf_window *w;
	int i;

	if (b->bytes.data || off > b->source.size ||
	    len > b->source.size - off) {
		btf_refuse(b, EBADMSG, "truncated at byte %llu",
			   (unsigned long long)off);
		return NULL;
	}
	for (i = 0; i < WINDOWS - 1 && !holds(b->windows[i], off, len); i++)
		;
	w = use(b, i);
	if (!holds(w, off, len) && fill(b, w, off))
		return NULL;
	*have = w->start + w->size - off;
	return w->bytes + (off - w->start);
}
