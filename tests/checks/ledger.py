"""The whole of what the checks say: of every sample, and of each single change of the sound county.

Kept in tests/golden/checks_ledger.txt, a line a finding: what was changed, code, place, school, arguments. A change of
a check shows there as a changed line, to be read before it is kept: `python -m tests.checks.ledger` writes it anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from qbe_xl.checks import run_checks
from qbe_xl.core.fields import Field, all_fields
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import Text
from qbe_xl.core.numbers import exact
from qbe_xl.county import County
from tests.checks.samples import BASE, EDITION, LAST, SAMPLES, N, facts, put, row_of
from tests.counties import changed, with_survey
from tests.paths import ROOT

FILE = ROOT / "tests" / "golden" / "checks_ledger.txt"
SECTIONS = ("samples", "twins", "nine_year", "facts", "survey")
TIMES = (Fraction(1, 10), 2, 10)


def told(finding: Finding) -> str:
    """A finding in one line: all that a reader is told, but for the words of the catalogue."""
    args = "; ".join(f"{name}={_shown(value)}" for name, value in finding.args.items())
    place = f"{finding.sheet}!{finding.range}" if finding.sheet else "-"
    also = f" +{','.join(finding.also)}" if finding.also else ""
    return f"{finding.code} {place}{also} {finding.school or '-'} | {args}"


def _shown(value: object) -> str:
    return f"{value.zh} / {value.en}" if isinstance(value, Text) else str(value)


def changes(field: Field, value: Any) -> dict[str, Any]:
    """Single changes of one value, by name."""
    if field.choices:
        return {"blank": None} | {choice.id: choice.id for choice in field.choices if choice.id != value}
    if not field.numeric:
        return {"blank": None}
    if value is None:
        return {"0": 0, "1": 1, "50": 50}
    made = {"blank": None, "0": 0, "+1": value + 1} | {f"x{n}": exact(value * n) for n in TIMES}
    if field.type == "count":
        made = {name: new if new is None else int(new) for name, new in made.items()}
    return {name: new for name, new in made.items() if new is None or (new >= 0 and new != value)}


def cases(section: str) -> Iterator[tuple[str, County, County | None]]:
    """What was changed, the county, last year's."""
    if section in {"samples", "twins"}:
        for code, sample in SAMPLES.items():
            if section == "samples":
                yield code, sample.fail, sample.last
            else:
                yield code, sample.ok, sample.last_ok or sample.last
    elif section == "survey":
        for index, row in enumerate(BASE.survey[:2]):
            for name, field in all_fields().items():
                if "survey" in field.levels:
                    for how, new in changes(field, row.get(name)).items():
                        rows = [*BASE.survey]
                        rows[index] = changed(row, **{name: new})
                        yield f"{index} {name} {how}", with_survey(BASE, *rows), LAST
    elif section == "facts":
        for name, field in all_fields().items():
            if "county" in field.levels:
                for how, new in changes(field, BASE.fact(name)).items():
                    yield f"{name} {how}", facts(**{name: new}), LAST
    else:
        row = row_of(N)
        for name, field in all_fields().items():
            if "school" in field.levels:
                for how, new in changes(field, row.get(name)).items():
                    yield f"{name} {how}", put(N, **{name: new}), LAST


def lines(section: str) -> list[str]:
    """Every finding of every case of a section; a change that gives none is a line too."""
    found = []
    for what, county, last in cases(section):
        findings = run_checks(county, EDITION, last_year=last)
        found += [f"{what}: {told(f)}" for f in findings] or [f"{what}: -"]
    return found


def expected() -> dict[str, list[str]]:
    """The file, by section."""
    made: dict[str, list[str]] = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            made[line[2:]] = []
        elif line:
            made[list(made)[-1]].append(line)
    return made


def write(file: Path = FILE) -> None:
    """The file anew, as the checks are now."""
    parts = ["\n".join([f"# {section}", "", *lines(section), ""]) for section in SECTIONS]
    file.write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    write()
