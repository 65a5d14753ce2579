"""Facts sheets: one item a row, with its unit, its value and the evidence beside it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from qbe_xl.core.fields import Field, field_of
from qbe_xl.core.languages import Text
from qbe_xl.county.model import Fact, Place, Stated
from qbe_xl.forms.grid import Grid
from qbe_xl.forms.headers import headed
from qbe_xl.forms.notes import Notes, at
from qbe_xl.forms.profile import Header, Sheet
from qbe_xl.forms.texts import norm
from qbe_xl.forms.units import Dimension, Unit, dimension_of
from qbe_xl.forms.values import Parsed, number_text, parse, shown_raw, stated

ITEM = ("填报项目", "Item", "项目", "指标", "指标名称", "事项", "内容")
VALUE = ("填报值", "Value", "数值", "填报内容", "填报数据", "数据", "值")
UNIT = ("单位", "Unit", "计量单位")
EVIDENCE = ("证据材料", "Evidence", "证据", "佐证材料", "证明材料", "证据材料及文号", "文号", "依据")

_STATED = re.compile(r"([a-z][0-9]+(?:\.[a-z0-9_]+)*)(?:自报|stated)")


@dataclass
class ReadFacts:
    """What a facts sheet gave, by field, and what it states itself, by criterion."""

    facts: dict[str, Fact] = field(default_factory=dict)
    stated: dict[str, Stated] = field(default_factory=dict)
    evidence: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)


@dataclass
class _Columns:
    row: int
    item: int
    value: int
    unit: int | None
    evidence: int | None


def find_columns(grid: Grid, header: Header) -> _Columns | None:
    """The row that heads the list, with the columns of item, value, unit and evidence."""
    wanted = {
        name: tuple(map(norm, given or usual))
        for name, given, usual in (
            ("item", header.item, ITEM),
            ("value", header.value, VALUE),
            ("unit", header.unit, UNIT),
            ("evidence", header.evidence, EVIDENCE),
        )
    }
    for number in range(1, min(max(header.within_rows, 1), len(grid.rows)) + 1):
        row = grid.row(number)
        found: dict[str, int] = {}
        words = {c: norm(v) for c, v in enumerate(row) if isinstance(v, str) and v.strip()}
        for name, texts in wanted.items():
            for text in texts:  # the first text that is there wins: 填报项目 before 项目
                hit = next((c for c, word in words.items() if _heads(word, text)), None)
                if hit is not None:
                    found[name] = hit
                    break
        if "item" in found and "value" in found and found["item"] != found["value"]:
            return _Columns(number, found["item"], found["value"], found.get("unit"), found.get("evidence"))
    return None


def _heads(word: str, text: str) -> bool:
    return word == text or (word.startswith(text) and word[len(text) : len(text) + 1] in {"(", "[", "/", "、"})


def read_facts(
    grid: Grid,
    sheet: Sheet,
    notes: Notes,
    *,
    own_units: bool,
    file: str | None = None,
    lookup: Callable[[str], Field] = field_of,
) -> ReadFacts:
    """Every item of the sheet by its label; problems go to `notes`. `lookup` describes items by their id."""
    out = ReadFacts()
    columns = find_columns(grid, sheet.header)
    if columns is None:
        wanted = Text(f"{(sheet.header.item or ITEM)[0]}、{(sheet.header.value or VALUE)[0]}", "Item, Value")
        notes.add("QBE-STR-005", grid.name, None, rows=sheet.header.within_rows, wanted=wanted)
        return out
    labels: dict[str, str] = {}
    asked: list[str] = [name for section in sheet.sections for name in section.rows]
    for name in asked:
        described = lookup(name)
        for text in (*reversed(described.also), described.name.en, described.name.zh):
            labels[norm(text)] = name
    for name in asked:  # a field's own name is never another field's other name
        labels[norm(lookup(name).name.zh)] = name
        labels[norm(lookup(name).name.en)] = name
    stated_ids = {s.casefold(): s for section in sheet.sections for s in section.stated}
    seen: dict[str, int] = {}
    for number in range(columns.row + 1, len(grid.rows) + 1):
        label = grid.at(number, columns.item)
        if not isinstance(label, str) or not label.strip():
            continue
        word = norm(label)
        match = _STATED.match(word)
        if match is not None and match[1] in stated_ids:
            _read_stated(grid, columns, number, stated_ids[match[1]], out, notes, file)
            continue
        found = labels.get(word) or labels.get(headed(word).word)
        if found is None:
            continue
        if found in seen:
            first, second = at(seen[found], columns.value), at(number, columns.value)
            notes.add(
                "QBE-STR-010", grid.name, f"{first},{second}", field=lookup(found).name, first=first, second=second
            )
            out.facts[found] = Fact(None, out.facts[found].place, None, "unusable")
            continue
        seen[found] = number
        _read_fact(grid, columns, number, lookup(found), out, notes, own_units, file)
    for name in asked:
        if name not in seen and not lookup(name).optional:
            notes.add("QBE-STR-009", grid.name, None, field=lookup(name).name)
    out.rows = seen
    return out


def _evidence(grid: Grid, columns: _Columns, number: int) -> str | None:
    raw = grid.at(number, columns.evidence) if columns.evidence is not None else None
    text = shown_evidence(raw)
    return text or None


def shown_evidence(raw: Any) -> str:
    """What was typed as evidence, as text."""
    return "" if raw is None else str(raw).strip()[:2000]


def _read_fact(
    grid: Grid,
    columns: _Columns,
    number: int,
    described: Field,
    out: ReadFacts,
    notes: Notes,
    own: bool,
    file: str | None,
) -> None:
    place = Place(grid.name, at(number, columns.value), file)
    evidence = _evidence(grid, columns, number)
    if evidence:
        out.evidence[described.id] = evidence
    raw = grid.at(number, columns.value)

    def unusable(code: str, **values: object) -> None:
        notes.add(code, grid.name, place.ref, None, field=described.name, **values)
        out.facts[described.id] = Fact(None, place, evidence, "unusable")

    if columns.value in grid.uncached.get(number, ()):
        unusable("QBE-DAT-006")
        return
    unit: Unit | None = None
    dimension = dimension_of(described.unit)
    if dimension is not None and raw is not None:
        known, unit = _row_unit(grid, columns, number, dimension, own)
        typed = isinstance(raw, str) and any(char.isalpha() for char in raw)
        if not known and not typed:
            units = dimension.all[:4]
            listed = Text("、".join(u.name.zh for u in units), ", ".join(u.name.en for u in units))
            header = shown_raw(grid.at(number, columns.unit)) if columns.unit is not None else ""
            unusable("QBE-STR-011", header=header if header != "None" else "", units=listed)
            return
    parsed = parse(described, raw, unit)
    if columns.value in grid.formulas.get(number, ()) and raw is not None:
        notes.add("QBE-DAT-007", grid.name, place.ref, None, field=described.name, value=shown_raw(raw))
    if parsed.code:
        notes.add(parsed.code, grid.name, place.ref, None, **parsed.values)
    state = parsed.state if parsed.state in {"unusable", "not_sampled"} else None
    out.facts[described.id] = Fact(parsed.value, place, evidence, state)


def _row_unit(grid: Grid, columns: _Columns, number: int, dimension: Dimension, own: bool) -> tuple[bool, Unit | None]:
    """(whether the unit is known, the unit) by the unit column, brackets in the label, else the field's own."""
    raw = grid.at(number, columns.unit) if columns.unit is not None else None
    word = norm(raw) if isinstance(raw, str) else ""
    if not word or word in {"-", "/"}:
        label = grid.at(number, columns.item)
        word = headed(label).unit or "" if isinstance(label, str) else ""
    if word:
        return word in dimension.units, dimension.units.get(word)
    return own or not dimension.must_be_stated, None


def _read_stated(
    grid: Grid, columns: _Columns, number: int, criterion: str, out: ReadFacts, notes: Notes, file: str | None
) -> None:
    """A row such as `Q1 自报`: kept as a fraction where its unit is %, else as the number it is."""
    raw = grid.at(number, columns.value)
    if columns.value in grid.uncached.get(number, ()):
        name = Text(f"{criterion} 自报", f"{criterion} stated")
        notes.add("QBE-DAT-006", grid.name, at(number, columns.value), None, field=name)
        return
    unit = grid.at(number, columns.unit) if columns.unit is not None else None
    percent = isinstance(unit, str) and norm(unit) == "%"
    value, code = stated(raw, percent)
    place = Place(grid.name, at(number, columns.value), file)
    if value is not None:
        out.stated[criterion] = Stated(value, place)
    if code:
        name = Text(f"{criterion} 自报", f"{criterion} stated")
        shown = number_text(value) if value is not None else ""
        said: dict[str, object] = {"field": name, "value": shown_raw(raw), "number": shown, "unit": Text("", "")}
        notes.add(code, grid.name, place.ref, None, **said)


__all__ = ["Parsed", "ReadFacts", "find_columns", "read_facts"]
