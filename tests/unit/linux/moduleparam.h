/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_MODULEPARAM_H
#define SHIM_LINUX_MODULEPARAM_H

/* A test sets the variable behind a parameter. */
#define module_param_named(name, value, type, perm) extern type *shim_param_##name(void); \
	type *shim_param_##name(void) { return &(value); } \
	extern type *shim_param_##name(void)
#define MODULE_PARM_DESC(name, text) extern int shim_param_desc

typedef unsigned int uint;

#endif
