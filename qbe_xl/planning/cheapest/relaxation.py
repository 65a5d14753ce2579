"""The linear programme that bounds the cost from below, and grows: HiGHS over tangents of the CV cones.

With y_u = √(P/p_u)·r_u and y₀ = √(1+c²)·Σr the CV holds where ‖y‖ ≤ y₀. That is split into y_u² ≤ z_u·y₀ and Σz ≤ y₀, and
each small cone is replaced by tangents 2α·y_u − α²·y₀ ≤ z_u, added where a solution breaks them. Every tangent holds for
every true plan, so each optimum found here, and each bound of the integer programme, bounds the true cost from below.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from qbe_xl.core.errors import QbeError
from qbe_xl.planning.cheapest.arrays import Arrays

Floats = Any
_CUT = 1e-7  # how far a solution must break a tangent for it to be added
# plans are found by our own rounding: the solver's smaller programmes took nine tenths of its time
_OPTIONS: dict[str, bool | int | float] = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 1,
    "mip_allow_restart": False,  # after a restart version 1.15.1 called a plan optimal that was not
    "mip_heuristic_effort": 0.0,
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_root_reduced_cost": False,
    "mip_heuristic_run_feasibility_jump": False,
}
_WIDER = 1e-5  # ranges are wider by so much than the solver says: it works to a tolerance
_MONEY = 1e-4  # costs in 10,000 yuan


_ASK = 0.1  # seconds between two looks at whether to stop


def nobody() -> None:
    """Asks nobody: for a search that only the time ends."""


def highs() -> Any:
    """The solver's module; QbeError QBE-PLN-105 says how to install it."""
    try:
        import highspy
    except ImportError as error:
        raise QbeError("QBE-PLN-105") from error
    return highspy


@dataclass(frozen=True)
class Solved:
    """What the solver gave: ok, infeasible or stopped; `bound` in 元 (of the elastic programme: what is lacking)."""

    status: str
    steps: Floats | None
    values: Floats | None
    bound: float
    exempt: dict[tuple[int, str], float] = field(default_factory=dict)


class Relaxation:
    """The growing programme. `elastic`: every need and every CV may be missed, and missing is what costs.

    `cones`: whether the CVs are asked for; `budget`: all costs together are at most this (元). `ask` is called now and then,
    while the solver works too; what it raises ends the work and comes out of the method that was called.
    """

    def __init__(
        self,
        data: Arrays,
        *,
        elastic: bool = False,
        cones: bool = True,
        budget: float | None = None,
        ask: Callable[[], None] = nobody,
    ) -> None:
        self.data, self.elastic, self.ask = data, elastic, ask
        self._asked = 0.0
        self._stopped: BaseException | None = None
        self._module = highs()
        self._h = self._module.Highs()
        for name, value in _OPTIONS.items():
            self._h.setOptionValue(name, value)
        self._h.setCallback(self._between, None)
        kinds = self._module.cb.HighsCallbackType
        for kind in (kinds.kCallbackSimplexInterrupt, kinds.kCallbackIpmInterrupt, kinds.kCallbackMipInterrupt):
            self._h.startCallback(kind)
        self._inf = float(self._module.kHighsInf)
        self._n = 0
        self._integers: list[int] = []
        self.lacking: dict[tuple[int, str], int] = {}
        self.over: dict[int, int] = {}
        self._scale = _scales(data)
        self._columns()
        self._exempt = self._needs()
        self._bounds(budget)
        self._with_cones = cones
        self._z: dict[int, tuple[Floats, int]] = {}
        self._whole = False

    # ---- building

    def _variable(self, cost: float, low: float, high: float, whole: bool = False) -> int:
        self._h.addCol(cost, low, high, 0, [], [])
        self._n += 1
        if whole:
            self._integers.append(self._n - 1)
        return self._n - 1

    def _row(self, low: float, high: float, terms: Mapping[int, float]) -> None:
        index = np.fromiter(terms.keys(), dtype=np.int32, count=len(terms))
        values = np.fromiter(terms.values(), dtype=np.float64, count=len(terms))
        self._h.addRow(low, high, len(terms), index, values)

    def _columns(self) -> None:
        for j, price in enumerate(self.data.price):
            cost = 0.0 if self.elastic else price * self._scale[j] * _MONEY
            most = self.data.most[j] / self._scale[j]
            self._variable(cost, 0.0, self._inf if math.isinf(most) else float(most), bool(self.data.whole[j]))
        self._variable(0.0, 0.0, 0.0)  # a programme without variables would not be solved at all

    def _needs(self) -> dict[tuple[int, str], int]:
        exempt: dict[tuple[int, str], int] = {}
        loses = {j for j, c in enumerate(self.data.problem.columns) if c.way == "out"}
        wants: dict[tuple[int, str], tuple[float, float]] = {}
        for key, need in self.data.problem.needs.items():
            terms = self.data.rows[key]
            giving = any(j in loses for j, _ in terms)
            if not need.to_limit and not giving:
                continue
            at_limit = self.limit_of(key)
            wanted, floor = float(need.to_limit), float(need.to_floor)
            if giving:
                wanted = at_limit - float(need.base)
                floor = wanted - at_limit * (1 - self.floor_share)
            whole = {abs(a) for j, a in terms if self.data.whole[j]}
            if len(whole) == 1 and all(self.data.whole[j] for j, _ in terms):  # people and rooms: the same, tighter
                by = whole.pop()
                wanted, floor = (by * math.ceil(each / by - 1e-9) for each in (wanted, floor))
            size = max(at_limit, 1e-9)
            wants[key] = wanted, floor
            row = {j: a * self._scale[j] / size for j, a in terms}
            if self.data.problem.may_miss and wanted > floor:
                exempt[key] = self._variable(0.0, 0.0, 1.0, True)
                row[exempt[key]] = (wanted - floor) / size
            if self.elastic:
                self.lacking[key] = row_lack = self._variable(1.0, 0.0, self._inf)
                row[row_lack] = 1.0
            self._row(wanted / size, self._inf, row)
        by_unit: dict[int, list[int]] = {}
        for (unit_number, _), variable in exempt.items():
            by_unit.setdefault(unit_number, []).append(variable)
        for variables in by_unit.values():
            self._row(-self._inf, float(self.data.problem.may_miss), dict.fromkeys(variables, 1.0))
        if not self.elastic:
            self._shared(wants, exempt)
        return exempt

    def _shared(self, wants: Mapping[tuple[int, str], tuple[float, float]], exempt: Mapping[tuple[int, str], int]) -> None:
        """What two stages of a school share must do for the one that wants more.

        In amounts of the first stage: x ≥ w₁ − (w₁ − w₂)·e₁ − (w₂ − l)·e₂ for w₁ ≥ w₂ ≥ l, l the larger of the two floors:
        leaving the first at its floor saves no more than goes down to what the second wants. With w₂ ≤ l it is x ≥ w₁ −
        (w₁ − l)·e₁. (The mixing inequality; two rows apart would let half of a choice do.)
        """
        pairs: dict[tuple[int, str], list[tuple[int, str]]] = {}
        for unit, key in wants:
            pairs.setdefault((self.data.problem.school_of[unit], key), []).append((unit, key))
        for keys in pairs.values():
            if len(keys) != 2:
                continue
            one, other = (dict(self.data.rows[key]) for key in keys)
            ratios = {other[j] / a for j, a in one.items() if j in other and a > 0}
            if not one or set(one) != set(other) or not ratios or max(ratios) - min(ratios) > 1e-12 * max(ratios):
                continue
            ratio = min(ratios)
            wanted = {keys[0]: wants[keys[0]], keys[1]: (wants[keys[1]][0] / ratio, wants[keys[1]][1] / ratio)}
            first, second = sorted(keys, key=lambda key: (wanted[key], key), reverse=True)
            (most, floor), (less, other_floor) = wanted[first], wanted[second]
            low = max(floor, other_floor if second in exempt else less)
            if first not in exempt or max(less, low) <= floor or low >= most:
                continue
            size = max(self.limit_of(keys[0]), 1e-9)
            row = {j: a * self._scale[j] / size for j, a in one.items()}
            row[exempt[first]] = (most - max(less, low)) / size
            if second in exempt and less > low:
                row[exempt[second]] = (less - low) / size
            self._row(most / size, self._inf, row)

    def limit_of(self, key: tuple[int, str]) -> float:
        """The amount at which a unit meets an indicator."""
        need, unit = self.data.problem.needs[key], self.data.problem.units[key[0]]
        limit = float(need.indicator.at_least[unit.stage]) * float(self.data.problem.pupils(key[0]))  # type: ignore[index]
        return limit / float(need.indicator.per_pupils)

    @property
    def floor_share(self) -> float:
        """What of a limit the one indicator left out must still reach."""
        return float(self.data.problem.edition.file.resource_rule.floor_share)

    def _bounds(self, budget: float | None) -> None:
        for slack, terms in self.data.bounds:
            size = max((abs(by) * self._scale[j] for j, by in terms), default=1.0)
            self._row(-slack / size, self._inf, {j: by * self._scale[j] / size for j, by in terms})
        for group in self.data.problem.balance:
            signs = {j: 1.0 if self.data.problem.columns[j].way == "in" else -1.0 for j in group}
            self._row(0.0, 0.0, signs)
        if budget is not None:
            spent = {j: price * self._scale[j] * _MONEY for j, price in enumerate(self.data.price) if price}
            self._row(-self._inf, budget * _MONEY, spent)

    # ---- tangents

    def cut(self, steps: Floats, values: Floats | None = None, spread: tuple[float, ...] = (1.0,)) -> int:
        """Add tangents at these amounts for every CV above its limit (and every one that has tangents); how many.

        `values`: the solution that must break a tangent for it to be added; None adds all.
        """
        if not self._with_cones:
            return 0
        added = 0
        for number, cone in enumerate(self.data.cones):
            r = cone.amounts(steps)
            above = cone.excess(r) > _CUT
            if not above and (values is not None or cone.excess(r) < -0.02):
                continue
            first = number not in self._z
            if first:
                self._open(number)
            z, y0 = self._z[number]
            weight = np.sqrt(cone.pupils.sum() / cone.pupils) / cone.scale
            top = math.sqrt(cone.factor) * r.sum() / cone.scale
            if not top > 0:
                top = 1e-6
            by_member: dict[int, list[tuple[int, float]]] = {}
            for j, m, a in zip(cone.columns, cone.member, cone.a, strict=True):
                by_member.setdefault(int(m), []).append((int(j), float(a)))
            for m in range(len(r)):
                at = weight[m] * r[m] / top
                for factor in spread if first else (1.0,):
                    alpha = at * factor
                    if alpha <= 0:
                        continue
                    if values is not None and not first and y0 < len(values):
                        here = 2 * alpha * weight[m] * r[m] - alpha * alpha * values[y0]
                        if here - values[z[m]] < _CUT / len(r):
                            continue
                    row = {j: -2 * alpha * weight[m] * a * self._scale[j] for j, a in by_member.get(m, ())}
                    row[int(z[m])] = 1.0
                    row[y0] = alpha * alpha
                    self._row(2 * alpha * weight[m] * cone.base[m], self._inf, row)
                    added += 1
        return added

    def refine(self, solved: Solved) -> int:
        """Add what this solution breaks; how many rows."""
        if solved.steps is None or solved.values is None:
            return 0
        return self.cut(solved.steps, solved.values, (0.8, 1.0, 1.25))

    def _open(self, number: int) -> None:
        """Variables z and y₀ of a cone."""
        cone = self.data.cones[number]
        z = np.array([self._variable(0.0, 0.0, self._inf) for _ in cone.pupils])
        y0 = self._variable(0.0, 0.0, self._inf)
        if self._whole:
            raise RuntimeError("cones are opened before the programme is made whole")
        root = math.sqrt(cone.factor) / cone.scale
        row: dict[int, float] = {y0: 1.0}
        for j, a in zip(cone.columns, cone.a, strict=True):
            row[int(j)] = row.get(int(j), 0.0) - root * float(a) * self._scale[int(j)]
        self._row(root * float(cone.base.sum()), root * float(cone.base.sum()), row)
        total: dict[int, float] = dict.fromkeys((int(each) for each in z), 1.0)
        total[y0] = -1.0
        if self.elastic:
            self.over[number] = self._variable(1.0, 0.0, self._inf)
            total[self.over[number]] = -1.0
        self._row(-self._inf, 0.0, total)
        self._z[number] = (z, y0)

    # ---- solving

    def make_whole(self) -> None:
        """People, rooms and choices are whole from now on."""
        for number in range(len(self.data.cones)):
            if self._with_cones and number not in self._z and len(self.data.cones[number].columns):
                self._open(number)
        for j in self._integers:
            self._h.changeColIntegrality(j, self._module.HighsVarType.kInteger)
        self._whole = True

    def fix(self, exempt: Mapping[int, Sequence[str]] | None) -> None:
        """Fix which indicators each unit leaves at its floor, or leave that open again."""
        for (unit, key), variable in self._exempt.items():
            low, high = (0.0, 1.0) if exempt is None else (float(key in exempt.get(unit, ())),) * 2
            self._h.changeColBounds(variable, low, high)

    def start_from(self, steps: Floats) -> None:
        """Tell the solver of a plan."""
        values = np.zeros(self._n)
        values[: len(steps)] = steps / self._scale
        for key, variable in self._exempt.items():
            got = float(self.data.problem.needs[key].base) + sum(a * steps[j] for j, a in self.data.rows[key])
            values[variable] = 1.0 if got < self.limit_of(key) * (1 - 1e-12) - 1e-9 else 0.0
        self._start_values(values, steps)
        solution = self._module.HighsSolution()
        solution.col_value = list(values)
        self._h.setSolution(solution)

    def _start_values(self, values: Floats, steps: Floats) -> None:
        """What a plan makes of the variables of the cones."""
        for number, (z, y0) in self._z.items():
            cone = self.data.cones[number]
            r = cone.amounts(steps)
            values[y0] = math.sqrt(cone.factor) * r.sum() / cone.scale
            y = np.sqrt(cone.pupils.sum() / cone.pupils) / cone.scale * r
            values[z] = y * y / max(values[y0], 1e-12)

    def ranges(self, cost: float, seconds: float) -> dict[int, tuple[float, float]] | None:
        """Least and greatest Σr, relative to its scale, of each CV with tangents, in every plan of at most this cost (元).

        None where the time was not enough.
        """
        end = self._h.getRunTime() + seconds
        everything = np.arange(self._n, dtype=np.int32)
        kept = np.array(self._h.getLp().col_cost_)
        spent = {j: float(price) for j, price in enumerate(kept) if price}
        self._row(-self._inf, cost * _MONEY * (1 + _CUT), spent)
        self._h.changeColsCost(self._n, everything, np.zeros(self._n))
        found: dict[int, tuple[float, float]] = {}
        for number, (_, y0) in self._z.items():
            root = math.sqrt(self.data.cones[number].factor)
            ends = []
            for sign in (1.0, -1.0):
                self._h.changeColCost(y0, sign)
                self._run(end - self._h.getRunTime())
                if self._h.getModelStatus() == self._module.HighsModelStatus.kOptimal:
                    ends.append(sign * self._h.getInfo().objective_function_value / root)
            self._h.changeColCost(y0, 0.0)
            if len(ends) < 2:
                break
            found[number] = (ends[0] - _WIDER, ends[1] + _WIDER)
        self._h.changeColsCost(self._n, everything, kept)
        self._h.deleteRows(1, np.array([self._h.getNumRow() - 1], dtype=np.int32))
        return found if len(found) == len(self._z) else None

    def affordable(self, cost: float) -> None:
        """Bound every quantity by what this much money (元) buys: the solver propagates bounds that there are."""
        most = np.full(len(self._scale), self._inf)
        priced = self.data.price > 0
        most[priced] = cost * (1 + _CUT) / self.data.price[priced]
        for group in self.data.problem.balance:  # as many leave as arrive, and arriving costs
            ways = [self.data.problem.columns[j].way for j in group]
            arriving = [self.data.price[j] for j, way in zip(group, ways, strict=True) if way == "in"]
            if arriving and min(arriving) > 0:
                most[[j for j, way in zip(group, ways, strict=True) if way == "out"]] = cost / min(arriving)
        most = np.minimum(most, self.data.most) / self._scale
        for j, high in enumerate(most):
            if high < self._inf:
                self._h.changeColBounds(j, 0.0, math.floor(high + _CUT) if self.data.whole[j] else high)

    def _run(self, seconds: float) -> None:
        self.ask()
        self._h.setOptionValue("time_limit", self._h.getRunTime() + max(0.05, seconds))  # its clock runs on
        self._h.run()
        if self._stopped is not None:
            raise self._stopped

    def _between(self, kind: Any, message: str, out: Any, into: Any, data: Any) -> None:
        """Called by the solver. Nothing may be raised through it, so what is raised here is kept for `_run`; Ctrl+C too
        arrives here."""
        try:
            now = time.monotonic()
            if now - self._asked > _ASK:
                self._asked = now
                self.ask()
        except BaseException as error:
            self._stopped = error
        if self._stopped is not None:
            into.user_interrupt = True

    def solve(self, seconds: float, gap: float = 0.0, nodes: int | None = None) -> Solved:
        """Solve what there is; for whole programmes to a relative `gap`, or so many nodes."""
        if self._whole:
            self._h.setOptionValue("mip_rel_gap", gap)
            self._h.setOptionValue("mip_max_nodes", self._module.kHighsIInf if nodes is None else nodes)
            self._h.setOptionValue("mip_feasibility_tolerance", 1e-7)
        self._run(seconds)
        status = self._h.getModelStatus()
        kinds = self._module.HighsModelStatus
        info = self._h.getInfo()
        unit = 1.0 if self.elastic else 1 / _MONEY
        if status == kinds.kInfeasible:
            return Solved("infeasible", None, None, math.inf)
        bound = info.mip_dual_bound if self._whole else info.objective_function_value
        has = bool(info.primal_solution_status == 2)  # a feasible point
        if status != kinds.kOptimal and not self._whole:
            return Solved("stopped", None, None, -math.inf)
        if not has:
            return Solved("stopped", None, None, bound * unit if math.isfinite(bound) else -math.inf)
        values = np.array(self._h.getSolution().col_value)
        steps = np.maximum(values[: len(self._scale)], 0.0) * self._scale
        exempt = {key: float(values[variable]) for key, variable in self._exempt.items()}
        return Solved("ok" if status == kinds.kOptimal else "stopped", steps, values, bound * unit, exempt)

    def lack(self, values: Floats) -> tuple[dict[tuple[int, str], float], dict[int, float]]:
        """Of the elastic programme: what is lacking, relative to the limit, by (unit, indicator) and by cone."""
        needs = {key: float(values[v]) for key, v in self.lacking.items() if values[v] > 1e-6}
        cones = {number: float(values[v]) for number, v in self.over.items() if values[v] > 1e-6}
        return needs, cones


def _scales(data: Arrays) -> Floats:
    """Steps that one unit of a variable stands for: 1 for people and rooms, a power of ten for ㎡ and 元."""
    scale = np.ones(len(data.price))
    sizes: dict[int, float] = {}
    for cone in data.cones:
        each = cone.scale / cone.pupils.sum() * cone.pupils
        for j, m, a in zip(cone.columns, cone.member, cone.a, strict=True):
            sizes[int(j)] = max(sizes.get(int(j), 0.0), float(each[m] / a) if a > 0 else 0.0)
    for j, size in sizes.items():
        if not data.whole[j] and size > 0:
            scale[j] = 10.0 ** max(0, round(math.log10(size)) - 1)
    return scale
