// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * The table. In a pipe each column has the width of its field and every value
 * is exact. On a terminal the table fits: sizes and times are short, names are
 * cut, and columns that still do not fit are left out, the lowest rank first.
 */
#include "output/render.h"

#include <string.h>

#include "explain/describe.h"

enum {
	GAP = 2,		/* spaces between columns */
	NARROWEST = 8,		/* no column of names becomes narrower */
	COMM = 16,		/* fits a comm of at most 15 bytes */
	ID = 12,		/* length of an id shown in place of a name */
	SHORT_TIME = 15,	/* "Aug 21 09:20:46" */
	SHORT_SIZE = 5,		/* "31.8M", "1023M" */
};

/* ---- the layout ---- */

/* Only names may be cut: a cut number looks like another number. */
static bool may_cut(const struct field *f)
{
	return f->type == FIELD_STRING || f->type == FIELD_LIST;
}

static bool is_size(const struct field *f)
{
	return !strcmp(f->unit, "bytes");
}

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* The width of column @i before any wider value. */
static size_t nominal_width(const struct output *o, size_t i)
{
	const struct field *f = o->fields.at[i];
	size_t title = strlen(f->title);

	if (o->adapted && !may_cut(f))
		return title;
	if (o->people && f->type == FIELD_TIME)
		return SHORT_TIME;
	return o->people && is_size(f) ? larger(title, SHORT_SIZE) : f->width;
}

static size_t least_width(const struct output *o, size_t i)
{
	size_t nominal = nominal_width(o, i);

	if (!may_cut(o->fields.at[i]))
		return larger(nominal, o->needs[i]);
	return nominal < NARROWEST ? nominal : NARROWEST;
}

/* A column of names without any value so far needs only its title's width. */
static size_t wanted_width(const struct output *o, size_t i)
{
	if (!may_cut(o->fields.at[i]) || (o->adapted && !o->needs[i]))
		return least_width(o, i);
	return nominal_width(o, i);
}

/* Behind the titles: "  +3", and where there is room "  +3 more". */
static size_t marker_width(const struct output *o)
{
	return !o->left_out ? 0 : o->left_out < 10 ? 4 : o->left_out < 100 ? 5 : 6;
}

static size_t total_width(const struct output *o)
{
	size_t total = marker_width(o);

	for (size_t i = 0; i < o->fields.count; i++)
		total += o->widths[i] ? o->widths[i] + GAP : 0;
	return total - GAP;
}

/* The column to leave out next: of the lowest rank the last; or NULL. */
static uint8_t *find_least(struct output *o)
{
	const struct field *lowest = NULL;
	uint8_t *found = NULL;
	size_t count = 0;

	for (size_t i = 0; i < o->fields.count; i++) {
		const struct field *f = o->fields.at[i];

		if (!o->widths[i])
			continue;
		count++;
		if (lowest && f->rank > lowest->rank)
			continue;
		lowest = f;
		found = &o->widths[i];
	}
	return count > 1 ? found : NULL;
}

/* The widest column that may become narrower, down to @least; or NULL. */
static uint8_t *find_widest(struct output *o, size_t least)
{
	uint8_t *found = NULL;

	for (size_t i = 0; i < o->fields.count; i++)
		if (may_cut(o->fields.at[i]) && o->widths[i] > least &&
		    (!found || o->widths[i] > *found))
			found = &o->widths[i];
	return found;
}

/* Widens each column with longer names by one; false: no column needs it. */
static bool grow(struct output *o)
{
	bool grown = false;

	for (size_t i = 0; i < o->fields.count; i++) {
		const struct field *f = o->fields.at[i];
		bool wants = o->widths[i] && may_cut(f) && f->width > COMM &&
			     (!o->adapted || o->needs[i]);

		if (!wants || o->widths[i] >= 2 * f->width || total_width(o) >= o->width)
			continue;
		o->widths[i]++;
		grown = true;
	}
	return grown;
}

void columns_layout(struct output *o)
{
	uint8_t *column;

	o->left_out = 0;
	for (size_t i = 0; i < o->fields.count; i++)
		o->widths[i] = (uint8_t)(o->width ? least_width(o, i) : o->fields.at[i]->width);
	if (!o->width)
		return;
	while (total_width(o) > o->width && (column = find_least(o))) {
		*column = 0;
		o->left_out++;
	}
	for (size_t i = 0; i < o->fields.count; i++)
		if (o->widths[i])
			o->widths[i] = (uint8_t)wanted_width(o, i);
	while (total_width(o) > o->width && (column = find_widest(o, NARROWEST)))
		(*column)--;
	/* A single remaining column may be wider than the terminal. */
	while (total_width(o) > o->width + marker_width(o) &&
	       (column = find_widest(o, 1)))
		(*column)--;
	while (grow(o))
		;
}

/* ---- the cells ---- */

static void put_bytes(struct render *r, const struct output *o, int64_t bytes)
{
	if (bytes == EVENT_UNKNOWN)
		text_char(r->t, '-');
	else if (bytes == EVENT_UNLIMITED)
		text_string(r->t, "max");
	else if (o->people)
		describe_size_briefly(r->t, bytes);
	else
		text_number(r->t, bytes);
}

/* NAME:USAGE/LIMIT */
static void put_level(struct render *r, const struct output *o, const struct event_level *l)
{
	render_clean(r, !l->name ? "-" : *l->name ? l->name : "/");
	text_char(r->t, ':');
	put_bytes(r, o, l->usage_bytes);
	text_char(r->t, '/');
	put_bytes(r, o, l->max_bytes);
}

/* COMM:PID, or COMM:PID:RSS+SWAP in the list of the largest processes */
static void put_process(struct render *r, const struct output *o,
			const struct event_process *p, bool sizes)
{
	render_clean(r, p->comm ? p->comm : "-");
	text_char(r->t, ':');
	if (p->tgid == EVENT_UNKNOWN)
		text_char(r->t, '-');
	else
		text_number(r->t, p->tgid);
	if (!sizes)
		return;
	text_char(r->t, ':');
	put_bytes(r, o, p->rss_bytes);
	text_char(r->t, '+');
	put_bytes(r, o, p->swap_bytes);
}

/* An item that does not fit into @width is left out with all behind it. */
static void put_list(struct render *r, const struct output *o, const struct field *f,
		     const struct oom_event *e, size_t width)
{
	int64_t count = field_items(f, e);
	size_t start = r->t->used;

	if (count <= 0)
		text_char(r->t, '-');
	for (int64_t i = 0; i < count; i++) {
		const void *item = field_item(f, e, i);
		size_t before = r->t->used, rest = i + 1 < count ? 2 : 0;

		if (i)
			text_char(r->t, ',');
		if (f->offset == offsetof(struct oom_event, oom.levels))
			put_level(r, o, item);
		else
			put_process(r, o, item, f->offset ==
				    offsetof(struct oom_event, top.processes));
		if (!o->width || r->t->cut ||
		    text_width(r->t->data + start, r->t->used - start) + rest <= width)
			continue;
		r->t->used = before;
		text_string(r->t, i && width > 1 ? "," TEXT_ELLIPSIS : TEXT_ELLIPSIS);
		return;
	}
}

/* Empty is shown like unknown: a row that is split at spaces stays a row. */
static void put_string(struct render *r, const char *s)
{
	render_clean(r, s && *s ? s : "-");
}

/* The short id, "a1b2c3d4e5f6", stands for an unknown name of a container. */
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

static void put_number(struct render *r, const struct output *o, const struct field *f,
		       int64_t value)
{
	if (value == EVENT_UNKNOWN)
		text_char(r->t, '-');
	else if (f->type == FIELD_BOOL)
		text_string(r->t, value ? "true" : "false");
	else if (f->type == FIELD_TIME && o->people)
		render_short_time(r, value);
	else if (f->type == FIELD_TIME)
		render_time(r, value);
	else if (f->type == FIELD_HEX)
		text_hex(r->t, (uint64_t)value);
	else if (is_size(f))
		put_bytes(r, o, value);
	else
		text_number(r->t, value);
}

static void put_value(struct render *r, const struct output *o, size_t i,
		      const struct oom_event *e)
{
	const struct field *f = o->fields.at[i];

	if (f->type == FIELD_LIST)
		put_list(r, o, f, e, o->widths[i]);
	else if (f->type == FIELD_STRING)
		put_name(r, f, e);
	else if (f->type == FIELD_ENUM)
		put_string(r, field_value(f, field_number(f, e)));
	else
		put_number(r, o, f, field_number(f, e));
}

/* ---- the row ---- */

/* Cuts the text from @start on to @width columns of the terminal. */
static void cut_to(struct text *t, size_t start, size_t width)
{
	const char *s = t->data + start;
	size_t len = t->used - start;

	if (text_fit(s, len, width) == len)
		return;
	t->used = start + text_fit(s, len, width - 1);
	text_string(t, TEXT_ELLIPSIS);
}

/* Fills the text from @start on up to @width columns. */
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

/* Ends the cell of column @i, which began at @start. */
static void end_cell(struct text *t, const struct output *o, size_t i, size_t start,
		     bool may_be_cut)
{
	bool last = i + 1 == o->fields.count;

	for (size_t k = i + 1; !last && k < o->fields.count && !o->widths[k]; k++)
		last = k + 1 == o->fields.count;
	if (o->width && may_be_cut)
		cut_to(t, start, o->widths[i]);
	if (o->fields.at[i]->right || !last)
		pad_to(t, start, o->widths[i], o->fields.at[i]->right);
	if (!last)
		text_repeat(t, ' ', GAP);
}

/* Notes how wide a value is; true: it does not fit its column. */
static bool note_need(struct output *o, size_t i, const char *value, size_t len)
{
	size_t width = text_width(value, len);

	if ((len == 1 && *value == '-') || !len)
		return false;
	if (width > UINT8_MAX)
		width = UINT8_MAX;
	if (width > o->needs[i])
		o->needs[i] = (uint8_t)width;
	return width > o->widths[i];
}

/* Adds a row; true: a value did not fit its column. */
static bool put_row(struct render *r, struct output *o, const struct oom_event *e)
{
	bool tight = false;

	for (size_t i = 0; i < o->fields.count; i++) {
		size_t start = r->t->used;

		if (!o->widths[i])
			continue;
		put_value(r, o, i, e);
		if (o->people)
			tight |= note_need(o, i, r->t->data + start, r->t->used - start);
		end_cell(r->t, o, i, start, o->fields.at[i]->type == FIELD_STRING);
	}
	text_char(r->t, '\n');
	return tight;
}

void render_titles(struct render *r, const struct output *o)
{
	for (size_t i = 0; i < o->fields.count; i++) {
		size_t start = r->t->used;

		if (!o->widths[i])
			continue;
		text_string(r->t, o->fields.at[i]->title);
		end_cell(r->t, o, i, start, true);
	}
	if (o->left_out && total_width(o) <= o->width) {
		text_string(r->t, "  +");
		text_number(r->t, (int64_t)o->left_out);
		text_string(r->t, total_width(o) + 5 <= o->width ? " more" : "");
	}
	text_char(r->t, '\n');
}

/*
 * If a value does not fit, or columns are left out, adapts the widths to the widest
 * values so far. A new layout gets new titles.
 */
static bool adapt(struct output *o)
{
	uint8_t before[SELECTION_SIZE];

	memcpy(before, o->widths, sizeof(before));
	o->adapted = true;
	columns_layout(o);
	return memcmp(before, o->widths, o->fields.count);
}

void render_row(struct render *r, struct output *o, const struct oom_event *e)
{
	size_t start = r->t->used;
	bool tight;

	if (o->titles_due)
		render_titles(r, o);
	tight = put_row(r, o, e);
	/* A column that returns may be too narrow: adapt again. The loop ends, as the
	 * needs only grow and determine the layout. */
	while (o->people && (tight || o->left_out) && adapt(o)) {
		o->titles_due = true;
		if (r->t->cut)
			return;
		r->t->used = start;
		render_titles(r, o);
		tight = put_row(r, o, e);
	}
}
