"""Whole plans out of nothing or out of a solver's fractions: what units need, then the CVs, then what is not needed goes.

A plan here is an array of whole steps, one a column. Transfers are taken as the solver gives them and never added.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from qbe_xl.planning.cheapest.arrays import Arrays, ConeArrays

Floats = Any
_CLOSE = 1e-9  # relative; below it a float does not tell, and the exact check decides
_MOST_ROUNDS = 60_000
_CHUNK = 0.01  # of the limit: how finely ㎡ and 元 are shared out while a CV is brought down


class Rounding:
    """Makes plans for one problem. `margin`: how far below their limits CVs are brought, relative."""

    def __init__(self, data: Arrays, margin: float = 0.0) -> None:
        self.data = data
        self.margin = margin
        self.buy = np.array([c.way == "buy" for c in data.problem.columns], dtype=bool)
        self.cones_of: list[list[tuple[int, int, float]]] = [[] for _ in data.problem.columns]
        for number, cone in enumerate(data.cones):
            for j, member, a in zip(cone.columns, cone.member, cone.a, strict=True):
                self.cones_of[j].append((number, int(member), float(a)))
        self.rows_of: list[list[tuple[tuple[int, str], float]]] = [[] for _ in data.problem.columns]
        for key, terms in data.rows.items():
            for j, a in terms:
                self.rows_of[j].append((key, a))
        self._least_step = {key: min((a for _, a in t if a > 0), default=1.0) for key, t in data.rows.items()}
        # what raises several indicators at once first: it may spare what raises one
        self._order = sorted(data.need, key=lambda k: -max((len(self.rows_of[j]) for j, _ in data.rows[k]), default=0))
        self._ways = {
            key: sorted((data.price[j] / a, j, a) for j, a in terms if self.buy[j] and a > 0)
            for key, terms in data.rows.items()
        }
        self.bounds_of: list[list[tuple[int, float]]] = [[] for _ in data.problem.columns]
        for number, (_, bound_terms) in enumerate(data.bounds):
            for j, by in bound_terms:
                self.bounds_of[j].append((number, by))

    # ---- a plan

    def complete(
        self, start: Floats | None, exempt: Mapping[int, Sequence[str]], *, trim: bool = True
    ) -> Floats | None:
        """A plan that meets everything, from whole steps `start`; None where this way finds none.

        `exempt`: the indicators that each unit may leave between floor and limit.
        """
        steps = np.zeros(len(self.data.price)) if start is None else start.copy()
        slack = np.array([bound for bound, _ in self.data.bounds])
        for j in np.flatnonzero(steps):
            for number, by in self.bounds_of[j]:
                slack[number] += by * steps[j]
        if not self._meet_needs(steps, slack, exempt) or not self._meet_cvs(steps, slack):
            return None
        if trim:
            self._trim(steps, slack, exempt)
        return steps

    def cost(self, steps: Floats) -> float:
        """元."""
        return float(self.data.price @ steps)

    def cheapest_exempt(self, relative: Mapping[tuple[int, str], float] | None = None) -> dict[int, tuple[str, ...]]:
        """The indicators each unit had better leave at the floor: where that saves most, or where `relative` is most."""
        may = self.data.problem.may_miss
        savings: dict[int, list[tuple[float, str]]] = {}
        for (unit, key), (to_limit, to_floor) in self.data.need.items():
            if to_limit <= 0:
                continue
            if relative is not None:
                gain = relative.get((unit, key), 0.0)
            else:
                gain = self._price_of((unit, key), to_limit) - self._price_of((unit, key), to_floor)
            savings.setdefault(unit, []).append((gain, key))
        return {
            unit: tuple(key for _, key in sorted(each, key=lambda e: (-e[0], e[1]))[:may])
            for unit, each in savings.items()
        }

    def exempt_in(self, steps: Floats) -> dict[int, tuple[str, ...]]:
        """The indicators that each unit leaves below its limit in a plan."""
        found: dict[int, tuple[str, ...]] = {}
        for unit, key in self.data.need:
            if self._lacking((unit, key), steps, {}):
                found[unit] = (*found.get(unit, ()), key)
        return found

    def _price_of(self, key: tuple[int, str], amount: float) -> float:
        prices = [
            self.data.price[j] * math.ceil(amount / a - _CLOSE) for j, a in self.data.rows[key] if self.buy[j] and a > 0
        ]
        return min(prices, default=math.inf if amount > 0 else 0.0)

    # ---- room for more

    def _room(self, j: int, steps: Floats, slack: Floats) -> float:
        room = float(self.data.most[j] - steps[j])
        for number, by in self.bounds_of[j]:
            if by < 0:
                room = min(room, math.floor(slack[number] / -by + _CLOSE))
        return room

    def _put(self, j: int, by: float, steps: Floats, slack: Floats) -> None:
        steps[j] += by
        for number, each in self.bounds_of[j]:
            slack[number] += each * by

    # ---- the 6-of-7 rule

    def _lacking(self, key: tuple[int, str], steps: Floats, exempt: Mapping[int, Sequence[str]]) -> float:
        to_limit, to_floor = self.data.need[key]
        wanted = to_floor if key[1] in exempt.get(key[0], ()) else to_limit
        # what leaves by transfer must be made up for even where nothing was lacking
        base = float(self.data.problem.needs[key].base)
        got = sum(a * steps[j] for j, a in self.data.rows[key] if steps[j])
        if wanted <= 0 and got >= 0:
            return 0.0
        if wanted <= 0:
            unit = self.data.problem.units[key[0]]
            need = self.data.problem.needs[key]
            low = (
                self.data.problem.edition.floor(need.indicator, unit.stage)
                if key[1] in exempt.get(key[0], ())
                else need.indicator.at_least[unit.stage]  # type: ignore[index]
            )
            wanted = float(low) * float(self.data.problem.pupils(key[0])) / float(need.indicator.per_pupils) - base
        lack = wanted - got
        return lack if lack > self._least_step[key] * 1e-7 else 0.0

    def _meet_needs(self, steps: Floats, slack: Floats, exempt: Mapping[int, Sequence[str]]) -> bool:
        for key in self._order:
            lack = self._lacking(key, steps, exempt)
            if not lack:
                continue
            for _, j, a in self._ways[key]:
                want = math.ceil(lack / a - _CLOSE)
                take = min(want, self._room(j, steps, slack))
                if take > 0:
                    self._put(j, take, steps, slack)
                    lack = self._lacking(key, steps, exempt)
                if not lack:
                    break
            if lack:
                return False
        return True

    # ---- the CVs

    def _limit(self, cone: ConeArrays) -> float:
        return 1e-12 - self.margin  # on the line counts as met: the exact check decides

    def _meet_cvs(self, steps: Floats, slack: Floats) -> bool:
        """Raise what brings a CV down most for its price, until all hold."""
        amounts = [cone.amounts(steps) for cone in self.data.cones]
        for _ in range(3):  # what is bought for one CV may raise another
            done = True
            for number, cone in enumerate(self.data.cones):
                if cone.excess(amounts[number]) > self._limit(cone):
                    done = False
                    if not self._lower(number, steps, slack, amounts):
                        return False
            if done:
                return True
        return all(c.excess(amounts[n]) <= self._limit(c) for n, c in enumerate(self.data.cones))

    def _lower(self, number: int, steps: Floats, slack: Floats, amounts: list[Floats]) -> bool:
        cone = self.data.cones[number]
        use = np.flatnonzero(self.buy[cone.columns] & (cone.a > 0))
        if not len(use):
            return False
        columns, member, a = cone.columns[use], cone.member[use], cone.a[use]
        whole = self.data.whole[columns]
        price = np.maximum(self.data.price[columns], 1e-9)
        pupils, everybody = cone.pupils, cone.pupils.sum()
        chunk = np.where(whole, 1.0, np.maximum(1.0, np.floor(_CHUNK * cone.scale / everybody * pupils[member] / a)))
        room = np.array([self._room(int(j), steps, slack) for j in columns])
        where: dict[int, list[int]] = {}
        for i, j in enumerate(columns):
            where.setdefault(int(j), []).append(i)
        target = self._limit(cone) * cone.scale**2
        r = amounts[number]
        total, squares = r.sum(), float((r * r / pupils).sum())
        for _ in range(_MOST_ROUNDS):
            value = everybody * squares - cone.factor * total * total
            if value <= target and cone.excess(r) <= self._limit(cone):
                return True
            t = np.minimum(chunk, room)
            add = a * t
            # the change of P·Σr²/p − (1+c²)(Σr)² by each column on its own
            delta = everybody * (2 * r[member] + add) * add / pupils[member] - cone.factor * (2 * total + add) * add
            score = np.where(t > 0, -delta / (price * np.maximum(t, 1e-300)), -np.inf)
            best = int(np.argmax(score))
            if not score[best] > 0:
                return False
            by = float(t[best])
            if not whole[best] and value + delta[best] <= target:
                by = self._least(value - target, float(r[member[best]]), float(pupils[member[best]]), everybody,
                                 total, cone.factor, float(a[best]), by)  # fmt: skip
            j = int(columns[best])
            self._put(j, by, steps, slack)
            for other, m, each in self.cones_of[j]:
                amounts[other][m] += each * by
            r = amounts[number]
            total, squares = r.sum(), float((r * r / pupils).sum())
            for i in self._beside(j, where):
                room[i] = self._room(int(columns[i]), steps, slack)
        return False

    def _beside(self, j: int, where: Mapping[int, list[int]]) -> list[int]:
        """Entries of the columns that share a bound with j, and its own."""
        near = {j}
        for number, _ in self.bounds_of[j]:
            near.update(each for each, _ in self.data.bounds[number][1])
        return [i for each in near for i in where.get(each, ())]

    @staticmethod
    def _least(
        over: float, r: float, p: float, everybody: float, total: float, factor: float, a: float, most: float
    ) -> float:
        """The fewest whole steps that bring the excess `over` to 0."""
        low, high = 0.0, most
        while high - low > 1:
            middle = math.floor((low + high) / 2)
            add = a * middle
            change = everybody * (2 * r + add) * add / p - factor * (2 * total + add) * add
            low, high = (low, middle) if over + change <= 0 else (middle, high)
        return high

    # ---- what is not needed

    def _trim(self, steps: Floats, slack: Floats, exempt: Mapping[int, Sequence[str]]) -> None:
        """Take back whole units that nothing needs, the dearest first."""
        amounts = [cone.amounts(steps) for cone in self.data.cones]
        candidates = [int(j) for j in np.flatnonzero((steps > 0) & self.buy & self.data.whole)]
        candidates.sort(key=lambda j: -self.data.price[j])
        for j in candidates:
            while steps[j] > 0 and self._spared(j, steps, slack, amounts, exempt):
                pass

    def _spared(
        self, j: int, steps: Floats, slack: Floats, amounts: list[Floats], exempt: Mapping[int, Sequence[str]]
    ) -> bool:
        if any(by > 0 and slack[number] < by - _CLOSE for number, by in self.bounds_of[j]):
            return False
        self._put(j, -1, steps, slack)
        fine = not any(self._lacking(key, steps, exempt) for key, _ in self.rows_of[j])
        if fine:
            for number, m, a in self.cones_of[j]:
                amounts[number][m] -= a
            cones = [self.data.cones[number].excess(amounts[number]) for number, _, _ in self.cones_of[j]]
            fine = all(value <= 1e-12 - self.margin for value in cones)
            if not fine:
                for number, m, a in self.cones_of[j]:
                    amounts[number][m] += a
        if not fine:
            self._put(j, 1, steps, slack)
        return fine
