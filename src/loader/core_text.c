// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* Relocations in words, for messages. */
#include "loader/core_internal.h"

#include <stdarg.h>
#include <stdio.h>

/* Text that is cut where the room for it ends. */
struct text {
	char *to;
	size_t size, used;
};

__attribute__((format(printf, 2, 3)))
static void append(struct text *t, const char *format, ...)
{
	va_list args;
	int len;

	if (t->used >= t->size)
		return;
	va_start(args, format);
	len = vsnprintf(t->to + t->used, t->size - t->used, format, args);
	va_end(args);
	if (len > 0)
		t->used += (size_t)len;
}

static const char *keyword(const struct btf_desc *d)
{
	if (d->kind == BTF_KIND_STRUCT)
		return "struct ";
	if (d->kind == BTF_KIND_UNION)
		return "union ";
	return btf_is_enum(d) ? "enum " : "";
}

static void append_step(struct text *t, struct btf *b, uint32_t kind,
			const struct core_step *step)
{
	const char *name = step->name ? btf_name(b, step->name) : NULL;

	if (name)
		append(t, "%s%s", core_is_enumerator(kind) ? "::" : ".", name);
	else
		append(t, "[%u]", step->index);
}

static void append_steps(struct text *t, const struct bpf_core_relo *relo,
			 struct btf *b)
{
	struct core_spec s;
	uint32_t i;

	if (!core_kind_name(relo->kind) || core_spec_parse(relo, b, &s))
		return;
	for (i = core_is_field(s.kind) && !s.steps[0].index; i < s.count; i++)
		append_step(t, b, s.kind, &s.steps[i]);
}

void core_describe(const struct bpf_core_relo *relo, struct btf *local,
		   char *to, size_t size)
{
	const char *kind = core_kind_name(relo->kind), *name = NULL;
	struct text t = { to, size, 0 };
	struct btf_desc d = { 0 };

	if (!btf_describe(local, relo->type_id, &d))
		name = btf_name(local, d.name);
	append(&t, "%s%s", keyword(&d), name && *name ? name : "(anonymous)");
	append_steps(&t, relo, local);
	if (kind)
		append(&t, " (%s)", kind);
	else
		append(&t, " (kind %u)", (unsigned int)relo->kind);
}
