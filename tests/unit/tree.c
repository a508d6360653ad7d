// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "tree.h"

#include <check.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/hostfs.h"

static char top[] = "/tmp/test-tree-XXXXXX";

int tree_make(void)
{
	ck_assert_ptr_nonnull(mkdtemp(top));
	ck_assert_int_eq(chdir(top), 0);
	return hostfs_root(".");
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

void tree_take(const char *path)
{
	nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

void tree_remove(int root)
{
	close(root);
	ck_assert_int_eq(chdir("/"), 0);
	tree_take(top);
	strcpy(top + sizeof(top) - 7, "XXXXXX");
}

void tree_directories(const char *path)
{
	char part[256];

	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		mkdir(part, 0700);
	}
}

void tree_put_bytes(const char *path, const void *bytes, size_t size)
{
	FILE *f;

	tree_directories(path);
	f = fopen("new", "w");
	ck_assert_uint_eq(fwrite(bytes, 1, size, f), size);
	fclose(f);
	ck_assert_int_eq(rename("new", path), 0);
}

void tree_put(const char *path, const char *text)
{
	tree_put_bytes(path, text, strlen(text));
}
