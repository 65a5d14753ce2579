"""The exact problem as floating-point arrays, for the solver and the rounding; what they find is checked exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from qbe_xl.planning.cheapest.problem import Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

Floats = Any  # NDArray[np.float64]; numpy's generics say little here


@dataclass
class ConeArrays:
    """One cone: members in order, their pupils, amounts now, and the columns that change them.

    `a` is what one step of column `columns[i]` adds to member `member[i]`. `scale` makes Σr/scale about 1.
    """

    pupils: NDArray[np.float64]
    base: NDArray[np.float64]
    columns: NDArray[np.int64]
    member: NDArray[np.int64]
    a: NDArray[np.float64]
    limit: float
    scale: float

    @property
    def factor(self) -> float:
        """1 + c²."""
        return 1 + self.limit * self.limit

    def amounts(self, steps: Floats) -> Floats:
        """Amounts of the members after so many steps of every column."""
        r = self.base.copy()
        np.add.at(r, self.member, self.a * steps[self.columns])
        return r

    def excess(self, r: Floats) -> float:
        """(P·Σr²/p − (1+c²)(Σr)²) / scale²: above 0 where the CV is above its limit."""
        total = r.sum()
        return float((self.pupils.sum() * (r * r / self.pupils).sum() - self.factor * total * total) / self.scale**2)


@dataclass
class Arrays:
    """Per column: the price of a step (元) and the most steps; per unit and indicator: what it needs, in amounts.

    `rows[key]` lists (column, amount a step adds) of a (unit, indicator); `bounds` as in the problem, in steps.
    """

    problem: Problem
    price: NDArray[np.float64]
    most: NDArray[np.float64]
    whole: NDArray[np.bool_]
    need: dict[tuple[int, str], tuple[float, float]]
    rows: dict[tuple[int, str], list[tuple[int, float]]]
    bounds: list[tuple[float, list[tuple[int, float]]]]
    cones: list[ConeArrays]


def arrays(problem: Problem) -> Arrays:
    """The arrays of a problem."""
    rows: dict[tuple[int, str], list[tuple[int, float]]] = {key: [] for key in problem.needs}
    for position, column in enumerate(problem.columns):
        for unit, indicator, by in column.effects:
            rows[unit, indicator].append((position, float(by * column.step)))
    cones = []
    for cone in problem.cones:
        key = cone.indicator.id
        members = list(cone.units)
        pupils = np.array([float(problem.pupils(u)) for u in members])
        base = np.array([float(problem.needs[u, key].base) for u in members])
        entries = [(j, m, a) for m, u in enumerate(members) for j, a in rows[u, key]]
        limit = float(cone.indicator.at_least[cone.stage]) / float(cone.indicator.per_pupils)  # type: ignore[index]
        cones.append(
            ConeArrays(
                pupils, base,
                np.array([e[0] for e in entries], dtype=np.int64),
                np.array([e[1] for e in entries], dtype=np.int64),
                np.array([e[2] for e in entries], dtype=np.float64),
                float(cone.limit), max(limit * float(pupils.sum()), 1e-9),
            )
        )  # fmt: skip
    return Arrays(
        problem,
        np.array([float(c.price * c.step) for c in problem.columns], dtype=np.float64),
        np.array([np.inf if c.most is None else float(c.most // c.step) for c in problem.columns], dtype=np.float64),
        np.array([c.step == 1 for c in problem.columns], dtype=np.bool_),
        {key: (float(n.to_limit), float(n.to_floor)) for key, n in problem.needs.items()},
        rows,
        [
            (float(b.slack), [(j, float(by * problem.columns[j].step)) for j, by in b.terms])
            for b in problem.bounds
        ],
        cones,
    )  # fmt: skip
