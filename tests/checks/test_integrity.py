"""Checks of integrity: each finds its fact, says where it is and how to mend it, and never more than a fact."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest

from qbe_xl.assessment.run import assess_submission
from qbe_xl.assessment.saved import CODE as SAVED
from qbe_xl.checks import run_package_checks
from qbe_xl.checks.integrity_formulas import template_for
from qbe_xl.checks.registry import registered, registered_against, registered_package
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import Text
from qbe_xl.core.messages import catalogue
from qbe_xl.county import County, Submission
from qbe_xl.county.package import BETWEEN, Formulas, LiveSheets, Package, SavedTable
from qbe_xl.safety.noted import Noted
from qbe_xl.standards import DEFAULT_EDITION, load_edition
from tests.checks import integrity_samples as samples
from tests.checks.integrity_samples import sound, submission

EDITION = load_edition(DEFAULT_EDITION)
SAMPLES = samples.samples()
ACCUSING = re.compile(
    "作弊|造假|弄虚|作假|篡改|伪造|舞弊|欺骗|欺诈|蓄意|fraud|tamper|falsif|forg|cheat|manipulat|deceiv|decept|dishonest|suspicious",
    re.IGNORECASE,
)


def found(package: Package) -> list[Finding]:
    county = submission().county or County()
    # what two checks need is kept with the county: a county of its own for each package
    return run_package_checks(package, replace(county), EDITION)


@pytest.mark.parametrize("code", SAMPLES)
def test_a_sample_gives_just_its_ledger(code: str) -> None:
    sample = SAMPLES[code]
    findings = found(sample.fail)
    assert Counter(f.code for f in findings) == {code: sample.count}, [f.sentence("en") for f in findings]
    for finding in findings:
        for lang in ("zh", "en"):
            text = finding.sentence(lang)
            assert "{" not in text and "None" not in text and "\x01" not in text


@pytest.mark.parametrize("code", SAMPLES)
def test_its_twin_gives_none_of_it(code: str) -> None:
    assert [f.sentence("en") for f in found(SAMPLES[code].ok)] == []


def test_every_check_has_both_samples() -> None:
    assert set(SAMPLES) == set(registered_package())
    assert not set(SAMPLES) & (set(registered()) | set(registered_against()))
    told = {code for code in catalogue() if code.startswith("QBE-INT")}
    assert told == {*SAMPLES, SAVED}


@pytest.mark.parametrize("code", [code for code in catalogue() if code.startswith("QBE-INT")])
def test_facts_and_never_accusations(code: str) -> None:
    message = catalogue()[code]
    assert message.why is not None
    for text in (message.text, message.fix, message.why):
        for words in (text.zh, text.en):
            assert not ACCUSING.search(words), words
        assert not re.search("[\u4e00-\u9fff]", text.en.replace("QBE_", ""))
    # what the engine computes does not depend on any of this, so nothing of it blocks
    assert message.severity in {"query", "note"}


SHEETS = ("学校", "政府保障", "教育质量", "社会认可度", "一票否决", "说明")


def told(*notes: Noted, **change: object) -> list[Finding]:
    return found(replace(samples.noting(*notes), **change))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("QBE-INT-008", "hidden_rows"),
        ("QBE-INT-009", "hidden_columns"),
        ("QBE-INT-012", "same_colour"),
        ("QBE-INT-013", "empty_format"),
        ("QBE-INT-014", "outside_form"),
    ],
)
def test_a_fact_of_a_sheet(code: str, kind: str) -> None:
    """One finding a sheet: its first places, and an ellipsis where there are more than are named."""
    some = Noted(kind, "学校", ("B7", "C9", "D2"), 12, file="甲.xlsx")
    all_of_them = Noted(kind, "政府保障", ("B7",), 1)
    assert sorted(told(some, all_of_them), key=lambda f: f.also, reverse=True) == [
        Finding(code, "学校", "B7", None, {"count": 12, "cells": "B7、C9、D2…"}, "甲.xlsx", ("C9", "D2")),
        Finding(code, "政府保障", "B7", None, {"count": 1, "cells": "B7"}),
    ]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("QBE-INT-010", "hidden_sheets"),
        ("QBE-INT-011", "very_hidden_sheets"),
        ("QBE-INT-015", "external_links"),
        ("QBE-INT-016", "dde"),
        ("QBE-INT-018", "macro_sheets"),
        ("QBE-INT-019", "connections"),
        ("QBE-INT-020", "embedded"),
        ("QBE-INT-021", "outside_names"),
    ],
)
def test_a_fact_of_a_workbook(code: str, kind: str) -> None:
    """One finding a file, with the places where it has some."""
    here = Noted(kind, "学校", ("B7", "C9"), 2, ("甲", "乙"), "甲.xlsx")
    whole = Noted(kind, details=("one",), total=3)
    assert sorted(told(here, whole), key=lambda f: f.sheet or "") == [
        Finding(code, args={"count": 3, "list": "one…"}),
        Finding(code, "学校", "B7", args={"count": 2, "list": "甲、乙"}, file="甲.xlsx", also=("C9",)),
    ]


def test_macros_are_told_once_a_file() -> None:
    assert told(Noted("macros", file="甲.xlsm"), Noted("macros")) == [
        Finding("QBE-INT-017"), Finding("QBE-INT-017", file="甲.xlsm"),
    ]  # fmt: skip


def test_sheets_without_protection_are_told_once_a_file() -> None:
    """Five are named; a file that bears no mark, or is no county form, has nothing that should be protected."""
    notes = [Noted("unprotected", sheet) for sheet in SHEETS]
    assert told(*notes) == [Finding("QBE-INT-007", "学校", args={"list": "、".join(SHEETS[:5]) + "…"})]
    assert told(*notes[:5]) == [Finding("QBE-INT-007", "学校", args={"list": "、".join(SHEETS[:5])})]
    both = [notes[0]._replace(file="甲.xlsx"), notes[1]._replace(file="乙.xlsx"), Noted("unprotected", file="甲.xlsx")]
    assert [(f.file, f.sheet, f.args["list"]) for f in told(*both)] == [
        ("乙.xlsx", "政府保障", "政府保障"), ("甲.xlsx", "学校", "学校、"),
    ]  # fmt: skip
    assert told(*notes, marked=False, form="own") == told(*notes, form="own") == []
    assert [f.code for f in told(*notes, marked=False, live=None)] == ["QBE-INT-001"]


def test_passwords_are_told_once_a_file() -> None:
    sheets = [Noted("sheet_password", sheet) for sheet in SHEETS]
    structure = Noted("workbook_password")
    five = "、".join(SHEETS[:5])
    (finding,) = told(structure, *sheets)
    assert finding == Finding("QBE-INT-022", "学校", args={"list": Text(five + "…", five + "…")})
    assert told(*sheets[:5]) == [Finding("QBE-INT-022", "学校", args={"list": Text(five, five)})]
    assert told(structure) == [Finding("QBE-INT-022", args={"list": Text("工作簿结构", "the workbook's structure")})]
    apart = told(structure._replace(file="甲.xlsx"), sheets[1]._replace(file="乙.xlsx"))
    assert {(f.file, f.sheet) for f in apart} == {("甲.xlsx", None), ("乙.xlsx", "政府保障")}


def test_sheets_that_were_not_looked_into() -> None:
    notes = (Noted("not_looked_into", "学校", file="甲.xlsx"), Noted("not_looked_into"))
    assert sorted(told(*notes), key=lambda f: f.sheet or "") == [
        Finding("QBE-INT-023", args={"list": "—"}),
        Finding("QBE-INT-023", "学校", args={"list": "学校"}, file="甲.xlsx"),
    ]
    package = samples.with_live(damaged=("学校核查", "差异系数"))
    assert {(f.code, f.sheet, f.args["list"]) for f in found(package)} == {
        ("QBE-INT-023", "学校核查", "学校核查"), ("QBE-INT-023", "差异系数", "差异系数"),
    }  # fmt: skip


def test_a_mark_is_asked_of_county_forms_with_schools() -> None:
    bare = replace(sound(), marked=False, live=None)
    assert found(bare) == [Finding("QBE-INT-001")]
    assert run_package_checks(bare, County(), EDITION) == []
    assert found(replace(bare, form=None)) == []


def test_no_package_no_findings() -> None:
    """A workbook that is open in a spreadsheet has no package to look at."""
    assert run_package_checks(None, County(), EDITION) == []
    assert not [f for f in assess_submission(replace(submission(), package=None)).findings if f.code[4:7] == "INT"]


def test_both_sides_of_a_changed_formula() -> None:
    (finding,) = found(SAMPLES["QBE-INT-003"].fail)
    rows = len(finding.also) + 1
    assert finding.sheet == samples.UNITS and rows == 5 and finding.args["count"] > 5
    assert finding.args["found"] == '"达标"' and str(finding.args["wanted"]).startswith("IF($D8=")
    assert str(finding.args["cells"]).endswith("…")


def test_a_changed_limit_and_a_missing_one() -> None:
    (finding,) = found(samples.limits(1.0))
    assert (finding.args["found"], finding.args["wanted"]) == ("1", "4.2")  # L1 primary
    (finding,) = found(samples.limits(None))
    assert finding.args["found"] == "—"


@pytest.mark.parametrize("span", ["学校!$B$5:$B$46", "学校!$A$5:$A$9"])
def test_a_formula_that_looks_at_other_cells(span: str) -> None:
    """The same shape, but another field, or not all of its rows."""
    whole = "学校!$A$5:$A$46"

    def other(each: Formulas) -> Formulas:
        return (
            each._replace(text=each.text.replace(whole, span))
            if (each.sheet, each.column) == ("学校核查", "B")
            else each
        )

    assert any(
        whole in each.text and (each.sheet, each.column) == ("学校核查", "B") for each in samples.live().formulas
    )
    assert {f.code for f in found(samples.formulas_where(other))} == {"QBE-INT-003"}


# ---- saved results


def saved(**changes: float | str) -> list[Finding]:
    package = sound()
    live = package.live
    assert live is not None
    values = {sheet: dict(cells) for sheet, cells in live.values.items()}
    values["评估结果"].update(changes)
    changed = replace(submission(), package=replace(package, live=replace(live, values=values)))
    return [f for f in assess_submission(changed).findings if f.code.startswith("QBE-INT")]


def test_a_saved_result_that_the_figures_do_not_give() -> None:
    assert saved() == []
    (finding,) = saved(C4="不达标")
    assert (finding.code, finding.place) == (SAVED, "评估结果!C4")
    assert (finding.args["found"], finding.args["wanted"], finding.args["count"]) == ("不达标", "达标", 1)


# one cell of each kind that the tables show: what the sheet may say instead of what the figures give
EDITED: list[tuple[str, str, str]] = [
    ("学校核查", "code", "0"), ("学校核查", "name", "别的学校"), ("学校核查", "type", "幼儿园"), ("学校核查", "role", "校区"),
    ("学校核查", "campuses", "1"), ("学校核查", "compulsory", "1"), ("学校核查", "counted", "并入"), ("学校核查", "G4.status", "不达标"),
    ("学校核查", "G3.needed", "1"), ("学校核查", "into", "0"), ("学校核查", "has.primary", "7"), ("学校核查", "own.pupils_primary", "1"),
    ("学校核查", "sum.pupils_primary", ""), ("学校核查", "weighted", "缺"), ("小学指标", "counted", ""), ("小学指标", "pupils", "1"),
    ("小学指标", "L1.value", "9.99"), ("小学指标", "L1.status", "不达标"), ("小学指标", "met", "6"), ("小学指标", "verdict", "不达标"),
    ("小学指标", "share", "0.5"), ("小学指标", "L3.amount", "1"), ("小学指标", "L7.square", "#DIV/0!"), ("初中指标", "L7.value", "4.2"),
]  # fmt: skip


def columns_of(sheet: str) -> dict[str, str]:
    live = sound().live
    known = template_for(live, EDITION) if live is not None else None
    assert known is not None
    plan = known.template
    sheets = {plan.layout.sheet_name(each): table for each, table in {"checks": plan.checks, **plan.units}.items()}
    columns: dict[str, str] = sheets[sheet].columns  # type: ignore[attr-defined]
    return columns


def edited(sheet: str, *cells: tuple[int, str, str]) -> LiveSheets:
    """The sound results with these (row of the table from 0, column, text)."""
    live = sound().live
    assert live is not None
    table = live.tables[sheet]
    rows = [row.split(BETWEEN) for row in table.rows]
    for row, column, text in cells:
        rows[row][table.columns.index(column)] = text
    changed = SavedTable(table.columns, tuple(map(BETWEEN.join, rows)))
    return replace(live, tables={**live.tables, sheet: changed})


def of_package(live: LiveSheets, base: Submission | None = None) -> list[Finding]:
    base = base or submission()
    assert base.county is not None
    # what two checks need is kept with the county: a county of its own for each package
    changed = replace(base, county=replace(base.county), package=replace(sound(), live=live))
    return [f for f in assess_submission(changed).findings if f.code.startswith("QBE-INT")]


@pytest.mark.parametrize(("sheet", "name", "text"), EDITED, ids=lambda each: str(each))
def test_each_kind_of_a_saved_result_in_the_tables(sheet: str, name: str, text: str) -> None:
    column = columns_of(sheet)[name]
    table = sound().live.tables[sheet]  # type: ignore[union-attr]
    at = table.columns.index(column)
    row = next(k for k, each in enumerate(table.rows) if each.split(BETWEEN)[at] not in ("", text))
    (finding,) = of_package(edited(sheet, (row, column, text)))
    assert (finding.code, finding.place, finding.args["count"]) == (SAVED, f"{sheet}!{column}{8 + row}", 1)
    assert finding.args["found"] in (text or "—", "9.99", "0.5", "4.2", "1", "6", "7")


def test_the_last_digits_of_a_saved_result_do_not_matter() -> None:
    column = columns_of("小学指标")["L1.value"]
    table = sound().live.tables["小学指标"]  # type: ignore[union-attr]
    was = float(table.rows[0].split(BETWEEN)[table.columns.index(column)])
    assert of_package(edited("小学指标", (0, column, repr(was * (1 + 1e-9))))) == []
    assert len(of_package(edited("小学指标", (0, column, repr(was * (1 + 1e-5)))))) == 1


def test_a_result_in_a_row_without_a_school_and_a_row_without_results() -> None:
    """What stands below the last school, and what does not stand where a school is."""
    live = sound().live
    assert live is not None
    table = live.tables["初中指标"]
    more = BETWEEN.join("达标" if column == "S" else "" for column in table.columns)
    (finding,) = of_package(replace(live, tables={**live.tables, "初中指标": table._replace(rows=(*table.rows, more))}))
    assert (finding.range, finding.args["found"], finding.args["wanted"]) == (f"S{8 + len(table.rows)}", "达标", "—")
    (finding,) = of_package(replace(live, tables={**live.tables, "初中指标": table._replace(rows=table.rows[:-1])}))
    assert str(finding.range).endswith(str(7 + len(table.rows))) and finding.args["found"] == "—"


def test_figures_changed_without_a_calculation_are_one_finding() -> None:
    """As by an editor that does not calculate: named at the first sheet, with the number of cells of each."""
    base = submission()
    assert base.county is not None
    first, *others = base.county.schools
    area = first.number_of("teaching_area")
    assert area is not None
    changed = replace(first, values={**first.values, "teaching_area": area + 30})
    moved = replace(base, county=replace(base.county, schools=(changed, *others)))
    live = sound().live
    assert live is not None
    (finding,) = of_package(live, moved)
    assert finding.sheet == "学校核查"
    said = finding.message("zh")
    assert "学校核查" in said and "差异系数" in said and " 共 " in said
    assert int(str(finding.args["count"])) > 5


def test_a_value_over_a_formula_is_told_once() -> None:
    """It holds no formula any more: that is said, and its value is not called a saved result."""
    column = columns_of("小学指标")["verdict"]
    live = edited("小学指标", (1, column, "不达标"))
    formulas = []
    for each in live.formulas:
        if (each.sheet, each.column) == ("小学指标", column):
            ((first, last),) = each.rows
            each = each._replace(rows=((first, first), (first + 2, last)))
        formulas.append(each)
    (finding,) = of_package(replace(live, formulas=tuple(formulas)))
    assert (finding.code, finding.range) == ("QBE-INT-004", f"{column}9")


def test_results_that_were_never_calculated_are_none() -> None:
    live = sound().live
    assert live is not None
    nothing = {sheet: {} if sheet in {"评估结果", "差异系数"} else cells for sheet, cells in live.values.items()}
    # the limits stand there although nothing was calculated
    for sheet in ("评估结果", "差异系数"):
        formulas = {f"{f.column}{f.rows[0][0]}" for f in live.formulas if f.sheet == sheet}
        nothing[sheet] = {cell: value for cell, value in live.values[sheet].items() if cell not in formulas}
    changed = replace(submission(), package=replace(sound(), live=replace(live, values=nothing)))
    assert not [f for f in assess_submission(changed).findings if f.code.startswith("QBE-INT")]


def tables(package: Package) -> list[int]:
    """Places of the formulas that a table repeats over many rows."""
    assert package.live is not None
    return [at for at, each in enumerate(package.live.formulas) if each.rows[0][1] - each.rows[0][0] > 5]


def with_rows(package: Package, at: int, rows: tuple[tuple[int, int], ...]) -> Package:
    assert package.live is not None
    formulas = list(package.live.formulas)
    formulas[at] = formulas[at]._replace(rows=rows)
    return replace(package, live=replace(package.live, formulas=tuple(formulas)))


def test_a_formula_that_stands_twice_in_a_cell_is_none_that_is_lost() -> None:
    """As a damaged file may have it. Nor does it make up for one that is lost elsewhere in the column."""
    package = sound()
    at = tables(package)[0]
    ((first, last),) = package.live.formulas[at].rows  # type: ignore[union-attr]
    assert found(with_rows(package, at, ((first, last), (first, first)))) == []
    (finding,) = found(with_rows(package, at, ((first, last - 1), (first, first))))
    assert (finding.code, finding.range) == ("QBE-INT-004", f"{package.live.formulas[at].column}{last}")  # type: ignore[union-attr]
