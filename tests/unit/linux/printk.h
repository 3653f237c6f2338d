/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_PRINTK_H
#define SHIM_LINUX_PRINTK_H

#include <stdio.h>

extern char shim_printk_last[256];

#ifndef pr_fmt
#define pr_fmt(fmt) fmt
#endif
#define pr_line(fmt, ...) \
	snprintf(shim_printk_last, sizeof(shim_printk_last), pr_fmt(fmt), ##__VA_ARGS__)
#define pr_err(fmt, ...)	pr_line(fmt, ##__VA_ARGS__)
#define pr_warn(fmt, ...)	pr_line(fmt, ##__VA_ARGS__)
#define pr_info(fmt, ...)	pr_line(fmt, ##__VA_ARGS__)
#define pr_debug(fmt, ...)	pr_line(fmt, ##__VA_ARGS__)
#define pr_warn_ratelimited(fmt, ...) pr_line(fmt, ##__VA_ARGS__)

#endif
