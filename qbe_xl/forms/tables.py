"""Tables: one row a school, or a group of the survey, under a header found by its texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from qbe_xl.core.fields import Field, field_of
from qbe_xl.core.languages import Text
from qbe_xl.core.numbers import tidy
from qbe_xl.county.model import Place, Row, Stated, Total, Value
from qbe_xl.forms.grid import Grid
from qbe_xl.forms.headers import FoundHeader, find_header, key_of
from qbe_xl.forms.notes import Notes, at
from qbe_xl.forms.profile import Column, Sheet
from qbe_xl.forms.texts import letter, norm, parts, ranges, starts_with
from qbe_xl.forms.totals import added_up, is_total
from qbe_xl.forms.units import Unit, dimension_of, dimensions
from qbe_xl.forms.values import Parsed, parse, shown_raw, stated

KEY_FIELDS = ("school_code", "school_name", "school_type")
STAGES_OF_TYPE: Mapping[str, frozenset[str]] = {
    "primary": frozenset({"primary"}),
    "teaching_point": frozenset({"primary"}),
    "junior": frozenset({"junior"}),
    "nine_year": frozenset({"primary", "junior"}),
    "complete_secondary": frozenset({"junior"}),
    "twelve_year": frozenset({"primary", "junior"}),
}  # special and vocational schools have neither: they take no part in the seven
_FIRST_COLUMNS = 3  # where marks such as 合计 stand, besides the columns of name and code
_FOOTERS = tuple(
    map(norm, ("填表人", "填报人", "制表人", "审核人", "复核人", "负责人", "单位负责人", "联系人", "联系电话", "电话", "填报日期",
               "填表日期", "日期", "备注", "注:", "注：", "说明", "公章", "盖章", "note", "filled in by", "checked by", "date"))
)  # fmt: skip
_UNIT_LINE = re.compile(r"单位:([^()\[\]:]*)")
_NOT_A_NUMBER = frozenset({"text", "code", "choice", "yes_no"})


@dataclass
class Read:
    """What a table gave: rows, and what it states itself below them."""

    rows: list[Row] = field(default_factory=list)
    stated: dict[str, Stated] = field(default_factory=dict)
    found: bool = False
    totals: list[Total] = field(default_factory=list)


@dataclass
class _Slot:
    """One column to be read: its key, position, field (None where it is a stated value), unit, and known texts."""

    key: str
    column: int
    described: Field | None
    unit: Unit | None
    percent: bool
    counts: bool  # plain whole numbers need no further thought
    known: dict[str, Parsed] = field(default_factory=dict)


def read_table(grid: Grid, sheet: Sheet, notes: Notes, *, own_units: bool, file: str | None = None) -> Read:
    """Every row of the table; problems go to `notes`, and what they spoil is None and listed as unusable."""
    header = find_header(grid, sheet)
    if header is None:
        needs = [field_of(sheet.field_id(name)).name for name in sheet.header.needs]
        wanted = Text("、".join(n.zh for n in needs), ", ".join(n.en for n in needs))
        notes.add("QBE-STR-005", grid.name, None, rows=sheet.header.within_rows, wanted=wanted)
        return Read()
    return _TableReader(grid, sheet, header, notes, own_units, file).read()


class _TableReader:
    def __init__(
        self, grid: Grid, sheet: Sheet, header: FoundHeader, notes: Notes, own_units: bool, file: str | None
    ) -> None:
        self.grid, self.sheet, self.header, self.notes, self.file = grid, sheet, header, notes, file
        self.own_units = own_units
        self.lost: set[str] = set()  # fields whose column cannot be used
        self.slots = self._slots()
        self.letters = {slot.key: letter(slot.column) for slot in self.slots}
        self.letters.update({key: letter(header.columns[key]) for key in self.lost if key in header.columns})
        self.ends = tuple(map(norm, sheet.ends_at))
        self.skips = tuple(map(norm, sheet.skip))
        self.stated_labels = {norm(word): name for name, words in sheet.stated_rows.items() for word in words}
        names = [header.columns[key] for key in ("school_name", "school_code", "survey_group") if key in header.columns]
        self.marked = sorted({*range(_FIRST_COLUMNS), *names})
        self.sums = sheet.table == "schools"  # there a row of sums must never be taken for a school
        self.initials = {word[:1] for word in (*self.ends, *self.skips, *_FOOTERS, *self.stated_labels)}

    # ---- columns

    def _slots(self) -> list[_Slot]:
        sheet, header, notes = self.sheet, self.header, self.notes
        line_units = self._line_units()
        slots = []
        for column in sheet.all_columns:
            key = key_of(column, sheet)
            described = field_of(key) if column.field is not None else None
            name = described.name if described else Text(f"{column.stated} 自报", f"{column.stated} stated")
            if key in header.twice:
                first, second = header.twice[key]
                here = f"{at(header.bottom, first)},{at(header.bottom, second)}"
                notes.add(
                    "QBE-STR-004", self.grid.name, here,
                    field=name, first=at(header.bottom, first), second=at(header.bottom, second),
                )  # fmt: skip
                self.lost.add(key)
                continue
            if key not in header.columns:
                optional = column.optional if column.optional is not None else described is None or described.optional
                if not optional and key not in sheet.constants:
                    notes.add("QBE-STR-003", self.grid.name, None, field=name)
                continue
            position = header.columns[key]
            unit: Unit | None = None
            if described is not None and described.type not in _NOT_A_NUMBER:
                known, unit = self._unit(column, described, position, line_units)
                if not known:
                    self.lost.add(key)
                    continue
            percent = described is None and (header.units.get(position) or header.row_units.get(position)) == "%"
            counts = described is not None and described.type in {"count", "amount"} and described.unit != "比例"
            if unit is not None and unit.factor == 1:
                unit = None
            slots.append(_Slot(key, position, described, unit, percent, counts and unit is None))
        order = {key: i for i, key in enumerate(KEY_FIELDS)}
        return sorted(slots, key=lambda slot: order.get(slot.key, len(order)))

    def _unit(self, column: Column, described: Field, position: int, line: dict[str, Unit]) -> tuple[bool, Unit | None]:
        """(whether the unit is known, the unit): header brackets, unit row, profile, 单位 line, then the field's own."""
        dimension = dimension_of(described.unit)
        if dimension is None:
            return True, None
        own: dict[str, Unit] = dict(dimension.units)
        if isinstance(column.unit, dict):
            for word, factor in column.unit.items():
                own[norm(word)] = Unit(Text(word, word), tidy(Fraction(str(factor))), dimension.id)
        for written in (self.header.units.get(position), self.header.row_units.get(position)):
            if written is not None:
                if written not in own:
                    return self._unknown_unit(described, position), None
                return True, own[written]
        if isinstance(column.unit, str):
            named = own.get(norm(column.unit))
            return (True, named) if named is not None else (self._unknown_unit(described, position), None)
        if dimension.id in line:
            return True, line[dimension.id]
        if dimension.must_be_stated and not self.own_units:
            return self._unknown_unit(described, position), None
        return True, None

    def _unknown_unit(self, described: Field, position: int) -> bool:
        dimension = dimension_of(described.unit)
        units = dimension.all[:4] if dimension else ()
        self.notes.add(
            "QBE-STR-011", self.grid.name, at(self.header.bottom, position),
            field=described.name, header=self.header.texts.get(position, ""),
            units=Text("、".join(u.name.zh for u in units), ", ".join(u.name.en for u in units)),
        )  # fmt: skip
        return False

    def _line_units(self) -> dict[str, Unit]:
        """Units that a line such as 单位：万元、平方米 above the header gives, where it gives one of a kind."""
        found: dict[str, set[Unit]] = {}
        for number in range(1, self.header.top + 1):
            for value in self.grid.row(number):
                if not isinstance(value, str) or "单位" not in value:
                    continue
                for content in _UNIT_LINE.findall(norm(value)):
                    for word in parts(content):
                        for unit in _units_called(word):
                            found.setdefault(unit.dimension, set()).add(unit)
        return {dimension: next(iter(units)) for dimension, units in found.items() if len(units) == 1}

    # ---- rows

    def read(self) -> Read:
        out = Read(found=True)
        columns = [slot.column for slot in self.slots]
        lost_columns = [c for key in self.lost if (c := self.header.columns.get(key)) is not None]
        last_column = max(columns, default=0)
        ended = False
        outside: list[int] = []
        sums: dict[int, str] = {}
        rows = self.grid.rows
        for number in range(self.header.data, len(rows) + 1):
            raw = rows[number - 1]
            if not raw or raw.count(None) == len(raw):
                continue
            mark = self._mark(raw)
            if mark is not None:
                a_sum = self.sums and mark not in self.stated_labels and is_total(mark)
                if a_sum:
                    sums[number] = mark
                if mark in self.stated_labels:
                    self._stated_row(out, self.stated_labels[mark], number, raw)
                elif not ended and self._is(mark, self.ends):
                    ended = True
                if ended or a_sum or self._is(mark, (*self.skips, *_FOOTERS)) or self._ends_with_skip(mark):
                    continue
                if mark in self.stated_labels:
                    continue
            if ended:
                if self._looks_like_data(raw):
                    outside.append(number)
                continue
            if len(raw) <= last_column:
                raw = (*raw, *(None,) * (last_column + 1 - len(raw)))
            if self._blank(raw, columns, number) and all(raw[c] is None for c in lost_columns):
                continue
            out.rows.append(self._row(number, raw))
        if outside:
            what = shown_raw(next(v for v in rows[outside[0] - 1] if isinstance(v, str) and v.strip()))
            self.notes.add("QBE-STR-012", self.grid.name, ranges(letter(self.marked[0]), outside), what=what)
        known = added_up(sums, [row.number for row in out.rows]) if sums and not outside else {}
        for number, label in sums.items():
            out.totals.append(Total(label, self._sum_row(number), *known.get(number, (None, None))))
        return out

    def _sum_row(self, number: int) -> Row:
        """The numbers of a row of sums; what is none there is no business of the schools' and says nothing."""
        raw, uncached = self.grid.row(number), self.grid.uncached.get(number, frozenset())
        values: dict[str, Value | None] = {}
        for slot in self.slots:
            if slot.described is None or not slot.described.numeric:
                continue
            cell = raw[slot.column] if slot.column < len(raw) and slot.column not in uncached else None
            values[slot.key] = parse(slot.described, cell, slot.unit).value
        return Row(values, self.grid.name, number, self.letters, {}, frozenset(), self.file)

    def _blank(self, raw: tuple[Any, ...], columns: list[int], number: int) -> bool:
        for c in columns:
            value = raw[c]
            if value is not None and (not isinstance(value, str) or value.strip()):
                return False
        uncached = self.grid.uncached.get(number)
        return not (uncached and uncached.intersection(columns))

    def _mark(self, raw: tuple[Any, ...]) -> str | None:
        """The text of a row that is no school's: an end, a subtotal, a footer, a stated figure."""
        for c in self.marked:
            value = raw[c] if c < len(raw) else None
            if not isinstance(value, str):
                continue
            word = norm(value)
            if word[:1] in self.initials and (
                word in self.stated_labels or self._is(word, (*self.ends, *self.skips, *_FOOTERS))
            ):
                return word
            if (self.skips and self._ends_with_skip(word)) or (self.sums and is_total(word)):
                return word
        return None

    @staticmethod
    def _is(mark: str, words: tuple[str, ...]) -> bool:
        return any(starts_with(mark, word) for word in words)

    def _ends_with_skip(self, mark: str) -> bool:
        return any(mark.endswith(word) for word in self.skips)

    def _looks_like_data(self, raw: tuple[Any, ...]) -> bool:
        """After the end: a name or code, and a number in a column of numbers."""
        columns = self.header.columns
        named = any(
            isinstance(v := raw[columns[key]], str) and v.strip()
            for key in ("school_name", "school_code", "survey_group")
            if key in columns and columns[key] < len(raw)
        )
        return named and any(
            slot.column < len(raw) and isinstance(raw[slot.column], int | float)
            for slot in self.slots
            if slot.described is None or slot.described.numeric
        )

    def _row(self, number: int, raw: tuple[Any, ...]) -> Row:
        values: dict[str, Value | None] = dict.fromkeys(self.lost)
        unusable = set(self.lost)
        formulas = self.grid.formulas.get(number)
        problems: list[tuple[Parsed, _Slot]] = []
        for slot in self.slots:
            cell = raw[slot.column]
            if formulas is not None and slot.column in formulas:
                cell = self._formula(number, slot, cell, problems)
                if cell is _UNCACHED:
                    values[slot.key] = None
                    unusable.add(slot.key)
                    continue
            if cell is None:
                values[slot.key] = None
            elif slot.counts and type(cell) is int and cell >= 0:
                values[slot.key] = cell
            else:
                parsed = self._parsed(slot, cell)
                values[slot.key] = parsed.value
                if parsed.state == "unusable":
                    unusable.add(slot.key)
                if parsed.code:
                    problems.append((parsed, slot))
        for name, constant in self.sheet.constants.items():
            if values.get(name) is None and name not in unusable:
                values[name] = parse(field_of(name), constant).value
        if problems:
            school = str(values.get("school_code") or values.get("school_name") or "") or None
            for parsed, slot in problems:
                self.notes.cell(parsed.code or "", self.grid.name, number, slot.column, parsed.values, school)
        return Row(values, self.grid.name, number, self.letters, {}, frozenset(unusable), self.file)

    def _formula(self, number: int, slot: _Slot, cell: Any, problems: list[tuple[Parsed, _Slot]]) -> Any:
        """The saved result of a formula in an input cell, with a note; an error where there is none."""
        name = slot.described.name if slot.described else Text(slot.key, slot.key)
        if slot.column in self.grid.uncached.get(number, ()):
            problems.append((Parsed(None, "unusable", "QBE-DAT-006", {"field": name}), slot))
            return _UNCACHED
        if cell is not None and slot.described is not None:
            problems.append((Parsed(None, None, "QBE-DAT-007", {"field": name, "value": shown_raw(cell)}), slot))
        return cell

    def _parsed(self, slot: _Slot, cell: Any) -> Parsed:
        if slot.described is None:
            value, code = stated(cell, slot.percent)
            name = Text(slot.key.replace("stated:", "") + " 自报", slot.key.replace("stated:", "") + " stated")
            said = {"field": name, "value": shown_raw(cell), "number": str(value), "unit": Text("", "")}
            return Parsed(value, "unusable" if code and value is None else None, code, said)
        if not isinstance(cell, str):
            return parse(slot.described, cell, slot.unit)
        known = slot.known.get(cell)
        if known is None:
            known = parse(slot.described, cell, slot.unit)
            if len(cell) < 40 and slot.described.type not in {"text", "code"}:
                slot.known[cell] = known
        return known

    def _stated_row(self, out: Read, name: str, number: int, raw: tuple[Any, ...]) -> None:
        """A row such as 差异系数 below the schools: what the form states of each stated column."""
        for slot in self.slots:
            if slot.described is not None or slot.column >= len(raw):
                continue
            value, code = stated(raw[slot.column], slot.percent)
            if value is not None:
                place = Place(self.grid.name, at(number, slot.column), self.file)
                out.stated[f"{slot.key.removeprefix('stated:')}.{name}"] = Stated(value, place)
            elif code:
                said = {"field": Text(slot.key[7:], slot.key[7:]), "value": shown_raw(raw[slot.column])}
                self.notes.cell(code, self.grid.name, number, slot.column, said)


_UNCACHED = object()


def _units_called(word: str) -> list[Unit]:
    return [d.units[word] for d in dimensions().values() if word in d.units]
