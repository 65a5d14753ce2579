"""Checks on the report itself: a check is one function joined to its code; the sentence stands in the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import Text
from qbe_xl.core.messages import catalogue
from qbe_xl.county import County, Place, Row
from qbe_xl.standards import Edition

CheckFunction = Callable[[County, Edition], Iterator[Finding]]


@dataclass(frozen=True)
class Check:
    """A code and the function that finds it."""

    code: str
    run: CheckFunction


_CHECKS: dict[str, Check] = {}


def check(code: str) -> Callable[[CheckFunction], CheckFunction]:
    """Register a check under its code; a second registration or an unknown code is a mistake in the program."""

    def register(function: CheckFunction) -> CheckFunction:
        if code in _CHECKS:
            raise ValueError(f"{code} is registered twice")
        if code not in catalogue():
            raise ValueError(f"{code} is not in the message catalogue")
        _CHECKS[code] = Check(code, function)
        return function

    return register


def registered() -> dict[str, Check]:
    """All checks by code."""
    from qbe_xl.checks import county, schools  # noqa: F401  # importing them registers their checks

    return dict(_CHECKS)


def run_checks(county: County, edition: Edition) -> list[Finding]:
    """Every finding of every check, most severe first."""
    findings = [finding for item in registered().values() for finding in item.run(county, edition)]
    return sorted(findings, key=Finding.sort_key)


def at(code: str, row: Row, name: str, **args: object) -> Finding:
    """A finding at one field of a row."""
    return _finding(code, row.place(name), row.text("school_code") or row.text("school_name") or None, args)


def at_fact(code: str, county: County, name: str, **args: object) -> Finding:
    """A finding at a county fact."""
    return _finding(code, county.place(name), None, args)


def _finding(code: str, place: Place | None, school: str | None, args: dict[str, object]) -> Finding:
    if place is None:
        return Finding(code, school=school, args=args)
    return Finding(code, place.sheet, place.ref, school, args, place.file)


def name_of(field_id: str) -> Text:
    """A field's name, for messages."""
    from qbe_xl.core.fields import field_of

    return field_of(field_id).name
