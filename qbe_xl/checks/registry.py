"""Checks on the report itself: a check is one function joined to its code; the sentence stands in the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from qbe_xl.core.fields import field_of
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import Text
from qbe_xl.core.messages import catalogue
from qbe_xl.county import County, Place, Row
from qbe_xl.county.package import Package
from qbe_xl.standards import Edition

CheckFunction = Callable[[County, Edition], Iterator[Finding]]
YearsFunction = Callable[[County, County, Edition], Iterator[Finding]]
PackageFunction = Callable[[Package, County, Edition], Iterator[Finding]]


@dataclass(frozen=True)
class Check:
    """A code and the function that finds it."""

    code: str
    run: CheckFunction


@dataclass(frozen=True)
class YearsCheck:
    """A code and the function that finds it by comparing with last year's county."""

    code: str
    run: YearsFunction


@dataclass(frozen=True)
class PackageCheck:
    """A code and the function that finds it in the facts of the submitted package."""

    code: str
    run: PackageFunction


_CHECKS: dict[str, Check] = {}
_AGAINST: dict[str, YearsCheck] = {}
_PACKAGE: dict[str, PackageCheck] = {}


def check(code: str) -> Callable[[CheckFunction], CheckFunction]:
    """Register a check under its code; a second registration or an unknown code is a mistake in the program."""

    def register(function: CheckFunction) -> CheckFunction:
        _new(code)
        _CHECKS[code] = Check(code, function)
        return function

    return register


def check_against(code: str) -> Callable[[YearsFunction], YearsFunction]:
    """Register a comparison with last year under its code: called with this county, last year's, and the edition."""

    def register(function: YearsFunction) -> YearsFunction:
        _new(code)
        _AGAINST[code] = YearsCheck(code, function)
        return function

    return register


def check_package(code: str) -> Callable[[PackageFunction], PackageFunction]:
    """Register a check of the package under its code: called with its facts, the county read from it, and the edition."""

    def register(function: PackageFunction) -> PackageFunction:
        _new(code)
        _PACKAGE[code] = PackageCheck(code, function)
        return function

    return register


def _new(code: str) -> None:
    if code in _CHECKS or code in _AGAINST or code in _PACKAGE:
        raise ValueError(f"{code} is registered twice")
    if code not in catalogue():
        raise ValueError(f"{code} is not in the message catalogue")


def _load() -> None:
    """Import the modules of checks: that registers them."""
    from qbe_xl.checks import (  # noqa: F401
        arithmetic,
        classes,
        county,
        integrity,
        integrity_formulas,
        logic,
        plausibility,
        policy,
        schools,
        stated,
        totals,
        units,
        years,
    )


def registered() -> dict[str, Check]:
    """All checks of a county by code."""
    _load()
    return dict(_CHECKS)


def registered_against() -> dict[str, YearsCheck]:
    """All comparisons with last year by code."""
    _load()
    return dict(_AGAINST)


def registered_package() -> dict[str, PackageCheck]:
    """All checks of a package by code."""
    _load()
    return dict(_PACKAGE)


def run_package_checks(package: Package | None, county: County, edition: Edition) -> list[Finding]:
    """Every finding about the package a county was read from; none where it was not read from one."""
    if package is None:
        return []
    found = [finding for item in registered_package().values() for finding in item.run(package, county, edition)]
    return sorted(found, key=Finding.sort_key)


def run_checks(county: County, edition: Edition, *, last_year: County | None = None) -> list[Finding]:
    """Every finding of every check, most severe first; with `last_year`, the comparisons with it too."""
    findings = [finding for item in registered().values() for finding in item.run(county, edition)]
    if last_year is not None:
        for comparison in registered_against().values():
            findings += comparison.run(county, last_year, edition)
    return sorted(findings, key=Finding.sort_key)


def at(code: str, row: Row, name: str, /, **args: object) -> Finding:
    """A finding at one field of a row."""
    return _finding(code, row.place(name), row.text("school_code") or row.text("school_name") or None, args)


def at_fact(code: str, county: County, name: str, /, **args: object) -> Finding:
    """A finding at a county fact."""
    return _finding(code, county.place(name), None, args)


def at_column(code: str, rows: Sequence[Row], name: str, /, **args: object) -> Finding:
    """A finding about a whole column: from its first place to its last where they stand in one sheet."""
    places = [place for row in rows if (place := row.place(name)) is not None]
    if not places:
        return Finding(code, args=args)
    first, last = places[0], places[-1]
    same = (first.sheet, first.file) == (last.sheet, last.file) and first.ref != last.ref
    return Finding(code, first.sheet, f"{first.ref}:{last.ref}" if same else first.ref, None, args, first.file)


def with_cells(finding: Finding, *places: Place | None) -> Finding:
    """The finding with further cells that it is about, those of its own sheet."""
    here = [p.ref for p in places if p is not None and (p.sheet, p.file) == (finding.sheet, finding.file)]
    return replace(finding, also=(*finding.also, *here))


def _finding(code: str, place: Place | None, school: str | None, args: dict[str, object]) -> Finding:
    if place is None:
        return Finding(code, school=school, args=args)
    return Finding(code, place.sheet, place.ref, school, args, place.file)


def name_of(field_id: str) -> Text:
    """A field's name, for messages."""
    return field_of(field_id).name
