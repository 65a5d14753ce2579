"""Cell values as arrays: a kind and a number each, so that whole columns are computed at once.

Texts are numbers too: their place in a list of all texts of the evaluation. Kinds are ranked as Excel compares them.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time
from typing import Any

import numpy as np
import numpy.typing as npt

BLANK, NUMBER, TEXT, BOOL, ERROR = range(5)
ERRORS = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")
DIV, VALUE, REF, NUM, NA = (float(ERRORS.index(word)) for word in ("#DIV/0!", "#VALUE!", "#REF!", "#NUM!", "#N/A"))

Kinds = npt.NDArray[np.int8] | int
Numbers = npt.NDArray[Any] | np.bool_ | float
# kinds and numbers, of one cell each or broadcast; every operation takes and gives such pairs
Pair = tuple[Kinds, Numbers]

_NUMBER_TEXT = re.compile(r"\s*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?\s*(%?)\s*")
_EPOCH = datetime(1899, 12, 30)


class ErrorValue(str):
    """A spreadsheet error (`#N/A`), which is no text."""

    __slots__ = ()


CellValue = float | int | str | bool | ErrorValue | None


class Texts:
    """Every text of an evaluation by its number; `folded` gives each the number of its first spelling, case aside."""

    def __init__(self, start: Texts | None = None) -> None:
        self.all: list[str] = list(start.all) if start else []
        self.numbers: dict[str, int] = dict(start.numbers) if start else {}
        self.lower: dict[str, int] = dict(start.lower) if start else {}
        self.folded: list[int] = list(start.folded) if start else []
        self.cased: bool = start.cased if start else False
        self.empty = self.number("")  # the first, 0: what a blank holds, too

    def number(self, text: str) -> int:
        """The text's number, a new one where it has not been seen."""
        found = self.numbers.get(text)
        if found is None:
            found = self.numbers[text] = len(self.all)
            self.all.append(text)
            first = self.lower.setdefault(text.lower(), found)
            self.folded.append(first)
            self.cased = self.cased or first != found
        return found


def number_of_text(text: str) -> float | None:
    """The number that Excel takes a text for in arithmetic; None where it is none."""
    match = _NUMBER_TEXT.fullmatch(text)
    if match is None:
        return None
    value = float(text.replace("%", "")) / (100 if match[1] else 1)
    return value if math.isfinite(value) else None


def text_of_number(value: float) -> str:
    """A number as Excel joins it to a text: 15 significant digits, no trailing zeros."""
    text = f"{value:.15g}"
    mantissa, mark, exponent = text.partition("e")
    if not mark:
        return "0" if text == "-0" else text
    if -10 < int(exponent) < 0:
        return f"{value:.{14 - int(exponent)}f}".rstrip("0")
    return f"{mantissa}E{'-' if exponent[0] == '-' else '+'}{int(exponent.lstrip('+-')):02d}"


def from_python(value: Any, texts: Texts) -> tuple[int, float]:
    """A value as openpyxl reads it: its kind and number. Dates are serial numbers."""
    if value is None:
        return BLANK, 0.0
    if isinstance(value, bool):
        return BOOL, float(value)
    if isinstance(value, int | float):
        return NUMBER, float(value)
    if isinstance(value, str):
        if value[:1] == "#" and value in ERRORS:
            return ERROR, float(ERRORS.index(value))
        return TEXT, float(texts.number(value))
    if isinstance(value, datetime):
        return NUMBER, (value - _EPOCH).total_seconds() / 86400
    if isinstance(value, date):
        return NUMBER, float((datetime(value.year, value.month, value.day) - _EPOCH).days)
    if isinstance(value, time):
        return NUMBER, (value.hour * 3600 + value.minute * 60 + value.second) / 86400
    return TEXT, float(texts.number(str(value)))


def to_python(kind: int, number: float, texts: Texts) -> CellValue:
    """The value of a cell: float, str, bool, ErrorValue, or None for a blank."""
    if kind == NUMBER:
        return float(number)
    if kind == TEXT:
        return texts.all[int(number)]
    if kind == BOOL:
        return bool(number)
    return ErrorValue(ERRORS[int(number)]) if kind == ERROR else None


def significant(value: float) -> float:
    """The number at 15 significant digits, as Excel compares and rounds."""
    return float(f"{value:.15g}")
