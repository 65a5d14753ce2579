"""A tighter programme, once there is a plan: what a cheaper plan can do is bounded, and amounts of people and rooms are whole.

With a plan of cost C every cheaper plan keeps each CV's total S = Σr between two ends, lo ≤ S ≤ hi (`Relaxation.ranges`).
There S² ≤ (lo+hi)·S − lo·hi, so that CV ≤ c, P·Σ(r²/p) ≤ (1+c²)·S², becomes linear in S and in the squares q_u = r_u². Each
q_u is bounded from below by lines of slope t that know two things tangents of a cone do not:

    q ≥ t·r + (1−e)·min{x² − t·x : x ≥ limit} + e·min{x² − t·x : x ≥ floor}

e is the choice to leave the indicator at its floor, and the minima are over what amounts are possible: whole people and
rooms. That is the convex hull for one unit and indicator; the fractions of the choice, and of people, cost what they must.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from qbe_xl.planning.cheapest.arrays import Arrays
from qbe_xl.planning.cheapest.relaxation import Relaxation, Solved, nobody

Floats = Any
_BROKEN = 1e-7  # how far a solution must break a line, in shares of the CV's total, for it to be added
_AROUND = (0.8, 0.9, 1.0, 1.1, 1.25)  # of an amount: where the first lines touch
_NEAR = 4  # whole steps on both sides of an amount that the first lines touch at

# so tight a programme makes the solver's own search near a solution worth its time
_OPTIONS: dict[str, bool | float] = {
    "mip_heuristic_effort": 0.05,
    "mip_heuristic_run_rins": True,
    "mip_heuristic_run_rens": True,
}


@dataclass(frozen=True)
class Member:
    """One unit in a CV: `terms` (column, amount a step adds), the amount now, and what it can be.

    `whole`: amounts are `base` and multiples of it from there; 0 where any amount can be. `low`: least amount where the
    indicator is met, `low_exempt` where it stays at its floor; `choice`: the variable that says which, None for one only.
    """

    terms: tuple[tuple[int, float], ...]
    base: float
    whole: float
    low: float
    low_exempt: float
    choice: int | None

    def least(self, slope: float, low: float) -> float:
        """Min of x² − slope·x over the amounts from `low` on."""
        at = max(slope / 2, low)
        if self.whole:
            at = low + self.whole * round((at - low) / self.whole)
        return at * at - slope * at

    def slopes(self, r: float, exempt: float, first: bool) -> list[float]:
        """Slopes of the lines that may be broken most at an amount `r`; with `first` those around it."""
        r = max(r, self.low_exempt)
        if self.whole:
            k = math.floor((r - self.low_exempt) / self.whole)
            wide = _NEAR if first else 1
            steps = set(range(max(0, k - wide), k + wide + 1))
            steps.update(range(round((self.low - self.low_exempt) / self.whole) + 1))
            return [2 * self.low_exempt + self.whole * (2 * n + 1) for n in sorted(steps)]
        found = [2 * r * factor for factor in (_AROUND if first else (1.0,))]
        if self.low_exempt < self.low and r < self.low and exempt > _BROKEN:
            between = (r - self.low * (1 - exempt)) / exempt
            found.append(2 * min(self.low, max(self.low_exempt, between)))
        return found


class Squares(Relaxation):
    """The programme over these CVs, `ranges` (lo, hi) of Σr relative to each cone's scale."""

    def __init__(
        self, data: Arrays, ranges: Mapping[int, tuple[float, float]], ask: Callable[[], None] = nobody
    ) -> None:
        super().__init__(data, cones=False, ask=ask)
        for name, value in _OPTIONS.items():
            self._h.setOptionValue(name, value)
        self.ends = ranges
        self._q: dict[int, list[int]] = {}
        self._s: dict[int, int] = {}
        self.members: dict[int, list[Member]] = {}
        for number, (low, high) in ranges.items():
            self._cone(number, low, high)

    def _cone(self, number: int, low: float, high: float) -> None:
        cone, problem = self.data.cones[number], self.data.problem
        total = self._s[number] = self._variable(0.0, low, high)
        row: dict[int, float] = {total: 1.0}
        terms: list[list[tuple[int, float]]] = [[] for _ in cone.pupils]
        for j, m, a in zip(cone.columns, cone.member, cone.a, strict=True):
            row[int(j)] = row.get(int(j), 0.0) - float(a) * self._scale[int(j)] / cone.scale
            terms[int(m)].append((int(j), float(a)))
        now = float(cone.base.sum()) / cone.scale
        self._row(now, now, row)
        self._q[number] = [self._variable(0.0, 0.0, self._inf) for _ in cone.pupils]
        squares = dict.fromkeys(self._q[number], 1.0 / len(cone.pupils))
        squares[total] = -cone.factor * (low + high)
        self._row(-self._inf, -cone.factor * low * high, squares)
        exact = problem.cones[number]
        self.members[number] = [
            self._member((u, exact.indicator.id), tuple(each)) for u, each in zip(exact.units, terms, strict=True)
        ]

    def _member(self, key: tuple[int, str], terms: tuple[tuple[int, float], ...]) -> Member:
        data, need = self.data, self.data.problem.needs[key]
        base, whole = float(need.base), 0.0
        if terms and all(data.whole[j] for j, _ in terms) and len({abs(a) for _, a in terms}) == 1:
            whole = abs(terms[0][1])
        leaving = any(a < 0 for _, a in terms)

        def least(limit: float) -> float:
            low = limit if leaving else max(limit, base)
            return base + whole * math.ceil((low - base) / whole - 1e-9) if whole else low

        at_limit = self.limit_of(key)
        low = least(at_limit)
        choice = self._exempt.get(key)
        low_exempt = least(at_limit * self.floor_share) if choice is not None else low
        return Member(terms, base, whole, low, low_exempt, choice)

    def lines(self, steps: Floats, exempt: Mapping[tuple[int, str], float], values: Floats | None) -> int:
        """Add the lines that a solution breaks most, one a unit; all around it where `values` is None; how many."""
        added = 0
        for number, members in self.members.items():
            cone, exact = self.data.cones[number], self.data.problem.cones[number]
            r = cone.amounts(steps)
            size = cone.pupils.sum() / cone.pupils / cone.scale**2 * len(r)
            for m, member in enumerate(members):
                e = min(1.0, max(0.0, exempt.get((exact.units[m], exact.indicator.id), 0.0)))
                if member.choice is None:
                    e = 0.0
                found = []
                for slope in member.slopes(float(r[m]), e, values is None):
                    met, floor = member.least(slope, member.low), member.least(slope, member.low_exempt)
                    found.append((size[m] * (slope * r[m] + met * (1 - e) + floor * e), slope, met, floor))
                if values is not None:
                    found = [max(found)]
                    if found[0][0] - values[self._q[number][m]] < _BROKEN:
                        continue
                for _, slope, met, floor in found:
                    self._line(self._q[number][m], member, float(size[m]), slope, met, floor)
                added += len(found)
        return added

    def _line(self, q: int, member: Member, size: float, slope: float, met: float, floor: float) -> None:
        row = {q: 1.0}
        for j, a in member.terms:
            row[j] = row.get(j, 0.0) - size * slope * a * self._scale[j]
        if member.choice is not None:
            row[member.choice] = -size * (floor - met)
        self._row(size * (slope * member.base + met), self._inf, row)

    def refine(self, solved: Solved) -> int:
        """Add the lines that this solution breaks; how many."""
        if solved.steps is None or solved.values is None:
            return 0
        return self.lines(solved.steps, solved.exempt, solved.values)

    def missed(self, steps: Floats) -> list[int]:
        """The CVs above their limit that this programme does not know of."""
        return [
            number
            for number, cone in enumerate(self.data.cones)
            if number not in self.ends and len(cone.columns) and cone.excess(cone.amounts(steps)) > _BROKEN
        ]

    def _start_values(self, values: Floats, steps: Floats) -> None:
        for number, members in self.members.items():
            cone = self.data.cones[number]
            r = cone.amounts(steps)
            values[self._s[number]] = r.sum() / cone.scale
            size = cone.pupils.sum() / cone.pupils / cone.scale**2 * len(r)
            for m, q in enumerate(self._q[number][: len(members)]):
                values[q] = size[m] * r[m] * r[m]
