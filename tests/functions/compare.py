"""How an answer of any host is compared with what was expected."""

from __future__ import annotations

import math
from typing import Any

from qbe_xl.functions import to_rows

RELATIVE = 1e-12


def rows_of(expected: Any) -> list[list[Any]]:
    """An expected value as rows of a sheet: a tuple of rows as it is, anything else 1×1."""
    return [list(row) for row in expected] if isinstance(expected, tuple) else [[expected]]


def equal_cell(found: Any, expected: Any) -> bool:
    """Numbers to 1e-12, all else exactly; a number is never equal to a text or an error."""
    if isinstance(found, float) and isinstance(expected, float):
        return math.isclose(found, expected, rel_tol=RELATIVE, abs_tol=1e-15)
    return type(found) is type(expected) and found == expected


def same_answer(found: Any, expected: Any) -> bool:
    """Whether an answer is what was expected, in shape and in every cell."""
    got, wanted = to_rows(found), rows_of(expected)
    return [len(row) for row in got] == [len(row) for row in wanted] and all(
        equal_cell(a, b) for x, y in zip(got, wanted, strict=True) for a, b in zip(x, y, strict=True)
    )
