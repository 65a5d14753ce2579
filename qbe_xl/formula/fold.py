"""Folding: a formula as its shape and what the shape refers to, so that equal formulas of many cells are one.

`$E8*($F8-$F$7)^2` in row 8 becomes the shape `_c0*(_c1-_c2)^_n3` with the references in R1C1 form (row relative or fixed),
and is the same in every row. Linear in the length of the text: also safe for texts of others, which are only compared.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from qbe_xl.forms.texts import column_of, letter


class Ref(NamedTuple):
    """A cell or range. Columns count from 0; rows from 1, or, where `moves`, relative to the formula's own row."""

    sheet: str | None
    column: int
    row: int
    moves: bool
    last_column: int
    last_row: int
    last_moves: bool
    is_range: bool

    def rows_for(self, row: int) -> tuple[int, int]:
        """First and last row as seen from a formula in `row`."""
        return self.row + row * self.moves, self.last_row + row * self.last_moves

    def shown(self, row: int) -> str:
        """A1 text as seen from a formula in `row`, without the sheet."""
        first, last = self.rows_for(row)
        text = f"{letter(self.column)}{first}"
        return f"{text}:{letter(self.last_column)}{last}" if self.is_range else text


class Folded(NamedTuple):
    """A formula's shape, and what stands at its places `_c0`, `_r1`, `_n2`: references and numbers."""

    shape: str
    places: tuple[Ref | float, ...]


_CELL = r"(\$?)([A-Za-z]{1,3})(\$?)([0-9]{1,7})"
_TOKENS = re.compile(
    r'(?P<text>"(?:[^"]|"")*")'
    r"|(?P<ref>(?:('(?:[^']|'')+'|[^\W\d][\w.]*)!)?" + _CELL + "(?::" + _CELL + r")?)(?![\w(.!:])"
    r"|(?P<foreign>(?:'(?:[^']|'')+'|\[[0-9]{1,3}\])!(?=[A-Za-z_]))"
    r"|(?P<truth>(?:TRUE|FALSE|true|false)\(\s*\))"
    r"|(?P<name>[^\W\d][\w.]*)"
    r"|(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[Ee][+-]?[0-9]{1,3})?)"
    r"|(?P<space>\s+)"
)
_PREFIXES = re.compile(r"^(?:_XLFN\.|_XLWS\.|_XLL\.)+")


def function_name(name: str) -> str:
    """A function's name as we file it: upper case, without the prefixes under which Excel stores some."""
    return _PREFIXES.sub("", name.upper())


def fold(formula: str, row: int) -> Folded:
    """The formula (with or without its equals sign) of a cell in `row`, folded."""
    places: dict[Ref | tuple[int, float], int] = {}

    def place(kind: str, what: Ref | tuple[int, float]) -> str:
        return f"_{kind}{places.setdefault(what, len(places))}"

    def replace(match: re.Match[str]) -> str:
        kind = match.lastgroup
        if kind == "ref":
            return _ref(match)
        if kind == "truth":  # LibreOffice writes FALSE()
            return match[0].partition("(")[0].upper()
        if kind == "name":
            return function_name(match[0])
        if kind == "number":
            return place("n", (match.start(), float(match[0])))
        return match[0] if kind == "text" else ""

    def _ref(match: re.Match[str]) -> str:
        _, _, sheet, _, column, fixed, first, _, last_column, last_fixed, last = match.groups()[:11]
        if sheet is not None and sheet[0] == "'":
            sheet = sheet[1:-1].replace("''", "'")
        moves = not fixed
        own = int(first) - row if moves else int(first)
        if last is None:
            here = column_of(column)
            return place("c", Ref(sheet, here, own, moves, here, own, moves, False))
        last_moves = not last_fixed
        end = int(last) - row if last_moves else int(last)
        return place("r", Ref(sheet, column_of(column), own, moves, column_of(last_column), end, last_moves, True))

    shape = _TOKENS.sub(replace, formula.removeprefix("="))
    return Folded(shape, tuple(what if isinstance(what, Ref) else what[1] for what in places))
