"""Every code of a check: its sample gives just that ledger, its twin none of it; sound counties give next to nothing."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest

from qbe_xl.checks import run_checks
from qbe_xl.checks.bands import bands, filled, ratios
from qbe_xl.checks.registry import registered, registered_against
from qbe_xl.core.fields import all_fields
from qbe_xl.core.messages import catalogue
from qbe_xl.county import County
from tests.checks import ledger as ledger_file
from tests.checks import samples
from tests.checks.clean_counties import FIRST_TEST_SEED, clean_county
from tests.checks.samples import BASE, EDITION, LAST, SAMPLES

SOUND_COUNTIES = 40


def ledger(county: County, last: County | None = None) -> dict[str, int]:
    """How many findings of each code."""
    return dict(Counter(f.code for f in run_checks(county, EDITION, last_year=last)))


def test_the_county_the_samples_start_from_is_sound() -> None:
    assert ledger(BASE, LAST) == {}


@pytest.mark.parametrize("code", SAMPLES)
def test_a_sample_gives_just_its_ledger(code: str) -> None:
    sample = SAMPLES[code]
    found = run_checks(sample.fail, EDITION, last_year=sample.last)
    assert Counter(f.code for f in found) == {code: sample.count}, [f.sentence("en") for f in found]
    for finding in found:
        for lang in ("zh", "en"):
            text = finding.sentence(lang)
            assert "{" not in text and "None" not in text
        assert not re.search(
            r"[\u4e00-\u9fff]",
            re.sub(r"[“(][^”)]*[”)]|学校![A-Z0-9:]+|\S*![A-Z0-9:]+|第\S+", "", finding.message("en")),
        )


@pytest.mark.parametrize("code", SAMPLES)
def test_its_twin_gives_none_of_it(code: str) -> None:
    sample = SAMPLES[code]
    assert code not in ledger(sample.ok, sample.last_ok or sample.last)


def test_every_check_has_both_samples() -> None:
    assert set(SAMPLES) == set(registered()) | set(registered_against())


def test_findings_tell_where_they_stand() -> None:
    """All but those about a school that is not there have a place."""
    for code, sample in SAMPLES.items():
        for finding in run_checks(sample.fail, EDITION, last_year=sample.last):
            assert (finding.sheet is None) == (code in {"QBE-YOY-001", "QBE-YOY-002"}), code


def test_every_check_says_why() -> None:
    for code in SAMPLES:
        why = catalogue()[code].why
        assert why is not None, code
        assert why.zh[-1] == "。" and why.en[-1] == "." and not re.search(r"[\u4e00-\u9fff]", why.en), code


def test_the_catalogue_is_large() -> None:
    assert sum(message.severity != "call" for message in catalogue().values()) >= 80


def test_errors_are_certain_and_plausibility_never_blocks() -> None:
    for code in SAMPLES:
        if code[4:7] in {"PLA", "CTY", "POL"}:
            assert catalogue()[code].severity in {"query", "note"}, code


# ---- false alarms


def test_sound_counties_give_next_to_nothing() -> None:
    """Spreads as wide as the published ones (CVs to 0.9), 75 schools, seeds that nothing was tuned on."""
    found = [
        f
        for seed in range(FIRST_TEST_SEED, FIRST_TEST_SEED + SOUND_COUNTIES)
        for f in run_checks(clean_county(seed), EDITION)
    ]
    assert len(found) <= SOUND_COUNTIES, Counter(f.code for f in found)
    assert not [f.sentence("en") for f in found if f.severity == "error"]


@pytest.mark.parametrize("cv", [0.2, 0.9])
def test_narrow_and_wide_counties(cv: float) -> None:
    found = [
        f
        for seed in range(FIRST_TEST_SEED, FIRST_TEST_SEED + 10)
        for f in run_checks(clean_county(seed, cv=cv), EDITION)
    ]
    assert len(found) <= 10, Counter(f.code for f in found)


# ---- mistakes of real reports, each with inputs of its own


REAL_MISTAKES = {
    "unweighted CV": (samples.states(L7__primary__cv=round(samples.unweighted_cv("L7", "primary"), 5)), "QBE-POL-004"),
    "unweighted mean": (samples.states(L6__primary__mean=round(samples.plain_mean("L6", "primary"), 2)), "QBE-POL-004"),
    "rounded before comparing": (
        # 3.6 of 401 cannot be; 1804 / 401 = 4.4988 stated as 4.50
        samples.row_states(samples.P, "L4.primary", Decimal("4.50"), samples.put(samples.P, teaching_area=2007)),
        "QBE-POL-009",
    ),
    "composite as the verdict": (samples.states(samples._uneven(), composite__primary__cv=0.31), "QBE-POL-006"),
    "composite in place of a CV": (samples.states(L5__junior__cv=round(samples.composite_of("junior"), 3)), "QBE-POL-005"),
    "0.65 for both stages": (samples.states(L1__primary__cv_limit=0.65, L1__junior__cv_limit=0.65), "QBE-POL-007"),
    "limit of the other stage": (samples.states(L4__junior__limit=4.5), "QBE-POL-007"),
    "one subject for PE and art": (samples.row_states(samples.J, "L3.junior", 0.66), "QBE-POL-003"),  # 3 of 452
    "blank read as 0": (samples.put(samples.J, multimedia_rooms=0), "QBE-PLA-010"),
    "a column of zeros": (samples.every(lambda r: {"multimedia_rooms": 0}), "QBE-POL-010"),
    "万元 for 元": (samples.put(samples.J, equipment_value=153), "QBE-PLA-002"),
    "元 for 万元": (samples.put(samples.J, equipment_value=15_312_000_000), "QBE-PLA-002"),
    "亩 for ㎡": (samples.put(samples.J, outdoor_sports_area=9), "QBE-PLA-002"),
    "a month's pay": (samples.facts(teacher_wage=5000), "QBE-PLA-005"),
    "parts that are not the sum": (samples.put(samples.J, music_junior=2), "QBE-ARI-001"),
    "a stated ratio without its inputs": (samples.row_states(samples.J, "L7.junior", 3.9), "QBE-ARI-007"),
    "a gap of its own": (samples.states(L7__junior__gap=37), "QBE-ARI-009"),
    "two teacher totals": (samples.facts(teachers_full_time=samples.STAFF - 7, teachers_certified=samples.STAFF - 7), "QBE-CTY-002"),
    "nine years as one unit": (samples.put(samples.N, pupils_primary=519, classes_primary=13, **samples._NO_JUNIOR), "QBE-POL-001"),
    "nine years called primary": (samples.put(samples.P, school_name="东岭九年一贯制学校"), "QBE-POL-002"),
    "over-size classes from averages": (samples._averages(0.9), "QBE-POL-008"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", REAL_MISTAKES)
def test_mistakes_of_real_reports(mistake: str) -> None:
    county, code = REAL_MISTAKES[mistake]
    assert set(ledger(county)) == {code}


def test_what_is_guessed_is_said() -> None:
    """The sentence names the slip and what the value would be without it."""

    def message(county: County) -> str:
        (finding,) = run_checks(county, EDITION)
        return finding.message("zh")

    # 153 万元 / 452 = 3384.96 yuan a pupil
    assert "以万元填写的，则为 3385" in message(samples.put(samples.J, equipment_value=153))
    assert "按月填写的，全年为 60000 元" in message(samples.facts(teacher_wage=5000))
    assert "若多填了 1 位数字，则为 2829" in message(SAMPLES["QBE-PLA-001"].fail)  # 1,134,500 / 401
    assert "（这是基本均衡，教督〔2012〕3号，小学综合差异系数的限值）" in message(SAMPLES["QBE-POL-007"].fail)
    assert "不加权，总体标准差" in message(SAMPLES["QBE-POL-004"].fail)


def test_the_worked_example_names_the_formula_that_was_used() -> None:
    """45/279, 37/137, 89/935, 76/160, 55/402: CV 0.515257; unweighted 0.4888, sample 0.5465, about the mean 0.4639."""
    from qbe_xl.checks.stated import Figures

    resource = EDITION.resources[0]
    figures = Figures(resource, "primary", (279, 137, 935, 160, 402), (45, 37, 89, 76, 55), True)
    assert figures.cv is not None and round(float(figures.cv), 6) == 0.515257
    for value, words in ((0.4888, "population form"), (0.5465, "sample form"), (0.4639, "about the county's mean")):
        found = figures.wrong_formula(Fraction(str(value)), mean=False)
        assert found is not None and words in found.en
    assert figures.wrong_formula(Fraction("0.4700"), mean=False) is None


# ---- the data behind the checks


def test_bands_name_known_fields_and_say_where_they_come_from() -> None:
    known = all_fields()
    for ratio in ratios():
        assert {*ratio.of, *ratio.per} <= set(known)
        assert ratio.low < ratio.high
    for entry in (*bands()["ratios"], *bands()["facts"], *bands()["survey"]):
        assert entry["source"] and entry["confidence"] in {"S", "C", "P", "I"}
    for section in ("zero", "same_value", "round_numbers", "homework"):
        assert set(filled(bands()[section]["fields"])) <= set(known)
    assert set(filled(bands()["column_zero"])) <= set(known)
    for entry in (*bands()["facts"], *bands()["survey"]):
        assert {entry["of"], entry.get("per", entry["of"])} <= set(known)
    for section in ("jump", "amounts", "shrink", "same", "facts"):
        assert set(filled(bands()["years"][section]["fields"])) <= set(known)
    types = {choice.id for choice in known["school_type"].choices}
    assert {entry["type"] for entry in bands()["type_words"]} <= types


# ---- in the assessment


def test_last_year_goes_through_the_assessment() -> None:
    from qbe_xl.assessment import assess

    sample = SAMPLES["QBE-YOY-005"]
    assert "QBE-YOY-005" in {f.code for f in assess(sample.fail, against=sample.last).findings}
    assert not {f.code for f in assess(sample.fail).findings if f.code.startswith("QBE-YOY")}


def test_a_stated_cv_that_is_explained_is_not_told_twice() -> None:
    from qbe_xl.assessment import assess

    for code in ("QBE-POL-004", "QBE-POL-005"):
        assert [f.code for f in assess(SAMPLES[code].fail).findings if f.code[4:7] in {"POL", "ARI"}] == [code]
    other = samples.states(L6__primary__cv=0.9)
    assert [f.code for f in assess(other).findings if f.code[4:7] in {"POL", "ARI"}] == ["QBE-ARI-003"]


# ---- lines that the samples do not come to


def test_a_largest_class_that_leaves_too_few_for_the_others() -> None:
    # 395 + 9 others of at least 1 = 404 > 401; 392 + 9 = 401
    findings = [
        f for f in run_checks(samples.put(samples.P, largest_class_primary=395, over_classes_primary=1), EDITION)
    ]
    assert [f.args["low"] for f in findings if f.code == "QBE-LOG-013"] == ["404"]
    assert "QBE-LOG-013" not in ledger(samples.put(samples.P, largest_class_primary=392, over_classes_primary=1))


def test_a_contradiction_is_told_once() -> None:
    # a class of 60 and none over 45: 8 x 45 < 401 would say so again
    assert ledger(samples.put(samples.P, classes_primary=8, largest_class_primary=60, over_classes_primary=0)) == {
        "QBE-LOG-007": 1
    }


# ---- the whole of what is found


@pytest.mark.parametrize("section", ledger_file.SECTIONS)
def test_every_finding_is_as_kept(section: str) -> None:
    """Place, school and arguments too. Where a change is meant: `python -m tests.checks.ledger`, and read the difference."""
    found, kept = ledger_file.lines(section), ledger_file.expected()[section]
    assert found == kept, "\n".join(difflib.unified_diff(kept, found, "kept", "found", lineterm="", n=0))
