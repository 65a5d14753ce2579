"""The cheapest plan: equal to brute force, never worse than simple plans, always passing the exact assessment."""

from __future__ import annotations

import itertools
import sys
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from qbe_xl.assessment import assess
from qbe_xl.core.errors import QbeError
from qbe_xl.outputs.plan_workbook import draw_plan
from qbe_xl.outputs.results.plan_sheets import proof_words
from qbe_xl.outputs.results.writer import workbook_bytes
from qbe_xl.outputs.schema import PLAN, schema
from qbe_xl.planning.cheapest import relaxation
from qbe_xl.planning.cheapest.arrays import arrays
from qbe_xl.planning.cheapest.costs import Cap, Forbid, default_costs, load_costs, parse_forbid
from qbe_xl.planning.cheapest.plan import make_plan
from qbe_xl.planning.cheapest.problem import build
from qbe_xl.planning.cheapest.roadmap import passing
from qbe_xl.planning.cheapest.search import search
from qbe_xl.planning.cheapest.serial import plan_to_dict
from tests.counties import campus, county, school, with_school
from tests.planning.plans import brute_force, only, passes, short_county


def test_nothing_is_bought_for_a_county_that_passes() -> None:
    plan = make_plan(assess(county(n=4)))
    assert (plan.status, plan.cost, plan.items) == ("nothing", 0, ())


def test_one_indicator_may_stay_at_its_floor() -> None:
    # 500 pupils, key teachers 4 (limit 5, floor 4.25 -> 5), PE and art 4 (limit 4.5 -> 5, floor 3.825 -> met).
    # Leaving PE and art at the floor, one key teacher at 30 is enough.
    result = assess(county(school("S1", backbone_primary=4, pe_art_primary=4), school("S2")))
    plan = make_plan(result, only("raise_backbone", "hire_pe_art"))
    assert [(i.measure.id, i.quantity, i.cost) for i in plan.items] == [("raise_backbone", 1, 30)]
    assert plan.status == "optimal" and plan.after is not None and passes(plan.after)


def test_area_and_money_go_to_the_cent() -> None:
    # 333 pupils: 7.5 x 333 = 2497.5 ㎡ of sports grounds, 2000 x 333 = 666000 元; floors 2122.875 and 566100.
    # One may stay at its floor. Grounds: from 1000 + 333 indoor to the limit 1164.50 ㎡, to the floor 789.875 -> 789.88.
    # Equipment: from 500000.01 to the limit 165999.99, to the floor 66099.99. At 600 and 1 yuan the floor of the grounds
    # saves 374.62 x 600 = 224772, that of the equipment 99900: grounds 789.88 x 600 = 473928, equipment 165999.99.
    result = assess(
        county(
            school("S1", "primary", 333, outdoor_sports_area=1000, indoor_sports_area=333, equipment_value=500_000.01),
            *(school(f"S{n}") for n in (2, 3, 4)),
        )
    )
    plan = make_plan(result)
    bought = {i.measure.id: i.quantity for i in plan.items}
    assert {k: float(v) for k, v in bought.items()} == {"sports_grounds": 789.88, "equipment": 165999.99}
    assert plan.cost == 473928 + default_costs().measures[7].price * bought["equipment"]
    assert plan.after is not None and passes(plan.after)


@pytest.mark.parametrize("seed", range(9))
@pytest.mark.parametrize(
    ("schools", "measures", "most"),
    [
        (2, ("raise_degree", "hire_pe_art"), 6),
        (2, ("raise_backbone", "multimedia"), 6),
        (3, ("hire_pe_art", "raise_backbone"), 3),
        (4, ("raise_backbone",), 6),
        (4, ("multimedia",), 6),
    ],
)
def test_it_equals_brute_force(seed: int, schools: int, measures: tuple[str, ...], most: int) -> None:
    problem = build(assess(short_county(seed, schools)), only(*measures))
    found = search(problem, 0.0, 20)
    best = brute_force(problem, most)
    if found.steps is None:
        assert best is None and found.infeasible
    elif max(found.steps) <= most:
        assert best == found.cost
    else:  # cheaper than anything within what was tried
        assert best is None or best >= found.cost
    assert found.bound <= found.cost * (1 + 1e-6)


def test_it_equals_brute_force_where_a_school_has_two_stages() -> None:
    result = assess(
        county(
            school("S1", "nine_year", {"primary": 100, "junior": 90}, multimedia_rooms=3, backbone_primary=0),
            school("S2", "primary", 100, multimedia_rooms=2),
            school("S3", "junior", 100, multimedia_rooms=2),
        )
    )
    problem = build(result, only("raise_backbone", "multimedia"))
    found = search(problem, 0.0, 20)
    assert found.cost == brute_force(problem, 3)


@pytest.mark.parametrize("seed", range(8))
def test_never_worse_than_simple_plans_and_always_passing(seed: int) -> None:
    plan = make_plan(assess(short_county(seed, 8)))
    assert plan.status in ("optimal", "within_gap", "nothing")
    assert plan.after is not None and passes(plan.after)
    assert plan.bound <= plan.cost
    for cost in plan.baselines.values():
        assert cost is None or plan.cost <= cost + 1  # baselines are shown to the cent
    assert plan.gap <= 0.001
    assert not [f for f in plan.after.findings if f.severity == "error"]


def test_a_cv_alone_is_brought_below_its_limit() -> None:
    # All meet every limit, but key teachers are spread: 1 a hundred in three schools, 6 a hundred in the fourth.
    rows = [school(f"S{n}", "primary", 500, backbone_primary=5) for n in (1, 2, 3)]
    result = assess(county(*rows, school("S4", "primary", 500, backbone_primary=30)))
    assert result.resources is not None and result.resources.stages["primary"].indicators["L2"].cv_status == "fail"
    problem = build(result, only("raise_backbone"))
    found = search(problem, 0.0, 20)
    plan = make_plan(result, only("raise_backbone"), gap=0.0)
    assert plan.cost == found.cost and plan.after is not None and passes(plan.after)
    # x, x, x, 30 in schools of one size: CV² = 3(30-x)²/(3x+30)² <= 1/4 wants x >= 12.6..., in all 3x + 30 whole
    assert found.cost == brute_force(problem, 9) if max(found.steps or [0]) <= 9 else found.cost > 0


def test_training_ends_where_the_teachers_end() -> None:
    result = assess(county(school("S1", "primary", 100, teachers_primary=3, above_degree_primary=3), school("S2")))
    plan = make_plan(result, only("raise_degree", "hire_teacher"), gap=0.0)
    assert {i.measure.id for i in plan.items} == {"hire_teacher"}
    assert plan.after is not None and passes(plan.after)


def test_campuses_count_with_their_school() -> None:
    result = assess(
        county(
            school("S1", "primary", 300, backbone_primary=1),
            campus("S2", "S1", "primary", 200, backbone_primary=1),
            school("S3"),
        )
    )
    plan = make_plan(result, only("raise_backbone"), gap=0.0)
    # 500 pupils with 2 key teachers; the floor 4.25 wants 5
    assert plan.items[0].quantity == 3 and plan.after is not None and passes(plan.after)


# ---- transfers


def test_teachers_move_where_that_is_cheaper_and_the_giver_still_passes() -> None:
    result = assess(county(school("S1", "primary", 500, backbone_primary=2), school("S2", "primary", 500, backbone_primary=9)))
    costs = only("raise_backbone", "raise_degree", prices={"raise_backbone": 30000, "raise_degree": 20000})
    without = make_plan(result, costs, gap=0.0)
    plan = make_plan(result, costs, transfers=True, gap=0.0)
    assert plan.cost < without.cost
    moved = [i for i in plan.items if i.giver is not None]
    assert moved and {i.giver.code for i in moved if i.giver} == {"S2"}
    assert plan.after is not None and passes(plan.after)

    def key_teachers(of: object) -> object:
        return sum(u.unit.amounts["L2"] or 0 for u in of.resources.units)  # type: ignore[attr-defined]

    bought = sum(i.quantity for i in plan.items if i.measure.id == "raise_backbone")
    assert key_teachers(plan.after) == key_teachers(result) + bought


def test_private_schools_take_no_part_in_transfers() -> None:
    result = assess(
        county(
            school("S1", "primary", 500, backbone_primary=2),
            school("S2", "primary", 500, backbone_primary=9, sponsor="private"),
        )
    )
    plan = make_plan(result, only("raise_backbone", "raise_degree"), transfers=True)
    assert not [i for i in plan.items if i.giver is not None]


# ---- what blocks


def test_a_prohibition_that_blocks_is_named() -> None:
    result = assess(county(school("S1", outdoor_sports_area=100), school("S2")))
    plan = make_plan(result, default_costs().forbidding([parse_forbid("S1:L5")]))
    assert plan.status == "infeasible" and plan.after is None
    block = plan.blocks[0]
    assert block.unit is not None
    assert (block.unit.school.code, block.indicator.id, block.no_way) == ("S1", "L5", True)


def test_a_cap_that_blocks_tells_how_far_it_goes() -> None:
    # 500 pupils, 500 ㎡ indoor + 100 outdoor; the floor 6.375 wants 3187.5 ㎡; a cap of 1000 reaches 3.2 a pupil
    result = assess(county(school("S1", outdoor_sports_area=100), school("S2")))
    costs = replace(only("sports_grounds"), caps=(Cap(school="S1", field="outdoor_sports_area", at_most=1000),))
    plan = make_plan(result, costs)
    assert plan.status == "infeasible"
    block = next(b for b in plan.blocks if b.unit is not None)
    assert float(block.reached) == pytest.approx(3.2, abs=1e-3) and float(block.wanted) == pytest.approx(6.375)


def test_a_cv_that_blocks_is_named() -> None:
    rows = [school(f"S{n}", "primary", 500, backbone_primary=5) for n in (1, 2, 3)]
    result = assess(county(*rows, school("S4", "primary", 500, backbone_primary=40)))
    costs = only("raise_backbone").forbidding([Forbid(school="*", indicator="L2")])
    plan = make_plan(result, costs)
    assert plan.status == "infeasible"
    assert [(b.indicator.id, b.unit) for b in plan.blocks] == [("L2", None)]


def test_unknown_names_are_told() -> None:
    result = assess(county(n=2))
    for text, code in (("第九小学", "QBE-PLN-102"), ("*:L9", "QBE-PLN-103")):
        with pytest.raises(QbeError) as raised:
            make_plan(result, default_costs().forbidding([parse_forbid(text)]))
        assert raised.value.code == code


def test_a_unit_without_data_is_named_and_left_out() -> None:
    base = with_school(county(school("S1"), school("S2", backbone_primary=1), school("S3")), "S1", pe_art_primary=None)
    plan = make_plan(assess(base), only("raise_backbone"))
    assert [(m.unit.school.code, m.indicators) for m in plan.problem.missing] == [("S1", ("L3",))]
    assert {i.school.code for i in plan.items} == {"S2"}
    assert plan.after is not None and plan.after.resources is not None and plan.after.resources.status == "undetermined"


# ---- money and years


def failing_county() -> object:
    """Schools S1 … S5 lack 1 … 5 key teachers to the floor; S6 lacks none."""
    rows = [school(f"S{n}", "primary", 1000, backbone_primary=9 - n) for n in range(1, 6)]
    return assess(county(*rows, school("S6", "primary", 1000)))


def test_a_small_budget_makes_as_many_schools_pass_as_can() -> None:
    # The floor is 8.5, so 9: they lack 1, 2, 3, 4, 5 at 30 each; 100 buys 1 + 2 = 3 for 90.
    plan = make_plan(failing_county(), only("raise_backbone"), budget=100)  # type: ignore[arg-type]
    assert plan.cost == 450 and plan.budget is not None
    assert not plan.budget.enough and plan.budget.proved
    assert [s.code for s in plan.budget.schools] == ["S1", "S2"] and plan.budget.cost == 90
    assert plan.budget.after is not None and passing(plan.budget.after) == 3


def test_a_budget_that_is_enough() -> None:
    plan = make_plan(failing_county(), only("raise_backbone"), budget=450)  # type: ignore[arg-type]
    assert plan.budget is not None and plan.budget.enough


def test_the_roadmap_ends_where_everything_passes() -> None:
    plan = make_plan(failing_county(), only("raise_backbone"), yearly=[200])  # type: ignore[arg-type]
    # 200: S1 30, S2 60, S3 90 (180); year 2: S4 120 and 3 of S5 (90 of 150), 10 carried; year 3: the rest
    assert [(y.spent, y.carried, y.schools_passing) for y in plan.years] == [(180, 20, 4), (210, 10, 5), (60, 150, 6)]
    assert plan.years_enough and passes(plan.years[-1].after)
    assert sum(y.spent for y in plan.years) == plan.cost
    assert [count for _, count in plan.curve] == [1, 2, 3, 4, 5, 6]


def test_years_share_the_cost_and_too_little_money_is_said() -> None:
    plan = make_plan(failing_county(), only("raise_backbone"), years=3)  # type: ignore[arg-type]
    assert len(plan.years) == 3 and passes(plan.years[-1].after)
    poor = make_plan(failing_county(), only("raise_backbone"), yearly=[100, 100])  # type: ignore[arg-type]
    assert not poor.years_enough and not passes(poor.years[-1].after)
    with pytest.raises(QbeError) as raised:
        make_plan(failing_county(), only("raise_backbone"), years=0)  # type: ignore[arg-type]
    assert raised.value.code == "QBE-PLN-106"


# ---- the file of prices


def test_a_bureaus_prices_replace_the_assumptions(tmp_path: Path) -> None:
    file = tmp_path / "costs.yaml"
    file.write_text(
        "prices: {raise_backbone: 12000}\noff: [indoor_sports]\ncaps:\n- {school: S1, measure: equipment, at_most: 5}\n"
        "forbid:\n- {school: S2, indicator: L5}\n",
        encoding="utf-8",
    )
    costs = load_costs(file)
    assert {m.id: m.price for m in costs.measures}["raise_backbone"] == 12000
    assert "indoor_sports" not in {m.id for m in costs.measures} and "raise_backbone" not in costs.assumed
    assert "equipment" in costs.assumed and costs.caps[0].at_most == 5


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("price: {equipment: 1}", "QBE-STD-002", 1),
        ("prices:\n  equipmnt: 1", "QBE-STD-002", 2),
        ("prices:\n  equipment: -1", "QBE-STD-005", 2),
        ("off:\n- nothing", "QBE-STD-002", 2),
        ("caps:\n- {school: S1, at_most: 3}", "QBE-STD-004", 2),
        ("measures:\n- id: x\n  name: {zh: 甲, en: x}\n  field: sports\n  price: 1", "QBE-STD-009", 4),
    ],
)
def test_mistakes_in_it_name_their_line(tmp_path: Path, text: str, code: str, line: int) -> None:
    file = tmp_path / "costs.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(QbeError) as raised:
        load_costs(file)
    assert (raised.value.code, raised.value.values["line"]) == (code, line)


# ---- time

def test_a_plan_short_of_the_gap_asked_for_says_so() -> None:
    result = assess(short_county(3, 8))
    asked = make_plan(result, gap=0.001)
    assert asked.status in ("optimal", "within_gap") and asked.gap <= 0.001
    hurried = make_plan(result, gap=0.001, seconds=1e-9)  # nothing is left to prove anything in
    assert hurried.status == "beyond_gap" and hurried.gap > 0.001 and hurried.found
    assert hurried.after is not None and passes(hurried.after)
    data = plan_to_dict(hurried)
    jsonschema.validate(data, schema(PLAN))
    assert (data["status"], data["gap_wanted"]) == ("beyond_gap", 0.001) and data["gap"] > 0.001
    for lang, words in (("zh", "要求不超过 0.1%"), ("en", "0.1% was asked for")):
        sheet = draw_plan(hurried, lang).sheets[0]  # type: ignore[arg-type]
        text = "\n".join(str(cell.value) for cell in sheet.cells.values())
        assert words in text and "--seconds" in text and "--gap" in text
        assert words not in proof_words(asked)[lang]  # type: ignore[index]


# ---- stopping


class Enough(Exception):
    """Somebody wants no more."""


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("error", [Enough, KeyboardInterrupt])
def test_the_solver_stops_while_it_works(error: type[BaseException], whole: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relaxation, "_ASK", -1.0)  # at every look
    asked = itertools.count()

    def ask() -> None:
        if next(asked) == 1:  # the first time is before the solver is called
            raise error()

    programme = relaxation.Relaxation(arrays(build(assess(short_county(3, 60)), default_costs())), ask=ask)
    programme.cut(np.zeros(len(programme.data.price)), None, (0.8, 1.0, 1.25))  # too much for presolving alone
    if whole:
        programme.make_whole()
    with pytest.raises(error):
        programme.solve(20)
    assert next(asked) == 2  # nobody was asked again: that was the end


@pytest.mark.parametrize("after", [0, 1, 3, 6])
def test_a_plan_is_given_up_when_asked_to(after: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relaxation, "_ASK", -1.0)
    asked = itertools.count()

    def ask() -> None:
        if next(asked) == after:
            raise Enough()

    with pytest.raises(Enough):
        make_plan(assess(short_county(3, 60)), gap=0.0, ask=ask)


# ---- without a solver, and what is written


def test_without_a_solver_it_says_how_to_install_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "highspy", None)
    with pytest.raises(QbeError) as raised:
        make_plan(assess(county(n=2)))
    assert raised.value.code == "QBE-PLN-105" and "pip install 'qbe-xl[plan]'" in raised.value.message("zh")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_json_keeps_its_schema_and_the_same_bytes(lang: str) -> None:
    result = failing_county()
    made = [make_plan(result, only("raise_backbone"), budget=100, years=2, transfers=True) for _ in range(2)]  # type: ignore[arg-type]
    data = [plan_to_dict(plan, lang) for plan in made]  # type: ignore[arg-type]
    jsonschema.validate(data[0], schema(PLAN))
    assert data[0] == data[1]
    assert workbook_bytes(draw_plan(made[0], lang)) == workbook_bytes(draw_plan(made[1], lang))  # type: ignore[arg-type]
    blocked = make_plan(result, only("raise_backbone").forbidding([parse_forbid("S1")]))  # type: ignore[arg-type]
    jsonschema.validate(plan_to_dict(blocked, lang), schema(PLAN))  # type: ignore[arg-type]
    assert draw_plan(blocked, lang).sheets  # type: ignore[arg-type]
