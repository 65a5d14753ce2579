"""The sheet 疑问说明: queries answered by the county, a row each, read as written; `checks.reasons` judges them."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Mapping
from typing import Any

from qbe_xl.core.languages import Text
from qbe_xl.core.numbers import exact
from qbe_xl.county.model import Row, Value
from qbe_xl.county.reasons import COLUMNS, SHEET
from qbe_xl.forms.grid import Grid, Source
from qbe_xl.forms.notes import Notes
from qbe_xl.forms.texts import bracketed, letter, norm
from qbe_xl.forms.values import number_text, shown_raw

_WITHIN = 20  # rows in which the header stands
_MOST = 2_000  # rows of a sheet that are read
_NEEDS = frozenset({"code", "reason"})
_ALSO: Mapping[str, tuple[str, ...]] = {
    "code": ("编号", "代码", "疑问编码", "疑问编号"),
    "sheet": ("表名", "工作表名称"),
    "range": ("位置", "单元格区域", "cell", "range"),
    "school": ("学校名称",),
    "value": ("当时值", "原值", "value"),
    "reason": ("原因", "说明", "情况说明"),
    "who": ("说明人", "填报人", "by", "who"),
    "date": ("填写日期", "说明日期"),
}


def read_reasons(book: Source, notes: Notes, file: str | None = None) -> tuple[Row, ...]:
    """The rows of every sheet of that name, each value as text; a sheet without its header is a finding."""
    wanted = {norm(SHEET.zh), norm(SHEET.en)}
    rows: list[Row] = []
    for facts in book.sheets:
        if norm(facts.name) in wanted:
            rows += _read(book.grid(facts.name), notes, file)
    return tuple(rows)


def _read(grid: Grid, notes: Notes, file: str | None) -> list[Row]:
    found = _header(grid)
    if found is None:
        if any(value is not None for row in grid.rows for value in row):
            wanted = Text("、".join(c.zh for c in COLUMNS.values()), ", ".join(c.en for c in COLUMNS.values()))
            notes.add("QBE-WHY-009", grid.name, None, None, wanted=wanted)
        return []
    header, columns = found
    letters = {name: letter(column) for name, column in columns.items()}
    rows = []
    for number in range(header + 1, min(len(grid.rows), header + _MOST) + 1):
        values: dict[str, Value | None] = {name: _text(grid.at(number, column)) for name, column in columns.items()}
        filled = {name for name, value in values.items() if value is not None}
        code = values.get("code")
        if not filled or (filled == {"code"} and not str(code).upper().startswith("QBE")):
            continue  # blank, or a footer
        values["code"] = norm(str(code)).upper() if code is not None else None
        rows.append(Row(values, grid.name, number, letters, {}, frozenset(), file))
    return rows


def _header(grid: Grid) -> tuple[int, dict[str, int]] | None:
    """(row, column of each field) of the first row that has what is needed."""
    words = {norm(word): name for name, text in COLUMNS.items() for word in (text.zh, text.en, *_ALSO.get(name, ()))}
    for number in range(1, min(len(grid.rows), _WITHIN) + 1):
        columns: dict[str, int] = {}
        for column, value in enumerate(grid.row(number)):
            name = words.get(_plain(value)) if isinstance(value, str) else None
            if name is not None:
                columns.setdefault(name, column)
        if columns.keys() >= _NEEDS:
            return number, columns
    return None


def _plain(header: str) -> str:
    """A header's text without what stands in brackets."""
    text = norm(header)
    for _, start, end in reversed(bracketed(text)):
        text = text[:start] + text[end:]
    return text


def _text(raw: Any) -> str | None:
    """A cell as text: numbers exact, dates as 2025-03-01; None where it is blank."""
    if raw is None:
        return None
    if isinstance(raw, str):
        return unicodedata.normalize("NFC", raw).strip() or None
    if isinstance(raw, datetime.datetime) and raw.time() == datetime.time():
        return raw.date().isoformat()
    if isinstance(raw, bool | datetime.date | datetime.time | datetime.timedelta):
        return shown_raw(raw)
    try:
        return number_text(exact(raw))
    except ValueError:
        return shown_raw(raw)
