// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "kmsg/lines.h"

#include <errno.h>
#include <string.h>

uint8_t *lines_room(struct lines *l, size_t *size)
{
	size_t room = (sizeof(l->bytes) - (l->used - l->from)) / 2;

	/* Two bytes of UTF-16 may become three of UTF-8. */
	*size = LINES_READ - l->read_used;
	if (*size > room)
		*size = room;
	return l->read + l->read_used;
}

/* ---- files that are no logs ------------------------------------------------- */

#define MAGIC(bytes, what)	{ bytes, sizeof(bytes) - 1, what }

static const char *foreign_of(const uint8_t *bytes, size_t size)
{
	static const struct {
		const char *magic;
		size_t size;
		const char *what;
	} files[] = {
		MAGIC("\x1f\x8b", "compressed by gzip: use zcat"),
		MAGIC("\xfd" "7zXZ", "compressed by xz: use xzcat"),
		MAGIC("\x28\xb5\x2f\xfd", "compressed by zstd: use zstdcat"),
		MAGIC("BZh", "compressed by bzip2: use bzcat"),
		MAGIC("\x04\x22\x4d\x18", "compressed by lz4: use lz4 -dc"),
		MAGIC("\x1f\x9d", "compressed by compress: use zcat"),
		MAGIC("PK\x03\x04", "a zip archive: unpack it"),
		MAGIC("LPKSHHRH", "a file of the journal: use journalctl -k --file=FILE"),
		MAGIC("\x7f" "ELF", "an ELF file, maybe a core dump: dmesg --file or crash can read a kernel's"),
		MAGIC("KDUMP   ", "a dump of a kernel: makedumpfile --dump-dmesg takes the log out of it"),
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (size >= files[i].size && !memcmp(bytes, files[i].magic, files[i].size))
			return files[i].what;
	if (size > 262 && !memcmp(bytes + 257, "ustar", 5))
		return "a tar archive: unpack it";
	return NULL;
}

/* ---- characters ---------------------------------------------------------------- */

/* In UTF-16 text of a western language every other byte is 0. */
static enum lines_encoding encoding_of(const uint8_t *bytes, size_t size)
{
	size_t even = 0, odd = 0;

	if (size >= 2 && bytes[0] == 0xff && bytes[1] == 0xfe)
		return LINES_UTF16LE;
	if (size >= 2 && bytes[0] == 0xfe && bytes[1] == 0xff)
		return LINES_UTF16BE;
	for (size_t i = 0; i + 1 < size && i < 128; i += 2) {
		even += !bytes[i];
		odd += !bytes[i + 1];
	}
	if (size < 16 || even + odd < (size < 128 ? size : 128) / 4)
		return LINES_UTF8;
	return odd > 8 * even ? LINES_UTF16LE : even > 8 * odd ? LINES_UTF16BE : LINES_UTF8;
}

static void put(struct lines *l, uint32_t byte)
{
	l->bytes[l->used++] = (char)byte;
}

static void put_character(struct lines *l, uint32_t c)
{
	if (c < 0x80) {
		put(l, c);
		return;
	}
	if (c >= 0x10000) {
		put(l, 0xf0 | c >> 18);
		put(l, 0x80 | (c >> 12 & 0x3f));
	} else if (c >= 0x800) {
		put(l, 0xe0 | c >> 12);
	}
	put(l, c >= 0x800 ? 0x80 | (c >> 6 & 0x3f) : 0xc0 | c >> 6);
	put(l, 0x80 | (c & 0x3f));
}

static void put_unit(struct lines *l, uint32_t unit)
{
	if (unit >> 10 == 0xd800 >> 10) {
		l->surrogate = unit;
		return;
	}
	if (unit >> 10 == 0xdc00 >> 10)
		unit = l->surrogate ?
			0x10000 + ((l->surrogate & 0x3ff) << 10 | (unit & 0x3ff)) : 0xfffd;
	l->surrogate = 0;
	if (unit != 0xfeff)
		put_character(l, unit);
}

static void decode(struct lines *l, size_t size)
{
	size_t low = l->encoding == LINES_UTF16BE, i = 0;

	for (; i + 1 < size; i += 2)
		put_unit(l, (uint32_t)(l->read[i + low] | l->read[i + 1 - low] << 8));
	if (i < size)
		l->read[0] = l->read[i];
	l->read_used = size - i;
}

void lines_add(struct lines *l, size_t size)
{
	memmove(l->bytes, l->bytes + l->from, l->used - l->from);
	l->used -= l->from;
	l->from = 0;
	l->end = !size;
	size += l->read_used;
	l->read_used = 0;
	if (l->encoding == LINES_UNKNOWN) {
		/* A pipe may deliver only a few bytes at first. */
		if (!l->end && size < 64 && !memchr(l->read, '\n', size)) {
			l->read_used = size;
			return;
		}
		l->foreign = foreign_of(l->read, size);
		l->encoding = encoding_of(l->read, size);
	}
	if (l->encoding != LINES_UTF8) {
		decode(l, size);
		return;
	}
	memcpy(l->bytes + l->used, l->read, size);
	l->used += size;
}

/* ---- lines -------------------------------------------------------------------- */

/*
 * Removes "\x1b[32m" and other escape sequences, the carriage return of a serial console
 * at the end, the separator before a record of a JSON text sequence, and the byte order
 * mark at the beginning of a file.
 */
static size_t strip(struct lines *l, char *line, size_t size)
{
	size_t used = 0, i = 0;

	if (l->number == 1 && size >= 3 && !memcmp(line, "\xef\xbb\xbf", 3))
		i = 3;
	if (i < size && line[i] == 0x1e)
		i++;
	if (!i && !memchr(line, 0x1b, size)) {
		used = size;
	} else {
		for (; i < size; i++) {
			if (line[i] != 0x1b || i + 1 >= size || line[i + 1] != '[') {
				line[used++] = line[i];
				continue;
			}
			for (i += 2; i < size && (line[i] == ';' || line[i] == '?' ||
						  (line[i] >= '0' && line[i] <= '9')); i++)
				;
		}
	}
	while (used && line[used - 1] == '\r')
		used--;
	return used;
}

static void count_strange(struct lines *l, const char *line, size_t size)
{
	for (size_t i = 0; i < size; i++)
		l->strange += (uint8_t)line[i] < ' ' && line[i] != '\t';
}

int lines_next(struct lines *l, char **line, size_t *size)
{
	char *start = l->bytes + l->from;
	size_t left = l->used - l->from;
	char *newline = memchr(start, '\n', left < LINES_LINE ? left : LINES_LINE);

	if (l->encoding == LINES_UNKNOWN || (!newline && left < LINES_LINE && !l->end))
		return -EAGAIN;
	if (!newline && !left)
		return 0;
	if (!newline && left > LINES_LINE)
		left = LINES_LINE;
	*line = start;
	*size = newline ? (size_t)(newline - start) : left;
	l->from += *size + (newline != NULL);
	l->is_rest = l->is_cut;
	l->is_cut = !newline;
	l->number += !l->is_rest;
	*size = strip(l, start, *size);
	if (l->number <= 64)
		count_strange(l, start, *size);
	return 1;
}

int lines_take(struct lines *l, size_t size, char **bytes)
{
	if (l->used - l->from < size)
		return l->end ? 0 : -EAGAIN;
	*bytes = l->bytes + l->from;
	l->from += size;
	return 1;
}
