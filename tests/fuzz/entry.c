// SPDX-License-Identifier: GPL-2.0 OR MIT
/* What libFuzzer calls; FUZZ_TARGET is the target's function. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FUZZ_TARGET(data, size);
	return 0;
}
