"""The verdict's sentence and its reasons, word for word in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qbe_xl.assessment import Assessment, assess, assess_submission
from qbe_xl.assessment.sentences import reasons, verdict_sentence
from qbe_xl.assessment.statuses import compare, conjunction
from qbe_xl.assessment.wording import listing, number
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import Lang
from qbe_xl.core.numbers import exact
from qbe_xl.county import FileInfo, Submission
from tests.counties import adding, campus, county, school, with_facts

BASE = county()


def both(result: Assessment) -> tuple[str, str]:
    return verdict_sentence(result, "zh"), verdict_sentence(result, "en")


def test_the_verdicts() -> None:
    zh, en = both(assess(BASE))
    assert zh == "某县 2024 年达到优质均衡标准。"
    assert en == "某县 2024 meets the standard of quality and balanced compulsory education."
    failing = with_facts(BASE, veto_fraud="yes", county_name=None)
    assert both(assess(failing)) == (
        "（未填县名） 2024 年未达到优质均衡标准。",
        "(county not named) 2024 does not meet the standard of quality and balanced compulsory education.",
    )
    open_ = with_facts(BASE, graduates=None, year=None)
    assert both(assess(open_)) == ("某县数据不全，尚不能判定。", "某县 cannot be decided yet: data are missing.")


def test_blocked_and_unusable() -> None:
    one = adding(BASE, campus("S7", "S99"))
    two = adding(one, campus("S8", "S98"))
    assert both(assess(two)) == (
        "某县 2024 年：填报数据有 2 处错误，改正之前不能下结论。",
        "某县 2024: 2 errors in the reported data; no verdict until corrected.",
    )
    assert verdict_sentence(assess(one), "en").startswith("某县 2024: 1 error in the reported data;")
    unread = assess_submission(
        Submission(FileInfo("a.xlsx"), None, None, (Finding("QBE-FIL-004", args={"file": "a"}),))
    )
    assert both(unread) == ("该工作簿不能评估。", "This workbook cannot be assessed.")
    assert reasons(unread, "zh") == [unread.findings[0].sentence("zh")]
    nothing = replace(assess(BASE), groups={})
    assert nothing.resources is not None
    none = replace(nothing, resources=replace(nothing.resources, status="not_applicable"))
    assert verdict_sentence(none, "zh") == "某县 2024 年数据不全，尚不能判定。"


def lines(of: Assessment, lang: Lang) -> list[str]:
    return reasons(of, lang)


def primaries(count: int, **values: object) -> list:
    """So many primary schools that meet nothing of what is given, and one that does."""
    return [*(school(f"S{i}", **values) for i in range(1, count + 1)), school("S9")]


@pytest.mark.parametrize(
    ("count", "zh", "en"),
    [
        (1, "第S1学校", "第S1学校"),
        (3, "第S1学校、第S2学校、第S3学校", "第S1学校, 第S2学校, 第S3学校"),
        (4, "第S1学校、第S2学校、第S3学校等 4 所", "第S1学校, 第S2学校, 第S3学校 and 1 more"),
    ],
)
def test_schools_that_fail_or_lack_data(count: int, zh: str, en: str) -> None:
    """Two indicators below their limits, though not by 15 %; one would be allowed."""
    below = {"backbone_primary": exact("4.5"), "pe_art_primary": 4}  # for 100 of 500 pupils: 0.9 < 1, 0.8 < 0.9
    result = assess(county(*primaries(count, **below)))
    rule = "未做到至少 6 项达标、余项不低于标准的 85%"
    assert f"小学：{count + 1} 所中 {count} 所{rule}（{zh}）" in lines(result, "zh")
    assert (
        f"Primary: {count} of {count + 1} schools do not meet 6 indicators with the rest at 85% of the limit ({en})"
        in lines(result, "en")
    )
    blank = assess(county(*primaries(count, multimedia_rooms=None)))
    assert f"小学：{count + 1} 所中 {count} 所缺数据（{zh}）" in lines(blank, "zh")
    assert f"Primary: {count} of {count + 1} schools lack data ({en})" in lines(blank, "en")


def test_cvs_above_their_limits() -> None:
    """1000 and 5000 yuan a pupil: CV 2000 / 3000 = 0.667; rooms of 0 and 20: 1; the limits are 0.50 and 0.45."""
    rows = [
        school("S1", "junior", equipment_value=500_000, multimedia_rooms=0),
        school("S2", "junior", equipment_value=2_500_000, multimedia_rooms=20),
    ]
    result = assess(county(*rows))
    assert "初中：差异系数超过限值：L6 0.667＞0.45、L7 1＞0.45" in lines(result, "zh")
    assert "Junior: coefficients of variation above the limit: L6 0.667 > 0.45, L7 1 > 0.45" in lines(result, "en")


def test_cvs_without_data() -> None:
    rows = [school("S1", multimedia_rooms=None, equipment_value=None), school("S2"), school("S3", "junior")]
    result = assess(county(*rows))
    assert lines(result, "zh") == ["小学：2 所中 1 所缺数据（第S1学校）", "小学：差异系数缺数据（L6、L7）"]
    assert lines(result, "en") == [
        "Primary: 1 of 2 schools lack data (第S1学校)",
        "Primary: no data for the CV of L6, L7",
    ]


def test_items_that_fail_or_lack_data() -> None:
    result = assess(with_facts(BASE, layout_plan="no", county_staffing="no", veto_fraud="yes", graduates=None))
    assert lines(result, "zh") == ["政府保障程度：2 项不达标（G1、G10）", "一票否决：1 项不达标（V6）"]
    assert [line.partition(": ")[2] for line in lines(result, "en")] == [
        "2 items not met (G1, G10)",
        "1 item not met (V6)",
    ]
    open_ = assess(with_facts(BASE, graduates=None, disabled_enrolled=None, care_system=None))
    assert [line.partition("：")[2] for line in lines(open_, "zh")] == ["1 项缺数据（G15）", "2 项缺数据（Q1、Q2）"]
    assert [line.partition(": ")[2] for line in lines(open_, "en")] == [
        "1 item without data (G15)",
        "2 items without data (Q1, Q2)",
    ]
    assert lines(assess(BASE), "zh") == []


def test_a_group_of_sixteen() -> None:
    result = assess(with_facts(BASE, veto_fraud="yes"))
    (veto,) = [item for item in result.groups["vetoes"].items if item.status == "fail"]
    for count, more in ((15, ""), (16, "等 16 项")):
        many = replace(result.groups["vetoes"], items=tuple(replace(veto, id=f"V{i}") for i in range(count)))
        (line,) = lines(replace(result, groups={"vetoes": many}), "zh")
        shown = "、".join(f"V{i}" for i in range(15))
        assert line == f"一票否决：{count} 项不达标（{shown}{more}）"


# ---- words and statuses


def test_lists_of_names() -> None:
    six = list("abcdef")
    assert (listing(six[:5], "zh"), listing(six, "zh"), listing(six, "zh", counter="所")) == (
        "a、b、c、d、e", "a、b、c、d、e等 6 项", "a、b、c、d、e等 6 所",
    )  # fmt: skip
    assert (listing(six, "en"), listing(six, "en", 2)) == ("a, b, c, d, e and 1 more", "a, b and 4 more")


def test_numbers_as_shown() -> None:
    assert [number(exact(x)) for x in ("12", "12.5", "0.126")] == ["12", "12.50", "0.13"]
    assert number(exact("0.95"), None, True) == "95.00%" and number(exact("0.4999"), exact("0.5"), places=2) == "0.4999"
    assert number(exact("0.501787"), exact("0.5"), places=3) == "0.502"


def test_statuses_of_a_whole() -> None:
    assert conjunction(["pass", "fail", "undetermined", "not_applicable"]) == "fail"
    assert conjunction(["pass", "undetermined", "not_applicable"]) == "undetermined"
    assert conjunction(["pass", "not_applicable"]) == "pass"
    assert conjunction(["not_applicable"]) == conjunction([]) == "not_applicable"


@pytest.mark.parametrize(
    ("operator", "below", "equal", "above"),
    [
        (">=", "fail", "pass", "pass"),
        ("<=", "pass", "pass", "fail"),
        (">", "fail", "fail", "pass"),
        ("<", "pass", "fail", "fail"),
    ],
)
def test_comparisons(operator: str, below: str, equal: str, above: str) -> None:
    assert [compare(value, operator, 2) for value in (1, 2, 3)] == [below, equal, above]
