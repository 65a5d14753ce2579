"""What must hold for every county: order does not matter, the left out do not count, more never harms."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from qbe_xl.assessment import assess
from qbe_xl.assessment.wording import number
from qbe_xl.core.numbers import exact
from qbe_xl.county import Row
from qbe_xl.standards import DEFAULT_EDITION, load_edition
from qbe_xl.standards.wording import plain
from tests.counties import PER_PUPIL, adding, campus, changed, county, school

EDITION = load_edition(DEFAULT_EDITION)
SHARED = (*PER_PUPIL, "multimedia_rooms")
AMOUNTS = {
    "above_degree_{s}": st.integers(0, 40),
    "backbone_{s}": st.integers(0, 8),
    "pe_art_{s}": st.integers(0, 8),
    "teaching_area": st.integers(500, 6000),
    "outdoor_sports_area": st.integers(0, 9000),
    "equipment_value": st.integers(0, 2_000_000),
    "multimedia_rooms": st.integers(0, 20),
}


@st.composite
def schools(draw: st.DrawFn, code: str, gaps: bool = True) -> Row:
    kind = draw(st.sampled_from(["primary", "junior", "nine_year", "complete_secondary", "teaching_point"]))
    row = school(code, kind, draw(st.integers(1, 600)))
    # enough teachers in all that no part exceeds its whole, which would be an error and not used
    values: dict[str, Any] = {name: 10_000 for name in row.values if name.startswith("teachers_")}
    for name, amounts in AMOUNTS.items():
        for field in {name.format(s=stage) for stage in ("primary", "junior")}:
            if field in row.values and draw(st.booleans()):
                values[field] = draw(st.one_of(st.none(), amounts) if gaps else amounts)
    return changed(row, **values)


@st.composite
def counties(draw: st.DrawFn, gaps: bool = True) -> list[Row]:
    return [draw(schools(f"S{n}", gaps)) for n in range(1, draw(st.integers(1, 5)) + 1)]


def county_level(data: dict[str, Any]) -> dict[str, Any]:
    """The part of a result that is about the county as a whole: nothing that lists schools or cells in order."""

    def item(one: dict[str, Any]) -> dict[str, Any]:
        kept = {k: v for k, v in one.items() if k not in {"cells", "detail", "schools", "parts"}}
        return {**kept, "parts": [item(part) for part in one["parts"]]}

    groups = ("government", "quality", "recognition", "vetoes", "entry")
    kept = {k: v for k, v in data.items() if k not in {*groups, "resources", "findings", "excluded"}}
    kept["resources"] = {k: v for k, v in data["resources"].items() if k != "units"}
    kept |= {group: [item(one) for one in data[group]["items"]] for group in groups}
    kept["findings"] = sorted(f["code"] + str(f["school"]) for f in data["findings"])
    return kept


@given(counties(), st.randoms(use_true_random=False))
def test_the_order_of_schools_does_not_matter(rows: list[Row], random: Any) -> None:
    rows = [*rows, campus("S9", "S1", pupils=60)] if rows[0].text("school_type") == "primary" else rows
    shuffled = list(rows)
    random.shuffle(shuffled)
    first, second = (assess(county(*some)).to_dict() for some in (rows, shuffled))
    assert county_level(first) == county_level(second)
    assert sorted(first["resources"]["units"], key=str) == sorted(second["resources"]["units"], key=str)


@given(counties(), st.sampled_from([("special", 80), ("vocational", 900), ("teaching_point", 49)]))
def test_a_school_that_is_left_out_changes_nothing_in_resources(rows: list[Row], other: tuple[str, int]) -> None:
    base = county(*rows)
    before, after = assess(base), assess(adding(base, school("S99", *other, equipment_value=1)))
    assert after.to_dict()["resources"] == before.to_dict()["resources"]
    assert [e.school.code for e in after.excluded if e.school.code == "S99"] == ["S99"]


@given(counties(gaps=False), st.data())
def test_more_never_makes_a_unit_fail(rows: list[Row], data: st.DataObject) -> None:
    """More of one amount leaves every unit's status as good as it was."""
    order = {"fail": 0, "undetermined": 1, "pass": 2}
    k = data.draw(st.integers(0, len(rows) - 1))
    row = rows[k]
    # teaching_area includes indoor sports rooms, so more of it is more
    fields = [
        name
        for name in row.values
        if name in SHARED[:1] + SHARED[2:] or name.startswith(("above_", "backbone_", "pe_art_"))
    ]
    name = data.draw(st.sampled_from(sorted(fields)))
    before = assess(county(*rows))
    richer = changed(row, **{name: Fraction(row.values[name] or 0) + data.draw(st.integers(0, 500))})
    after = assess(county(*rows[:k], richer, *rows[k + 1 :]))
    assert before.resources and after.resources
    old = {unit.unit.id: unit for unit in before.resources.units}
    for unit in after.resources.units:
        assert order[unit.status] >= order[old[unit.unit.id].status]
        assert unit.met >= old[unit.unit.id].met


@given(counties(), st.data())
def test_filling_a_gap_only_settles(rows: list[Row], data: st.DataObject) -> None:
    """Whatever is filled in: what passed or failed before still does, unit by unit and for every CV."""
    before = assess(county(*rows))
    filled = [
        changed(
            row,
            **{
                name: data.draw(st.integers(5000, 9000) if name == "teaching_area" else st.integers(500, 5000))
                for name, value in row.values.items()
                if value is None
            },
        )
        for row in rows
    ]
    after = assess(county(*filled))
    assert before.resources and after.resources
    new = {unit.unit.id: unit for unit in after.resources.units}
    for unit in before.resources.units:
        if unit.status != "undetermined":
            assert new[unit.unit.id].status == unit.status
    for name, stage in before.resources.stages.items():
        for key, indicator in stage.indicators.items():
            if indicator.cv_status != "undetermined":
                assert after.resources.stages[name].indicators[key].cv_status == indicator.cv_status


@given(counties())
def test_the_verdict_follows_from_its_parts(rows: list[Row]) -> None:
    result = assess(county(*rows))
    assert result.resources
    statuses = [item.status for group in result.groups.values() for item in group.items]
    statuses += [unit.status for unit in result.resources.units]
    statuses += [i.cv_status for stage in result.resources.stages.values() for i in stage.indicators.values()]
    wanted = "fail" if "fail" in statuses else "undetermined" if "undetermined" in statuses else "pass"
    assert result.status == wanted
    assert result.exit_code == (3 if result.blocked else {"pass": 0, "fail": 1, "undetermined": 2}[wanted])


@given(counties())
def test_units_and_counts_agree(rows: list[Row]) -> None:
    result = assess(county(*rows))
    assert result.resources
    for stage in result.resources.stages.values():
        assert stage.units_failing == sum(unit.status == "fail" for unit in stage.units)
        for key, indicator in stage.indicators.items():
            values = [unit.values[key] for unit in stage.units]
            assert indicator.units == len(values)
            assert indicator.units_below == sum(v.value is not None and v.value < v.limit for v in values)
            assert indicator.units_below_floor == sum(v.value is not None and v.value < v.floor for v in values)
            assert indicator.units_missing == sum(v.value is None for v in values)
            assert (indicator.gap_schools > 0) == (indicator.units_below > 0)


# ---- what is shown

LIMITS = sorted({limit for i in EDITION.resources for limit in (*i.at_least.values(), *i.cv_at_most.values())})
near = st.fractions(Fraction(-1, 100), Fraction(1, 100), max_denominator=10**9)


@given(st.sampled_from(LIMITS), near, st.booleans(), st.integers(0, 4))
def test_what_is_shown_stands_to_the_limit_as_the_value_does(
    limit: Any, off: Fraction, percent: bool, places: int
) -> None:
    value = limit + off
    text = number(value, limit, percent, places)
    asked = plain(exact(limit), percent)
    assert ("%" in text) == ("%" in asked) == percent
    left, right = (Decimal(t.rstrip("%")) for t in (text, asked))
    assert right == Decimal((limit * (100 if percent else 1)).numerator) / (limit * (100 if percent else 1)).denominator
    assert (left > right) - (left < right) == (value > limit) - (value < limit)


@given(st.integers(1, 3000), st.integers(0, 200_000_000))
def test_a_share_of_each_school_is_shown_on_its_side_of_the_limit(training: int, budget: int) -> None:
    row = school("S1", operating_funds=budget, training_funds=training)
    result = assess(county(row, school("S2", "junior"))).item("Q4").schools[0]
    if result.value is not None:
        shown = Decimal(result.detail.zh.split("%")[0])
        assert (shown >= 5) == (result.status == "pass") == (result.value >= Fraction(1, 20))


def test_places_of_a_value_follow_the_form() -> None:
    """A value names the cells it came from; where the form has no such column there is none to name."""
    row = school("S1")
    result = assess(county(replace(row, columns={}), school("S2", "junior")))
    assert result.resources
    units = {unit.unit.id: unit for unit in result.resources.units}
    assert units["S1/primary"].values["L1"].cells == ()
    cells = [str(school("S2").place(name)) for name in ("above_degree_junior", "pupils_junior")]
    assert list(units["S2/junior"].values["L1"].cells) == cells
