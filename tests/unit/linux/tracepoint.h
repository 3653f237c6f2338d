/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* Nobody traces the unit tests; the arguments are compiled all the same. */
#ifndef SHIM_LINUX_TRACEPOINT_H
#define SHIM_LINUX_TRACEPOINT_H

#define TP_PROTO(...)		__VA_ARGS__
#define TRACE_EVENT(name, proto, ...) static inline void trace_##name(proto) {}

#endif
