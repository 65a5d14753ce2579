"""The four statuses and their conjunction: fail outranks undetermined outranks pass; not applicable counts as met."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from qbe_xl.core.numbers import Exact

Status = Literal["pass", "fail", "undetermined", "not_applicable"]


def conjunction(statuses: Iterable[Status]) -> Status:
    """The status of a whole from its parts; not_applicable where no part applies."""
    seen = set(statuses)
    order: tuple[Status, ...] = ("fail", "undetermined", "pass")
    for status in order:
        if status in seen:
            return status
    return "not_applicable"


def compare(left: Exact, operator: str, right: Exact) -> Status:
    """`left operator right` exactly, as a status. Operators: >= <= > <."""
    holds = {
        ">=": left >= right,
        "<=": left <= right,
        ">": left > right,
        "<": left < right,
    }[operator]
    return "pass" if holds else "fail"
