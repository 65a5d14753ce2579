"""A package for each check of integrity that gives just its finding, and a twin that gives none of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from qbe_xl.checks.integrity_formulas import template_for
from qbe_xl.county import Submission
from qbe_xl.county.package import OWN_ROW, Formulas, LiveSheets, Package
from qbe_xl.forms import read
from qbe_xl.safety.noted import Noted
from tests.paths import SAMPLES as WORKBOOKS

SCHOOLS = "学校"
UNITS = "小学指标"


@dataclass(frozen=True)
class Sample:
    """`fail` gives just `count` findings of the code, `ok` none at all."""

    fail: Package
    ok: Package
    count: int = 1


@cache
def submission() -> Submission:
    """A sound submission made from the template."""
    return read(WORKBOOKS / "pass.xlsx")


def sound() -> Package:
    found = submission().package
    if found is None:
        raise ValueError("no package")
    return found


def live() -> LiveSheets:
    found = sound().live
    if found is None:
        raise ValueError("no result sheets")
    return found


def noting(*notes: Noted) -> Package:
    """The sound package with these facts."""
    return replace(sound(), noted=notes)


def with_live(**changes: Any) -> Package:
    return replace(sound(), live=replace(live(), **changes))


def formulas_where(change: Any) -> Package:
    """The sound package with each formula as `change` makes it; None leaves it out."""
    return with_live(formulas=tuple(new for old in live().formulas if (new := change(old)) is not None))


def changed_formula(each: Formulas) -> Formulas:
    """The verdict of the units always says 达标."""
    known = template_for(live(), _edition())
    assert known is not None
    verdict = known.template.units["primary"].columns["verdict"]
    return each._replace(text='"达标"') if (each.sheet, each.column) == (UNITS, verdict) else each


def renamed_rows(each: Formulas) -> Formulas:
    """The same texts in other words: lower case, spaces, as some programs write them."""
    return each._replace(text=each.text.replace("IF(", "if( ").replace("SUM(", "SUM( "))


def without_one(each: Formulas) -> Formulas | None:
    """A cell of the name's column has lost its formula."""
    if (each.sheet, each.column) == (UNITS, "C") and OWN_ROW in each.text:
        first, last = each.rows[0]
        return each._replace(rows=((first, first + 2), (first + 4, last)))
    return each


def _edition() -> Any:
    from qbe_xl.standards import DEFAULT_EDITION, load_edition

    return load_edition(DEFAULT_EDITION)


def limits(value: float | None) -> Package:
    values = {sheet: dict(cells) for sheet, cells in live().values.items()}
    cell = next(iter(values[UNITS]))
    if value is None:
        del values[UNITS][cell]
    else:
        values[UNITS][cell] = value
    return with_live(values=values)


def samples() -> dict[str, Sample]:
    ok = sound()
    bare = replace(ok, marked=False, live=None)
    cells = ("B7", "C9")

    def note(kind: str, **more: Any) -> Sample:
        return Sample(noting(Noted(kind, SCHOOLS, cells, 2, **more)), ok)

    def whole(kind: str) -> Sample:
        return Sample(noting(Noted(kind, details=("one", "two"), total=7)), ok)

    return {
        "QBE-INT-001": Sample(bare, replace(bare, form="three-level-stated")),
        "QBE-INT-002": Sample(replace(ok, live=None), ok),
        "QBE-INT-003": Sample(formulas_where(changed_formula), formulas_where(renamed_rows)),
        "QBE-INT-004": Sample(formulas_where(without_one), ok),
        "QBE-INT-005": Sample(limits(1.0), ok),
        "QBE-INT-007": Sample(
            noting(Noted("unprotected", SCHOOLS)), replace(noting(Noted("unprotected", SCHOOLS)), form="own")
        ),
        "QBE-INT-008": note("hidden_rows"),
        "QBE-INT-009": note("hidden_columns"),
        "QBE-INT-010": whole("hidden_sheets"),
        "QBE-INT-011": whole("very_hidden_sheets"),
        "QBE-INT-012": note("same_colour"),
        "QBE-INT-013": note("empty_format"),
        "QBE-INT-014": note("outside_form"),
        "QBE-INT-015": whole("external_links"),
        "QBE-INT-016": Sample(noting(Noted("dde", SCHOOLS, ("B7",), 1, ("cmd|'x'!A1",))), ok),
        "QBE-INT-017": Sample(noting(Noted("macros")), ok),
        "QBE-INT-018": whole("macro_sheets"),
        "QBE-INT-019": whole("connections"),
        "QBE-INT-020": whole("embedded"),
        "QBE-INT-021": whole("outside_names"),
        "QBE-INT-022": Sample(noting(Noted("workbook_password"), Noted("sheet_password", SCHOOLS)), ok),
        "QBE-INT-023": Sample(with_live(damaged=("学校核查",)), ok),
    }
