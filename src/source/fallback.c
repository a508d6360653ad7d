// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "source/fallback.h"

#include <errno.h>
#include <string.h>

struct rung {
	const char *name;
	enum event_source source;
	bool without_btf;
	int (*open)(struct source **s, const struct source_options *options,
		    struct error *f);
};

static const struct rung rungs[] = {
	{ "bpf", SOURCE_BPF, false, bpf_source_open },
	{ "bpf without BTF", SOURCE_BPF, true, bpf_source_open },
	{ "perf", SOURCE_PERF, false, perf_source_open },
	{ "kmsg", SOURCE_KMSG, false, kmsg_source_open },
};

/* Does it do what was asked for? */
static bool is_wanted(const struct rung *r, int wanted,
		      const struct source_options *o)
{
	bool none = o->btf && !strcmp(o->btf, "none");

	if (wanted >= 0 && r->source != (enum event_source)wanted)
		return false;
	if (o->btf && r->source == SOURCE_BPF && r->without_btf != none)
		return false;
	return r->source == SOURCE_BPF || (!o->object && (!o->btf || none));
}

static int try_rung(const struct rung *r, struct source **s,
		    const struct source_options *options, struct error *f)
{
	struct source_options own = *options;

	if (r->without_btf)
		own.btf = "none";
	return r->open(s, &own, f);
}

/* Hands out the first failure: that of the best source. */
static int give_up(struct fallback *l, struct error *f)
{
	struct error *first = &l->failed[0].error;

	if (!l->failures) {
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

int fallback_open(struct fallback *l, struct source **s, int wanted,
		const struct source_options *options, struct error *f)
{
	memset(l, 0, sizeof(*l));
	for (size_t i = 0; i < sizeof(rungs) / sizeof(rungs[0]); i++) {
		struct fallback_failure *failed = &l->failed[l->failures];

		if (!is_wanted(&rungs[i], wanted, options))
			continue;
		failed->name = rungs[i].name;
		if (try_rung(&rungs[i], s, options, &failed->error) == 0) {
			l->name = failed->name;
			l->without_btf = rungs[i].without_btf;
			return 0;
		}
		l->failures++;
	}
	return give_up(l, f);
}

void fallback_clear(struct fallback *l)
{
	for (size_t i = 0; i < l->failures; i++)
		error_clear(&l->failed[i].error);
	memset(l, 0, sizeof(*l));
}
