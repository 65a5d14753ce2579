"""A ledger read back from a workbook that people have edited: by its headers, wherever the columns stand now."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from qbe_xl.core.languages import LANGUAGES, Text
from qbe_xl.core.numbers import Exact, exact
from qbe_xl.planning.ledger.ledger import MANUAL, STATE_NAMES, Before, Past, State, stage_id
from qbe_xl.planning.ledger.matching import Known

WHOLE_COUNTY = Text("全县", "County")  # where no school stands
# Columns that the program writes anew every time.
COLUMNS: dict[str, Text] = {
    "id": Text("编号", "Id"),
    "state": Text("台账状态", "Ledger state"),
    "code": Text("学校代码", "Code"),
    "school": Text("学校", "School"),
    "stage": Text("学段", "Stage"),
    "criterion": Text("条目", "Criterion"),
    "title": Text("项目", "Item"),
    "standard": Text("标准", "Standard"),
    "found": Text("现状", "Present"),
    "gap": Text("差额", "Gap"),
    "unit": Text("单位", "Unit"),
    "remedy": Text("需要", "Needed"),
    "result": Text("判定", "Result"),
    "first": Text("首次发现", "First seen"),
    "closed": Text("销号于", "Closed in"),
    "before": Text("上次现状", "Last time"),
    "aliases": Text("并入的编号", "Ids taken in"),
    "why": Text("说明", "Note"),
    "cells": Text("数据出处", "Cells"),
}
SCHOOL_COLUMNS: dict[str, Text] = {
    "code": Text("学校代码", "Code"),
    "school": Text("学校", "School"),
    "type": Text("办学类型", "Type"),
    "pupils": Text("小学初中在校生", "Pupils, primary and junior"),
    "main": Text("所属学校代码", "Code of its school"),
    "how": Text("与上次的关系", "Since last time"),
    "label": Text("期次", "Report"),
}
# Headers that people give the columns that are theirs.
_ALSO = {"措施": "measure", "责任单位": "responsible", "时限": "deadline", "整改时限": "deadline", "佐证": "evidence"}
_HEADER_ROWS = 12
_SPACE = re.compile(r"\s+")
Grid = list[list[str | float | None]]


def read_ledger(path: Path | str, guarded: bool = True) -> Before | None:
    """The ledger of a workbook; None where it has none. safety.Refused where it cannot be read."""
    path = Path(path)
    if path.is_dir():
        return None
    if guarded:
        from qbe_xl.forms.child import prepare
        from qbe_xl.safety.guarded import Guard

        with Guard(prepare=prepare) as guard:
            found = guard.run(read_plain, str(path), about=path.name)
    else:
        found = read_plain(str(path))
    return None if found is None else parse_ledger(found[0], found[1])


def read_plain(path: str) -> list[Any] | None:
    """In the child: the rows of the sheets, as texts, numbers and blanks; None where no sheet is a ledger."""
    from qbe_xl.forms.foreign import opened

    with opened(Path(path)) as book:
        grids = [[[plain_value(cell) for cell in row] for row in book.grid(facts.name).rows]
                 for facts in book.sheets if _may_be(facts.name)]  # fmt: skip
    main = next((grid for grid in grids if find_header(grid, COLUMNS, ("id", "state", "criterion")) is not None), None)
    if main is None:
        return None
    return [main, next((grid for grid in grids if find_header(grid, SCHOOL_COLUMNS, ("school", "how")) is not None), [])]


def _may_be(name: str) -> bool:
    """Sheets may be renamed, but not all of them: a report's own sheets are many and large."""
    return any(part in name.casefold() for part in ("台账", "沿革", "ledger", "schools over"))


def plain_value(cell: Any) -> str | float | None:
    """A cell's value as it passes from the child: text, number or nothing; dates as 2024-09-01."""
    if cell is None or (isinstance(cell, int | float) and not isinstance(cell, bool)):
        return cell
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d" if cell.time() == datetime.min.time() else "%Y-%m-%d %H:%M")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def parse_ledger(main: Grid, schools: Grid) -> Before:
    """The ledger from the rows of its two sheets (the second may be empty)."""
    wanted = COLUMNS | MANUAL
    found = find_header(main, wanted, ("id", "state", "criterion"))
    head, columns, extra = found if found is not None else (len(main), {}, {})
    items: list[Past] = []
    own: list[dict[str, str]] = []
    known: dict[str, Known] = {}
    for row in main[head + 1 :]:
        said = {key: text_of(row[i]) for key, i in columns.items() if i < len(row) and text_of(row[i])}
        more = {name: text_of(row[i]) for name, i in extra.items() if i < len(row) and text_of(row[i])}
        if not said and not more:
            continue
        state = _state(said.get("state", ""))
        if not (said.get("id") and said.get("criterion") and state):
            own.append(said | more)
            continue
        if "code" not in said and said.get("school") in (WHOLE_COUNTY.zh, WHOLE_COUNTY.en):
            said["school"] = ""
        school = said.get("code") or said.get("school", "")
        if school:
            known.setdefault(school, Known(said.get("code", ""), said.get("school", "")))
        items.append(
            Past(
                said["id"], (said["criterion"], school, stage_id(said.get("stage", ""))), said.get("school", ""), state,
                said.get("title", ""), said.get("standard", ""), said.get("found") or said.get("before", ""), said.get("first", ""),
                said.get("closed", ""), tuple(re.split(r"[、,，\s]+", said["aliases"])) if "aliases" in said else (),
                {key: said[key] for key in MANUAL if key in said}, more,
            )
        )  # fmt: skip
    register, label = _schools(schools)
    merged = {school.ident: school for school in register}
    for name, listed in known.items():
        merged.setdefault(name, listed)
    return Before(tuple(items), tuple(merged.values()), label, tuple(extra), _values(main, head, columns), tuple(own))


def _values(main: Grid, head: int, columns: dict[str, int]) -> dict[tuple[str, str, str], Exact]:
    """Present values of units that stand there as numbers."""
    found: dict[tuple[str, str, str], Exact] = {}
    for row in main[head + 1 :]:
        cell = {key: row[i] for key, i in columns.items() if i < len(row)}
        value, stage = cell.get("found"), stage_id(text_of(cell.get("stage")))
        school = text_of(cell.get("code")) or text_of(cell.get("school"))
        if isinstance(value, int | float) and stage and school:
            found[text_of(cell.get("criterion")), school, stage] = exact(value)
    return found


def _schools(grid: Grid) -> tuple[list[Known], str]:
    found = find_header(grid, SCHOOL_COLUMNS, ("school", "how"))
    if found is None:
        return [], ""
    from qbe_xl.core.fields import field_of

    head, columns, _ = found
    kind = field_of("school_type")
    kinds = {kind.choice_name(choice.id, lang): choice.id for choice in kind.choices for lang in LANGUAGES}
    schools, label = [], ""
    for row in grid[head + 1 :]:
        cell = {key: row[i] for key, i in columns.items() if i < len(row)}
        if not text_of(cell.get("school")):
            continue
        pupils = cell.get("pupils")
        label = text_of(cell.get("label")) or label
        schools.append(
            Known(
                text_of(cell.get("code")), text_of(cell.get("school")), kinds.get(text_of(cell.get("type")), ""),
                exact(pupils) if isinstance(pupils, int | float) else None, text_of(cell.get("main")),
            )
        )  # fmt: skip
    return schools, label


def find_header(
    grid: Grid, wanted: Mapping[str, Text], needed: tuple[str, ...], also: Mapping[str, str] = _ALSO
) -> tuple[int, dict[str, int], dict[str, int]] | None:
    """The header's row, where each column stands, and where columns of the bureau's own stand."""
    words = {word_of(name): key for key, text in wanted.items() for name in (text.zh, text.en)}
    words |= {word_of(name): key for name, key in also.items() if key in wanted}
    for index, row in enumerate(grid[:_HEADER_ROWS]):
        columns: dict[str, int] = {}
        extra: dict[str, int] = {}
        for i, cell in enumerate(row):
            key = words.get(word_of(text_of(cell)))
            if key is not None:
                columns.setdefault(key, i)
            elif text_of(cell):
                extra.setdefault(text_of(cell), i)
        if all(key in columns for key in needed):
            return index, columns, extra
    return None


def _state(word: str) -> State | None:
    return next((state for state, name in STATE_NAMES.items() if word_of(word) in (word_of(name.zh), word_of(name.en))), None)


def word_of(text: str) -> str:
    """A header as headers are compared: without spaces and capitals."""
    return _SPACE.sub("", text).casefold()


def text_of(cell: object) -> str:
    """What a cell says; whole numbers without decimals."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
