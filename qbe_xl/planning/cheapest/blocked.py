"""Why there is no plan: the smallest lack, summed over limits, that no plan can avoid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from qbe_xl.core.numbers import Exact, tidy
from qbe_xl.county.units import Unit
from qbe_xl.planning.cheapest.arrays import arrays
from qbe_xl.planning.cheapest.problem import Cone, Problem
from qbe_xl.planning.cheapest.relaxation import Relaxation, nobody
from qbe_xl.standards.model import Resource

_ROUNDS = 30


@dataclass(frozen=True)
class Block:
    """What cannot be met: an indicator of a unit (`reached` of `wanted` per pupil), or a CV (`reached`, `wanted`).

    `no_way`: nothing at all may be bought there for this indicator.
    """

    indicator: Resource
    stage: str
    unit: Unit | None
    reached: Exact
    wanted: Exact
    no_way: bool


def find_blocks(problem: Problem, seconds: float, ask: Callable[[], None] = nobody) -> tuple[Block, ...]:
    """The units and CVs that fall short where what is lacking, relative to the limits, is least in all.

    One such choice of several: where two schools compete for what a cap allows, another could be named instead.
    """
    data = arrays(problem)
    relaxation = Relaxation(data, elastic=True, ask=ask)
    solved: Any = None
    for whole in (False, True):
        if whole:
            relaxation.make_whole()
        for _ in range(_ROUNDS if not whole else 4):
            again = relaxation.solve(seconds)
            if again.steps is None or again.values is None:
                break
            solved = again
            if not relaxation.cut(again.steps, again.values, (0.7, 1.0, 1.4)):
                break
    if solved is None:
        return ()
    needs, cones = relaxation.lack(solved.values)
    blocks = [_unit_block(problem, key, by, solved.exempt.get(key, 0.0) > 0.5) for key, by in sorted(needs.items())]
    return (*blocks, *(_cone_block(problem, problem.cones[n], data.cones[n], solved.steps) for n in sorted(cones)))


def _unit_block(problem: Problem, key: tuple[int, str], lack: float, exempt: bool) -> Block:
    unit, need = problem.units[key[0]], problem.needs[key]
    limit = need.indicator.at_least[unit.stage]  # type: ignore[index]
    columns = [c for c in problem.columns if any((u, k) == key and by > 0 for u, k, by in c.effects)]
    no_way = all(c.most == 0 for c in columns)
    wanted = problem.edition.floor(need.indicator, unit.stage) if exempt else limit
    now = Fraction(need.indicator.per_pupils) * need.base / problem.pupils(key[0])
    reached = now if no_way else wanted - Fraction(lack).limit_denominator(10**6) * limit  # lacking is told in limits
    return Block(need.indicator, unit.stage, unit, tidy(reached), wanted, no_way)


def _cone_block(problem: Problem, cone: Cone, found: Any, steps: Any) -> Block:
    r = found.amounts(steps)
    p = found.pupils
    mean = r.sum() / p.sum()
    cv = float(np.sqrt((p / p.sum() * (r / p - mean) ** 2).sum()) / mean) if mean > 0 else 0.0
    return Block(
        cone.indicator, cone.stage, None, Fraction(cv).limit_denominator(10**6), cone.limit, not len(found.columns)
    )
