"""A workbook whose cells can be changed without a library: sheets as rows of cell contents, every other part as it is."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape, unescape

from qbe_xl.county import County
from qbe_xl.forms.template import write_template
from qbe_xl.forms.template.layout import Layout
from qbe_xl.standards import DEFAULT_EDITION, load_edition

SPARE_ROWS = 5  # room for a row that stands twice
_ROW = re.compile(r'<row r="(\d+)"([^>]*?)(?:/>|>(.*?)</row>)', re.S)
_CELL = re.compile(r'<c r="([A-Z]+)\d+"((?: s="\d+")?)([^>]*?)(?:/>|>(.*?)</c>)', re.S)
_SHEET = re.compile(r'<sheet name="([^"]*)" sheetId="\d+"[^>]*? r:id="([^"]*)"')
_TARGET = re.compile(r'Id="([^"]*)"[^>]*?Target="([^"]*)"')


class Content(NamedTuple):
    """What stands in a cell: attributes besides its style, and what is inside the element."""

    attributes: str
    inside: str

    @property
    def formula(self) -> bool:
        """Whether it is a formula."""
        return "<f" in self.inside


BLANK = Content("", "")


def number(value: Fraction | int) -> Content:
    """A number, with up to 15 digits."""
    return Content("", f"<v>{shown(value)}</v>")


def text(value: str) -> Content:
    """A text."""
    return Content(' t="inlineStr"', f"<is><t>{escape(value)}</t></is>")


def formula(expression: str, cached: Fraction | int) -> Content:
    """A formula with its saved result."""
    return Content("", f"<f>{escape(expression)}</f><v>{shown(cached)}</v>")


def shown(value: Fraction | int) -> str:
    """A number as it is typed."""
    return f"{float(value):.15g}"


def column_index(letters: str) -> int:
    """A is 1."""
    index = 0
    for char in letters:
        index = index * 26 + ord(char) - 64
    return index


def split(ref: str) -> tuple[str, int]:
    """B7 as (B, 7)."""
    letters = ref.rstrip("0123456789")
    return letters, int(ref[len(letters) :])


@dataclass
class _Sheet:
    part: str
    before: str
    after: str
    rows: dict[int, tuple[str, dict[str, tuple[str, Content]]]]  # row: attributes, column: style and content


class Book:
    """A workbook in memory; `changed` gives the bytes of a copy with other cells."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            self._parts = {name: package.read(name) for name in package.namelist()}
        targets = dict(_TARGET.findall(self._parts["xl/_rels/workbook.xml.rels"].decode()))
        self._sheets = {
            unescape(name): self._parsed(f"xl/{targets[key]}")
            for name, key in _SHEET.findall(self._parts["xl/workbook.xml"].decode())
        }

    def _parsed(self, part: str) -> _Sheet:
        whole = self._parts[part].decode()
        before, opening, rest = whole.partition("<sheetData>")
        data, closing, after = rest.partition("</sheetData>")
        rows = {
            int(row): (
                attributes,
                {letters: (style, Content(more, inside)) for letters, style, more, inside in _CELL.findall(body)},
            )
            for row, attributes, body in _ROW.findall(data)
        }
        return _Sheet(part, before + opening, closing + after, rows)

    def content(self, sheet: str, ref: str) -> Content:
        """What stands in a cell."""
        letters, row = split(ref)
        return self._sheets[sheet].rows.get(row, ("", {}))[1].get(letters, ("", BLANK))[1]

    def formulas(self) -> list[tuple[str, str]]:
        """Sheet and reference of every formula."""
        return [
            (name, f"{letters}{row}")
            for name, sheet in self._sheets.items()
            for row, (_, cells) in sheet.rows.items()
            for letters, (_, content) in cells.items()
            if content.formula
        ]

    def changed(self, cells: Mapping[tuple[str, str], Content]) -> bytes:
        """The workbook with other contents in the cells named by sheet and reference."""
        by_sheet: dict[str, dict[int, dict[str, Content]]] = {}
        for (name, ref), content in cells.items():
            letters, row = split(ref)
            by_sheet.setdefault(name, {}).setdefault(row, {})[letters] = content
        parts = dict(self._parts)
        for name, rows in by_sheet.items():
            sheet = self._sheets[name]
            parts[sheet.part] = _written(sheet, rows).encode()
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:
            for part, content_of in parts.items():
                package.writestr(part, content_of)
        return out.getvalue()


def _written(sheet: _Sheet, changes: Mapping[int, Mapping[str, Content]]) -> str:
    out = [sheet.before]
    for row in sorted({*sheet.rows, *changes}):
        attributes, cells = sheet.rows.get(row, ("", {}))
        if row in changes:
            cells = dict(cells)
            for letters, content in changes[row].items():
                cells[letters] = (cells.get(letters, ("", BLANK))[0], content)
            cells = dict(sorted(cells.items(), key=lambda item: column_index(item[0])))
        body = "".join(
            f'<c r="{letters}{row}"{style}{content.attributes}>{content.inside}</c>'
            for letters, (style, content) in cells.items()
        )
        out.append(f'<row r="{row}"{attributes}>{body}</row>')
    return "".join([*out, sheet.after])


def inputs_of(county: County) -> Book:
    """The template's input sheets, filled: without result sheets there are no saved results that a fault leaves behind."""
    import xlsxwriter

    from benchmarks.counties import write_inputs

    buffer = io.BytesIO()
    layout = Layout(load_edition(DEFAULT_EDITION), "zh", len(county.schools) + SPARE_ROWS)
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        write_inputs(book, layout, county)
    return Book(buffer.getvalue())


def template_of(county: County, folder: Path) -> Book:
    """The whole template, filled, with its live result sheets."""
    path = write_template(folder / "template.xlsx", load_edition(DEFAULT_EDITION), "zh", len(county.schools), county)
    return Book(path.read_bytes())
