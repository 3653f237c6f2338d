// SPDX-License-Identifier: GPL-2.0 OR MIT
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "igd_priv.h"

static const struct {
	const char *name;
	const char *text;
} rules[IGD_NUM_RULES] = {
#define R(id, name, text) [IGD_RULE_##id] = { name, text },
	IGD_RULES(R)
#undef R
};

void igd_violation(struct igd *gd, enum igd_rule rule, const char *fmt, ...)
{
	struct igd_strict *s = &gd->strict;
	char text[sizeof(s->first[0])];
	va_list ap;

	if (gd->cfg.strict == IGD_STRICT_OFF)
		return;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);

	if (!s->count[rule]++)
		memcpy(s->first[rule], text, sizeof(text));
	if (gd->ops->violation)
		gd->ops->violation(gd->opaque, rules[rule].name, text,
				   gd->cfg.strict == IGD_STRICT_ABORT);
}

const char *igd_rule_name(enum igd_rule rule)
{
	return rules[rule].name;
}

const char *igd_rule_text(enum igd_rule rule)
{
	return rules[rule].text;
}

uint64_t igd_violation_count(const struct igd *gd, enum igd_rule rule)
{
	return gd->strict.count[rule];
}

uint64_t igd_violation_total(const struct igd *gd)
{
	uint64_t total = 0;

	for (int i = 0; i < IGD_NUM_RULES; i++)
		total += gd->strict.count[i];
	return total;
}

/* The texts are the model's own and hold no character that JSON would have escaped. */
char *igd_violations_json(const struct igd *gd)
{
	const struct igd_strict *s = &gd->strict;
	const size_t size = 16 + IGD_NUM_RULES * (sizeof(s->first[0]) + 128);
	char *json = malloc(size);
	size_t len = 0;

	if (!json)
		abort();
	len += snprintf(json + len, size - len, "[");
	for (int i = 0; i < IGD_NUM_RULES; i++) {
		if (!s->count[i])
			continue;
		len += snprintf(json + len, size - len,
				"%s{\"rule\":\"%s\",\"count\":%llu,\"first\":\"%s\"}",
				len > 1 ? "," : "", rules[i].name,
				(unsigned long long)s->count[i], s->first[i]);
	}
	snprintf(json + len, size - len, "]");
	return json;
}

void igd_violations_clear(struct igd *gd)
{
	memset(&gd->strict, 0, sizeof(gd->strict));
}
