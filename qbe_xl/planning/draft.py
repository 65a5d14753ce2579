"""A county being changed: its rows as they stand, which of their values were changed, and what follows from that."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache

from qbe_xl.checks.schools import PARTS_OF_SCHOOL, part_pairs
from qbe_xl.core.errors import QbeError
from qbe_xl.core.fields import Field, all_fields, field_of
from qbe_xl.core.languages import Text
from qbe_xl.core.numbers import Exact, exact, tidy
from qbe_xl.core.yamlio import nearest
from qbe_xl.county import County, Fact, Row
from qbe_xl.county.model import Value
from qbe_xl.county.units import row_number

STAGES = ("primary", "junior")
_SUBJECTS = ("pe", "music", "art")


def half_up(value: Exact) -> int:
    """The nearest whole number, halves upwards."""
    return math.floor(Fraction(value) + Fraction(1, 2))


def word(text: str) -> str:
    """A name as it is compared: no blanks, brackets of either width alike."""
    return "".join(text.split()).replace("（", "(").replace("）", ")").casefold()


@cache
def _names(level: str) -> dict[str, str]:
    """Field ids by every name they go by."""
    found: dict[str, str] = {}
    fields = [f for f in all_fields().values() if level in f.levels]
    for each in fields:
        for name in (each.id, each.name.zh, each.name.en):
            found.setdefault(word(name), each.id)
    for each in fields:  # other header texts, where they mean no other field
        for name in each.also:
            found.setdefault(word(name), each.id)
    return found


def resolve_field(name: str, level: str = "school") -> Field:
    """The field of this id or name; QbeError QBE-PLN-002 with the nearest one."""
    found = _names(level).get(word(name))
    if found is None:
        close = nearest(word(name), list(_names(level)))
        known = _names(level).get(close)
        if known is None:
            fields = [f for f in all_fields().values() if level in f.levels]
            text = Text("、".join(f.name.zh for f in fields[:12]) + "等", ", ".join(f.id for f in fields[:12]) + " …")
        else:
            text = Text(f"{field_of(known).name.zh}（{known}）", f"{field_of(known).name.en} ({known})")
        raise QbeError("QBE-PLN-002", field=name, nearest=text)
    return field_of(found)


def understood(described: Field, value: Value | None, whose: str) -> Value | None:
    """A value for a field: exact and in its range, or the id of a choice; QbeError QBE-PLN-003 or -005."""
    if value is None:
        return None
    if described.numeric or described.type == "year":
        if isinstance(value, str):
            try:
                amount = exact(value)
            except ValueError:
                raise _unfit(described, value, whose) from None
        else:
            amount = tidy(value)
        if amount < 0:
            raise QbeError("QBE-PLN-003", school=whose, field=described.name, value=_number(amount))
        if described.type in ("count", "year") and amount.denominator != 1:
            raise _unfit(described, _number(amount), whose)
        return amount
    if described.type in ("choice", "yes_no"):
        return _choice(described, str(value), whose)
    return str(value) if isinstance(value, str) else _number(value)


def _choice(described: Field, value: str, whose: str) -> str:
    from qbe_xl.core.fields import YES_NO

    if described.type == "yes_no":
        words = {word(w): key for key, names in YES_NO.items() for w in (key, names.zh, names.en)}
    else:
        words = {word(w): c.id for c in described.choices for w in (c.id, c.name.zh, c.name.en, *c.also)}
    if word(value) not in words:
        raise _unfit(described, value, whose)
    return words[word(value)]


def _unfit(described: Field, value: str, whose: str) -> QbeError:
    if described.choices:
        wanted = Text(
            "、".join(c.name.zh for c in described.choices), ", ".join(c.name.en.lower() for c in described.choices)
        )
    else:
        wanted = {
            "count": Text("整数", "a whole number"),
            "amount": Text("数字", "a number"),
            "year": Text("四位年份", "a year"),
            "yes_no": Text("是或否", "yes or no"),
        }.get(described.type, Text("文字", "a text"))
    return QbeError("QBE-PLN-005", school=whose, field=described.name, value=value, wanted=wanted)


def _number(value: Exact) -> str:
    return str(value) if value.denominator == 1 else f"{float(value):.15g}"


@dataclass
class DraftRow:
    """One row as it stands: `changed` are the fields that no cell says any more; `given` those a scenario set itself."""

    row: Row
    values: dict[str, Value | None]
    changed: set[str] = field(default_factory=set)
    given: set[str] = field(default_factory=set)

    @property
    def code(self) -> str:
        """学校代码."""
        return str(self.values.get("school_code") or "")

    @property
    def name(self) -> str:
        """学校名称, its code where it has none."""
        return str(self.values.get("school_name") or self.code)

    def as_row(self) -> Row:
        """The row as it is now: changed values have no place."""
        if not self.changed:
            return self.row
        old = self.row
        return replace(
            old,
            values=self.values,
            columns={k: v for k, v in old.columns.items() if k not in self.changed},
            places={k: v for k, v in old.places.items() if k not in self.changed},
            unusable=old.unusable - self.changed,
        )

    def number(self, name: str) -> Exact | None:
        """The number in a field; a blank at a stage that the school has not, or had not, is 0."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, str):
            return value if value >= 0 else None
        stage = field_of(name).stage
        found = row_number(self.as_row(), name, stage)
        return row_number(self.row, name, stage) if found is None and name not in self.changed else found

    def put(self, name: str, value: Value | None, *, given: bool = False) -> None:
        """Put a value into a field."""
        self.values = {**self.values, name: value}
        self.changed.add(name)
        if given:
            self.given.add(name)


class Draft:
    """A county being changed; `county` gives it as it would be reported."""

    def __init__(self, county: County) -> None:
        self._county = county
        self.rows = [DraftRow(row, dict(row.values)) for row in county.schools]
        self.facts: dict[str, Fact] = dict(county.facts)
        self._touched = False

    def find(self, name: str) -> DraftRow:
        """The row of a school by code or name; QbeError QBE-PLN-001 with the nearest name, or where two bear it."""
        wanted = word(name)
        for row in self.rows:
            if row.code and word(row.code) == wanted:
                return row
        found = [row for row in self.rows if word(row.name) == wanted]
        if len(found) == 1:
            return found[0]
        if found:
            raise QbeError("QBE-PLN-007", school=name, codes="、".join(row.code for row in found))
        known = {word(each): each for row in self.rows for each in (row.name, row.code) if each}
        close = known.get(nearest(wanted, list(known)))
        raise QbeError("QBE-PLN-001", school=name, nearest=close or "、".join(r.name for r in self.rows[:8]))

    def campuses(self, main: DraftRow) -> list[DraftRow]:
        """The rows of a school's campuses."""
        return [r for r in self.rows if main.code and r.values.get("counted") == "no" and r.values.get("main_school") == main.code]

    def unused(self, code: str, name: str) -> None:
        """QbeError QBE-PLN-006 where a school has this code or name already."""
        for row in self.rows:
            if (code and word(row.code) == word(code)) or word(row.name) == word(name):
                raise QbeError("QBE-PLN-006", school=f"{name} {code}".strip(), other=f"{row.name} {row.code}".strip())

    def new(self, values: Mapping[str, Value | None]) -> DraftRow:
        """A row that stands in no sheet, at the end."""
        row = DraftRow(Row({}, "", 0), {})
        for name, value in values.items():
            row.put(name, value, given=True)
        self.rows.append(row)
        self._touched = True
        return row

    def drop(self, rows: Iterable[DraftRow]) -> None:
        """Take rows out."""
        gone = {id(row) for row in rows}
        self.rows = [row for row in self.rows if id(row) not in gone]
        self._touched = True

    def put_fact(self, name: str, value: Value | None) -> None:
        """Put a county fact."""
        self.facts[name] = Fact(value, None)
        self._touched = True

    def county(self, even_classes: Mapping[str, Exact] | None = None) -> County:
        """The county with all changes and what follows from them."""
        if not self._touched and not any(row.changed for row in self.rows):
            return self._county
        for row in self.rows:
            if row.changed:
                _settle(row, even_classes)
        rows = tuple(row.as_row() for row in self.rows)
        return replace(self._county, schools=rows, facts=self.facts, stated={})  # what was stated was of another county


def _settle(row: DraftRow, even_classes: Mapping[str, Exact] | None) -> None:
    """What follows from the changes of one row; see `planning.changes`."""
    _classes(row, even_classes)
    for stage in STAGES:
        if f"pe_art_{stage}" in row.changed:
            for subject in _SUBJECTS:
                name = f"{subject}_{stage}"
                if name not in row.given and row.values.get(name) is not None:
                    row.put(name, None)
    for part, whole in part_pairs(PARTS_OF_SCHOOL):
        if not {part, whole} & row.changed:
            continue
        left, right = row.values.get(part), row.values.get(whole)
        if left is None or right is None or isinstance(left, str) or isinstance(right, str) or left <= right:
            continue
        if part in row.changed and whole not in row.given:
            row.put(whole, left)
        elif field_of(part).optional and part not in row.given:
            row.put(part, None)
    _migrants(row)


def _migrants(row: DraftRow) -> None:
    migrants = row.values.get("migrant_pupils")
    if migrants is None or isinstance(migrants, str) or "migrant_pupils" in row.given:
        return
    pupils = [row.number(f"pupils_{stage}") for stage in STAGES]
    known = [value for value in pupils if value is not None]
    if len(known) == len(pupils) and migrants > sum(known):
        row.put("migrant_pupils", None)


def _classes(row: DraftRow, even_classes: Mapping[str, Exact] | None) -> None:
    for stage in STAGES:
        pupils_name, classes_name = f"pupils_{stage}", f"classes_{stage}"
        largest, over = f"largest_class_{stage}", f"over_classes_{stage}"
        if not {pupils_name, classes_name} & row.changed or {largest, over} & row.given:
            continue
        pupils, classes = row.number(pupils_name), row.number(classes_name)
        if pupils == 0:
            for name in (classes_name, largest, over):
                if row.values.get(name) is not None:
                    row.put(name, 0 if row.values.get(pupils_name) is not None else None)
        elif even_classes is not None and stage in even_classes and pupils is not None:
            limit = even_classes[stage]
            if classes_name not in row.given:
                classes = max(classes or 0, math.ceil(Fraction(pupils) / limit))
                row.put(classes_name, classes)
            if classes:
                size, rest = divmod(int(pupils), int(classes))
                row.put(largest, size + (1 if rest else 0))
                row.put(over, classes if size > limit else rest if size + 1 > limit else 0)
        elif largest not in row.changed and over not in row.changed:
            for name in (largest, over):
                if row.values.get(name) is not None:
                    row.put(name, None)
