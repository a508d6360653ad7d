// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "agent/sandbox.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stddef.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <unistd.h>

static int become(const char *user, struct error *e)
{
	const struct passwd *entry;

	errno = 0;
	entry = getpwnam(user);
	if (!entry) {
		error_set(e, errno ? errno : ENOENT, "become user %s", user);
		return errno ? -errno : error_why(e, "there is no such user");
	}
	if (setgroups(0, NULL) < 0 || setresgid(entry->pw_gid, entry->pw_gid, entry->pw_gid) < 0 ||
	    setresuid(entry->pw_uid, entry->pw_uid, entry->pw_uid) < 0)
		return error_set(e, errno, "become user %s", user);
	return 0;
}

/* Without CAP_SETPCAP the bounding set stays; no_new_privs makes it harmless. */
static void drop_bounding_set(void)
{
	for (int cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

int sandbox_enter(const char *user, struct error *e)
{
	int result = 0;
	cap_t none;

	drop_bounding_set();
	if (user)
		result = become(user, e);
	if (result < 0)
		return result;
	none = cap_init();
	if (!none || cap_set_proc(none) < 0)
		result = error_set(e, errno, "drop the capabilities");
	cap_free(none);
	if (!result && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		result = error_set(e, errno, "set no_new_privs");
	return result;
}
