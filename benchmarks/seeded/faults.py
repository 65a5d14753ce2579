"""The faults: what one slip of a person does to a sound workbook.

A fault is drawn at random: first a field, then a school, so that county facts and rare fields come up as well. One that
changes nothing (two equal digits swapped, ten times 0) is drawn anew.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from benchmarks.seeded.book import BLANK, Book, Content, column_index, formula, number, shown, split, text
from qbe_xl.core.fields import field_of
from qbe_xl.core.numbers import Exact
from qbe_xl.county import County, Row
from qbe_xl.forms.tables import STAGES_OF_TYPE

Cell = tuple[str, str]  # sheet, reference
SCHOOL_SHARE, FACT_SHARE = 0.65, 0.3  # of the faults in single figures; the rest stands in the survey
MOST_DRAWS = 1000
HOURS = Fraction(1, 60)
MU = Fraction(2000, 3)  # ㎡
STAGED = ("_primary", "_junior", "_senior")
TEXTS = ("约{n}", "{n}左右", "{o}", "{n}（待核）", "见附件", "无", "缺", "{n}多", "合计{n}", "{n}/2", "{n}..", "{n} {n}")


@dataclass(frozen=True)
class Fault:
    """One slip: the cells that it changes, what then stands there, and the field (without its stage) that it is about."""

    kind: str
    field: str
    level: str  # school, county, survey
    change: Mapping[Cell, Content]
    schools: frozenset[str] = frozenset()  # codes of the schools concerned
    words: str = ""

    @property
    def cells(self) -> frozenset[Cell]:
        """The cells that differ."""
        return frozenset(self.change)


class Target(NamedTuple):
    """One reported figure."""

    field: str
    level: str
    cell: Cell
    value: Exact | None
    row: Row | None = None

    @property
    def schools(self) -> frozenset[str]:
        """The school, where it is a school's."""
        return frozenset({self.row.text("school_code")}) if self.row is not None and self.level == "school" else frozenset()


def folded(field: str) -> str:
    """A field without its stage."""
    for ending in STAGED:
        if field.endswith(ending):
            return field.removesuffix(ending)
    return field


class Drawer:
    """Draws faults for one sound county: as read from `book`, so that every value has its cell."""

    def __init__(self, county: County, book: Book, rng: random.Random) -> None:
        self.county, self.book, self.rng = county, book, rng
        self.columns = dict(county.schools[0].columns)
        self.figures = self._by_field(_figures(county))
        self.required = self._by_field(_required(county))

    @staticmethod
    def _by_field(targets: list[Target]) -> dict[str, dict[str, list[Target]]]:
        found: dict[str, dict[str, list[Target]]] = {"school": {}, "county": {}, "survey": {}}
        for target in targets:
            found[target.level].setdefault(folded(target.field), []).append(target)
        return found

    def draw(self, kind: str) -> Fault:
        """A fault of this kind that changes something."""
        for _ in range(MOST_DRAWS):
            made = _MAKERS[kind](self)
            if made is not None and any(self.book.content(*cell) != content for cell, content in made.change.items()):
                return made
        raise ValueError(f"no fault of the kind {kind} can be made")

    def any_of(self, targets: Mapping[str, Mapping[str, list[Target]]]) -> Target:
        """A random one: level, field, place."""
        level = self.rng.choices(("school", "county", "survey"), (SCHOOL_SHARE, FACT_SHARE, 1 - SCHOOL_SHARE - FACT_SHARE))[0]
        field = self.rng.choice(sorted(targets[level]))
        return self.rng.choice(targets[level][field])

    def figure(self) -> Target:
        """A random figure that is not 0."""
        while True:
            target = self.any_of(self.figures)
            if target.value:
                return target

    def school_cell(self, field: str, row: int) -> Cell:
        """The cell of a school's field."""
        return (self.county.schools[0].sheet, f"{self.columns[field]}{row}")


def _figures(county: County) -> list[Target]:
    """Every reported count and amount."""
    found = []
    for level, rows in (("school", county.schools), ("survey", county.survey)):
        for row in rows:
            for name, value in row.values.items():
                place = row.place(name)
                if place and field_of(name).type in {"count", "amount"} and value is not None and not isinstance(value, str):
                    found.append(Target(name, level, (place.sheet, place.ref), value, row))
    for name, fact in county.facts.items():
        if fact.place and field_of(name).type in {"count", "amount"} and fact.value is not None and not isinstance(fact.value, str):
            found.append(Target(name, "county", (fact.place.sheet, fact.place.ref), fact.value))
    return found


def _required(county: County) -> list[Target]:
    """Everything that may not be left blank: what a school's type implies, and the county's items."""
    found = []
    for row in county.schools:
        stages = STAGES_OF_TYPE.get(row.text("school_type"), frozenset())
        for name in row.columns:
            described, place = field_of(name), row.place(name)
            if place and not described.optional and row.get(name) is not None and (described.stage is None or described.stage in stages):
                found.append(Target(name, "school", (place.sheet, place.ref), None, row))
    for row in county.survey:
        for name in ("survey_valid", "survey_satisfied"):
            if (place := row.place(name)) is not None:
                found.append(Target(name, "survey", (place.sheet, place.ref), None, row))
    for name, fact in county.facts.items():
        if fact.place and fact.value is not None and not field_of(name).optional:
            found.append(Target(name, "county", (fact.place.sheet, fact.place.ref), None))
    return found


def _single(kind: str, target: Target, content: Content, words: str) -> Fault:
    return Fault(kind, folded(target.field), target.level, {target.cell: content}, target.schools, words)


def _typed(kind: str, target: Target, value: Exact) -> Fault | None:
    """Another number in the cell, as a person would type it; None where it is the same one."""
    described = field_of(target.field)
    value = Fraction(value)
    if described.type == "count" and value.denominator != 1:
        return None
    if value.denominator != 1:
        value = Fraction(round(value * 100), 100) if described.unit != "比例" else Fraction(round(value * 10**6), 10**6)
    if value == target.value:
        return None
    return _single(kind, target, number(value), f"{target.field} {shown(Fraction(target.value or 0))} → {shown(value)}")


# ---- figures


def _power(kind: str, factor: int) -> Callable[[Drawer], Fault | None]:
    def make(draw: Drawer) -> Fault | None:
        """A digit too many, or one too few."""
        target = draw.figure()
        value = Fraction(target.value or 0)
        if draw.rng.random() < 0.5:
            return _typed(kind, target, value * factor)
        if field_of(target.field).type == "count":
            return _typed(kind, target, value // factor) if value >= factor else None
        return _typed(kind, target, value / factor)

    return make


def _swap(draw: Drawer) -> Fault | None:
    """Two neighbouring digits in the wrong order."""
    target = draw.figure()
    digits = shown(Fraction(target.value or 0))
    spots = [i for i in range(len(digits) - 1) if digits[i : i + 2].isdigit() and digits[i] != digits[i + 1]]
    if not spots:
        return None
    i = draw.rng.choice(spots)
    return _typed("digit swap", target, Fraction(digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :]))


def _sign(draw: Drawer) -> Fault | None:
    target = draw.figure()
    return _typed("sign", target, -Fraction(target.value or 0))


def _unit(draw: Drawer) -> Fault | None:
    """万元 for 元, 亩 for ㎡, hours for minutes, 12 for 0.12, a month's pay: as such, or converted once too often."""
    target = draw.figure()
    value, unit = Fraction(target.value or 0), field_of(target.field).unit
    if target.field in {"teacher_wage", "civil_servant_wage"} and draw.rng.random() < 0.5:
        return _typed("unit", target, Fraction(round(value / 12)))
    if unit == "比例":
        return _typed("unit", target, value * 100)
    factor = {"元": Fraction(1, 10000), "㎡": 1 / MU, "分钟": HOURS}.get(unit or "")
    if factor is None:
        return None
    return _typed("unit", target, value * factor if unit == "分钟" or draw.rng.random() < 2 / 3 else value / factor)


def _neighbour(draw: Drawer) -> Fault | None:
    """The value of a cell beside it: the school above or below, the column to the left or right, the item above or below."""
    target = draw.figure()
    letters, row = split(target.cell[1])
    by_cell = {t.cell: t for level in draw.figures.values() for targets in level.values() for t in targets}
    beside = [f"{letters}{row - 1}", f"{letters}{row + 1}"]
    if target.level == "school":
        beside += [f"{_letter(column_index(letters) + step)}{row}" for step in (-1, 1)]
    others = [by_cell[cell] for ref in beside if (cell := (target.cell[0], ref)) in by_cell]
    if not others:
        return None
    return _typed("neighbour", target, Fraction(draw.rng.choice(others).value or 0))


def _letter(index: int) -> str:
    out = ""
    while index:
        index, rest = divmod(index - 1, 26)
        out = chr(65 + rest) + out
    return out


# ---- cells


def _text(draw: Drawer) -> Fault | None:
    """A text where a number belongs."""
    target = draw.figure()
    digits = shown(Fraction(target.value or 0))
    typed = draw.rng.choice(TEXTS).format(n=digits, o=digits.replace("0", "O").replace("1", "l"))
    return None if typed == digits else _single("text", target, text(typed), f"{target.field} “{typed}”")


def _blank(draw: Drawer) -> Fault | None:
    target = draw.any_of(draw.required)
    return _single("blank", target, BLANK, target.field)


def _formula(draw: Drawer) -> Fault | None:
    """A formula where a number was: its own value plus 1, or a reference to the cell above."""
    target = draw.figure()
    letters, row = split(target.cell[1])
    above = next((t for t in draw.figures[target.level].get(folded(target.field), ()) if t.cell[1] == f"{letters}{row - 1}"), None)
    value = Fraction(target.value or 0)
    if above is not None and draw.rng.random() < 0.5:
        content = formula(above.cell[1], Fraction(above.value or 0))
    else:
        content = formula(f"1+{shown(value)}", value + 1)
    return _single("formula", target, content, f"{target.field} {content.inside}")


def _over_formula(draw: Drawer) -> Fault | None:
    """A number typed over one of the template's own formulas; the book is the whole template."""
    sheet, ref = draw.rng.choice(draw.book.formulas())
    typed = number(Fraction(draw.rng.randint(30, 1200), 100))
    return Fault("over formula", sheet, "result", {(sheet, ref): typed}, words=f"{sheet}!{ref}")


# ---- rows and columns


def _shifted_row(draw: Drawer) -> Fault | None:
    """Figures one cell too far: to the right in a school's row, to its end or a block; or several schools' one row down."""
    schools, rng = draw.county.schools, draw.rng
    if rng.random() < 1 / 3:
        return _moved_down(draw, "shifted row", list(_names_of_figures(draw)), rng.randint(1, 6))
    row = rng.choice(schools)
    names = list(draw.columns)
    first = rng.randrange(names.index("pupils_primary"), names.index("training_funds"))
    last = len(names) - 1 if rng.random() < 0.5 else min(len(names) - 1, first + rng.randint(3, 12))
    moved = [name for name in names[first:last] if row.number_of(name)]
    if len(moved) < 3:
        return None
    change = {draw.school_cell(names[first], row.number): BLANK}
    for before, after in zip(names[first:last], names[first + 1 : last + 1], strict=True):
        change[draw.school_cell(after, row.number)] = draw.book.content(*draw.school_cell(before, row.number))
    return Fault("shifted row", "", "school", change, frozenset({row.text("school_code")}), f"{row.number} {names[first]}–{names[last]}")


def _shifted_column(draw: Drawer) -> Fault | None:
    """One column's values one row down, from some school on; the first keeps its own."""
    name = draw.rng.choice(sorted(_names_of_figures(draw)))
    return _moved_down(draw, "shifted column", [name], draw.rng.randint(3, 40))


def _names_of_figures(draw: Drawer) -> dict[str, None]:
    names = dict.fromkeys(t.field for targets in draw.figures["school"].values() for t in targets)
    return {name: None for name in draw.columns if name in names}


def _moved_down(draw: Drawer, kind: str, names: list[str], count: int) -> Fault | None:
    schools = draw.county.schools
    first = draw.rng.randrange(len(schools) - 1)
    last = min(first + count, len(schools) - 1)
    change = {
        draw.school_cell(name, schools[i + 1].number): draw.book.content(*draw.school_cell(name, schools[i].number))
        for i in range(first, last)
        for name in names
    }
    change = {cell: content for cell, content in change.items() if draw.book.content(*cell).inside != content.inside}
    codes = frozenset(row.text("school_code") for row in schools[first : last + 1] if any(split(c[1])[1] == row.number for c in change))
    return Fault(kind, folded(names[0]) if len(names) == 1 else "", "school", change, codes, f"{names[0]}… {first}–{last}")


def _duplicate(draw: Drawer) -> Fault | None:
    """A school's row a second time: below the list, over another school, with another code, or with another name too."""
    rng, schools = draw.rng, draw.county.schools
    row, how = rng.choice(schools), rng.choice(("again", "over", "another code", "another name"))
    target = rng.choice(schools).number if how == "over" else schools[-1].number + 1
    if target == row.number:
        return None
    change = {draw.school_cell(n, target): draw.book.content(*draw.school_cell(n, row.number)) for n in draw.columns}
    codes = {row.text("school_code")} | {r.text("school_code") for r in schools if r.number == target}
    if how.startswith("another"):
        code = f"{int(row.text('school_code')) + 500}"
        change[draw.school_cell("school_code", target)] = text(code)
        codes.add(code)
    if how == "another name":
        change[draw.school_cell("school_name", target)] = text(f"新{row.text('school_name')}")
    return Fault("duplicate", "", "school", change, frozenset(codes), f"{row.number} {how} {target}")


_MAKERS: dict[str, Callable[[Drawer], Fault | None]] = {
    "blank": _blank,
    "text": _text,
    "sign": _sign,
    "formula": _formula,
    "shifted row": _shifted_row,
    "duplicate": _duplicate,
    "shifted column": _shifted_column,
    "unit": _unit,
    "ten-fold": _power("ten-fold", 10),
    "hundred-fold": _power("hundred-fold", 100),
    "digit swap": _swap,
    "neighbour": _neighbour,
    "over formula": _over_formula,
}
STRUCTURAL = ("blank", "text", "formula", "shifted row", "duplicate")
APART = ("over formula",)  # in the whole template, not in the input sheets
KINDS = tuple(kind for kind in _MAKERS if kind not in APART)
