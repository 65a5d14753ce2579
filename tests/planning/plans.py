"""Counties and prices for the tests of the cheapest plan, and a search through every small plan."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from fractions import Fraction

from qbe_xl.assessment import Assessment, assess
from qbe_xl.core.numbers import Exact
from qbe_xl.county import County
from qbe_xl.planning.cheapest.costs import Costs, Measure, default_costs
from qbe_xl.planning.cheapest.problem import Problem
from qbe_xl.planning.cheapest.search import exactly_meets
from tests.counties import county, school

PEOPLE = {"raise_degree": 20, "raise_backbone": 30, "hire_pe_art": 110, "multimedia": 50}


def only(*ids: str, prices: dict[str, int] | None = None) -> Costs:
    """The shipped measures with these ids, at round prices."""
    base = default_costs()
    wanted = prices or PEOPLE
    measures = tuple(
        Measure(id=m.id, name=m.name, field=m.field, also=m.also, price=wanted.get(m.id, m.price))
        for m in base.measures
        if m.id in ids
    )
    return Costs(base.name, base.note, measures, base.parts, base.transfers, base.assumed)


def short_county(seed: int, schools: int = 3) -> County:
    """A small county whose people and rooms fall short here and there, so that some CVs do too."""
    rng = random.Random(seed)
    rows = []
    for n in range(1, schools + 1):
        pupils = rng.choice([60, 100, 150, 200, 300])
        teachers = pupils // 8
        rows.append(
            school(
                f"S{n}", "primary", pupils,
                teachers_primary=teachers,
                above_degree_primary=min(teachers, round(pupils * rng.choice([0.036, 0.042, 0.06]))),
                backbone_primary=max(0, round(pupils * rng.choice([0.004, 0.0085, 0.012]))),
                pe_art_primary=round(pupils * rng.choice([0.004, 0.008, 0.012])),
                multimedia_rooms=round(pupils * rng.choice([0.017, 0.023, 0.03])),
            )
        )  # fmt: skip
    return county(*rows)


def brute_force(problem: Problem, most: int) -> Exact | None:
    """The least cost over every plan of at most `most` steps of each column; None where none passes.

    Columns that cannot help (their unit lacks nothing and no CV is over) are still tried.
    """
    best: Exact | None = None
    prices = [c.price * c.step for c in problem.columns]
    for steps in itertools.product(range(most + 1), repeat=len(problem.columns)):
        cost = sum((p * n for p, n in zip(prices, steps, strict=True)), Fraction(0))
        if (best is None or cost < best) and exactly_meets(problem, steps):
            best = cost
    return best


def passes(result: Assessment) -> bool:
    """Whether the resources pass, by the assessment itself."""
    return result.resources is not None and result.resources.status == "pass"


def assessed(*rows: object, **facts: object) -> Assessment:
    """The assessment of a county of these schools."""
    return assess(county(*rows, facts=facts or None))  # type: ignore[arg-type]


def total(values: Sequence[Exact]) -> Exact:
    """Their sum."""
    return sum(values, Fraction(0))
