"""What-if: no change changes nothing; a change shows in the criteria that it touches; errors name the line."""

from __future__ import annotations

from fractions import Fraction

import pytest

from qbe_xl.assessment import Assessment, assess
from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import Text
from qbe_xl.planning.changes import Action, Change, Close, Merge, Move
from qbe_xl.planning.scenario import Scenario, Step, parse_scenarios
from qbe_xl.planning.whatif import WhatIf, what_if
from tests import counties as make


def scenario(name: str, *actions: Action, even: bool = False) -> Scenario:
    return Scenario(name, tuple(Step(a, Text(f"{i}", f"{i}")) for i, a in enumerate(actions, start=1)), even)


def base(**facts: object) -> Assessment:
    return assess(make.county(make.school("S1", pe_art_primary=1), make.school("S2"), make.school("S3"), facts=facts))


def row(result: WhatIf, key: str, measure: str, stage: str | None = None) -> tuple[object, list[object]]:
    found = next(r for r in result.rows if (r.id, r.measure, r.stage) == (key, measure, stage))
    return found.base.status, [cell.status for cell in found.cells]


def test_no_change_changes_nothing() -> None:
    before = base(teacher_wage=50_000)
    result = what_if(before, [scenario("不变")])
    assert result.outcomes[0].assessment is before
    assert not any(each.changed for each in result.rows)


def test_a_change_that_changes_nothing_changes_nothing() -> None:
    before = assess(make.county(make.school("S1", pe_art_primary=60), make.school("S2")))  # 60 of 50: an error
    assert before.blocked
    after = what_if(before, [scenario("不变", Change("S2", "pe_art_primary", "add", 0))])
    assert after.outcomes[0].assessment is not before
    assert not any(each.changed for each in after.rows)
    assert after.outcomes[0].assessment.blocked and not after.outcomes[0].errors


def test_scenarios_stand_beside_each_other() -> None:
    result = what_if(
        base(exchanged=20),
        [
            scenario("补教师", Change("S1", "pe_art_primary", "add", 4)),
            scenario("调教师", Move("S2", "S1", {"teachers_primary": 7, "pe_art_primary": 7})),
            scenario("交流", Change(None, "exchanged", "set", 28)),
        ],
    )
    assert row(result, "units", "met", "primary") == ("fail", ["pass", "fail", "fail"])
    assert row(result, "G11.exchanged", "part") == ("fail", ["fail", "fail", "pass"])
    first, second, _ = result.outcomes
    assert [u.code for u in first.those("pass")] == ["S1"] and not first.those("fail")
    assert [u.code for u in second.those("pass")] == ["S1"]
    assert [u.code for u in second.those("fail")] == ["S2"]  # 3 of 500 pupils is 0.6, below the floor of 0.765


def test_a_school_that_closes_and_one_that_is_merged() -> None:
    result = what_if(
        base(),
        [scenario("撤", Close("S1", {"S2": 1}), even=True), scenario("并", Merge(("S2", "S1"), type="primary"))],
    )
    for outcome in result.outcomes:
        assert [u.code for u in outcome.gone] == ["S1"]
        assert not outcome.errors


def test_an_error_that_a_scenario_brings_about_is_its_own() -> None:
    result = what_if(base(), [scenario("错", Change("S2", "teachers_primary", "set", 3))])  # 30 above degree
    assert [f.code for f in result.outcomes[0].errors] == ["QBE-LOG-005"] * len(result.outcomes[0].errors)
    assert result.outcomes[0].errors and result.outcomes[0].assessment.blocked


def test_a_reported_error_that_is_set_right_is_gone() -> None:
    before = assess(make.county(make.school("S1", pe_art_primary=60), make.school("S2")))
    after = what_if(before, [scenario("改", Change("S1", "pe_art_primary", "set", 6))]).outcomes[0].assessment
    assert before.blocked and not after.blocked


def test_what_cannot_be_carried_out_is_named() -> None:
    text = "scenarios:\n- name: 方案一\n  actions:\n  - {change: pupils_primary, school: S1, add: 1}\n  - {close: S7}\n"
    with pytest.raises(QbeError) as caught:
        what_if(base(), parse_scenarios(text, "方案.yaml"))
    assert caught.value.code == "QBE-PLN-009"
    assert "方案.yaml 第 5 行" in caught.value.message("zh") and "S7" in caught.value.message("zh")


def test_cvs_and_means_before_and_after() -> None:
    # 500 pupils each with 1, 10, 10 PE and art teachers; one with 10 more
    result = what_if(base(), [scenario("补", Change("S1", "pe_art_primary", "add", 9))])
    found = next(r for r in result.rows if (r.id, r.measure, r.stage) == ("L3", "cv", "primary"))
    # mean 7, deviations −6, 3, 3: √((36 + 9 + 9)/3)/7 = √18/7 = 0.606
    assert abs(float(str(found.base.value)) - 0.6060915) < 1e-6
    assert found.cells[0].value == 0 and found.cells[0].status == "pass" and found.base.status == "fail"
    mean = next(r for r in result.rows if (r.id, r.measure, r.stage) == ("L3", "mean", "primary"))
    assert mean.cells[0].value == 2


def test_nothing_to_compare_with() -> None:
    with pytest.raises(QbeError) as caught:
        from qbe_xl.assessment import assess_submission
        from qbe_xl.county import FileInfo, Submission

        what_if(assess_submission(Submission(FileInfo("a.xlsx"), None, None)), [])
    assert caught.value.code == "QBE-PLN-012"


def test_even_classes_use_the_limits_of_the_edition() -> None:
    result = what_if(base(), [scenario("加", Change("S2", "pupils_primary", "add", 100), even=True)])
    school = next(r for r in result.outcomes[0].county.schools if r.text("school_code") == "S2")
    assert school.get("classes_primary") == 14 and school.get("largest_class_primary") == Fraction(43)  # 600/45, 600/14
