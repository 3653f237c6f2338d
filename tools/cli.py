# SPDX-License-Identifier: GPL-2.0 OR MIT
"""What a user of the tools here sees: how they end, and their tables."""

import functools
import sys


def tool(*errors):
    """For a tool's main(): these exceptions are one line and exit status 1, Ctrl-C is exit status 130."""
    def decorate(main):
        @functools.wraps(main)
        def run():
            try:
                return main()
            except errors as e:
                print(f"error: {e}", file=sys.stderr)
                return 1
            except KeyboardInterrupt:
                return 130
        return run
    return decorate


def table(lines):
    """Lists of cells as text in columns; an empty list is an empty line."""
    widths = [max(len(line[i]) for line in lines if line) for i in range(len(lines[0]))]
    return "\n".join("  ".join(c.ljust(w) for c, w in zip(line, widths)).rstrip() for line in lines)
