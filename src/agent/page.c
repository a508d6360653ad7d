// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "agent/page.h"

#include <inttypes.h>
#include <string.h>

void page_add(struct page_kills *p, struct oom_kill *k)
{
	oom_kill_release(p->kill[p->next]);
	p->kill[p->next] = oom_kill_hold(k);
	p->next = (p->next + 1) % PAGE_KILLS;
	if (p->count < PAGE_KILLS)
		p->count++;
}

void page_clear(struct page_kills *p)
{
	for (size_t i = 0; i < PAGE_KILLS; i++)
		oom_kill_release(p->kill[i]);
	*p = (struct page_kills){ 0 };
}

/* The tracer writes this where no limit is set (event.schema.json). */
#define NO_LIMIT INT64_C(9007199254740991)

/* The kill that is @age kills older than the newest. */
static const struct oom_kill *kill_of_age(const struct page_kills *p, size_t age)
{
	return p->kill[(p->next + PAGE_KILLS - 1 - age) % PAGE_KILLS];
}

void page_write_json(const struct page_kills *p, FILE *to)
{
	putc('[', to);
	for (size_t i = 0; i < p->count; i++)
		fprintf(to, "%s%s", i ? ",\n" : "", kill_of_age(p, i)->line);
	fputs("]\n", to);
}

/* ---- HTML ------------------------------------------------------------------- */

static const char head[] =
	"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
	"<meta name=\"viewport\" content=\"width=device-width\">\n"
	"<title>OOM kills</title>\n<style>\n"
	"body{font:15px/1.45 system-ui,sans-serif;max-width:60em;margin:2em auto;"
	"padding:0 1em;color:#1a1a1a;background:#fff}\n"
	"h1{font-size:1.3em}\n"
	"details{border:1px solid #ccc;border-radius:4px;margin:.6em 0;padding:.5em .8em}\n"
	"summary{cursor:pointer}\n"
	"time{color:#555;font-variant-numeric:tabular-nums}\n"
	"table{border-collapse:collapse;margin:.6em 0}\n"
	"th{text-align:left;font-weight:600}\n"
	"td,th{padding:.15em 1em .15em 0;vertical-align:middle}\n"
	"td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\n"
	"meter{width:12em}\n"
	"tr.hit td{font-weight:600}\n"
	"@media(prefers-color-scheme:dark){body{color:#ddd;background:#161616}"
	"details{border-color:#444}time{color:#aaa}}\n"
	"</style></head><body>\n<h1>OOM kills on this host</h1>\n";

static void put_escaped(FILE *to, const char *s)
{
	for (; *s; s++) {
		switch (*s) {
		case '&': fputs("&amp;", to); break;
		case '<': fputs("&lt;", to); break;
		case '>': fputs("&gt;", to); break;
		case '"': fputs("&quot;", to); break;
		case '\'': fputs("&#39;", to); break;
		default: putc(*s, to);
		}
	}
}

static void put_size(FILE *to, int64_t bytes)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	double size = (double)bytes;
	int unit = 0;

	for (; size >= 1024 && unit < 4; unit++)
		size /= 1024;
	fprintf(to, size < 10 && unit ? "%.1f %s" : "%.0f %s", size, units[unit]);
}

static int64_t number_in(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_integer(value) ? json_integer_value(value) : KILL_UNKNOWN;
}

static const char *string_in(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value ? value : "";
}

static void put_size_cell(FILE *to, int64_t bytes)
{
	fputs("<td class=\"n\">", to);
	if (bytes == KILL_UNKNOWN)
		fputs("not known", to);
	else if (bytes >= NO_LIMIT)
		fputs("none", to);
	else
		put_size(to, bytes);
	fputs("</td>", to);
}

/* A bar for each memory cgroup of the victim: usage against limit. */
static void put_levels(FILE *to, const struct oom_kill *k)
{
	const json_t *levels = oom_kill_value(k, "oom.levels"), *level;
	int64_t hit = oom_kill_number(k, "oom.limiting_level");
	size_t i;

	if (!json_array_size(levels))
		return;
	fputs("<table><tr><th>memory cgroup</th><th>usage</th><th>limit</th><th></th></tr>\n", to);
	json_array_foreach(levels, i, level) {
		int64_t usage = number_in(level, "usage_bytes");
		int64_t limit = number_in(level, "max_bytes");
		const char *name = string_in(level, "name");

		fprintf(to, "<tr%s><td>", (int64_t)i == hit ? " class=\"hit\"" : "");
		put_escaped(to, *name ? name : "/");
		fputs("</td>", to);
		put_size_cell(to, usage);
		put_size_cell(to, limit);
		fputs("<td>", to);
		if (usage != KILL_UNKNOWN && limit > 0 && limit < NO_LIMIT)
			fprintf(to, "<meter min=\"0\" max=\"%" PRId64 "\" value=\"%" PRId64
				"\"></meter>", limit, usage);
		fprintf(to, "%s</td></tr>\n", (int64_t)i == hit ? " this limit was hit" : "");
	}
	fputs("</table>\n", to);
}

static void put_contents(FILE *to, const struct oom_kill *k)
{
	static const char *const kinds[] = { "anon", "file", "shmem", "slab", "sock" };
	const json_t *stat = oom_kill_value(k, "oom.stat");
	bool any = false;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		char key[32];
		int64_t bytes;

		snprintf(key, sizeof(key), "%s_bytes", kinds[i]);
		bytes = number_in(stat, key);
		if (bytes == KILL_UNKNOWN)
			continue;
		fputs(any ? ", " : "<p>The cgroup was filled by ", to);
		put_size(to, bytes);
		fprintf(to, " %s", kinds[i]);
		any = true;
	}
	if (any)
		fputs(".</p>\n", to);
}

static void put_largest(FILE *to, const struct oom_kill *k)
{
	const json_t *processes = oom_kill_value(k, "oom.top.processes"), *process;
	size_t i;

	if (!json_array_size(processes))
		return;
	fputs("<table><tr><th>largest processes left</th><th>pid</th><th>memory</th></tr>\n", to);
	json_array_foreach(processes, i, process) {
		fputs("<tr><td>", to);
		put_escaped(to, string_in(process, "comm"));
		fprintf(to, "</td><td class=\"n\">%" PRId64 "</td>", number_in(process, "pid"));
		put_size_cell(to, number_in(process, "rss_bytes"));
		fputs("</tr>\n", to);
	}
	fputs("</table>\n", to);
}

static int put_field(void *to, const char *name, const char *value)
{
	fprintf(to, "<tr><td>%s</td><td>", name);
	put_escaped(to, value);
	fputs("</td></tr>\n", to);
	return 0;
}

static void put_kill(FILE *to, const struct oom_kill *k)
{
	const char *when = oom_kill_string(k, "timestamp");

	fputs("<details><summary><time>", to);
	put_escaped(to, when ? when : "time not known");
	fputs("</time><br>", to);
	put_escaped(to, k->sentence);
	fputs("</summary>\n", to);
	put_levels(to, k);
	put_contents(to, k);
	put_largest(to, k);
	fputs("<details><summary>all facts</summary><table>\n", to);
	oom_kill_each_field(k, put_field, to);
	fputs("</table></details>\n</details>\n", to);
}

void page_write_html(const struct page_kills *p, FILE *to, const char *health)
{
	fputs(head, to);
	fputs("<p>", to);
	put_escaped(to, health);
	fputs("</p>\n", to);
	if (!p->count)
		fputs("<p>No kill was seen yet.</p>\n", to);
	for (size_t i = 0; i < p->count; i++)
		put_kill(to, kill_of_age(p, i));
	fputs("<p><a href=\"/kills.json\">kills.json</a> has the same as data, "
	      "<a href=\"/metrics\">metrics</a> the counters.</p>\n</body></html>\n", to);
}
