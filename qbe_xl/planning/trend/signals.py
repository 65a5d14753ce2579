"""What the years point out: figures on course to fail at the present rate, and what got worse. Neither decides anything."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from qbe_xl.assessment.statuses import compare
from qbe_xl.core.numbers import Exact, quotient, tidy
from qbe_xl.planning.trend.series import Line, Point
from qbe_xl.planning.trend.settings import horizon, rate_years, worse_by

Kind = Literal["now_fails", "worse"]
_JUDGED = ("cv", "item", "part")  # what may be said to have passed and to fail now


@dataclass(frozen=True)
class Course:
    """A figure that still meets its limit and, at the present rate, no longer does in `in_years` years: an extrapolation.

    `rate`: mean yearly change from the year `since` to the newest year; `value` and `limit` are the newest year's.
    """

    line: Line
    since: int
    rate: Exact
    value: Exact
    limit: Exact
    in_years: int
    year: int


@dataclass(frozen=True)
class Regression:
    """What was better in the year `since`. `now_fails`: it passed then; `worse`: more of what should be less."""

    kind: Kind
    line: Line
    since: int
    before: Point
    after: Point


def courses(lines: Sequence[Line], years: Sequence[int]) -> tuple[Course, ...]:
    """Figures on course to fail within the horizon, the soonest first."""
    found = [course for line in lines if (course := _course(line, years)) is not None]
    return tuple(sorted(found, key=lambda course: course.in_years))


def _course(line: Line, years: Sequence[int]) -> Course | None:
    """The present rate goes on from the newest year; nothing without a value then, or with fewer than two years.

    The change of the last year with data and the mean over the last few must both go towards the limit.
    """
    last = line.points[-1]
    value, limit, operator = last.number, last.limit, line.operator
    if value is None or limit is None or operator is None or last.status != "pass":
        return None
    known = [(year, n) for year, point in zip(years, line.points, strict=True) if (n := point.number) is not None]
    if len(known) < 2 or compare(value, operator, limit) != "pass":
        return None
    (first_year, first), (last_year, _) = known[-rate_years() :][0], known[-1]
    rate = quotient(value - first, last_year - first_year)
    sign = 1 if operator in ("<=", "<") else -1
    if rate * sign <= 0 or (value - known[-2][1]) * sign <= 0:
        return None
    steps = Fraction(limit - value, 1) / rate
    # the limit itself still meets <= and >=, not < and >
    ahead = math.floor(steps) + 1 if operator in ("<=", ">=") else max(1, math.ceil(steps))
    if ahead > horizon():
        return None
    return Course(line, first_year, tidy(Fraction(rate)), value, limit, ahead, last_year + ahead)


def regressions(
    lines: Sequence[Line], years: Sequence[int], sizes: frozenset[str], since: int | None = None
) -> tuple[Regression, ...]:
    """What is worse in the newest year than in `since`; without it, than in the last year before that has the figure.

    `sizes`: ids of the items that limit the size of schools.
    """
    found = [each for line in lines if (each := _regression(line, years, sizes, since)) is not None]
    # a whole is left out where one of its parts says the same
    parts = {each.line.id.partition(".")[0] for each in found if each.line.measure == "part"}
    kept = [each for each in found if not (each.line.measure == "item" and each.line.id in parts)]
    return tuple(sorted(kept, key=lambda each: each.kind != "now_fails"))


def _regression(line: Line, years: Sequence[int], sizes: frozenset[str], since: int | None) -> Regression | None:
    after = line.points[-1]
    earlier = [
        (year, point)
        for year, point in zip(years[:-1], line.points[:-1], strict=True)
        if _known(point) and since in (None, year)
    ]
    if not earlier or not _known(after):
        return None
    year, before = earlier[-1]
    if line.measure in _JUDGED and before.status == "pass" and after.status == "fail":
        return Regression("now_fails", line, year, before, after)
    if any(rise >= least for rise, least in _rises(line, sizes, before, after)):
        return Regression("worse", line, year, before, after)
    return None


def _known(point: Point) -> bool:
    return point.value is not None or point.status in ("pass", "fail")


def _rises(line: Line, sizes: frozenset[str], before: Point, after: Point) -> Iterator[tuple[Exact, Exact]]:
    """By how much it rose, and from what rise on that counts."""
    old, new = before.number, after.number
    if old is None or new is None:
        return
    if line.measure == "cv":
        yield new - old, worse_by("cv")
    elif line.measure == "over_classes":
        yield new - old, worse_by("over_classes")
    elif line.measure == "largest_class" and after.status == "fail":
        yield new - old, worse_by("largest_class")
    elif line.measure in ("item", "part") and line.id in sizes:
        yield new - old, worse_by("over_size")
