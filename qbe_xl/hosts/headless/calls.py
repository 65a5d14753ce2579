"""`QBE_…` calls in cells of a user's own: one call with plain arguments, read by a small scanner of ours.

What is anything else is not evaluated: a submitted workbook's formulas are never handed to a formula parser.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any

from qbe_xl.forms.texts import cell_of
from qbe_xl.formula import CellValue, ErrorValue

if TYPE_CHECKING:
    from qbe_xl.functions import WorksheetFunction

# what a function gets: single values, and ranges as rows of values (None for a blank, ErrorValue for an error)
Function = Callable[..., Any]
# (sheet or None for the formula's own, first and last cell as (row, column)) -> rows of values, None: no such sheet
Lookup = Callable[[str | None, tuple[int, int], tuple[int, int]], list[list[CellValue]] | None]

# `_xll.`, `[1]!` and `'C:\…\qbe_xl.xlam'!` are how programs store where a function comes from
_CALL = re.compile(r"=?\s*(?:_xll\.|\[[0-9]{1,3}\]!|'[^'\[\]]*'!)?(QBE_[A-Z0-9_]{1,40})\(", re.IGNORECASE)
_CELL = r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})"
_ARGUMENT = re.compile(
    r'\s*(?:(?P<text>"(?:[^"]|"")*")'
    r"|(?P<number>[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[Ee][+-]?[0-9]{1,3})?)(?P<percent>%?)"
    r"|(?P<bool>TRUE|FALSE)(?:\(\))?(?![\w.!(])"
    r"|(?P<ref>(?:(?P<sheet>'(?:[^']|'')+'|[^\W\d][\w.]*)!)?" + _CELL + "(?::" + _CELL + r")?)(?![\w.(!:])"
    r"|(?P<array>\{[^{}]*\})"
    r"|(?P<empty>(?=[,)])))\s*(?P<end>[,)])",
    re.IGNORECASE,
)
_MOST_CELLS = 200_000


def call(formula: str, functions: Mapping[str, Function], lookup: Lookup) -> tuple[bool, CellValue]:
    """(whether it is a call of one of `functions` with plain arguments, its value). An array's first value counts."""
    match = _CALL.match(formula)
    function = functions.get(match[1].upper()) if match else None
    if match is None or function is None:
        return False, None
    arguments: list[Any] = []
    at = match.end()
    while True:
        found = _ARGUMENT.match(formula, at)
        if found is None:
            return False, None
        known, value = _value(found, lookup)
        if not known:
            return False, None
        arguments.append(value)
        at = found.end()
        if found["end"] == ")":
            break
    if formula[at:].strip():
        return False, None
    if len(arguments) == 1 and _ARGUMENT.match(formula, match.end())["empty"] is not None:  # type: ignore[index]
        arguments = []
    return True, _single(function(*arguments))


def _value(found: re.Match[str], lookup: Lookup) -> tuple[bool, Any]:
    if found["text"] is not None:
        return True, found["text"][1:-1].replace('""', '"')
    if found["number"] is not None:
        return True, float(found["number"]) / (100 if found["percent"] else 1)
    if found["bool"] is not None:
        return True, found["bool"].upper() == "TRUE"
    if found["empty"] is not None:
        return True, None
    if found["array"] is not None:
        return _array(found["array"][1:-1], lookup)
    sheet = found["sheet"]
    if sheet is not None and sheet.startswith("'"):
        sheet = sheet[1:-1].replace("''", "'")
    first, _, last = found["ref"].rpartition("!")[2].partition(":")
    start = cell_of(first)
    end = cell_of(last) if last else start
    low, high = (min(start[0], end[0]), min(start[1], end[1])), (max(start[0], end[0]), max(start[1], end[1]))
    if (high[0] - low[0] + 1) * (high[1] - low[1] + 1) > _MOST_CELLS:
        return False, None
    rows = lookup(sheet, low, high)
    if rows is None:
        return False, None
    return True, rows if last else rows[0][0]


def _array(text: str, lookup: Lookup) -> tuple[bool, Any]:
    """A constant array; texts in it must not hold separators, which is then no plain argument."""
    rows = []
    for line in text.split(";"):
        row = []
        for piece in line.split(","):
            found = _ARGUMENT.fullmatch(piece.strip() + ",")
            if found is None or found["ref"] is not None or found["array"] is not None or found["empty"] is not None:
                return False, None
            row.append(_value(found, lookup)[1])
        rows.append(row)
    return True, rows


def registered_functions() -> dict[str, Function]:
    """The QBE_ functions of the registry."""
    from qbe_xl.functions import registered

    def adapted(known: WorksheetFunction) -> Function:
        def called(*arguments: Any) -> Any:
            if not known.required <= len(arguments) <= len(known.args):
                return ErrorValue("#VALUE!")
            return known.call(*arguments)

        return called

    return {name: adapted(known) for name, known in registered().items()}


def _single(value: Any) -> CellValue:
    while (isinstance(value, Sequence) and not isinstance(value, str)) or hasattr(value, "ravel"):
        flat = value.ravel().tolist() if hasattr(value, "ravel") else list(value)
        if not flat:
            return ErrorValue("#VALUE!")
        value = flat[0]
    if isinstance(value, Enum):  # the registry's kind of error
        return ErrorValue(str(value))
    if value is None or isinstance(value, bool | str):
        return value
    return float(value)
