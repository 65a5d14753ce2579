"""Which schools came and went from one year to the next, and whose status changed; schools are matched by their code."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from qbe_xl.assessment.results import Assessment
from qbe_xl.checks.years import by_code, renumbered
from qbe_xl.county import County, Row
from qbe_xl.planning.trend.series import Year
from qbe_xl.planning.whatif import UnitChange


@dataclass(frozen=True)
class Named:
    """A school: its code and name; `before` is its code of the year before where it has another now."""

    code: str
    name: str
    before: str | None = None


@dataclass(frozen=True)
class Step:
    """From one year to the next. `failing` and `passing`: units that passed (failed) before and fail (pass) now."""

    since: int
    year: int
    new: tuple[Named, ...]
    gone: tuple[Named, ...]
    renumbered: tuple[Named, ...]
    failing: tuple[UnitChange, ...]
    passing: tuple[UnitChange, ...]


def steps(years: Sequence[Year]) -> tuple[Step, ...]:
    """Every year after the first, beside the one before it."""
    return tuple(_step(before, now) for before, now in itertools.pairwise(years))


def _step(before: Year, now: Year) -> Step:
    old, new = before.assessment.county or County(), now.assessment.county or County()
    pairs = renumbered(new, old)
    moved = {pair.before.text("school_code"): pair.now.text("school_code") for pair in pairs}
    rows_before, rows_now = by_code(old), by_code(new)
    known = {*rows_before, *moved.values()}
    kept = {*rows_now, *moved}
    changes = _changes(before.assessment, now.assessment, moved)
    return Step(
        before.year,
        now.year,
        tuple(_named(code, row) for code, row in rows_now.items() if code not in known),
        tuple(_named(code, row) for code, row in rows_before.items() if code not in kept),
        tuple(Named(p.now.text("school_code"), p.now.text("school_name"), p.before.text("school_code")) for p in pairs),
        tuple(c for c in changes if c.before == "pass" and c.after == "fail"),
        tuple(c for c in changes if c.before == "fail" and c.after == "pass"),
    )


def _named(code: str, row: Row) -> Named:
    return Named(code, row.text("school_name"))


def _changes(before: Assessment, now: Assessment, moved: dict[str, str]) -> list[UnitChange]:
    old = {
        (moved.get(u.unit.school.code, u.unit.school.code), u.unit.stage): u.status
        for u in (before.resources.units if before.resources is not None else ())
        if u.unit.school.code
    }
    return [
        UnitChange(u.unit.school.code, u.unit.school.name, u.unit.stage, old[key], u.status)
        for u in (now.resources.units if now.resources is not None else ())
        if (key := (u.unit.school.code, u.unit.stage)) in old and old[key] != u.status
    ]
