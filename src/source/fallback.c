// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "source/fallback.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "source/tracepoint.h"
#include "sys/capabilities.h"

struct backend {
	const char *name;
	enum event_source source;
	bool without_btf;
	int (*open)(struct source **s, const struct source_options *options,
		    struct error *f);
};

static const struct backend backends[] = {
	{ "bpf", SOURCE_BPF, false, bpf_source_open },
	{ "bpf without BTF", SOURCE_BPF, true, bpf_source_open },
	{ "perf", SOURCE_PERF, false, perf_source_open },
	{ "kmsg", SOURCE_KMSG, false, kmsg_source_open },
};

/* Does backend @b fit the user's options? */
static bool is_wanted(const struct backend *b, int wanted, const struct source_options *o)
{
	bool none = o->btf && !strcmp(o->btf, "none");

	if (wanted >= 0 && b->source != (enum event_source)wanted)
		return false;
	if (o->btf && b->source == SOURCE_BPF && b->without_btf != none)
		return false;
	return b->source == SOURCE_BPF || (!o->object && (!o->btf || none));
}

/* ---- missing privileges --------------------------------------------------- */

enum { NEEDS = 4 };

/* Collects what @b lacks. Returns how many there are. */
static size_t find_needs(const struct backend *b, int root, const char *needs[NEEDS])
{
	struct tracepoint t = { .root = root, .tracefs = -1 };
	int result = tracepoint_open(&t, NULL);
	bool admin = caps_have(CAPS_SYS_ADMIN);
	bool mounted = t.tracefs >= 0;
	size_t count = 0;

	tracepoint_close(&t);
	if (b->source == SOURCE_BPF && !admin && !caps_have(CAPS_BPF))
		needs[count++] = "CAP_BPF";
	if (!admin && !caps_have(CAPS_PERFMON))
		needs[count++] = "CAP_PERFMON";
	/* tracefs is not mounted yet; by default only root may read it. */
	if (result == -EACCES || (!mounted && !caps_have(CAPS_DAC_READ_SEARCH) &&
				  !caps_have(CAPS_DAC_OVERRIDE)))
		needs[count++] = "CAP_DAC_READ_SEARCH";
	if (result == -EPERM && !mounted)
		needs[count++] = "tracefs mounted at /sys/kernel/tracing";
	return count;
}

/*
 * Names all missing privileges if there are several. A step knows only its own; a user who
 * granted that one would meet the next.
 */
static void explain_privileges(const struct backend *b, int root, struct error *f)
{
	const char *needs[NEEDS];
	char hint[sizeof(f->hint)];
	size_t count, used = 0;

	if ((f->error != EPERM && f->error != EACCES) || b->source == SOURCE_KMSG)
		return;
	count = find_needs(b, root, needs);
	for (size_t i = 0; i < count && used < sizeof(hint); i++)
		used += (size_t)snprintf(hint + used, sizeof(hint) - used, "%s%s", i == 0 ? "needs " :
					 i + 1 < count ? ", " : " and ", needs[i]);
	if (count > 1)
		error_hint(f, "%s, or root", hint);
}

/* ---- trying --------------------------------------------------------------- */

static int try_backend(const struct backend *b, struct source **s,
		       const struct source_options *options, struct error *f)
{
	struct source_options own = *options;
	int result;

	if (b->without_btf)
		own.btf = "none";
	result = b->open(s, &own, f);
	if (result < 0)
		explain_privileges(b, options->root, f);
	return result;
}

/* Hands out the first failure: that of the best backend. */
static int give_up(struct fallback *opened, struct error *f)
{
	struct error *first = &opened->failed[0].error;

	if (!opened->failures) {
		error_set(f, ENOTSUP, "open the source");
		error_why(f, "none is of the kind that --source, --object and --btf ask for");
		return -ENOTSUP;
	}
	if (!f)
		return -first->error;
	*f = *first;
	first->log = NULL;
	return -f->error;
}

int fallback_open(struct fallback *opened, struct source **s, int wanted,
		  const struct source_options *options, struct error *f)
{
	memset(opened, 0, sizeof(*opened));
	for (size_t i = 0; i < sizeof(backends) / sizeof(backends[0]); i++) {
		struct fallback_failure *failed = &opened->failed[opened->failures];

		if (!is_wanted(&backends[i], wanted, options))
			continue;
		failed->name = backends[i].name;
		if (try_backend(&backends[i], s, options, &failed->error) == 0) {
			opened->name = failed->name;
			opened->without_btf = backends[i].without_btf;
			return 0;
		}
		opened->failures++;
	}
	return give_up(opened, f);
}

void fallback_clear(struct fallback *opened)
{
	for (size_t i = 0; i < opened->failures; i++)
		error_clear(&opened->failed[i].error);
	memset(opened, 0, sizeof(*opened));
}
