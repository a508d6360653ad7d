// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "agent/metrics.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- counting --------------------------------------------------------------- */

enum label { LABEL_NAMESPACE, LABEL_POD, LABEL_CONTAINER, LABEL_UNIT, LABELS };

struct labels {
	char value[LABELS][METRICS_LABEL_SIZE];
};

static const char *label_of(const struct metrics_series *s, enum label label)
{
	const char *value = s->key ? s->key : "other\0\0\0";

	while (label--)
		value += strlen(value) + 1;
	return value;
}

/* Cuts @value before a character, never within one. */
static size_t put_label(char *to, const char *value)
{
	size_t length = strnlen(value, METRICS_LABEL_SIZE - 1);

	while (length && (value[length] & 0xc0) == 0x80)
		length--;
	memcpy(to, value, length);
	to[length] = '\0';
	return length + 1;
}

/* A container's kill has no unit: its scope is the runtime's, and as many as there
 * are containers. Nothing is left for a process in neither. */
static size_t make_key(char *key, const struct oom_kill *k)
{
	bool contained = *k->container || *k->pod;
	size_t size = 0;

	size += put_label(key + size, contained ? k->namespace : "");
	size += put_label(key + size, contained ? k->pod : "");
	size += put_label(key + size, contained ? k->container : "");
	size += put_label(key + size, contained ? "" : k->unit);
	return size;
}

static bool is_empty_key(const char *key, size_t size)
{
	return size == LABELS && !memcmp(key, "\0\0\0\0", LABELS);
}

static void remove_old_series(struct metrics *m, int64_t now_ns)
{
	size_t kept = 0;

	for (size_t i = 0; i < m->count; i++) {
		if (now_ns - m->series[i].changed_ns >= METRICS_SERIES_NS)
			free(m->series[i].key);
		else
			m->series[kept++] = m->series[i];
	}
	m->count = kept;
}

/* The series of @key, made if it is new; NULL: there is no room for it. */
static struct metrics_series *find_series(struct metrics *m, const char *key, size_t size)
{
	struct metrics_series *s;

	for (size_t i = 0; i < m->count; i++)
		if (m->series[i].key_size == size && !memcmp(m->series[i].key, key, size))
			return &m->series[i];
	if (m->count == METRICS_SERIES)
		return NULL;
	s = &m->series[m->count];
	*s = (struct metrics_series){ .key = malloc(size), .key_size = size };
	if (!s->key)
		return NULL;
	memcpy(s->key, key, size);
	m->count++;
	return s;
}

void metrics_count(struct metrics *m, const struct oom_kill *k, bool restored, int64_t now_ns)
{
	const char *source = oom_kill_string(k, "source");
	char key[LABELS * METRICS_LABEL_SIZE];
	size_t size = make_key(key, k);
	struct metrics_series *s;

	if (source && !restored)
		snprintf(m->source, sizeof(m->source), "%s", source);
	if (!restored) {
		m->kills[k->scope]++;
		m->incidents += k->member == 1 || k->member == KILL_UNKNOWN;
	}
	if (is_empty_key(key, size))
		return;
	remove_old_series(m, now_ns);
	s = find_series(m, key, size);
	if (!s) {
		s = &m->other;
		m->series_dropped += !restored;
	}
	s->kills[k->scope] += !restored;
	if (k->time_ns != KILL_UNKNOWN && k->time_ns > s->last_kill_ns)
		s->last_kill_ns = k->time_ns;
	s->changed_ns = now_ns;
}

void metrics_clear(struct metrics *m)
{
	for (size_t i = 0; i < m->count; i++)
		free(m->series[i].key);
	m->count = 0;
}

/* ---- exposition ------------------------------------------------------------- */

struct page {
	FILE *to;
	enum metrics_format format;
};

/* OpenMetrics names a counter without _total in its TYPE line. */
static void put_head(const struct page *p, const char *name, const char *type, const char *help)
{
	size_t length = strlen(name);

	if (p->format == METRICS_OPENMETRICS && !strcmp(type, "counter"))
		length -= strlen("_total");
	if (p->format == METRICS_OPENMETRICS && !strcmp(type, "info"))
		length -= strlen("_info");
	if (p->format != METRICS_OPENMETRICS && !strcmp(type, "info"))
		type = "gauge";
	fprintf(p->to, "# HELP %.*s %s\n# TYPE %.*s %s\n", (int)length, name, help,
		(int)length, name, type);
}

static void put_value(FILE *to, const char *s)
{
	putc('"', to);
	for (; *s; s++) {
		if (*s == '\\' || *s == '"')
			putc('\\', to);
		if (*s == '\n')
			fputs("\\n", to);
		else
			putc(*s, to);
	}
	putc('"', to);
}

/* {namespace="..",pod="..",container=".."} or {unit=".."}, open for one more label. */
static void put_labels(FILE *to, const struct metrics_series *s, bool unit)
{
	if (unit) {
		fputs("{unit=", to);
		put_value(to, label_of(s, LABEL_UNIT));
		return;
	}
	fputs("{namespace=", to);
	put_value(to, label_of(s, LABEL_NAMESPACE));
	fputs(",pod=", to);
	put_value(to, label_of(s, LABEL_POD));
	fputs(",container=", to);
	put_value(to, label_of(s, LABEL_CONTAINER));
}

static void put_seconds(FILE *to, int64_t ns)
{
	fprintf(to, " %" PRId64 ".%03" PRId64 "\n", ns / 1000000000, ns / 1000000 % 1000);
}

static bool is_of_unit(const struct metrics_series *s)
{
	return s->key && *label_of(s, LABEL_UNIT);
}

/* Calls @put for each series of containers, or of units. */
static void each_series(const struct metrics *m, const struct page *p, bool unit,
			void (*put)(const struct page *p, const struct metrics_series *s, bool unit))
{
	for (size_t i = 0; i < m->count; i++)
		if (is_of_unit(&m->series[i]) == unit)
			put(p, &m->series[i], unit);
	if (!unit && m->other.changed_ns)
		put(p, &m->other, unit);
}

static void put_kills(const struct page *p, const struct metrics_series *s, bool unit)
{
	for (int scope = 0; scope < SCOPES; scope++) {
		if (!s->kills[scope])
			continue;
		fprintf(p->to, "trace_oomkill_%s_kills_total", unit ? "unit" : "container");
		put_labels(p->to, s, unit);
		fprintf(p->to, ",scope=\"%s\"} %" PRIu64 "\n", kill_scope_names[scope],
			s->kills[scope]);
	}
}

static void put_last_kill(const struct page *p, const struct metrics_series *s, bool unit)
{
	fprintf(p->to, "trace_oomkill_%s_last_kill_timestamp_seconds",
		unit ? "unit" : "container");
	put_labels(p->to, s, unit);
	putc('}', p->to);
	put_seconds(p->to, s->last_kill_ns);
}

static void put_cadvisor(const struct page *p, const struct metrics_series *s, bool unit)
{
	uint64_t kills = 0;

	for (int scope = 0; scope < SCOPES; scope++)
		kills += s->kills[scope];
	fputs("container_oom_events_total", p->to);
	put_labels(p->to, s, unit);
	fprintf(p->to, ",id=\"\",image=\"\",name=\"\"} %" PRIu64 "\n", kills);
}

static void put_series(const struct metrics *m, const struct page *p)
{
	static const char kills_help[] = "OOM kills, by whose memory ran out.";
	static const char last_help[] = "Time of the last OOM kill.";

	put_head(p, "trace_oomkill_container_kills_total", "counter", kills_help);
	each_series(m, p, false, put_kills);
	put_head(p, "trace_oomkill_container_last_kill_timestamp_seconds", "gauge", last_help);
	each_series(m, p, false, put_last_kill);
	put_head(p, "trace_oomkill_unit_kills_total", "counter", kills_help);
	each_series(m, p, true, put_kills);
	put_head(p, "trace_oomkill_unit_last_kill_timestamp_seconds", "gauge", last_help);
	each_series(m, p, true, put_last_kill);
	if (m->cadvisor) {
		put_head(p, "container_oom_events_total", "counter",
			 "OOM kills in the container, under cAdvisor's name.");
		each_series(m, p, false, put_cadvisor);
	}
}

static void put_counter(const struct page *p, const char *name, const char *help, uint64_t value)
{
	put_head(p, name, "counter", help);
	fprintf(p->to, "%s %" PRIu64 "\n", name, value);
}

static void put_totals(const struct metrics *m, const struct page *p)
{
	put_head(p, "trace_oomkill_kills_total", "counter",
		 "OOM kills on this host, by whose memory ran out.");
	for (int scope = 0; scope < SCOPES; scope++)
		fprintf(p->to, "trace_oomkill_kills_total{scope=\"%s\"} %" PRIu64 "\n",
			kill_scope_names[scope], m->kills[scope]);
	put_counter(p, "trace_oomkill_incidents_total",
		    "OOM situations; a group kill is one.", m->incidents);
	if (m->losses_known) {
		put_counter(p, "trace_oomkill_lost_total", "OOM kills that the tracer lost.",
			    m->lost);
		put_counter(p, "trace_oomkill_unseen_total",
			    "OOM kills that only the kernel's own counter shows.", m->unseen);
	}
	put_counter(p, "trace_oomkill_unreadable_total",
		    "Lines of the tracer that the agent could not read.", m->unreadable);
	put_counter(p, "trace_oomkill_series_dropped_total",
		    "OOM kills counted below namespace=\"other\" for want of room.",
		    m->series_dropped);
}

static void put_destinations(const struct page *p, const struct destination *d, size_t count)
{
	put_head(p, "trace_oomkill_agent_delivered_total", "counter",
		 "OOM kills that a destination accepted.");
	for (size_t i = 0; i < count; i++)
		if (d[i].name)
			fprintf(p->to, "trace_oomkill_agent_delivered_total{destination=\"%s\"} %"
				PRIu64 "\n", d[i].name, d[i].delivered);
	put_head(p, "trace_oomkill_agent_dropped_total", "counter",
		 "OOM kills that a destination did not get.");
	for (size_t i = 0; i < count; i++)
		if (d[i].name)
			fprintf(p->to, "trace_oomkill_agent_dropped_total{destination=\"%s\"} %"
				PRIu64 "\n", d[i].name, d[i].dropped);
}

void metrics_write(struct metrics *m, FILE *to, enum metrics_format format, int64_t now_ns,
		   const struct destination *destinations, size_t count)
{
	struct page p = { .to = to, .format = format };

	remove_old_series(m, now_ns);
	put_totals(m, &p);
	put_series(m, &p);
	put_destinations(&p, destinations, count);
	if (*m->source) {
		put_head(&p, "trace_oomkill_source_info", "info", "Backend of the last kill.");
		fprintf(to, "trace_oomkill_source_info{source=\"%s\"} 1\n", m->source);
	}
	put_head(&p, "trace_oomkill_build_info", "info", "Version of the agent.");
	fprintf(to, "trace_oomkill_build_info{version=\"" VERSION "\"} 1\n");
	if (format != METRICS_FILE) {
		put_head(&p, "process_start_time_seconds", "gauge", "Start of the agent.");
		fputs("process_start_time_seconds", to);
		put_seconds(to, m->started_ns);
	}
	if (format == METRICS_OPENMETRICS)
		fputs("# EOF\n", to);
}

/* ---- the file for node_exporter --------------------------------------------- */

int metrics_write_file(struct metrics *m, const char *path, int64_t now_ns,
		       const struct destination *destinations, size_t count,
		       struct error *e)
{
	char name[4096];
	FILE *to;
	int fd, result = 0;

	if (snprintf(name, sizeof(name), "%s.%d", path, (int)getpid()) >= (int)sizeof(name))
		return error_set(e, ENAMETOOLONG, "write %s", path);
	fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	to = fd < 0 ? NULL : fdopen(fd, "w");
	if (!to) {
		result = error_set(e, errno, "write %s", name);
		if (fd >= 0)
			close(fd);
		return result;
	}
	metrics_write(m, to, METRICS_FILE, now_ns, destinations, count);
	/* The collector refuses a file that it may not read, whatever our umask is. */
	if (fchmod(fd, 0644) < 0)
		result = -errno;
	if (fclose(to) != 0 && !result)
		result = -errno;
	if (!result && rename(name, path) < 0)
		result = -errno;
	if (!result)
		return 0;
	unlink(name);
	return error_set(e, result, "write %s", path);
}
