"""Saved results held against what the figures give: what is told of them, and where nothing is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from qbe_xl.assessment import Assessment
from qbe_xl.assessment.run import assess_submission
from qbe_xl.assessment.saved import CODE, NEAR, SHOWN, saved_results
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import Text
from qbe_xl.county.package import LiveSheets, Package, Saved
from tests.checks.integrity_samples import live, sound, submission

RESULT, CV, SURVEY = "评估结果", "差异系数", "社会认可度"
# C4 the verdict; C7 the years since basic balance; of L1 in primary schools: E4 mean, F4 standard deviation, G4 CV


@cache
def result() -> Assessment:
    return assess_submission(submission())


def with_values(sheet: str, cells: Mapping[str, Saved]) -> LiveSheets:
    return replace(live(), values={**live().values, sheet: {**live().values[sheet], **cells}})


def of(
    package: Package | None, found: tuple[Finding, ...] = (), like: Assessment | None = None, **change: Any
) -> list[Finding]:
    base = like or result()
    return list(saved_results(replace(base, submission=replace(base.submission, package=package), **change), found))


def told(sheet: str, cells: Mapping[str, Saved]) -> list[Finding]:
    return of(replace(sound(), live=with_values(sheet, cells)))


def value(sheet: str, cell: str) -> float:
    found = live().values[sheet][cell]
    assert isinstance(found, float)
    return found


def test_the_shipped_sample_is_as_computed() -> None:
    assert of(sound()) == []


def test_one_cell() -> None:
    (finding,) = told(RESULT, {"C4": "不达标"})
    assert finding == Finding(
        CODE, RESULT, "C4", args={"count": 1, "cells": "C4", "found": "不达标", "wanted": "达标"}
    )  # fmt: skip


@pytest.mark.parametrize("sheet", [RESULT, CV, SURVEY])
def test_each_sheet_is_told_of_once_with_its_first_cells(sheet: str) -> None:
    numbers = [cell for cell in results(sheet) if isinstance(live().values[sheet].get(cell), float)]
    most = min(len(numbers), SHOWN + 1)
    assert most > 1
    (finding,) = told(sheet, dict.fromkeys(numbers[:most], -1.0))
    shown = numbers[:most][:SHOWN]
    assert (finding.code, finding.sheet, finding.range, finding.also) == (CODE, sheet, shown[0], tuple(shown[1:]))
    assert finding.args["count"] == most
    assert finding.args["cells"] == "、".join(shown) + ("…" if most > SHOWN else "")
    assert finding.args["found"] == "-1"
    wanted = float(str(finding.args["wanted"]))
    assert wanted == pytest.approx(value(sheet, shown[0]), rel=1e-5)


def results(sheet: str) -> list[str]:
    """The cells of a sheet that hold results, in the order of the template."""
    from qbe_xl.checks.integrity_formulas import template_for

    known = template_for(live(), result().edition)
    assert known is not None
    return [cell.ref for cell in known.cells if known.template.layout.sheet_name(cell.sheet) == sheet]


def test_two_sheets_one_finding() -> None:
    """At the sheet that is calculated first, with the cells of both."""
    values = {**live().values, RESULT: {**live().values[RESULT], "C4": "?"}, CV: {**live().values[CV], first(CV): 9.0}}
    found = of(replace(sound(), live=replace(live(), values=values)))
    cells = Text(f"{CV} C6 共 1 处；{RESULT} C4 共 1 处", f"{CV} C6, 1 in all; {RESULT} C4, 1 in all")
    assert [(f.sheet, f.args["count"], f.args["found"], f.args["cells"]) for f in found] == [(CV, 2, "9", cells)]


def first(sheet: str, least: float = 0.0) -> str:
    """The first result of a sheet that is a number, of at least so much."""
    for cell in results(sheet):
        found = live().values[sheet].get(cell)
        if isinstance(found, float) and found >= least:
            return cell
    raise ValueError(sheet)


@pytest.mark.parametrize("least", [0.0, 1000.0])
def test_programs_add_up_in_different_orders(least: float) -> None:
    """Up to 1e-7 of the number, of 1 where it is smaller, either way."""
    cell = first(CV, least)
    exact = value(CV, cell)
    room = NEAR * max(1.0, exact)
    assert NEAR == 1e-7
    for far in (0.99, -0.99):
        assert told(CV, {cell: exact + far * room}) == []
        assert len(told(CV, {cell: exact + far * room * 1.02})) == 1


def test_the_room_goes_with_the_size_and_never_below_1() -> None:
    small = next(c for c in results(CV) if isinstance(v := live().values[CV].get(c), float) and 0 < v < 0.2)
    assert told(CV, {small: value(CV, small) + 0.9e-7}) == []
    assert len(told(CV, {small: value(CV, small) + 1.1e-7})) == 1


def test_blank_is_not_a_result() -> None:
    number, word = first(CV), "C4"
    for blank in (None, ""):
        (finding,) = told(CV, {number: blank})
        assert (finding.range, finding.args["found"]) == (number, "—")
        assert told(RESULT, {word: blank})[0].args["found"] == "—"
    # nothing saved where nothing is to be shown, and something where nothing is
    empty = next(cell for cell in results(RESULT) if not live().values[RESULT].get(cell))
    assert told(RESULT, {empty: None}) == told(RESULT, {empty: ""}) == []
    (finding,) = told(RESULT, {empty: "某"})
    assert (finding.range, finding.args["found"], finding.args["wanted"]) == (empty, "某", "—")


def test_a_word_for_a_number_and_a_number_for_a_word() -> None:
    number = first(CV)
    assert told(CV, {number: "达标"})[0].args["found"] == "达标"
    assert told(RESULT, {"C4": 1.0})[0].args["found"] == "1"


def test_numbers_and_long_texts_are_shown_short() -> None:
    number = first(CV)
    assert told(CV, {number: 1234567.25})[0].args["found"] == "1.23457e+06"
    assert told(RESULT, {"C4": "长" * 41})[0].args["found"] == "长" * 40


# ---- where nothing is said


WRONG = {"C4": "不达标"}


def wrong(**change: Any) -> Package:
    return replace(sound(), live=with_values(RESULT, WRONG), **change)


def test_findings_that_may_be_another_reason() -> None:
    assert len(of(wrong())) == 1
    # an error; a value that was read in some other way; but not what a formula gave, which counts for the sheet as well
    assert of(wrong(), (Finding("QBE-LOG-001"),)) == []
    assert of(wrong(), (Finding("QBE-DAT-009"),)) == []
    assert len(of(wrong(), (Finding("QBE-DAT-007"),))) == 1
    assert len(of(wrong(), (Finding("QBE-PLA-001"), Finding("QBE-DAT-007")))) == 1
    assert of(wrong(), (Finding("QBE-PLA-001"), Finding("QBE-LOG-001"))) == []


def test_other_rules_than_the_templates() -> None:
    assert of(wrong(pinned="cn-qbe-2017-shenyang")) == []
    relaxed = assess_submission(submission(), options=("rooms_built_by_2016",))
    assert of(wrong(), like=relaxed) == []


def test_nothing_to_hold_against() -> None:
    assert of(None) == []
    assert of(replace(sound(), live=None)) == []
    bare = replace(result(), submission=replace(submission(), package=wrong(), county=None))
    assert list(saved_results(bare, ())) == []
    no_formulas = replace(with_values(RESULT, WRONG), formulas=())
    assert of(replace(sound(), live=no_formulas)) == []


def test_more_schools_than_rows_of_results() -> None:
    from qbe_xl.checks.integrity_formulas import template_for

    base = result()
    known = template_for(live(), base.edition)
    assert known is not None and base.county is not None
    room = known.template.layout.capacity
    many = tuple(base.county.schools[0] for _ in range(room + 1))
    for schools, expected in ((many[:room], True), (many, False)):
        county = replace(base.county, schools=schools)
        full = replace(base, submission=replace(base.submission, county=county, package=wrong()))
        assert bool(list(saved_results(full, ()))) == expected


def test_what_was_never_calculated() -> None:
    """The limits stand there all the same; the survey's sums alone do not tell that the rest was calculated."""
    blank = {
        sheet: {c: v for c, v in live().values[sheet].items() if c not in results(sheet)} for sheet in (RESULT, CV)
    }
    values = {**live().values, **blank}
    assert of(replace(sound(), live=replace(live(), values=values))) == []
    values[RESULT] = {**values[RESULT], "C4": "达标"}  # one result is there, so the others are missing
    (finding,) = of(replace(sound(), live=replace(live(), values=values)))
    assert finding.sheet == CV and RESULT in finding.args["cells"]["zh"]


def test_a_sheet_that_is_not_there_is_told_of_elsewhere() -> None:
    values = {
        sheet: cells for sheet, cells in with_values(SURVEY, {first(SURVEY): 0.0}).values.items() if sheet != RESULT
    }
    (finding,) = of(replace(sound(), live=replace(live(), values=values)))
    assert finding.sheet == SURVEY
