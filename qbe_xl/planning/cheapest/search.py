"""The search: a bound from below that rises, a plan that gets cheaper, until they meet or the time is up."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from qbe_xl.planning.cheapest.arrays import Arrays, arrays
from qbe_xl.planning.cheapest.problem import Problem
from qbe_xl.planning.cheapest.relaxation import Relaxation, Solved, nobody
from qbe_xl.planning.cheapest.rounding import Rounding
from qbe_xl.planning.cheapest.squares import Squares

Floats = Any
_MARGINS = (0.0, 1e-9, 1e-6, 1e-5)  # limits are tightened so, until the exact check holds
_ROUNDS = 40
_REBUILT = 4  # so often the squares are set up anew for one more CV
_FIRST_NODES = 20  # of the integer programme, before plans are changed one by one
_FEWER = 400
_CENT = 0.005
_ROUGH = 1e-3  # the same for tangents, which squares replace
_HALVED = 0.01
_EXCHANGES = 60
_STALLED = 1e-5  # a round that lifts the bound less than this brings nothing more


@dataclass
class Found:
    """The best plan (whole steps, exactly verified; None: none was found) and the bound.

    `infeasible`: it was proved that there is none. `baselines`: cost of the simple plans; None where they found none.
    """

    steps: list[int] | None = None
    cost: float = math.inf
    bound: float = 0.0
    infeasible: bool = False
    baselines: dict[str, float | None] = field(default_factory=dict)
    rounds: int = 0

    @property
    def gap(self) -> float:
        """(cost − bound) / cost, 0 where nothing costs anything."""
        if not math.isfinite(self.cost):
            return math.inf
        return max(0.0, (self.cost - self.bound) / self.cost) if self.cost > 0 else 0.0


def search(problem: Problem, gap: float, seconds: float, ask: Callable[[], None] = nobody) -> Found:
    """The cheapest plan to a relative `gap`, or the best within about so many seconds.

    `ask` is called several times a second; what it raises ends the search.
    """
    return _Search(problem, gap, time.monotonic() + seconds, ask).run()


class _Search:
    def __init__(self, problem: Problem, gap: float, end: float, ask: Callable[[], None]) -> None:
        self.problem, self.gap, self.end, self.ask = problem, gap, end, ask
        self.data: Arrays = arrays(problem)
        self.roundings = [Rounding(self.data, margin) for margin in _MARGINS]
        self.found = Found()

    def run(self) -> Found:
        self._baselines()
        relaxation = Relaxation(self.data, ask=self.ask)
        if self.found.steps is not None:  # tangents where a plan stands are near those that matter
            relaxation.cut(np.array(self.found.steps, dtype=float), None, (0.6, 0.8, 0.9, 1.0, 1.1, 1.25, 1.6))
        self._root(relaxation)
        if self.found.infeasible or self._done():
            return self._result()
        if self.found.steps is None or not self._tightened(relaxation):
            self._whole(relaxation)
        return self._result()

    def _tightened(self, relaxation: Relaxation) -> bool:
        """Search on with squares in place of tangents; whether that is as far as the search goes."""
        for _ in range(_REBUILT):
            ranges = relaxation.ranges(self.found.cost, self.end - time.monotonic())
            last = relaxation.solve(self.end - time.monotonic())
            if ranges is None or last.steps is None:
                return True
            squares = Squares(self.data, ranges, self.ask)
            squares.affordable(self.found.cost)
            squares.lines(last.steps, last.exempt, None)
            missed = self._root(squares)
            if self._done():
                return True
            if not missed:
                self._exchange(squares)
                if self._done():
                    return True
                missed = self._whole(squares)
            if missed is None:
                return True
            relaxation.cut(missed)  # a CV that had held until now
        return False

    def _whole(self, programme: Relaxation) -> Floats | None:
        """The integer programme, rounded and refined until it brings no more. Squares: amounts at which a CV is above its
        limit that they do not know of."""
        programme.make_whole()
        for n in range(_ROUNDS):
            if self.found.steps is not None:
                programme.start_from(np.array(self.found.steps, dtype=float))
            left = self.end - time.monotonic()
            if left <= 0:
                break
            first = n == 0 and isinstance(programme, Squares)
            solved = programme.solve(left, max(self.gap * 0.8, 1e-9), _FIRST_NODES if first else None)
            if solved.status == "infeasible":
                self.found.infeasible = self.found.steps is None
                break
            self._raise_bound(solved)
            if solved.steps is None or solved.values is None:
                break
            self._round(solved, nearest=True)
            if first and not self._done():
                self._one_fewer()
            if self._done():
                break
            if isinstance(programme, Squares) and programme.missed(solved.steps):
                return solved.steps
            if not programme.refine(solved) and not first and solved.status == "ok" and self.gap > 0:
                break
        return None

    def _raise_bound(self, solved: Solved) -> None:
        self.found.bound = max(self.found.bound, min(solved.bound, self.found.cost))

    def _baselines(self) -> None:
        """Everyone raised to every limit; and one indicator of each unit left at the floor where that saves most."""
        none: dict[int, tuple[str, ...]] = {}
        greedy = self.roundings[0].cheapest_exempt()
        for name, exempt in (("all_to_limit", none), ("greedy", greedy)):
            best, self.found = self.found, Found(baselines=self.found.baselines)
            self._try(None, exempt, trim=False)
            self.found.baselines[name] = self.found.cost if math.isfinite(self.found.cost) else None
            if best.cost <= self.found.cost:
                self.found = best
        self._try(None, greedy)

    def _root(self, relaxation: Relaxation) -> Floats | None:
        """The linear relaxation, rounded at every round. Squares: as `_whole`."""
        bound = 0.0
        stalled = _STALLED if isinstance(relaxation, Squares) or self.found.steps is None else _ROUGH
        for _ in range(_ROUNDS):
            self.found.rounds += 1
            left = self.end - time.monotonic()
            if left <= 0:
                break
            solved = relaxation.solve(left)
            if solved.status == "infeasible":
                self.found.infeasible = self.found.steps is None
                return None
            if solved.steps is None or solved.values is None:
                break
            self._raise_bound(solved)
            rose, before = solved.bound - bound, self.found.cost
            bound = solved.bound
            self._round(solved)
            if self.found.gap > min(self.gap, _STALLED):  # cheap, and often better than what was asked for
                self._fixed(relaxation, solved)
            if self._done():
                break
            if isinstance(relaxation, Squares) and relaxation.missed(solved.steps):
                return solved.steps
            fell = before - self.found.cost
            if not relaxation.refine(solved):
                break
            if max(rose, fell if math.isfinite(fell) else 0.0) <= stalled * abs(bound):
                break
        return None

    def _one_fewer(self) -> None:
        """Take one person or room away, make the plan good without it elsewhere, and keep that where it is cheaper."""
        rounding, most = self.roundings[0], self.data.most
        best = np.array(self.found.steps, dtype=float)
        active = np.flatnonzero((best > 0) & self.data.whole & rounding.buy)
        for j in sorted(active.tolist(), key=lambda j: (-self.data.price[j], j))[:_FEWER]:
            if self._done() or time.monotonic() > self.end:
                return
            self.ask()
            if not best[j]:
                continue
            kept, most[j] = most[j], best[j] - 1
            start = best.copy()
            start[j] -= 1
            made = rounding.complete(start, rounding.exempt_in(best))
            most[j] = kept
            if made is None or rounding.cost(made) >= self.found.cost - _CENT:
                continue
            steps = [round(each) for each in made]
            if exactly_meets(self.problem, steps):
                self.found.steps, self.found.cost = steps, float(self.problem.cost(steps))
                best = made

    def _balance(self, start: Floats) -> None:
        """As many arrive as leave: who has no counterpart among the whole ones stays."""
        for group in self.problem.balance:
            coming = [j for j in group if self.problem.columns[j].way == "in"]
            leaving = [j for j in group if self.problem.columns[j].way == "out"]
            over = float(start[coming].sum() - start[leaving].sum())
            for j in coming if over > 0 else leaving:
                back = min(abs(over), float(start[j]))
                start[j] -= back
                over -= math.copysign(back, over)

    def _fixed(self, relaxation: Relaxation, solved: Solved) -> None:
        """Round what is best once the choice of the indicators left at the floor is made."""
        self._with(relaxation, self.roundings[0].cheapest_exempt(solved.exempt))

    def _with(self, relaxation: Relaxation, exempt: Mapping[int, Sequence[str]]) -> bool:
        """Solve with this choice and round; whether the plan got cheaper."""
        before = self.found.cost
        relaxation.fix(exempt)
        again = relaxation.solve(self.end - time.monotonic())
        relaxation.fix(None)
        if again.steps is not None and again.values is not None and again.bound < before:
            self._round(again)
            self._round(again, nearest=True)
            relaxation.refine(again)
        return self.found.cost < before

    def _exchange(self, relaxation: Relaxation) -> None:
        """Try the other choice where the relaxation halves one, unit by unit, as long as that makes the plan cheaper."""
        solved = relaxation.solve(self.end - time.monotonic())
        choices = dict(self.roundings[0].cheapest_exempt(solved.exempt))
        halved = [(value, unit, key) for (unit, key), value in solved.exempt.items() if _HALVED < value < 1 - _HALVED]
        for _, unit, key in sorted(halved, reverse=True)[:_EXCHANGES]:
            now = choices.get(unit, ())
            if key in now or not now:
                continue
            choices[unit] = (*now[:-1], key)
            if not self._with(relaxation, choices):
                choices[unit] = now
            if self._done() or time.monotonic() > self.end:
                break

    def _round(self, solved: Solved, nearest: bool = False) -> None:
        steps: Floats = solved.steps
        start = np.floor(steps + (0.5 if nearest else 1e-6))
        loose = ~self.data.whole
        start[loose] = np.floor(steps[loose] + 1e-6)
        if not nearest and self.problem.balance:
            self._balance(start)
        exempt = self.roundings[0].cheapest_exempt(solved.exempt)
        self._try(start, exempt)

    def _try(self, start: Floats | None, exempt: Mapping[int, Sequence[str]], trim: bool = True) -> None:
        """Complete a plan, check it exactly, tighten and repeat where it misses; keep it if it is the cheapest."""
        for rounding in self.roundings:
            made = rounding.complete(start, exempt, trim=trim)
            if made is None:
                continue
            steps = [round(each) for each in made]
            if exactly_meets(self.problem, steps):
                cost = float(self.problem.cost(steps))
                if cost < self.found.cost or self.found.steps is None:
                    self.found.steps, self.found.cost = steps, cost
                return

    def _done(self) -> bool:
        return self.found.steps is not None and self.found.gap <= self.gap

    def _result(self) -> Found:
        if self.found.steps is not None:
            self.found.bound = min(self.found.bound, self.found.cost)
        return self.found


def exactly_meets(problem: Problem, steps: Sequence[int]) -> bool:
    """Whether a plan keeps its bounds and every unit and CV passes, in exact arithmetic."""
    if not problem.within_bounds(steps):
        return False
    amounts = problem.amounts(steps)
    return not problem.failing_units(amounts) and not problem.failing_cones(amounts)
