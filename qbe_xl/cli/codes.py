"""Exit codes, and which is the worst of several."""

from __future__ import annotations

from collections.abc import Iterable

PASSES, FAILS, UNDETERMINED, BLOCKED, WRONG_CALL, INTERNAL = range(6)
INTERRUPTED = 130
PIPE_CLOSED = 141

WORST_FIRST = (INTERNAL, WRONG_CALL, BLOCKED, FAILS, UNDETERMINED, PASSES)


def worst(codes: Iterable[int]) -> int:
    """The worst code in the order 5, 4, 3, 1, 2, 0; 0 where there is none."""
    found = set(codes)
    return next((code for code in WORST_FIRST if code in found), PASSES)
