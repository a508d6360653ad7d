/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Outliving the shortage: our own memory stays, and we are not the victim. */
#ifndef KERNEL_SURVIVE_H
#define KERNEL_SURVIVE_H

/*
 * Brings in every page of the program's code and data and some stack, and
 * locks them together with what is touched from now on. 0, or -errno: we go
 * on without.
 */
int survive_lock(void);

/* Asks the OOM killer to pass us by. 0, or -errno: needs CAP_SYS_RESOURCE. */
int survive_exempt(void);

#endif
