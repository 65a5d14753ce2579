"""The cheapest plan: what to buy for which school so that every unit passes the 6-of-7 rule and every CV its limit.

Scope: 资源配置 (the indicators and their CVs). Government, quality and recognition are not planned for.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from qbe_xl.assessment.results import Assessment
from qbe_xl.assessment.run import reassess, usable
from qbe_xl.core.numbers import Exact, tidy
from qbe_xl.county import County
from qbe_xl.county.units import School
from qbe_xl.planning.changes import Action, Change, Move, apply
from qbe_xl.planning.cheapest.blocked import Block, find_blocks
from qbe_xl.planning.cheapest.costs import Costs, Kind, Measure, default_costs
from qbe_xl.planning.cheapest.problem import Column, Problem, build
from qbe_xl.planning.cheapest.relaxation import highs, nobody
from qbe_xl.planning.cheapest.search import Found, search

Status = Literal["nothing", "optimal", "within_gap", "beyond_gap", "not_found", "infeasible"]
GAP = 0.001
SECONDS = 30.0
_PROVED = 1e-6  # a smaller relative gap is rounding of the solver


@dataclass(frozen=True)
class Item:
    """So much of one measure for one school. A transfer names both schools; `school` is the one that receives."""

    school: School
    measure: Measure | Kind
    stage: str | None
    field: str
    quantity: Exact
    cost: Exact
    giver: School | None = None
    column: int = -1
    giver_column: int = -1


@dataclass(frozen=True)
class Budget:
    """What a budget below the cost buys: most schools that pass the 6-of-7 rule for it, CVs aside (`schools`, `cost`).

    `proved`: the cost of each school is the least there is, so no other choice makes more of them pass.
    """

    amount: Exact
    enough: bool
    schools: tuple[School, ...] = ()
    cost: Exact = 0
    after: Assessment | None = None
    proved: bool = False


@dataclass(frozen=True)
class Year:
    """One year of the roadmap: what is bought, and what the exact assessment of the county says at its end."""

    number: int
    budget: Exact
    items: tuple[Item, ...]
    spent: Exact
    carried: Exact
    schools_passing: int
    after: Assessment


@dataclass(frozen=True)
class Plan:
    """The plan, its proof, and what it leads to.

    `status`: within_gap where the proved gap is what was asked for (`target`) or less, beyond_gap where it is more.
    `after` is the exact assessment of the changed county (None without a plan); `cost` in 元; `bound`: no plan is
    cheaper; `gap` = (cost − bound)/cost. `curve`: (cost so far, schools passing), school by school, cheapest first.
    """

    before: Assessment
    problem: Problem
    status: Status
    items: tuple[Item, ...]
    cost: Exact
    bound: Exact
    gap: float
    target: float
    after: Assessment | None
    baselines: dict[str, Exact | None]
    blocks: tuple[Block, ...] = ()
    budget: Budget | None = None
    years: tuple[Year, ...] = ()
    years_enough: bool = True
    curve: tuple[tuple[Exact, int], ...] = ()
    transfers: bool = False

    @property
    def costs(self) -> Costs:
        """The prices it was made with."""
        return self.problem.costs

    @property
    def found(self) -> bool:
        """Whether there is a plan (one that needs nothing included)."""
        return self.status in ("nothing", "optimal", "within_gap", "beyond_gap")

    @property
    def priced(self) -> tuple[Measure | Kind, ...]:
        """Everything that could be bought, and who could move where that is allowed."""
        return (*self.costs.measures, *(self.costs.transfers.kinds if self.transfers else ()))

    def by_school(self) -> list[tuple[School, list[Item]]]:
        """Items of every school that gets something, in the order of the workbook."""
        groups: dict[int, list[Item]] = {}
        for item in self.items:
            groups.setdefault(id(item.school), []).append(item)
        return [(s, groups[id(s)]) for s in self.problem.schools if id(s) in groups]


def make_plan(
    result: Assessment,
    costs: Costs | None = None,
    *,
    transfers: bool = False,
    budget: Exact | None = None,
    years: int | None = None,
    yearly: Sequence[Exact] = (),
    gap: float = GAP,
    seconds: float = SECONDS,
    ask: Callable[[], None] = nobody,
) -> Plan:
    """The cheapest plan for an assessed county.

    `costs`: the shipped assumptions if None. `transfers`: teachers may move between public schools. `budget`: 元 in all.
    `years`: so many equal years; `yearly`: a budget for each (one alone: every year, as many as it takes, or `years`).
    `gap`: relative gap at which the search ends; `seconds`: about how long it may take (the same answer on any machine
    unless it runs into that). `ask` is called several times a second; what it raises ends the work. QbeError QBE-PLN-101 to -105.
    """
    from qbe_xl.planning.cheapest.roadmap import budget_buys, curve_of, plan_years

    prices = costs if costs is not None else default_costs()
    problem = build(result, prices, transfers)

    highs()
    found = search(problem, gap, seconds, ask)
    if transfers and found.infeasible is False:
        found = _no_worse(found, search(replace_transfers(problem), gap, seconds, ask), problem)
    if found.steps is None:
        blocks = find_blocks(problem, seconds, ask) if found.infeasible else ()
        status: Status = "infeasible" if found.infeasible else "not_found"
        bound = tidy(Fraction(found.bound).limit_denominator(100)) if math.isfinite(found.bound) else 0
        return Plan(result, problem, status, (), 0, bound, 1.0, gap, None, {}, blocks, transfers=transfers)
    steps = found.steps
    items = items_of(problem, steps)
    cost = problem.cost(steps)
    after = reassess(result, changed(result, problem, items)) if items else result
    status = _status(found.gap, gap) if items else "nothing"
    plan = Plan(
        result, problem, status, items, cost, min(cost, _cents(found.bound)), found.gap, gap, after,
        {name: None if value is None else _cents(value) for name, value in found.baselines.items()},
        transfers=transfers,
    )  # fmt: skip
    plan = replace(plan, curve=curve_of(plan))
    if budget is not None:
        plan = replace(plan, budget=budget_buys(plan, budget, seconds, ask))
    if years is not None or yearly:
        made, enough = plan_years(plan, years, yearly)
        plan = replace(plan, years=made, years_enough=enough)
    return plan


def _status(gap: float, wanted: float) -> Status:
    """What a plan with this proved gap is called where `wanted` was asked for."""
    if gap <= _PROVED:
        return "optimal"
    return "within_gap" if gap <= wanted else "beyond_gap"


def _cents(value: float) -> Exact:
    return tidy(Fraction(math.floor(value * 100 + 1e-6), 100))


def replace_transfers(problem: Problem) -> Problem:
    """The same problem with nobody moving; columns stay, so that plans compare."""
    columns = tuple(c if c.way == "buy" else replace(c, most=0) for c in problem.columns)
    return replace(problem, columns=columns)


def _no_worse(found: Found, without: Found, problem: Problem) -> Found:
    """The better plan of the two; the bound is that of the problem with transfers."""
    if without.steps is not None and without.cost < found.cost:
        found.steps, found.cost = without.steps, without.cost
    found.baselines = without.baselines or found.baselines
    return found


# ---- what is bought, as items and as changes of the county


def items_of(problem: Problem, steps: Sequence[int]) -> tuple[Item, ...]:
    """The plan as items, school by school; the two ends of transfers put together."""
    items = []
    for j, (column, n) in enumerate(zip(problem.columns, steps, strict=True)):
        if n and column.way == "buy":
            items.append(_item(problem, j, column, n))
    for group in problem.balance:
        giving = [[j, steps[j]] for j in group if problem.columns[j].way == "out" and steps[j]]
        for j in group:
            wanted = steps[j] if problem.columns[j].way == "in" else 0
            while wanted:
                giver = giving[0]
                n = min(wanted, giver[1])
                item = _item(problem, j, problem.columns[j], n)
                giving_school = problem.schools[problem.columns[giver[0]].school]
                if giving_school is not item.school:
                    items.append(replace(item, giver=giving_school, giver_column=giver[0]))
                wanted -= n
                giver[1] -= n
                if not giver[1]:
                    giving.pop(0)
    place = {id(s): n for n, s in enumerate(problem.schools)}
    return tuple(sorted(items, key=lambda i: (place[id(i.school)], i.column)))


def _item(problem: Problem, j: int, column: Column, n: int) -> Item:
    quantity = tidy(Fraction(column.step * n))
    cost = tidy(Fraction(column.price * quantity))
    return Item(problem.schools[column.school], column.measure, column.stage, column.field, quantity, cost, column=j)


def actions_of(problem: Problem, items: Sequence[Item]) -> list[Action]:
    """The plan as changes of the county: first what is added, then who moves."""
    actions: list[Action] = []
    for item in items:
        column = problem.columns[item.column]
        if item.giver is None:
            name = column.row.text("school_code") or column.row.text("school_name")
            actions += [
                Change(name, field, "add", tidy(Fraction(by * item.quantity))) for field, by in column.adds.items()
            ]
    for item in items:
        if item.giver is not None:
            source, target = problem.columns[item.giver_column].row, problem.columns[item.column].row
            moved = {f: tidy(Fraction(by * item.quantity)) for f, by in problem.columns[item.column].adds.items()}
            actions.append(
                Move(
                    source.text("school_code") or source.text("school_name"),
                    target.text("school_code") or target.text("school_name"),
                    moved,
                )
            )
    return actions


def changed(result: Assessment, problem: Problem, items: Sequence[Item]) -> County:
    """The county as it would be reported with these items."""
    if result.county is None:
        raise ValueError("nothing was read")  # such a result has no resources and was refused before
    return apply(usable(result.county, result.findings), actions_of(problem, items))
