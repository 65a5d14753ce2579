"""A live cell: its place, its formula, what it means, and how it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from qbe_xl.core.numbers import Exact

Key = tuple[str | int, ...]


@dataclass(frozen=True)
class LiveCell:
    """One formula cell of the template. `key` names the engine's value that it must equal; `style` how it looks."""

    sheet: str
    ref: str
    formula: str
    key: Key
    style: str = "live"


def decimal(value: Exact) -> str:
    """An exact limit as it is written in a formula: 4.2, 3.825, 0.5."""
    fraction = Fraction(value)
    if fraction.denominator == 1:
        return str(fraction.numerator)
    digits = 1
    while (fraction * 10**digits).denominator != 1:
        digits += 1
    text = f"{abs(int(fraction * 10**digits)):0{digits + 1}d}"
    return f"{'-' if fraction < 0 else ''}{text[:-digits]}.{text[-digits:]}"


def text(value: str) -> str:
    """A text as it is written in a formula."""
    return '"' + value.replace('"', '""') + '"'


def any_of(cell: str, values: list[str]) -> str:
    """Whether a cell is one of several texts; FALSE for none."""
    if not values:
        return "FALSE"
    tests = ",".join(f"{cell}={text(value)}" for value in values)
    return f"OR({tests})" if len(values) > 1 else tests


def any_in(range_: str, values: list[str]) -> str:
    """For each cell of a range 1 if it is one of several texts, else 0: an array."""
    return "(" + "+".join(f"({range_}={text(value)})" for value in values) + ")" if values else "0"


def worst(range_: str, words: tuple[str, str, str, str]) -> str:
    """The conjunction over a range of status words (fail, undetermined, pass, not applicable)."""
    fail, open_, met, none = (text(word) for word in words)
    return (
        f"IF(COUNTIF({range_},{fail})>0,{fail},"
        f"IF(COUNTIF({range_},{open_})>0,{open_},IF(COUNTIF({range_},{met})>0,{met},{none})))"
    )
