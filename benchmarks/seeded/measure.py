"""Counties by seed and spread, their faults one by one, and what each gave that the sound county did not."""

from __future__ import annotations

import random
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.seeded.book import Book, column_index, inputs_of, split, template_of
from benchmarks.seeded.faults import APART, Cell, Drawer, Fault, folded
from qbe_xl.assessment.run import assess_submission
from qbe_xl.core.fields import all_fields
from qbe_xl.core.findings import Finding
from qbe_xl.county import County
from qbe_xl.forms import read
from tests.checks.clean_counties import FIRST_TEST_SEED, SCHOOLS, TUNING_SEEDS, clean_county

SPREADS: tuple[float | None, ...] = (0.2, 0.35, 0.6, 0.9, None)  # None: the published ones, one drawn for each indicator
FAULTS_A_COUNTY = 12
SMALL = 20  # schools of a county in the whole template, whose thousands of formulas take long to write
SEED_STEP = 50  # the seeds of one spread begin so far after those of the one before: no county is used twice
_REF = re.compile(r"([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?")


@dataclass(frozen=True)
class Outcome:
    """One fault, and the findings that came with it."""

    fault: Fault
    spread: float | None
    seed: int
    codes: tuple[str, ...]  # of all new findings
    pointing: tuple[str, ...]  # of those at the cell or the school, or that name the county's item
    concerned: int  # new findings that point there or name the field or school

    @property
    def found(self) -> bool:
        """Whether a finding stands at the cell or the school, or names the county's item with its value."""
        return bool(self.pointing)


@dataclass(frozen=True)
class Alarms:
    """What one sound county gave."""

    spread: float | None
    seed: int
    codes: tuple[str, ...]


def seeds(held_apart: bool, spread: int, counties: int) -> range:
    """The seeds of the counties of one spread."""
    first = (FIRST_TEST_SEED if held_apart else TUNING_SEEDS.start) + (SEED_STEP if held_apart else 40) * spread
    return range(first, first + counties)


def findings_of(data: bytes, folder: Path) -> tuple[County, list[Finding]]:
    """The county that a file gives, and everything that is said about it. ValueError where it cannot be read."""
    path = folder / "county.xlsx"
    path.write_bytes(data)
    submission = read(path)
    if submission.county is None:
        raise ValueError("; ".join(finding.sentence("en") for finding in submission.findings))
    found = assess_submission(submission).findings
    # for speed most counties have no result sheets, which is said of each, and rightly
    return submission.county, [finding for finding in found if finding.code != "QBE-INT-002"]


def measure(kinds: Sequence[str], each: int, *, held_apart: bool, spreads: Sequence[float | None] = SPREADS) -> Iterator[Alarms | Outcome]:
    """`each` faults of every kind at every spread, FAULTS_A_COUNTY of them in a county."""
    counties = -(-each * len(kinds) // FAULTS_A_COUNTY)
    for index, spread in enumerate(spreads):
        wanted = [kind for _ in range(each) for kind in kinds]
        for number, seed in enumerate(seeds(held_apart, index, counties)):
            mine = wanted[number::counties]
            if mine:
                yield from one_county(seed, spread, mine)


def one_county(seed: int, spread: float | None, kinds: Sequence[str]) -> Iterator[Alarms | Outcome]:
    """One sound county: its false alarms, then a fault of each kind named."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for apart in (False, True):
            mine = [kind for kind in kinds if (kind in APART) == apart]
            if not mine:
                continue
            made = clean_county(seed, SMALL if apart else SCHOOLS, cv=spread)
            book = template_of(made, folder) if apart else inputs_of(made)
            county, usual = findings_of(book.changed({}), folder)
            if not apart:
                yield Alarms(spread, seed, tuple(f.code for f in usual))
            drawer = Drawer(county, book, random.Random(f"{seed} {spread} {apart}"))
            for kind in mine:
                yield _tried(drawer.draw(kind), book, county, usual, (seed, spread), folder)


def _tried(
    fault: Fault, book: Book, county: County, usual: list[Finding], where: tuple[int, float | None], folder: Path
) -> Outcome:
    _, findings = findings_of(book.changed(fault.change), folder)
    known = Counter(_key(finding) for finding in usual)
    new = []
    for finding in findings:
        if known[_key(finding)]:
            known[_key(finding)] -= 1
        else:
            new.append(finding)
    names = _names(fault, county)
    named = [finding for finding in new if any(name in finding.message("zh") for name in names)]
    pointing = [f for f in new if points_at(f, fault) or (fault.level != "school" and f in named)]
    concerned = sum(finding in pointing or finding in named for finding in new)
    codes = tuple(finding.code for finding in new)
    return Outcome(fault, where[1], where[0], codes, tuple(f.code for f in pointing), concerned)


def _key(finding: Finding) -> tuple[object, ...]:
    return (finding.code, finding.sheet, finding.range, finding.school)


def _names(fault: Fault, county: County) -> list[str]:
    """How a sentence would call the field and the schools: 其中随班就读人数 is 随班就读 in a list of the three."""
    fields = [
        field.name.zh.removeprefix("其中").removesuffix("数").removesuffix("人")
        for field in all_fields().values()
        if fault.field and folded(field.id) == fault.field
    ]
    schools = [row.text("school_name") for row in county.schools if row.text("school_code") in fault.schools]
    return [*fields, *schools, *fault.schools]


def points_at(finding: Finding, fault: Fault) -> bool:
    """Whether a finding stands at a cell that differs, or at its school."""
    if finding.school is not None and finding.school in fault.schools:
        return True
    refs = [ref for ref in (finding.range, *finding.also) if ref]
    return any(covers(finding.sheet, ref, cell) for ref in refs for cell in fault.cells)


def covers(sheet: str | None, refs: str, cell: Cell) -> bool:
    """Whether A1 references of a sheet (`B7`, `B7:B9,B12`) hold a cell."""
    if sheet != cell[0]:
        return False
    letters, row = split(cell[1])
    column = column_index(letters)
    for first, top, last, bottom in _REF.findall(refs):
        left, right = column_index(first), column_index(last or first)
        if left <= column <= right and int(top) <= row <= int(bottom or top):
            return True
    return False
