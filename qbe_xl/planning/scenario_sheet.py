"""The sheet 情景: one action a row, read by its headers; a blank name is that of the row above."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import Text
from qbe_xl.core.numbers import Exact, exact
from qbe_xl.core.yamlio import nearest
from qbe_xl.county.model import Value
from qbe_xl.planning.changes import Action, Change, Close, Forecast, Merge, Move, Open, Split
from qbe_xl.planning.draft import word
from qbe_xl.planning.scenario import Scenario, Step, exact_share, percentage

SHEET_NAMES = Text("情景", "Scenarios")
COLUMNS: dict[str, Text] = {
    "name": Text("情景名", "Scenario"),
    "what": Text("操作", "Action"),
    "school": Text("学校", "School"),
    "field": Text("字段", "Item"),
    "value": Text("变化或新值", "Change or new value"),
    "to": Text("到学校", "To school"),
    "code": Text("新校代码", "New code"),
    "new": Text("新校名称", "New name"),
    "type": Text("办学类型", "Type of school"),
    "note": Text("备注", "Note"),
}
NEEDED = ("name", "what")
OPERATIONS: dict[str, Text] = {
    "add": Text("增加", "Add"),
    "set": Text("改为", "Set"),
    "times": Text("乘以", "Times"),
    "move": Text("调动", "Move"),
    "merge": Text("合并", "Merge"),
    "split": Text("拆分", "Split"),
    "open": Text("新建", "Open"),
    "close": Text("撤销", "Close"),
    "forecast": Text("预测", "Forecast"),
    "pupils": Text("预测人数", "Forecast pupils"),
    "even": Text("均衡编班", "Even classes"),
}
_ALSO = {"减少": "less", "remove": "less", "take away": "less", "设为": "set", "调整为": "set", "撤并": "close", "关闭": "close"}
_HEADER_ROWS = 12
_AREAS = ("城区", "镇区", "乡村", "urban", "town", "rural")
_LIST = re.compile(r"[、,，;；\n]+")

Rows = Sequence[tuple[int, Sequence[Any]]]


def scenarios_of(path: Path | str, guarded: bool = True) -> tuple[Scenario, ...] | None:
    """The scenarios of a workbook's sheet 情景; None where it has none.

    QbeError QBE-PLN-010 with the cell of what is not understood. Refused where the workbook cannot be read.
    """
    path = Path(path)
    if guarded:
        from qbe_xl.forms.child import prepare
        from qbe_xl.safety.guarded import Guard

        with Guard(prepare=prepare) as guard:
            found = guard.run(read_plain, str(path), about=path.name)
    else:
        found = read_plain(str(path))
    return None if found is None else parse_rows(found[1], str(found[0]))


def read_plain(path: str) -> list[Any] | None:
    """In the child: the sheet's name and its rows as texts, numbers and blanks; None where there is no such sheet."""
    from qbe_xl.forms.foreign import opened

    with opened(Path(path)) as book:
        name = sheet_among(facts.name for facts in book.sheets)
        return None if name is None else [name, plain_rows(book.grid(name).rows)]


def sheet_among(names: Iterable[str]) -> str | None:
    """The name of the sheet of scenarios among a workbook's sheets."""
    wanted = {word(SHEET_NAMES.zh), word(SHEET_NAMES.en)}
    return next((name for name in names if word(name) in wanted), None)


def plain_rows(rows: Iterable[Sequence[Any]]) -> list[Any]:
    """Rows that are not blank, each with its number counted from 1, as texts, numbers and blanks."""
    return [
        [number, [cell if isinstance(cell, int | float) and not isinstance(cell, bool) else _said(cell) for cell in row]]
        for number, row in enumerate(rows, start=1)
        if any(cell is not None for cell in row)
    ]


def _said(cell: Any) -> str | None:
    return None if cell is None else str(cell)


def parse_rows(rows: Rows, sheet: str = SHEET_NAMES.zh) -> tuple[Scenario, ...]:
    """The scenarios of a sheet's rows, each with its number counted from 1; QbeError QBE-PLN-010, -011."""
    return _Sheet(rows, sheet).scenarios()


class _Sheet:
    def __init__(self, rows: Rows, sheet: str) -> None:
        self.sheet = sheet
        self.rows = [(int(number), list(cells)) for number, cells in rows]
        self.head, self.columns = self._header()

    def _header(self) -> tuple[int, dict[str, int]]:
        known = {word(text): key for key, names in COLUMNS.items() for text in (names.zh, names.en)}
        for index, (_, cells) in enumerate(self.rows[:_HEADER_ROWS]):
            found = {known[word(c)]: i for i, c in enumerate(cells) if isinstance(c, str) and word(c) in known}
            if all(key in found for key in NEEDED):
                return index, found
        wanted = Text("、".join(COLUMNS[k].zh for k in NEEDED), ", ".join(COLUMNS[k].en for k in NEEDED))
        raise QbeError("QBE-PLN-011", sheet=self.sheet, wanted=wanted)

    def scenarios(self) -> tuple[Scenario, ...]:
        found: dict[str, Scenario] = {}
        name = ""
        for number, cells in self.rows[self.head + 1 :]:
            row = {key: _clean(cells[i]) for key, i in self.columns.items() if i < len(cells)}
            if all(row.get(key) is None for key in COLUMNS if key not in ("name", "note")):
                if row.get("name") is not None and row.get("note") is None:
                    name = str(row["name"])
                    found.setdefault(name, Scenario(name))
                continue
            name = str(row.get("name") or name)
            if not name:
                raise self._wrong(number, "name", Text("缺情景名", "the scenario has no name"))
            scenario = found.setdefault(name, Scenario(name))
            kind = self._kind(number, row)
            if kind == "even":
                found[name] = replace(scenario, even=True)
                continue
            action = self._action(kind, number, row)
            where = f"{self.sheet}!{self._cell(number, 'what')}"
            found[name] = replace(scenario, steps=(*scenario.steps, Step(action, Text(where, where))))
        return tuple(found.values())

    def _kind(self, number: int, row: dict[str, Any]) -> str:
        known = {word(text): key for key, names in OPERATIONS.items() for text in (key, names.zh, names.en)} | {
            word(text): key for text, key in _ALSO.items()
        }
        said = row.get("what")
        if said is None:
            words = Text("、".join(t.zh for t in OPERATIONS.values()), ", ".join(t.en for t in OPERATIONS.values()))
            raise self._wrong(number, "what", Text(f"缺操作（{words.zh}）", f"the action is missing ({words.en})"))
        kind = known.get(word(str(said)))
        if kind is None:
            near = nearest(word(str(said)), list(known))
            raise self._wrong(
                number, "what", Text(f"不认识的操作“{said}”，最接近的是：{near}", f"unknown action “{said}”, nearest: {near}")
            )
        return kind

    def _action(self, kind: str, number: int, row: dict[str, Any]) -> Action:
        if kind in ("add", "set", "times", "less"):
            school = row.get("school")
            value = self._value(number, row) if kind == "set" else self._number(number, row)
            if kind == "less":
                kind, value = "add", -self._number(number, row)
            return Change(
                None if school is None else str(school),
                self._text(number, row, "field"),
                "set" if kind == "set" else "add" if kind == "add" else "times",
                value,
            )
        if kind == "move":
            amounts = {self._text(number, row, "field"): self._number(number, row)}
            return Move(self._text(number, row, "school"), self._text(number, row, "to"), amounts)
        if kind == "merge":
            names = _listed(self._text(number, row, "school"))
            into = _listed(str(row["to"])) if row.get("to") is not None else []
            return Merge((*into, *names), _maybe(row, "new"), _maybe(row, "type"))
        if kind == "split":
            return Split(
                self._text(number, row, "school"), self._text(number, row, "code"), self._text(number, row, "new"),
                _maybe(row, "type"), self._number(number, row),
            )  # fmt: skip
        if kind == "open":
            name = _maybe(row, "new") or self._text(number, row, "school")
            return Open(self._text(number, row, "code"), name, self._text(number, row, "type"))
        if kind == "close":
            return Close(self._text(number, row, "school"), self._shares(number, row))
        school = _maybe(row, "school")
        stage = _maybe(row, "field")
        if kind == "pupils":
            return Forecast(None, self._number(number, row), stage, None, school)
        if school is not None and school.casefold() in _AREAS:
            return Forecast(self._number(number, row), None, stage, school, None)
        return Forecast(self._number(number, row), None, stage, None, school)

    def _shares(self, number: int, row: dict[str, Any]) -> dict[str, Exact]:
        if row.get("to") is None:
            return {}
        names = _listed(str(row["to"]))
        if row.get("value") is None:
            return {name: exact_share(len(names)) for name in names}
        parts = [_number(part) for part in _listed(str(row["value"]))] if len(names) > 1 else [_number(row["value"])]
        known = [part for part in parts if part is not None]
        if len(known) != len(names):
            raise self._wrong(
                number, "value", Text("接收比例应与到学校一一对应，如 60%、40%", "one share for each receiving school, such as 60%, 40%")
            )
        return dict(zip(names, known, strict=True))

    def _value(self, number: int, row: dict[str, Any]) -> Value | None:
        value = row.get("value")
        if value is None:
            return None
        found = _number(value)
        return str(value) if found is None else found

    def _number(self, number: int, row: dict[str, Any]) -> Exact:
        found = None if row.get("value") is None else _number(row["value"])
        if found is None:
            said = row.get("value")
            zh = f"“{said}”不是数字" if said is not None else "缺数字"
            en = f"“{said}” is not a number" if said is not None else "a number is missing"
            raise self._wrong(number, "value", Text(zh, en))
        return found

    def _text(self, number: int, row: dict[str, Any], key: str) -> str:
        if row.get(key) is None:
            name = COLUMNS[key]
            raise self._wrong(number, key, Text(f"缺{name.zh}", f"{name.en} is missing"))
        return str(row[key])

    def _cell(self, number: int, key: str) -> str:
        from qbe_xl.forms.texts import letter

        return f"{letter(self.columns.get(key, self.columns['what']))}{number}"

    def _wrong(self, number: int, key: str, problem: Text) -> QbeError:
        return QbeError("QBE-PLN-010", place=f"{self.sheet}!{self._cell(number, key)}", problem=problem)


def _clean(cell: Any) -> Any:
    """A cell without blanks around it; a whole float as an integer."""
    if isinstance(cell, str):
        return cell.strip() or None
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _maybe(row: dict[str, Any], key: str) -> str | None:
    return None if row.get(key) is None else str(row[key])


def _listed(text: str) -> list[str]:
    return [part.strip() for part in _LIST.split(text) if part.strip()]


def _number(value: Any) -> Exact | None:
    """A number, a number typed as text, or a percentage; None where it is none."""
    if isinstance(value, int | float | Fraction | Decimal):
        try:
            return exact(value)
        except ValueError:
            return None
    text = str(value).strip().replace("，", "").replace("＋", "+").replace("－", "-").replace("−", "-")
    if (found := percentage(text)) is not None:
        return found
    try:
        return exact(text)
    except ValueError:
        return None
