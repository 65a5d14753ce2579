"""The problem in exact data: what every unit needs, what can be bought where, and which CV must hold.

Amounts of a unit are linear in what is bought: r = base + Σ effect × quantity, the share of a stage in what the whole
school has being constant, since pupils are. So the 6-of-7 rule is linear but for the choice of the indicators that may
stay below their limit, and CV ≤ c is P·Σ(r²/p) ≤ (1+c²)·(Σr)², a second-order cone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from qbe_xl.assessment.results import Assessment, UnitResult
from qbe_xl.core.errors import QbeError
from qbe_xl.core.fields import field_of
from qbe_xl.core.languages import Text
from qbe_xl.core.numbers import Exact, tidy
from qbe_xl.county.model import Row
from qbe_xl.county.units import School, Unit, row_number, row_pupils
from qbe_xl.measures import cv_at_most
from qbe_xl.planning.cheapest.costs import EVERY, Costs, Kind, Measure, by_stage, forbidden, staged
from qbe_xl.standards import Edition
from qbe_xl.standards.model import Resource

CENT = Fraction(1, 100)


@dataclass(frozen=True)
class Need:
    """What one indicator of one unit lacks now: to its limit, and to the floor that one may stay at."""

    unit: int
    indicator: Resource
    base: Exact
    to_limit: Exact
    to_floor: Exact


@dataclass(frozen=True)
class Column:
    """One thing that can be bought for a school, or one kind of teacher who comes to it or leaves it.

    Quantities are whole multiples of `step`. `adds` by field id for a quantity of 1; `effects` is what a quantity of 1
    adds to the amount of (unit, indicator id). `most`: largest quantity by a cap of its own, None where there is none.
    `way`: buy; in and out are the two ends of a transfer.
    """

    measure: Measure | Kind
    way: str
    school: int
    stage: str | None
    row: Row
    step: Exact
    price: Exact
    adds: dict[str, Exact]
    effects: tuple[tuple[int, str, Exact], ...]
    most: Exact | None = None

    @property
    def field(self) -> str:
        """The field that is bought."""
        return next(iter(self.adds))


@dataclass(frozen=True)
class Bound:
    """slack + Σ coefficient × quantity ≥ 0: a part within its whole, a cap over several measures, nothing below 0."""

    slack: Exact
    terms: tuple[tuple[int, Exact], ...]


@dataclass(frozen=True)
class Cone:
    """One indicator's CV at one stage, over these units."""

    stage: str
    indicator: Resource
    units: tuple[int, ...]
    limit: Exact


@dataclass(frozen=True)
class Missing:
    """A unit whose data are missing, so that no plan can be made for it."""

    unit: Unit
    indicators: tuple[str, ...]  # empty: the pupils


@dataclass(frozen=True)
class Problem:
    """Everything exact. `balance`: groups of columns, transfers of one kind at one stage; what leaves must arrive."""

    edition: Edition
    costs: Costs
    schools: tuple[School, ...]
    units: tuple[Unit, ...]
    school_of: tuple[int, ...]
    needs: dict[tuple[int, str], Need]
    columns: tuple[Column, ...]
    bounds: tuple[Bound, ...]
    cones: tuple[Cone, ...]
    balance: tuple[tuple[int, ...], ...]
    may_miss: int
    missing: tuple[Missing, ...]
    unbounded_parts: tuple[str, ...] = field(default=())

    def pupils(self, unit: int) -> Exact:
        """在校生 of a unit."""
        return self.units[unit].pupils  # type: ignore[return-value]  # units without are in `missing`

    def amounts(self, steps: Sequence[int]) -> dict[tuple[int, str], Exact]:
        """Exact amounts after buying `steps` of each column."""
        after: dict[tuple[int, str], Exact] = {key: need.base for key, need in self.needs.items()}
        for column, n in zip(self.columns, steps, strict=True):
            if n:
                for unit, indicator, by in column.effects:
                    after[unit, indicator] += by * column.step * n
        return after

    def cost(self, steps: Sequence[int]) -> Exact:
        """元."""
        total: Exact = 0
        for column, n in zip(self.columns, steps, strict=True):
            if n:
                total += column.price * column.step * n
        return tidy(Fraction(total))

    @cached_property
    def needs_of(self) -> dict[int, list[Need]]:
        """The needs of each unit."""
        found: dict[int, list[Need]] = {}
        for need in self.needs.values():
            found.setdefault(need.unit, []).append(need)
        return found

    def fails(self, unit: int, amounts: dict[tuple[int, str], Exact]) -> bool:
        """Whether a unit fails the 6-of-7 rule with these amounts."""
        below, stage, pupils = 0, self.units[unit].stage, self.pupils(unit)
        for need in self.needs_of[unit]:
            value = need.indicator.per_pupils * amounts[unit, need.indicator.id]
            if value < need.indicator.at_least[stage] * pupils:  # type: ignore[index]
                below += 1
                if below > self.may_miss or value < self.edition.floor(need.indicator, stage) * pupils:
                    return True
        return False

    def failing_units(self, amounts: dict[tuple[int, str], Exact]) -> list[int]:
        """Units that fail the 6-of-7 rule with these amounts."""
        return [unit for unit in sorted(self.needs_of) if self.fails(unit, amounts)]

    def failing_cones(self, amounts: dict[tuple[int, str], Exact]) -> list[Cone]:
        """The CVs above their limit with these amounts."""
        return [
            cone
            for cone in self.cones
            if not cv_at_most(
                [amounts[u, cone.indicator.id] for u in cone.units], [self.pupils(u) for u in cone.units], cone.limit
            )
        ]

    def within_bounds(self, steps: Sequence[int]) -> bool:
        """Whether caps, wholes and balances hold."""
        for column, n in zip(self.columns, steps, strict=True):
            if n < 0 or (column.most is not None and n * column.step > column.most):
                return False
        for bound in self.bounds:
            if bound.slack + sum(by * self.columns[j].step * steps[j] for j, by in bound.terms) < 0:
                return False
        return all(
            sum(steps[j] if self.columns[j].way == "in" else -steps[j] for j in group) == 0 for group in self.balance
        )


def build(result: Assessment, costs: Costs, transfers: bool = False) -> Problem:
    """The problem that an assessment poses. QbeError QBE-PLN-101 where there is nothing to plan for, -102, -103 a name
    in caps or prohibitions that no school or indicator bears."""
    edition = result.edition
    if result.resources is None:
        raise QbeError("QBE-PLN-101", file=result.submission.file.name)
    known, missing = [], []
    for unit in result.resources.units:
        lacking = tuple(unit.missing)
        if unit.unit.pupils is None:
            missing.append(Missing(unit.unit, ()))
        elif lacking:
            missing.append(Missing(unit.unit, lacking))
            known.append(unit)
        else:
            known.append(unit)
    complete = [u for u in known if not u.missing]
    _check_names(costs, result, edition)
    schools: list[School] = []
    for each in complete:
        if not any(s is each.unit.school for s in schools):
            schools.append(each.unit.school)
    units = tuple(u.unit for u in complete)
    place = {id(s): n for n, s in enumerate(schools)}
    school_of = tuple(place[id(u.school)] for u in units)
    needs = {(n, key): _need(n, unit, key) for n, unit in enumerate(complete) for key in unit.values}
    maker = _Maker(edition, costs, schools, units, school_of)
    for number in range(len(schools)):
        maker.buyable(number)
    balance = maker.transfers() if transfers else ()
    maker.bounds_of_parts()
    maker.caps()
    cones = []
    for stage in edition.stages:
        members = tuple(n for n, u in enumerate(units) if u.stage == stage)
        if members:
            cones += [Cone(stage, i, members, i.cv_at_most[stage]) for i in edition.resources]  # type: ignore[index]
    return Problem(
        edition, costs, tuple(schools), units, school_of, needs, tuple(maker.columns), tuple(maker.bounds), tuple(cones),
        balance, len(edition.resources) - edition.file.resource_rule.met_at_least, tuple(missing),
        tuple(maker.unbounded),
    )  # fmt: skip


def _need(number: int, unit: UnitResult, key: str) -> Need:
    value = unit.values[key]
    amount, pupils = value.amount, value.pupils
    if amount is None or pupils is None:
        raise ValueError(f"{unit.unit.id} {key}: no data")  # such units were left out
    times = value.indicator.per_pupils

    def lacking(limit: Exact) -> Exact:
        return max(0, tidy(Fraction(limit) * pupils / times - amount))

    return Need(number, value.indicator, amount, lacking(value.limit), lacking(value.floor))


class _Maker:
    """Columns and bounds in the making."""

    def __init__(
        self, edition: Edition, costs: Costs, schools: Sequence[School], units: Sequence[Unit], school_of: Sequence[int]
    ) -> None:
        self.edition, self.costs, self.schools, self.units = edition, costs, schools, units
        self.of_school: list[list[int]] = [[] for _ in schools]
        for n, school in enumerate(school_of):
            self.of_school[school].append(n)
        self.columns: list[Column] = []
        self.bounds: list[Bound] = []
        self.unbounded: list[str] = []
        self._factors = {i.id: _factors(i) for i in edition.resources}
        # a part is bounded by its whole in the row that is added to: (row, field) -> columns that change it
        self._touching: dict[tuple[int, str], list[tuple[int, Exact]]] = {}
        self._rows: dict[int, Row] = {}

    def buyable(self, number: int) -> None:
        """The measures of one school."""
        for measure in self.costs.measures:
            if forbidden(self.costs, measure, _names(self.schools[number]), self.edition):
                continue
            stages: Iterable[str | None] = (None,)
            if by_stage(measure.adds):
                stages = [self.units[u].stage for u in self.of_school[number]]
            for stage in stages:
                self._add(number, measure, measure.adds, "buy", stage, measure.price)

    def transfers(self) -> tuple[tuple[int, ...], ...]:
        """Both ends of the transfers; what leaves at a stage must arrive at it."""
        groups: dict[tuple[str, str], list[int]] = {}
        rules = self.costs.transfers
        for kind in rules.kinds:
            for number, school in enumerate(self.schools):
                sponsor = school.main.text("sponsor") or "public"
                if sponsor not in rules.sponsors or forbidden(self.costs, kind, _names(school), self.edition):
                    continue
                for unit in self.of_school[number]:
                    stage = self.units[unit].stage
                    lost = {name: -by for name, by in kind.takes.items()}
                    for way, adds, price in (("in", kind.takes, kind.price), ("out", lost, 0)):
                        made = self._add(number, kind, adds, way, stage, price)
                        if made is not None:
                            groups.setdefault((kind.id, stage), []).append(made)
        return tuple(tuple(group) for group in groups.values())

    def _add(
        self, number: int, measure: Measure | Kind, adds: dict[str, Exact], way: str, stage: str | None, price: Exact
    ) -> int | None:
        fields = staged(adds, stage) if stage else dict(adds)
        row = _row_for(self.schools[number], fields, stage)
        if row is None:
            return None  # a field it adds to is not reported there
        effects = []
        for unit in self.of_school[number]:
            if stage is not None and self.units[unit].stage != stage:
                continue
            for indicator in self.edition.resources:
                by = sum((self._factors[indicator.id].get(name, 0) * x for name, x in adds.items()), Fraction(0))
                if by:
                    share = self.units[unit].share if indicator.split else 1
                    effects.append((unit, indicator.id, tidy(by * (share or 0))))
        if not effects:
            return None
        whole = all(field_of(name).type == "count" for name in fields)
        position = len(self.columns)
        column = Column(
            measure, way, number, stage, row, 1 if whole else CENT, price, fields, tuple(effects),
            self._cap(measure, number) if way != "out" else None,
        )  # fmt: skip
        self.columns.append(column)
        self._rows[id(row)] = row
        for name, by in fields.items():
            self._touching.setdefault((id(row), name), []).append((position, by))
        return position

    def _cap(self, measure: Measure | Kind, number: int) -> Exact | None:
        names = (*_names(self.schools[number]), EVERY)
        found = [cap.at_most for cap in self.costs.caps if cap.measure == measure.id and cap.school in names]
        return min(found) if found else None

    def bounds_of_parts(self) -> None:
        """A part stays within its whole, and nobody leaves who is not there."""
        for (row_id, name), terms in self._touching.items():
            row = self._rows[row_id]
            stage = field_of(name).stage
            if any(by < 0 for _, by in terms):
                self.bounds.append(Bound(row_number(row, name, stage) or 0, tuple(terms)))
            for rule in self.costs.parts:
                if field_of(name).base != rule.part and name != rule.part:
                    continue
                whole = staged({rule.whole: 1}, stage) if stage else {rule.whole: 1}
                whole_name = next(iter(whole))
                have = row_number(row, whole_name, stage)
                if have is None:
                    self.unbounded.append(f"{row.text('school_code')}/{whole_name}")
                    continue
                more = self._touching.get((row_id, whole_name), [])
                merged: dict[int, Exact] = dict(more)
                for position, by in terms:
                    merged[position] = merged.get(position, 0) - by
                kept = tuple((j, by) for j, by in merged.items() if by)
                slack = max(0, have - (row_number(row, name, stage) or 0))
                if any(by < 0 for _, by in kept):
                    self.bounds.append(Bound(slack, kept))

    def caps(self) -> None:
        """Caps over all that adds to a field of a school."""
        for cap in self.costs.caps:
            if cap.field is None:
                continue
            for number, school in enumerate(self.schools):
                if cap.school not in (*_names(school), EVERY):
                    continue
                terms = tuple(
                    (j, -by)
                    for j, column in enumerate(self.columns)
                    if column.school == number and column.way != "out"
                    for name, by in column.adds.items()
                    if cap.field in (name, field_of(name).base)
                )
                if terms:
                    self.bounds.append(Bound(cap.at_most, terms))


def _names(school: School) -> tuple[str, str]:
    return school.code, school.name


def _factors(indicator: Resource) -> dict[str, Fraction]:
    """What each field counts for in the indicator's amount; QbeError QBE-PLN-104 where the formula is not a sum."""
    names = indicator.amount.names
    zero: dict[str, Exact] = dict.fromkeys(names, Fraction(0))
    constant = Fraction(indicator.amount.value(zero))
    factors = {name: Fraction(indicator.amount.value({**zero, name: Fraction(1)})) - constant for name in names}
    probe: dict[str, Exact] = {name: Fraction(n + 2) for n, name in enumerate(names)}
    if indicator.amount.value(probe) != constant + sum(factors[name] * probe[name] for name in names):
        raise QbeError("QBE-PLN-104", indicator=indicator.id, formula=indicator.amount.text)
    return factors


def _row_for(school: School, fields: dict[str, Exact], stage: str | None) -> Row | None:
    """The row that additions are booked on: the main school's, or the campus with most pupils of the stage."""
    rows = sorted(school.rows, key=lambda r: -(row_pupils(r, stage) or 0)) if stage else school.rows
    for row in rows:
        if all(row_number(row, name, field_of(name).stage) is not None for name in fields):
            return row
    return None


def _check_names(costs: Costs, result: Assessment, edition: Edition) -> None:
    """Every school and indicator that a cap or prohibition names exists."""
    from difflib import get_close_matches

    names = {
        name
        for school in result.schools
        for row in school.rows
        for name in (row.text("school_code"), row.text("school_name"))
    }
    for named in (*(c.school for c in costs.caps), *(f.school for f in costs.forbid)):
        if named != EVERY and named not in names:
            close = get_close_matches(named, sorted(names), n=1, cutoff=0.3)
            raise QbeError("QBE-PLN-102", school=named, nearest=close[0] if close else "–")
    known = [i.id for i in edition.resources]
    for forbid in costs.forbid:
        if forbid.indicator is not None and forbid.indicator not in known:
            raise QbeError("QBE-PLN-103", indicator=forbid.indicator, known=Text("、".join(known), ", ".join(known)))
