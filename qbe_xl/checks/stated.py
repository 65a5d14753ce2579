"""What the form states itself (自报): each school's values, means, gaps, held against what the numbers give.

Keys of stated values: `L4.primary` in a school's row, `L4.primary.mean`, `.cv`, `.limit`, `.cv_limit`, `.gap` of the
county, `composite.primary.cv`. A form profile gives them with `stated` columns and `stated_rows`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from qbe_xl.checks.memo import once
from qbe_xl.checks.registry import at, check, name_of
from qbe_xl.checks.schools import number
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import STAGE_NAMES, Text
from qbe_xl.core.numbers import Exact, exact, shown
from qbe_xl.county import County, Row, Stated
from qbe_xl.county.units import Unit, county_units
from qbe_xl.measures import composite, pooled_mean, variation
from qbe_xl.standards import Edition, model

VALUE_PLACES = 2
CV_PLACES = 3
SUBJECTS = ("pe", "music", "art")


def agrees(stated: Exact, computed: Exact) -> bool:
    """Whether a stated value is ours, rounded or cut to the decimals it was stated with (at least two)."""
    decimals = 2
    while (stated * 10**decimals).denominator != 1 and decimals < 15:
        decimals += 1
    # rounding up lifts a value by half a step at most, cutting lowers it by less than a step
    return -1 <= 2 * (computed - stated) * 10**decimals < 2


@dataclass(frozen=True)
class Figures:
    """One indicator at one stage: the units whose pupils and amounts are known, and whether those are all."""

    indicator: model.Resource
    stage: str
    amounts: tuple[Exact, ...]
    pupils: tuple[Exact, ...]
    complete: bool

    @property
    def name(self) -> Text:
        """The indicator with its stage, for messages."""
        stage = STAGE_NAMES[self.stage]
        return Text(f"{stage.zh} {self.indicator.id}", f"{stage.en} {self.indicator.id}")

    @cached_property
    def mean(self) -> Exact:
        """The pooled mean."""
        return pooled_mean(self.amounts, self.pupils, self.indicator.per_pupils)

    @cached_property
    def cv(self) -> Exact | None:
        """The CV, to 40 digits; None where there are no amounts."""
        found: Decimal | None = variation(self.amounts, self.pupils, self.indicator.per_pupils).cv
        return None if found is None else exact(found)

    @property
    def limit(self) -> Exact:
        """The limit of the indicator at this stage."""
        return self.indicator.at_least[self.stage]  # type: ignore[index]  # stages of the edition

    @property
    def cv_limit(self) -> Exact:
        """The limit of its CV at this stage."""
        return self.indicator.cv_at_most[self.stage]  # type: ignore[index]  # stages of the edition

    @cached_property
    def unweighted(self) -> dict[str, tuple[Text, float]]:
        """What the usual wrong formulas give: `mean` and the CVs, each with how it was computed."""
        x = [float(self.indicator.per_pupils * Fraction(r) / p) for r, p in zip(self.amounts, self.pupils, strict=True)]
        plain, pooled, n = sum(x) / len(x), float(self.mean), len(x)
        found = {"mean": (Text("各校数值的简单平均", "the plain mean of the schools"), plain)}
        if n < 2 or not plain or not pooled:
            return found
        about_plain = sum((v - plain) ** 2 for v in x)
        about_pooled = sum((v - pooled) ** 2 for v in x)
        found["population"] = (
            Text("不加权，总体标准差", "unweighted, population form"),
            math.sqrt(about_plain / n) / plain,
        )
        found["sample"] = (
            Text("不加权，样本标准差", "unweighted, sample form"),
            math.sqrt(about_plain / (n - 1)) / plain,
        )
        found["pooled"] = (
            Text("不加权，对全县平均值", "unweighted, about the county's mean"),
            math.sqrt(about_pooled / n) / pooled,
        )
        return found

    def wrong_formula(self, stated: Exact, mean: bool) -> Text | None:
        """The wrong formula that gives a stated mean or CV; None where none does."""
        for key, (words, value) in self.unweighted.items():
            if (key == "mean") == mean and agrees(stated, exact(value)):
                return words
        return None


def units_of_county(county: County, edition: Edition) -> tuple[Unit, ...]:
    """The units that count."""
    return once(county, ("units", edition.digest, edition.options), lambda: county_units(county, edition)[2])


def stating(county: County) -> tuple[Row, ...]:
    """The rows that state values of their own."""
    return once(
        county, "stating", lambda: tuple(r for r in county.schools if any(k.startswith("stated:") for k in r.values))
    )


def figures(county: County, edition: Edition) -> Iterator[Figures]:
    """Every indicator at every stage of which the form states something; nothing is computed where it states nothing."""
    wanted = {key.partition(".")[0] for key in county.stated}
    if not wanted:
        return
    units = units_of_county(county, edition)
    for indicator in edition.resources:
        if indicator.id not in wanted and "composite" not in wanted:
            continue
        for stage in edition.stages:
            found = figures_of(units, indicator, stage)
            if found is not None:
                yield found


def figures_of(units: tuple[Unit, ...], indicator: model.Resource, stage: str) -> Figures | None:
    """One indicator at one stage; None where nothing is known."""
    here = [unit for unit in units if unit.stage == stage]
    known = [(a, u.pupils) for u in here if (a := u.amounts[indicator.id]) is not None and u.pupils]
    if not known:
        return None
    amounts, pupils = tuple(a for a, _ in known), tuple(p for _, p in known)
    return Figures(indicator, stage, amounts, pupils, len(known) == len(here))


def composite_cv(county: County, edition: Edition, stage: str) -> Exact | None:
    """The mean of the CVs of all indicators at a stage; None where one of them is not known."""
    units = units_of_county(county, edition)
    cvs = []
    for indicator in edition.resources:
        found = figures_of(units, indicator, stage)
        if found is None or not found.complete or found.cv is None:
            return None
        cvs.append(found.cv)
    return exact(composite(cvs)) if cvs else None


def at_stated(code: str, stated: Stated, /, **args: object) -> Finding:
    """A finding where the form states a value."""
    place = stated.place
    if place is None:
        return Finding(code, args=args)
    return Finding(code, place.sheet, place.ref, None, args, place.file)


def compared(stated: Exact, computed: Exact, places: int = VALUE_PLACES) -> dict[str, str]:
    """Both values for a sentence: ours with as many decimals as it takes to differ from what is stated."""
    return {"left": number(stated), "right": shown(computed, places, stated)}


def stated_by_schools(county: County, edition: Edition) -> Iterator[tuple[Row, Unit, model.Resource, Exact, Exact]]:
    """Row, unit, indicator, stated value and ours, for every value that a school states and its numbers give."""
    rows = stating(county)
    if not rows:
        return
    units = {(id(u.school.main), u.stage): u for u in units_of_county(county, edition) if not u.school.campuses}
    for row in rows:
        for indicator in edition.resources:
            for stage in edition.stages:
                said = row.number_of(f"stated:{indicator.id}.{stage}")
                unit = units.get((id(row), stage))
                if said is None or unit is None or not unit.pupils:
                    continue
                amount = unit.amounts[indicator.id]
                if amount is not None:
                    yield row, unit, indicator, said, Fraction(indicator.per_pupils * amount) / unit.pupils


def single_subject(row: Row, unit: Unit, indicator: model.Resource, said: Exact) -> str | None:
    """The one subject that a stated combined figure was computed from; None where none explains it."""
    if indicator.amount.names != ("pe_art",) or not unit.pupils:
        return None
    for subject in SUBJECTS:
        name = f"{subject}_{unit.stage}"
        teachers = row.number_of(name)
        if teachers and agrees(said, Fraction(indicator.per_pupils * teachers) / unit.pupils):
            return name
    return None


def _name(unit: Unit, indicator: model.Resource) -> Text:
    stage = STAGE_NAMES[unit.stage]
    return Text(f"{stage.zh} {indicator.id}", f"{stage.en} {indicator.id}")


@check("QBE-ARI-007")
def stated_values_follow_from_the_row(county: County, edition: Edition) -> Iterator[Finding]:
    """学校自报的指标值等于同一行数据算出的值。 What a school states follows from its own row."""
    for row, unit, indicator, said, ours in stated_by_schools(county, edition):
        if not agrees(said, ours) and single_subject(row, unit, indicator, said) is None:
            key = f"stated:{indicator.id}.{unit.stage}"
            yield at("QBE-ARI-007", row, key, name=_name(unit, indicator), **compared(said, ours))


@check("QBE-POL-003")
def combined_not_one_subject(county: County, edition: Edition) -> Iterator[Finding]:
    """体艺按合计计算，不按单科。 PE and art are one sum, not one subject."""
    for row, unit, indicator, said, ours in stated_by_schools(county, edition):
        if agrees(said, ours):
            continue
        subject = single_subject(row, unit, indicator, said)
        if subject is not None:
            yield at(
                "QBE-POL-003",
                row,
                f"stated:{indicator.id}.{unit.stage}",
                name=_name(unit, indicator),
                subject=name_of(subject),
                part=number(row.number_of(subject) or 0),
                whole=number(unit.amounts[indicator.id] or 0),
                **compared(said, ours),
            )


@check("QBE-ARI-008")
def stated_means_follow(county: County, edition: Edition) -> Iterator[Finding]:
    """自报的全县平均值等于各校数据算出的值。 A stated county mean follows from the schools."""
    for found in figures(county, edition):
        stated = county.stated.get(f"{found.indicator.id}.{found.stage}.mean")
        if stated is None or not found.complete or agrees(stated.value, found.mean):
            continue
        if found.wrong_formula(stated.value, mean=True) is None:
            yield at_stated("QBE-ARI-008", stated, name=found.name, **compared(stated.value, found.mean))


@check("QBE-ARI-009")
def stated_gaps_follow(county: County, edition: Edition) -> Iterator[Finding]:
    """自报缺口等于标准 × 在校生 − 现有。 A stated gap is limit times pupils less stock."""
    for found in figures(county, edition):
        stated = county.stated.get(f"{found.indicator.id}.{found.stage}.gap")
        if stated is None or not found.complete:
            continue
        stock, pupils = sum(found.amounts, start=Fraction(0)), sum(found.pupils, start=Fraction(0))
        gap = max(Fraction(0), Fraction(found.limit) * pupils / found.indicator.per_pupils - stock)
        # a gap of people or rooms is rounded up to whole ones
        if not agrees(stated.value, gap) and stated.value != math.ceil(gap):
            yield at_stated("QBE-ARI-009", stated, name=found.name, **compared(stated.value, gap))
