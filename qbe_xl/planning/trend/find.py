"""From assessments of several years to a trend: put in order, held to be one county's, compared."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from qbe_xl.assessment.results import Assessment
from qbe_xl.core.errors import QbeError
from qbe_xl.planning.trend.schools import Step, steps
from qbe_xl.planning.trend.series import Line, Year, county_lines, is_size_of_schools, school_lines
from qbe_xl.planning.trend.signals import Course, Regression, courses, regressions


@dataclass(frozen=True)
class Trend:
    """One county over the years, oldest first.

    `left_out` are reports that could not be assessed. `since`: the year that `worse` compares with, None for the year
    before. `lines` are the county's figures; those of single schools show only where they are on course to fail.
    """

    years: tuple[Year, ...]
    left_out: tuple[Assessment, ...]
    since: int | None
    lines: tuple[Line, ...]
    courses: tuple[Course, ...]
    worse: tuple[Regression, ...]
    steps: tuple[Step, ...]

    @property
    def newest(self) -> Assessment:
        """The newest year's report."""
        return self.years[-1].assessment

    @property
    def several_rules(self) -> bool:
        """Whether the years were not all judged by the same rules."""
        return len({(y.assessment.edition.digest, y.assessment.edition.options) for y in self.years}) > 1


def find_trend(results: Sequence[Assessment], since: int | None = None) -> Trend:
    """The trend over these reports, in whatever order they come.

    QbeError: QBE-PLN-301 fewer than two can be assessed, -302 two of one year, -303 of different counties, -304 a report
    without a year, -305 `since` is not one of the years before the newest.
    """
    left_out = tuple(sorted((r for r in results if not r.usable), key=lambda r: r.submission.file.name))
    years = sorted((_year(result) for result in results if result.usable), key=lambda each: each.year)
    _one_county(years)
    for before, now in itertools.pairwise(years):
        if before.year == now.year:
            raise QbeError("QBE-PLN-302", year=now.year, **_two(before, now))
    if len(years) < 2:
        raise QbeError("QBE-PLN-301", count=len(years))
    if since is not None and since not in [each.year for each in years[:-1]]:
        raise QbeError("QBE-PLN-305", year=since, known=", ".join(str(each.year) for each in years[:-1]))
    # the county's largest class is that of one school, which has a line of its own
    lines, numbers = county_lines(years), [each.year for each in years]
    sizes = frozenset(
        item.id
        for group in years[-1].assessment.groups.values()
        for whole in group.items
        for item in (whole, *whole.parts)
        if is_size_of_schools(item.criterion)
    )
    return Trend(
        tuple(years),
        left_out,
        since,
        lines,
        courses((*(line for line in lines if line.measure != "largest_class"), *school_lines(years)), numbers),
        regressions(lines, numbers, sizes, since),
        steps(years),
    )


def _year(result: Assessment) -> Year:
    county = result.county
    if county is None or county.year is None:
        raise QbeError("QBE-PLN-304", file=result.submission.file.name)
    return Year(county.year, result)


def _one_county(years: Sequence[Year]) -> None:
    """By code; by name where one of the two has no code."""
    for before, now in itertools.pairwise(years):
        old, new = before.assessment.county, now.assessment.county
        if old is None or new is None:
            continue
        pair = (old.code, new.code) if old.code and new.code else (old.name, new.name)
        if all(pair) and pair[0] != pair[1]:
            raise QbeError("QBE-PLN-303", left=_who(before), right=_who(now), **_two(before, now))


def _two(before: Year, now: Year) -> dict[str, str]:
    names = sorted(each.assessment.submission.file.name for each in (before, now))
    return {"first": names[0], "second": names[1]}


def _who(year: Year) -> str:
    county = year.assessment.county
    return " ".join(str(part) for part in (county.code, county.name) if part) if county is not None else ""
