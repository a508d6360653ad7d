// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "output/render.h"

#include <string.h>

enum {
	GAP = 2,		/* spaces between columns */
	NARROWEST = 6,		/* no column of names becomes narrower */
	COMM = 16,		/* wide enough for a name that has at most 15 */
	ID = 12,		/* how much of an id stands for a name */
};

/* ---- the layout ---- */

static bool may_shrink(const struct field *f)
{
	return f->type == FIELD_STRING || f->type == FIELD_LIST;
}

static size_t total_width(const struct output *o)
{
	size_t total = GAP * (o->fields.count - 1);

	for (size_t i = 0; i < o->fields.count; i++)
		total += o->widths[i];
	return total;
}

/* The widest column that may shrink, or NULL. */
static uint8_t *widest(struct output *o)
{
	uint8_t *found = NULL;

	for (size_t i = 0; i < o->fields.count; i++)
		if (may_shrink(o->fields.at[i]) && o->widths[i] > NARROWEST &&
		    (!found || o->widths[i] > *found))
			found = &o->widths[i];
	return found;
}

/* Gives each column of longer names one more; false: none wants it. */
static bool grow(struct output *o)
{
	bool grown = false;

	for (size_t i = 0; i < o->fields.count; i++) {
		const struct field *f = o->fields.at[i];

		if (!may_shrink(f) || f->width <= COMM ||
		    o->widths[i] >= 2 * f->width || total_width(o) >= o->width)
			continue;
		o->widths[i]++;
		grown = true;
	}
	return grown;
}

void columns_layout(struct output *o)
{
	uint8_t *w;

	for (size_t i = 0; i < o->fields.count; i++)
		o->widths[i] = o->fields.at[i]->width;
	if (!o->width)
		return;
	while (total_width(o) > o->width && (w = widest(o)))
		(*w)--;
	while (grow(o))
		;
}

/* ---- the cells ---- */

static void put_bytes(struct render *r, int64_t bytes)
{
	if (bytes == EVENT_UNKNOWN)
		text_char(r->t, '-');
	else if (bytes == EVENT_UNLIMITED)
		text_string(r->t, "max");
	else
		text_number(r->t, bytes);
}

/* NAME:USAGE/LIMIT */
static void put_level(struct render *r, const struct event_level *l)
{
	render_clean(r, !l->name ? "-" : *l->name ? l->name : "/");
	text_char(r->t, ':');
	put_bytes(r, l->usage_bytes);
	text_char(r->t, '/');
	put_bytes(r, l->max_bytes);
}

/* COMM:PID, and for one whose size matters COMM:PID:RSS+SWAP */
static void put_process(struct render *r, const struct event_process *p, bool sizes)
{
	render_clean(r, p->comm ? p->comm : "-");
	text_char(r->t, ':');
	put_bytes(r, p->tgid);
	if (!sizes)
		return;
	text_char(r->t, ':');
	put_bytes(r, p->rss_bytes);
	text_char(r->t, '+');
	put_bytes(r, p->swap_bytes);
}

static void put_list(struct render *r, const struct field *f,
		     const struct oom_event *e)
{
	int64_t count = field_items(f, e);

	if (count <= 0)
		text_char(r->t, '-');
	for (int64_t i = 0; i < count; i++) {
		const void *item = field_item(f, e, i);

		if (i)
			text_char(r->t, ',');
		if (f->offset == offsetof(struct oom_event, oom.levels))
			put_level(r, item);
		else
			put_process(r, item, f->offset ==
				    offsetof(struct oom_event, top.processes));
	}
}

/* Empty is shown like unknown: a row that is split at spaces stays a row. */
static void put_string(struct render *r, const char *s)
{
	render_clean(r, s && *s ? s : "-");
}

/* A container whose name nobody could tell is still one: "a1b2c3d4e5f6". */
static void put_name(struct render *r, const struct field *f,
		     const struct oom_event *e)
{
	const char *name = field_string(f, e);
	const char *id = name ? NULL : field_id(f, e);
	char shown[ID + 1] = "";

	if (id)
		strncpy(shown, id, ID);
	put_string(r, id ? shown : name);
}

static void put_number(struct render *r, const struct field *f, int64_t value)
{
	if (value == EVENT_UNKNOWN)
		text_char(r->t, '-');
	else if (f->type == FIELD_BOOL)
		text_string(r->t, value ? "true" : "false");
	else if (f->type == FIELD_TIME)
		render_time(r, value);
	else if (f->type == FIELD_HEX)
		text_hex(r->t, (uint64_t)value);
	else if (f->type == FIELD_LIMIT && value == EVENT_UNLIMITED)
		text_string(r->t, "max");
	else
		text_number(r->t, value);
}

static void put_value(struct render *r, const struct field *f,
		      const struct oom_event *e)
{
	if (f->type == FIELD_LIST)
		put_list(r, f, e);
	else if (f->type == FIELD_STRING)
		put_name(r, f, e);
	else if (f->type == FIELD_ENUM)
		put_string(r, field_value(f, field_number(f, e)));
	else
		put_number(r, f, field_number(f, e));
}

/* ---- the row ---- */

/* Cuts what stands behind @start to @width columns of the terminal. */
static void cut_to(struct text *t, size_t start, size_t width)
{
	const char *s = t->data + start;
	size_t len = t->used - start;

	if (text_fit(s, len, width) == len)
		return;
	t->used = start + text_fit(s, len, width - 1);
	text_string(t, TEXT_ELLIPSIS);
}

/* Fills what stands behind @start up to @width columns. */
static void pad_to(struct text *t, size_t start, size_t width, bool right)
{
	size_t len = t->used - start;
	size_t taken = text_width(t->data + start, len);
	size_t gap = taken < width ? width - taken : 0;

	text_repeat(t, ' ', gap);
	if (!right || t->cut)
		return;
	memmove(t->data + start + gap, t->data + start, len);
	memset(t->data + start, ' ', gap);
}

/*
 * Ends the cell of column @i, which began at @start. A number is never cut:
 * it would look like another one.
 */
static void end_cell(struct text *t, const struct output *o, size_t i,
		     size_t start, bool may_cut)
{
	bool right = o->fields.at[i]->right;
	bool last = i + 1 == o->fields.count;

	if (o->width && may_cut)
		cut_to(t, start, o->widths[i]);
	if (right || !last)
		pad_to(t, start, o->widths[i], right);
	if (!last)
		text_repeat(t, ' ', GAP);
}

static void end_row(struct text *t, const struct output *o)
{
	if (o->width)
		cut_to(t, 0, o->width);
	text_char(t, '\n');
}

void render_row(struct render *r, const struct output *o,
		const struct oom_event *e)
{
	for (size_t i = 0; i < o->fields.count; i++) {
		const struct field *f = o->fields.at[i];
		size_t start = r->t->used;

		put_value(r, f, e);
		end_cell(r->t, o, i, start, may_shrink(f));
	}
	end_row(r->t, o);
}

void render_titles(struct render *r, const struct output *o)
{
	for (size_t i = 0; i < o->fields.count; i++) {
		size_t start = r->t->used;

		text_string(r->t, o->fields.at[i]->title);
		end_cell(r->t, o, i, start, true);
	}
	end_row(r->t, o);
}
