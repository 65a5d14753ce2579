"""The plan in the order it is carried out: school by school, the cheapest first, and year by year.

Schools that fail the 6-of-7 rule now come first, those whose part of the plan costs least before the others: for every
sum of money, no other order of whole schools makes more of them pass. Then what only the CVs need. A year's money buys
in that order, whole people and rooms, as far as it goes; the rest is carried over. What the county's CVs are at the end
of each year is computed, not aimed at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from qbe_xl.assessment.results import Assessment
from qbe_xl.assessment.run import reassess
from qbe_xl.core.errors import QbeError
from qbe_xl.core.numbers import Exact, tidy
from qbe_xl.county.units import School
from qbe_xl.planning.cheapest.plan import Budget, Item, Plan, Year, changed, items_of, replace_transfers
from qbe_xl.planning.cheapest.problem import Problem
from qbe_xl.planning.cheapest.relaxation import nobody
from qbe_xl.planning.cheapest.search import search

MOST_YEARS = 50


def passing(result: Assessment) -> int:
    """Schools all of whose units pass the 6-of-7 rule."""
    return len(_schools(result)) - len(failing(result))


def failing(result: Assessment) -> set[str]:
    """Codes of the schools with a unit that does not pass."""
    if result.resources is None:
        return set()
    return {u.unit.school.code for u in result.resources.units if u.status != "pass"}


def _schools(result: Assessment) -> set[str]:
    return {u.unit.school.code for u in result.resources.units} if result.resources is not None else set()


def ordered(plan: Plan) -> list[tuple[School, list[Item]]]:
    """Schools with what they get: those that fail now and cost least first, then those that only the CVs need."""
    fails = failing(plan.before)
    place = {id(s): n for n, s in enumerate(plan.problem.schools)}

    def rank(entry: tuple[School, list[Item]]) -> tuple[bool, Exact, int]:
        school, items = entry
        return school.code not in fails, sum(item.cost for item in items), place[id(school)]

    return sorted(plan.by_school(), key=rank)


def curve_of(plan: Plan) -> tuple[tuple[Exact, int], ...]:
    """(cost so far, schools passing) after each school in turn, exactly."""
    problem = plan.problem
    steps = [0] * len(problem.columns)
    amounts = problem.amounts(steps)
    by_unit: dict[int, list[int]] = {}
    for n, school in enumerate(problem.school_of):
        by_unit.setdefault(school, []).append(n)
    bad = set(problem.failing_units(amounts))
    points: list[tuple[Exact, int]] = [(0, _count(problem, by_unit, bad))]
    spent: Exact = 0
    for _, items in ordered(plan):
        for item in items:
            spent += item.cost
            for unit in _put(problem, amounts, item):
                (bad.add if problem.fails(unit, amounts) else bad.discard)(unit)
        points.append((tidy(Fraction(spent)), _count(problem, by_unit, bad)))
    return tuple(points)


def _count(problem: Problem, by_unit: dict[int, list[int]], bad: set[int]) -> int:
    unplanned = {m.unit.school.code for m in problem.missing}
    return sum(
        not any(u in bad for u in units) and problem.schools[school].code not in unplanned
        for school, units in by_unit.items()
    )


def _put(problem: Problem, amounts: dict[tuple[int, str], Exact], item: Item) -> set[int]:
    """Add an item to the amounts; the units it touches."""
    touched = set()
    for column in (item.column, item.giver_column):
        if column >= 0:
            for unit, key, by in problem.columns[column].effects:
                amounts[unit, key] += by * item.quantity
                touched.add(unit)
    return touched


# ---- years


def plan_years(plan: Plan, years: int | None, yearly: Sequence[Exact]) -> tuple[tuple[Year, ...], bool]:
    """The roadmap, and whether the money is enough for all of it. QbeError QBE-PLN-106 where the budgets make no sense."""
    budgets = _budgets(plan, years, yearly)
    queue = [item for _, items in ordered(plan) for item in items]
    done: list[Item] = []
    made: list[Year] = []
    carried: Exact = 0
    for number, budget in enumerate(budgets, start=1):
        left = budget + carried
        bought = []
        while queue:
            now, later = _part(plan.problem, queue[0], left)
            if now is not None:
                bought.append(now)
                left -= now.cost
            if later is not None:
                queue[0] = later
                break
            queue.pop(0)
        done += bought
        after = reassess(plan.before, changed(plan.before, plan.problem, done)) if done else plan.before
        spent = tidy(Fraction(sum(item.cost for item in bought)))
        carried = left
        made.append(Year(number, budget, tuple(bought), spent, tidy(Fraction(left)), passing(after), after))
        if not queue and not yearly[1:] and years is None:
            break
    return tuple(made), not queue


def _budgets(plan: Plan, years: int | None, yearly: Sequence[Exact]) -> Iterator[Exact]:
    if (years is not None and not 1 <= years <= MOST_YEARS) or any(b < 0 for b in yearly):
        raise QbeError("QBE-PLN-106", most=MOST_YEARS)
    if years is not None and len(yearly) > 1 and len(yearly) != years:
        raise QbeError("QBE-PLN-106", most=MOST_YEARS)
    if len(yearly) > 1:
        return iter(yearly)
    if yearly:
        return iter([yearly[0]] * (years or MOST_YEARS))
    cents = -(-Fraction(plan.cost) * 100 // (years or 1))  # rounded up, so that the last year has enough
    return iter([tidy(Fraction(cents, 100))] * (years or 1))


def _part(problem: Problem, item: Item, money: Exact) -> tuple[Item | None, Item | None]:
    """What of an item the money buys now, and what is left for later."""
    if item.cost <= money:
        return item, None
    column = problem.columns[item.column]
    step = column.step
    steps = int(Fraction(money) // (column.price * step))
    if steps <= 0:
        return None, item

    def part(quantity: Exact) -> Item:
        return replace(item, quantity=tidy(Fraction(quantity)), cost=tidy(Fraction(column.price * quantity)))

    now = part(step * steps)
    return now, part(item.quantity - now.quantity)


# ---- a budget that is too small


def budget_buys(plan: Plan, amount: Exact, seconds: float, ask: Callable[[], None] = nobody) -> Budget:
    """What a budget buys: all of the plan, or as many schools as can pass the 6-of-7 rule for it (CVs left aside).

    Without CVs and transfers each school stands alone, so its least cost is found apart from the others; taking the
    cheapest schools first then makes most of them pass.
    """
    if plan.cost <= amount:
        return Budget(amount, True)
    problem = replace(replace_transfers(plan.problem), cones=())
    fails = failing(plan.before)
    cheapest = search(problem, 1e-7, seconds, ask)
    if cheapest.steps is None:
        return Budget(amount, False)
    groups: dict[int, list[Item]] = {}
    for item in items_of(problem, cheapest.steps):
        groups.setdefault(id(item.school), []).append(item)
    order = [(sum(i.cost for i in groups[id(s)]), n, s) for n, s in enumerate(problem.schools) if id(s) in groups]
    chosen, spent, items = [], Fraction(0), []
    for cost, _, school in sorted(order, key=lambda e: (e[0], e[1])):
        if school.code in fails and spent + cost <= amount:
            chosen.append(school)
            spent += cost
            items += groups[id(school)]
    after = reassess(plan.before, changed(plan.before, plan.problem, items)) if items else plan.before
    return Budget(amount, False, tuple(chosen), tidy(spent), after, cheapest.gap <= 1e-6)
