"""Findings of reading: each with its place, and not more of one kind and field than a person reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from qbe_xl.core.findings import Finding
from qbe_xl.forms.texts import cell_of, letter, ranges

EACH = 30  # findings of one code in one column that are told one by one; the rest share one


class Notes:
    """Collects the findings of one file."""

    def __init__(self, file: str | None = None) -> None:
        self.file = file
        self._found: list[Finding] = []
        self._counts: dict[tuple[str, str, str], int] = defaultdict(int)
        self._rest: dict[tuple[str, str, str], tuple[Finding, list[int]]] = {}

    def add(
        self,
        code: str,
        sheet: str | None = None,
        range: str | None = None,
        school: str | None = None,
        /,
        **values: object,
    ) -> None:
        """One finding about the file, a sheet or a range."""
        self._found.append(Finding(code, sheet, range, school, values, self.file))

    def cell(
        self, code: str, sheet: str, row: int, column: int, values: Mapping[str, object], school: str | None = None
    ) -> None:
        """One finding about a cell; beyond EACH of a code in a column, the cells are gathered into one finding."""
        name = letter(column)
        key = (code, sheet, name)
        self._counts[key] += 1
        finding = Finding(code, sheet, f"{name}{row}", school, values, self.file)
        if self._counts[key] <= EACH:
            self._found.append(finding)
        else:
            self._rest.setdefault(key, (finding, []))[1].append(row)

    def __iadd__(self, findings: object) -> Notes:
        if isinstance(findings, list | tuple):
            self._found.extend(f for f in findings if isinstance(f, Finding))
        return self

    def all(self) -> tuple[Finding, ...]:
        """Every finding: errors first, then by code and place."""
        gathered = [
            Finding(f.code, f.sheet, ranges(key[2], rows), None, f.args, f.file)
            for key, (f, rows) in self._rest.items()
        ]
        return tuple(sorted((*self._found, *gathered), key=Finding.sort_key))


def at(row: int, column: int) -> str:
    """A cell's A1 reference; the row from 1, the column from 0."""
    return f"{letter(column)}{row}"


__all__ = ["EACH", "Notes", "at", "cell_of"]
