"""The cheapest plan of counties made up for it: how long it takes, and how near it is to the least cost."""

from __future__ import annotations

import math
import random
import time
from dataclasses import replace
from typing import Any

from benchmarks.counties import made_up
from qbe_xl.assessment import Assessment, assess
from qbe_xl.planning.cheapest.plan import make_plan

_PEOPLE = ("above_degree", "backbone", "pe_art")
_THINGS = ("outdoor_sports_area", "equipment_value", "multimedia_rooms")
_SUBJECTS = tuple(f"{name}_{stage}" for name in ("pe", "music", "art") for stage in ("primary", "junior"))


def falling_short(schools: int, seed: int, spread: float, level: float = 0.75) -> Assessment:
    """A county whose amounts are `level` of a good one's, spread by a log-normal factor of width `spread`.

    With 0.35 half of the schools fail and no CV does; with 0.5 nearly all fail, and most CVs do.
    """
    rng = random.Random(seed)
    county = made_up(schools, seed)
    rows = []
    for row in county.schools:
        values: dict[str, Any] = dict(row.values)
        for name, value in row.values.items():
            if isinstance(value, str) or not value:
                continue
            factor = level * math.exp(rng.gauss(0, spread))
            base, _, stage = name.rpartition("_")
            if base in _PEOPLE:
                teachers = row.number_of(f"teachers_{stage}")
                values[name] = min(int(value * factor), int(teachers or 0))
            elif name in _THINGS:
                values[name] = int(value * factor)
        values |= dict.fromkeys(_SUBJECTS)
        rows.append(replace(row, values=values))
    return assess(replace(county, schools=tuple(rows)))


def planned(schools: int, spread: float, gap: float, seed: int = 1) -> tuple[float, float]:
    """Seconds of `make_plan`, its exact assessment included, and the relative gap that it states."""
    result = falling_short(schools, seed, spread)
    start = time.perf_counter()
    plan = make_plan(result, gap=gap)
    return time.perf_counter() - start, plan.gap
