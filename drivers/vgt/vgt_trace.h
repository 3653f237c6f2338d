/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Tracepoints: /sys/kernel/tracing/events/vgt.  Counters say how often, these when
 * and what.  vGPU 0 is the host.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM vgt

#if !defined(VGT_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define VGT_TRACE_H

#include <linux/tracepoint.h>
#include <linux/types.h>

TRACE_EVENT(vgt_submit,
	TP_PROTO(unsigned int vgpu, unsigned int engine, const u64 *element),
	TP_ARGS(vgpu, engine, element),
	TP_STRUCT__entry(
		__field(unsigned int, vgpu)
		__field(unsigned int, engine)
		__field(u64, first)
		__field(u64, second)
	),
	TP_fast_assign(
		__entry->vgpu = vgpu;
		__entry->engine = engine;
		__entry->first = element[0];
		__entry->second = element[1];
	),
	TP_printk("vgpu=%u engine=%u first=%016llx second=%016llx", __entry->vgpu,
		  __entry->engine, __entry->first, __entry->second)
);

TRACE_EVENT(vgt_switch,
	TP_PROTO(unsigned int engine, unsigned int from, unsigned int to),
	TP_ARGS(engine, from, to),
	TP_STRUCT__entry(
		__field(unsigned int, engine)
		__field(unsigned int, from)
		__field(unsigned int, to)
	),
	TP_fast_assign(
		__entry->engine = engine;
		__entry->from = from;
		__entry->to = to;
	),
	TP_printk("engine=%u from=%d to=%u", __entry->engine, (int)__entry->from, __entry->to)
);

TRACE_EVENT(vgt_context_event,
	TP_PROTO(unsigned int vgpu, unsigned int engine, u32 status, u32 id),
	TP_ARGS(vgpu, engine, status, id),
	TP_STRUCT__entry(
		__field(unsigned int, vgpu)
		__field(unsigned int, engine)
		__field(u32, status)
		__field(u32, id)
	),
	TP_fast_assign(
		__entry->vgpu = vgpu;
		__entry->engine = engine;
		__entry->status = status;
		__entry->id = id;
	),
	TP_printk("vgpu=%u engine=%u status=%#x id=%#x", __entry->vgpu, __entry->engine,
		  __entry->status, __entry->id)
);

TRACE_EVENT(vgt_guest_reg,
	TP_PROTO(unsigned int vgpu, bool write, u32 offset, u64 val, unsigned int size),
	TP_ARGS(vgpu, write, offset, val, size),
	TP_STRUCT__entry(
		__field(unsigned int, vgpu)
		__field(bool, write)
		__field(u32, offset)
		__field(u64, val)
		__field(unsigned int, size)
	),
	TP_fast_assign(
		__entry->vgpu = vgpu;
		__entry->write = write;
		__entry->offset = offset;
		__entry->val = val;
		__entry->size = size;
	),
	TP_printk("vgpu=%u %s %#x size=%u val=%#llx", __entry->vgpu,
		  __entry->write ? "write" : "read", __entry->offset, __entry->size, __entry->val)
);

TRACE_EVENT(vgt_refused,
	TP_PROTO(unsigned int vgpu, const char *rule, u32 command, unsigned int at),
	TP_ARGS(vgpu, rule, command, at),
	TP_STRUCT__entry(
		__field(unsigned int, vgpu)
		__string(rule, rule)
		__field(u32, command)
		__field(unsigned int, at)
	),
	TP_fast_assign(
		__entry->vgpu = vgpu;
		__assign_str(rule);
		__entry->command = command;
		__entry->at = at;
	),
	TP_printk("vgpu=%u %s: command=%#x at dword %u", __entry->vgpu, __get_str(rule),
		  __entry->command, __entry->at)
);

TRACE_EVENT(vgt_reset,
	TP_PROTO(unsigned int vgpu, unsigned long engines),
	TP_ARGS(vgpu, engines),
	TP_STRUCT__entry(
		__field(unsigned int, vgpu)
		__field(unsigned long, engines)
	),
	TP_fast_assign(
		__entry->vgpu = vgpu;
		__entry->engines = engines;
	),
	TP_printk("vgpu=%u engines=%#lx", __entry->vgpu, __entry->engines)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE vgt_trace
#include <trace/define_trace.h>
