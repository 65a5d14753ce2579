"""From a submission to its result: what goes in besides the county, what an error takes out, and what the result shows."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from qbe_xl.assessment import Assessment, assess, assess_submission
from qbe_xl.assessment.run import reassess, usable
from qbe_xl.checks.reasons import value_at
from qbe_xl.core.errors import QbeError
from qbe_xl.core.findings import Explanation, Finding
from qbe_xl.core.languages import Text
from qbe_xl.core.numbers import exact
from qbe_xl.county import County, FileInfo, Place, Row, Stated, Submission
from qbe_xl.standards import DEFAULT_EDITION
from tests.checks.integrity_samples import sound, submission
from tests.checks.samples import J, put
from tests.counties import (
    COLUMNS,
    FACT_SHEET,
    SHEET,
    adding,
    campus,
    changed,
    county,
    fact_place,
    school,
    with_facts,
    with_school,
)
from tests.paths import SAMPLES

BASE = county()
TENFOLD = put(J, equipment_value=15_312_000)  # one digit too many: QBE-PLA-001
ERROR = Finding(
    "QBE-DAT-004", SHEET, f"{COLUMNS['equipment_value']}4", args={"field": Text("x", "x"), "value": "y", "choices": "z"}
)
INFO = FileInfo("报表.xlsx", "ab" * 32)


def codes(result: Assessment) -> list[str]:
    return [finding.code for finding in result.findings]


# ---- what comes in


def test_a_workbook_read_here_or_in_a_child(tmp_path: Path) -> None:
    here = assess(SAMPLES / "pass.xlsx")
    child = assess(SAMPLES / "pass.xlsx", guarded=True)
    assert here.verdict == "pass" and here.submission.form == "qbe-county-1"
    assert child.to_json() == here.to_json() and child.submission.file == here.submission.file


def test_the_form_that_is_asked_for_goes_to_the_reader() -> None:
    for guarded in (False, True):
        assert assess(SAMPLES / "pass.xlsx", form="qbe-county-1", guarded=guarded).verdict == "pass"
        with pytest.raises(QbeError):
            assess(SAMPLES / "pass.xlsx", form="no-such-form", guarded=guarded)


def test_a_county_alone_has_no_file() -> None:
    result = assess(BASE)
    assert result.submission == Submission(FileInfo("(county)"), None, BASE)


def test_the_edition_of_the_file_and_that_asked_for() -> None:
    pinned = Submission(replace(INFO, pinned_edition="cn-qbe-2017-shenyang"), None, BASE)
    (finding,) = assess_submission(pinned, DEFAULT_EDITION).findings
    assert finding == Finding("QBE-STR-006", args={"pinned": "cn-qbe-2017-shenyang", "edition": DEFAULT_EDITION})
    unknown = Submission(replace(INFO, pinned_edition="cn-qbe-2099"), None, BASE)
    assert assess_submission(unknown).findings == (Finding("QBE-STR-013", args={"pinned": "cn-qbe-2099"}),)
    assert assess(BASE, "cn-qbe-2017-shenyang").edition.id == "cn-qbe-2017-shenyang"
    # options go to the edition wherever it comes from
    for given in (None, DEFAULT_EDITION):
        found = assess_submission(Submission(INFO, None, BASE), given, ("size_built_by_2010",))
        assert found.edition.options == ("size_built_by_2010",)


def test_last_years_report_as_a_county_or_a_submission() -> None:
    last = with_facts(with_school(BASE, "S1", school_type="teaching_point"), year=2023)
    assert codes(assess(BASE)) == []
    for given in (last, Submission(INFO, None, last)):
        assert codes(assess(BASE, against=given)) == ["QBE-YOY-009"]
        assert codes(assess_submission(Submission(INFO, None, BASE), against=given)) == ["QBE-YOY-009"]
    assert codes(assess(BASE, against=Submission(INFO, None, None))) == []  # one that could not be read


def test_facts_of_the_package_are_looked_at() -> None:
    unmarked = replace(submission(), package=replace(sound(), marked=False, live=None))
    assert codes(assess_submission(unmarked)) == ["QBE-INT-001"]
    # not where the county could not be read
    assert codes(assess_submission(replace(unmarked, county=None))) == []


def test_a_saved_result_is_told_with_the_rest() -> None:
    live = sound().live
    assert live is not None
    values = {**live.values, "评估结果": {**live.values["评估结果"], "C4": "不达标"}}
    wrong = replace(submission(), package=replace(sound(), live=replace(live, values=values)))
    assert codes(assess_submission(wrong)) == ["QBE-INT-006"]
    # what else was found counts: an error may be the reason
    broken = replace(wrong, findings=(Finding("QBE-FIL-003", args={"file": "x"}),))
    assert "QBE-INT-006" not in codes(assess_submission(broken))


ANSWER = {"code": "QBE-PLA-001", "value": "15312000", "reason": "新购", "who": "张三", "date": None, "school": None}


def answered(found: Finding) -> Submission:
    columns = {name: letter for name, letter in zip((*ANSWER, "sheet", "range"), "ABCDEFGH", strict=True)}
    row = Row({**ANSWER, "sheet": found.sheet, "range": found.range}, "疑问说明", 5, columns)
    return Submission(INFO, None, TENFOLD, (), (row,))


def test_answers_and_waivers(tmp_path: Path) -> None:
    (query,) = assess(TENFOLD).findings
    (finding,) = assess_submission(answered(query)).findings
    said = Explanation("explanation", "新购", "张三", "15312000", None, "疑问说明!A5")
    assert finding.explained == (said,) and finding.state == "explained"
    path = tmp_path / "w.yaml"
    lines = ("submission: (county)", "code: QBE-PLA-001", f"sheet: {query.sheet}", f"cell: {query.range}")
    path.write_text("- " + "\n  ".join((*lines, "value: 15312000", "who: 李四", "reason: 核实")), encoding="utf-8")
    (waived,) = assess(TENFOLD, waivers=path).findings
    assert waived.explained == (Explanation("waiver", "核实", "李四", "15312000", None, "w.yaml:1"),)
    unread = replace(answered(query), county=None)
    assert codes(assess_submission(unread)) == ["QBE-WHY-006"]


def test_findings_come_most_severe_first() -> None:
    given = Submission(INFO, None, with_school(BASE, "S1", main_school="S2"), (ERROR, Finding("QBE-DAT-009", args={})))
    assert codes(assess_submission(given)) == ["QBE-DAT-004", "QBE-LOG-006", "QBE-DAT-009"]


# ---- what an error takes out


def test_a_value_that_is_wrong_is_not_used() -> None:
    """Of an error only: the value and the further cells that it is about."""
    area, books = f"{COLUMNS['teaching_area']}5", f"{COLUMNS['equipment_value']}5"
    found = [
        Finding("QBE-LOG-005", SHEET, area, also=(books,)),
        Finding("QBE-PLA-001", SHEET, f"{COLUMNS['multimedia_rooms']}5"),  # a query
        Finding("QBE-LOG-010"),  # an error of no place
    ]
    made = usable(BASE, found)
    second = next(row for row in made.schools if row.text("school_code") == "S2")
    assert (second.number_of("teaching_area"), second.number_of("equipment_value")) == (None, None)
    assert second.unusable == {"teaching_area", "equipment_value"}
    assert second.number_of("multimedia_rooms") == 15
    assert [row for row in made.schools if row is not second] == [
        r for r in BASE.schools if r.text("school_code") != "S2"
    ]
    elsewhere = replace(found[0], file="别的.xlsx")
    assert usable(BASE, [elsewhere]) == BASE
    assert usable(BASE, [Finding("QBE-LOG-005", None, area)]) == BASE


def test_what_is_wrong_is_open_in_the_result() -> None:
    # 500 pupils, 501 of them above the required degree's teachers: more than all 50 teachers
    result = assess(with_school(BASE, "S2", above_degree_junior=501))
    assert "QBE-LOG-005" in codes(result)
    assert result.resources is not None and result.resources.stages["junior"].indicators["L1"].units_missing == 1
    assert result.county is not None and result.county.schools[1].number_of("above_degree_junior") == 501  # as reported


def test_another_county_under_the_same_rules() -> None:
    wrong = with_facts(with_school(BASE, "S2", above_degree_junior=501), graduates=None)
    far = Place("别的表", "B2")
    facts = {**wrong.facts, "graduates": replace(wrong.facts["graduates"], place=None)}
    given = replace(
        answered(Finding("QBE-PLA-001", SHEET, "A1")),
        county=replace(wrong, facts=facts),
        package=sound(),
        findings=(
            Finding("QBE-STR-001", args={}),  # of no place: it stays
            ERROR,
            replace(ERROR, sheet=far.sheet, range=far.ref),  # the cell is not the county's: gone
            replace(ERROR, range=f"{ERROR.range}:{COLUMNS['equipment_value']}9"),  # by its first cell
            replace(ERROR, file="别的.xlsx"),
            Finding("QBE-DAT-004", FACT_SHEET, fact_place("entrants").ref, args=ERROR.args),
            Finding("QBE-DAT-009", SHEET, str(ERROR.range), args=ERROR.args),  # a note: found anew, if at all
        ),
    )
    base = assess_submission(given, options=("size_built_by_2010",))
    again = reassess(base, usable(given.county or County(), base.findings))
    assert again.edition is base.edition
    assert (again.submission.package, again.submission.explanations) == (None, ())
    assert again.submission.file == base.submission.file
    kept = [f for f in again.findings if f.code[4:7] in {"STR", "DAT", "WHY", "INT"}]
    assert {(f.code, f.sheet, f.range, f.file) for f in kept} == {
        ("QBE-STR-001", None, None, None),
        ("QBE-DAT-004", SHEET, ERROR.range, None),
        ("QBE-DAT-004", SHEET, f"{ERROR.range}:{COLUMNS['equipment_value']}9", None),
        ("QBE-DAT-004", FACT_SHEET, fact_place("entrants").ref, None),
    }
    # the survey's cells are the county's too, and those of a row that is gathered from several sheets
    of = BASE.survey[0].place("survey_valid")
    assert of is not None
    gathered = replace(BASE, schools=(replace(BASE.schools[0], places={"charter": far}), *BASE.schools[1:]))
    at = tuple(replace(ERROR, sheet=place.sheet, range=place.ref) for place in (of, far))
    more = assess_submission(Submission(INFO, None, gathered, at))
    assert codes(reassess(more, gathered)).count("QBE-DAT-004") == 2
    assert codes(reassess(more, BASE)).count("QBE-DAT-004") == 1


def test_the_other_county_is_looked_at_anew() -> None:
    base = assess(BASE)
    better = reassess(base, with_school(BASE, "S1", equipment_value=0))
    assert better.verdict == "fail" and better.county is not BASE
    assert codes(reassess(base, adding(BASE, campus("S7", "S99")))) == ["QBE-LOG-002"]


# ---- stated values, held against ours


def stated(**values: str) -> County:
    places = {key: Place("自报", f"B{line}", "甲.xlsx") for line, key in enumerate(values, start=1)}
    return replace(BASE, stated={k.replace("__", "."): Stated(exact(v), places[k]) for k, v in values.items()})


@pytest.mark.parametrize(
    ("key", "value", "left", "right"),
    [
        ("Q1", "0.9501", None, None),  # 5144 / 5414 = 0.950129
        ("Q1", "0.95", None, None),
        ("Q1", "0.9502", "95.02%", "95.01%"),
        ("Q1", "0.96", "96%", "95.01%"),
        ("G9", "1", None, None),
        ("G9", "0.9", "90%", "100.00%"),
        ("G11.backbone", "0.3", "30%", "20.36%"),  # 57 / 280
        ("G7", "6000", None, None),  # 312,000 / 52
        ("G7", "6100", "6100", "6000"),
        ("S1", "0.95", "95%", "90.00%"),  # 630 of 700
    ],
)
def test_a_stated_ratio(key: str, value: str, left: str | None, right: str | None) -> None:
    result = assess(stated(**{key.replace(".", "__"): value}))
    found = [f for f in result.findings if f.code == "QBE-ARI-003"]
    if left is None:
        assert found == []
        return
    args = {"name": result.item(key).name, "left": left, "right": right}
    assert found == [Finding("QBE-ARI-003", "自报", "B1", None, args, "甲.xlsx")]


def test_stated_ratios_that_are_not_known_or_have_no_place() -> None:
    nowhere = replace(BASE, stated={"Q1": Stated(Fraction(1, 2), None)})
    (finding,) = assess(nowhere).findings
    assert (finding.code, finding.sheet, finding.range, finding.file) == ("QBE-ARI-003", None, None, None)
    unknown = stated(Q1="0.5", G9="0.5")
    (finding,) = [f for f in assess(with_facts(unknown, graduates=None)).findings if f.code == "QBE-ARI-003"]
    assert finding.range == "B2"
    # an answer of yes or no is no ratio
    assert codes(assess(stated(G1="1"))) == []


def uneven(**values: str) -> County:
    """S1 and S3 of 500 pupils with 1000 and 3000 yuan a pupil, CV 1000 / 2000 = 0.5; a junior school of its own."""
    rows = (
        school("S1", pupils=500, equipment_value=500_000), school("S3", pupils=500, equipment_value=1_500_000),
        school("S2", "junior", 500), school("S4", "junior", 500),
    )  # fmt: skip
    return replace(stated(**values), schools=rows)


@pytest.mark.parametrize(("value", "told"), [("0.5", False), ("0.505", True), ("0.6", True)])
def test_a_stated_cv(value: str, told: bool) -> None:
    found = [f for f in assess(uneven(L6__primary__cv=value)).findings if f.code == "QBE-ARI-003"]
    name = Text("小学 L6 差异系数", "Primary L6 coefficient of variation")
    wanted = Finding("QBE-ARI-003", "自报", "B1", None, {"name": name, "left": value, "right": "0.500"}, "甲.xlsx")
    assert found == ([wanted] if told else [])


def test_stated_cvs_are_each_looked_at() -> None:
    """One that is right, one that is not known and one that another finding explains stop none of the others."""
    given = uneven(
        L1__primary__cv="0",
        L2__primary__cv="0.3",
        L6__primary__cv="0.7071",
        L7__primary__cv="0.3",
        L6__junior__cv="0.3",
    )
    given = replace(
        given, schools=tuple(changed(r, backbone_primary=None) if r.number == 4 else r for r in given.schools)
    )
    found = [f for f in assess(given).findings if f.code in {"QBE-ARI-003", "QBE-POL-004"}]
    # S / X̄ with n − 1 would be 0.7071: that is said instead
    assert sorted((f.code, f.range) for f in found) == [
        ("QBE-ARI-003", "B4"),
        ("QBE-ARI-003", "B5"),
        ("QBE-POL-004", "B3"),
    ]


def test_a_cv_without_a_place_is_told() -> None:
    given = replace(BASE, stated={"L6.primary.cv": Stated(exact("0.3"), None)})
    (finding,) = assess(given).findings
    assert (finding.code, finding.sheet, finding.args["left"], finding.args["right"]) == (
        "QBE-ARI-003",
        None,
        "0.3",
        "0",
    )


def test_a_cell_that_the_composite_explains_is_not_told_again() -> None:
    """The composite of L1 to L7 is 0.5 / 7 = 0.0714; stated of two indicators it is told once, at both cells."""
    found = assess(uneven(L5__primary__cv="0.0714", L6__primary__cv="0.0714")).findings
    assert [(f.code, f.range, f.also) for f in found if f.code[4:7] in {"ARI", "POL"}] == [
        ("QBE-POL-005", "B1", ("B2",))
    ]


def test_nothing_to_assess() -> None:
    assert "QBE-LOG-010" in codes(assess(County()))
    assert "QBE-LOG-010" not in codes(assess(BASE))


# ---- findings as data


def test_a_finding_as_data() -> None:
    (query,) = assess(TENFOLD).findings
    result = assess_submission(answered(query))
    (data,) = result.to_dict("en")["findings"]
    shown = {name: value.en if isinstance(value, Text) else value for name, value in query.args.items()}
    assert data == {
        "code": "QBE-PLA-001", "severity": "query", "message": query.message("en"), "file": None, "sheet": query.sheet,
        "range": query.range, "school": J, "args": shown, "fix": query.fix("en"), "value": "15312000",
        "explained": [
            {
                "kind": "explanation", "reason": "新购", "who": "张三", "date": None, "value": "15312000",
                "origin": "疑问说明!A5",
            }
        ],
    }  # fmt: skip
    error = assess_submission(Submission(INFO, None, BASE, (replace(ERROR, file="甲.xlsx"),))).to_dict("zh")[
        "findings"
    ][0]
    assert (error["value"], error["explained"], error["file"]) == (None, [], "甲.xlsx")
    assert error["message"] == ERROR.message("zh") and value_at(BASE, ERROR) == "1200000"
