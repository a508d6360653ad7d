// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "loader/core_ext.h"

#include <errno.h>
#include <string.h>

#include "loader/refuse.h"

/* What .BTF.ext begins with; offsets count from behind it. */
struct ext_header {
	uint16_t magic;
	uint8_t version;
	uint8_t flags;
	uint32_t hdr_len;
	uint32_t func_info_off, func_info_len;
	uint32_t line_info_off, line_info_len;
	uint32_t core_relo_off, core_relo_len;	/* as of clang 10 */
};

/* What the relocations of one section begin with. */
struct ext_section {
	uint32_t name;
	uint32_t count;
};

static int check_header(const struct core_ext *e, const struct ext_header *h,
			struct error *f)
{
	if (h->magic != BTF_MAGIC)
		return refuse(f, h->magic == 0x9feb ? ENOTSUP : EBADMSG,
			      e->what, ".BTF.ext: magic 0x%04x", h->magic);
	if (h->version != BTF_VERSION)
		return refuse(f, ENOTSUP, e->what,
			      ".BTF.ext: version %u is not known", h->version);
	return 0;
}

int core_ext_open(struct core_ext *e, const char *what, struct span bytes,
		  struct btf *btf, struct error *f)
{
	struct ext_header h = { 0 };
	size_t short_size = offsetof(struct ext_header, core_relo_off);
	int err;

	*e = (struct core_ext){ .what = what, .btf = btf };
	if (!bytes.data)
		return 0;
	if (span_copy(bytes, 0, &h, short_size))
		return refuse(f, EBADMSG, what, ".BTF.ext is truncated");
	err = check_header(e, &h, f);
	if (err)
		return err;
	if (h.hdr_len >= sizeof(h) && span_copy(bytes, 0, &h, sizeof(h)))
		return refuse(f, EBADMSG, what, ".BTF.ext is truncated");
	if (!h.core_relo_len)
		return 0;
	e->records = span_sub(bytes, (uint64_t)h.hdr_len + h.core_relo_off,
			      h.core_relo_len);
	if (span_copy(e->records, 0, &e->record_size, sizeof(e->record_size)))
		return refuse(f, EBADMSG, what, ".BTF.ext: CO-RE relocations "
			      "end beyond the section");
	e->at = sizeof(e->record_size);
	if (e->record_size < sizeof(struct bpf_core_relo))
		return refuse(f, EBADMSG, what, ".BTF.ext: CO-RE relocations "
			      "of %u bytes", e->record_size);
	return 0;
}

static int next_section(struct core_ext *e, struct error *f)
{
	struct ext_section s;

	if (span_copy(e->records, e->at, &s, sizeof(s)))
		return refuse(f, EBADMSG, e->what, ".BTF.ext is truncated");
	e->at += sizeof(s);
	e->left = s.count;
	e->section = btf_name(e->btf, s.name);
	return e->section ? 0 : btf_failed(e->btf, f);
}

int core_ext_next(struct core_ext *e, struct bpf_core_relo *relo,
		  struct error *f)
{
	int err;

	while (!e->left) {
		if (e->at == e->records.size)
			return 0;
		err = next_section(e, f);
		if (err)
			return err;
	}
	if (!span_has(e->records, e->at, e->record_size))
		return refuse(f, EBADMSG, e->what, ".BTF.ext is truncated");
	span_copy(e->records, e->at, relo, sizeof(*relo));
	e->at += e->record_size;
	e->left--;
	return 1;
}
