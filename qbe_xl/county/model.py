"""Submission and County: what was reported, and where each value stood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from qbe_xl.core.findings import Finding
from qbe_xl.core.numbers import Exact
from qbe_xl.county.package import Package

if TYPE_CHECKING:
    import pandas as pd

Value = Exact | str
"""A value as understood: exact number, text, choice id, `yes`/`no`. Missing is None."""


class Place(NamedTuple):
    """Where a value stood: sheet and A1 reference; the file's name where a county comes from several."""

    sheet: str
    ref: str
    file: str | None = None

    def __str__(self) -> str:
        where = f"{self.sheet}!{self.ref}"
        return f"[{self.file}]{where}" if self.file else where


@dataclass(frozen=True)
class Fact:
    """A county fact: its value (None: missing), where it stood, and the evidence given beside it.

    `state` says why a value is missing where that is known: `not_sampled` (未参加), `unusable` (an error stands there).
    """

    value: Value | None
    place: Place | None
    evidence: str | None = None
    state: str | None = None


@dataclass(frozen=True)
class Stated:
    """What the form itself states (自报): a ratio as a fraction (0.9501), or a CV."""

    value: Exact
    place: Place | None


@dataclass(frozen=True)
class Row:
    """One row of a table (a school as reported; a group of the survey).

    `values` has the fields that were reported; a field that is absent or None is missing. `unusable` names the
    fields whose cell holds something that was not understood. Places are found by `columns` (field to column letter)
    and `number`, or by `places` where the row was gathered from scattered cells.
    """

    values: Mapping[str, Value | None]
    sheet: str
    number: int
    columns: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    unusable: frozenset[str] = frozenset()
    file: str | None = None

    def get(self, name: str) -> Value | None:
        """The value of a field, None where it is missing."""
        return self.values.get(name)

    def number_of(self, name: str) -> Exact | None:
        """The exact number in a field, None where it is missing."""
        value = self.values.get(name)
        return value if not isinstance(value, str) else None

    def text(self, name: str) -> str:
        """The text in a field, empty where it is missing."""
        value = self.values.get(name)
        return "" if value is None else str(value)

    def place(self, name: str) -> Place | None:
        """Where the field stands (also when it is blank); None where the form has no such field."""
        if name in self.places:
            return self.places[name]
        letter = self.columns.get(name)
        return Place(self.sheet, f"{letter}{self.number}", self.file) if letter else None

    def cells(self, *names: str) -> list[str]:
        """The places of several fields as texts, those that exist."""
        return [str(place) for place in map(self.place, names) if place]


@dataclass(frozen=True)
class Total:
    """A row of sums (合计, 小计) in the table of schools, as it stands.

    `first` and `last` are the numbers of the rows that it adds up; None where the form leaves that open.
    """

    label: str
    row: Row
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True)
class County:
    """One county's report. `schools` are rows as reported; `facts` and `stated` are keyed by field and criterion id."""

    schools: tuple[Row, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)
    survey: tuple[Row, ...] = ()
    stated: Mapping[str, Stated] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)
    totals: tuple[Total, ...] = ()

    def fact(self, name: str) -> Value | None:
        """The value of a county fact, None where it is missing."""
        found = self.facts.get(name)
        return found.value if found else None

    def number(self, name: str) -> Exact | None:
        """The exact number of a county fact, None where it is missing."""
        value = self.fact(name)
        return value if not isinstance(value, str) else None

    def place(self, name: str) -> Place | None:
        """Where a county fact stands."""
        found = self.facts.get(name)
        return found.place if found else None

    def without(self, places: Set[Place]) -> County:
        """The same county with the numbers at these places unusable: missing, and known to be wrong."""
        if not places:
            return self
        facts = {
            name: replace(fact, value=None, state="unusable")
            if fact.place in places and not isinstance(fact.value, str)
            else fact
            for name, fact in self.facts.items()
        }
        return replace(
            self,
            schools=tuple(_without(row, places) for row in self.schools),
            survey=tuple(_without(row, places) for row in self.survey),
            facts=facts,
        )

    @property
    def name(self) -> str | None:
        """县（市、区）名称."""
        value = self.fact("county_name")
        return None if value is None else str(value)

    @property
    def code(self) -> str | None:
        """行政区划代码."""
        value = self.fact("county_code")
        return None if value is None else str(value)

    @property
    def year(self) -> int | None:
        """评估年度."""
        value = self.number("year")
        return None if value is None else int(value)

    def table(self, names: Iterable[str] | None = None) -> pd.DataFrame:
        """The schools as a pandas table, one row a school, one column a field; numbers as floats, missing as NaN/None."""
        import pandas as pd

        wanted = (
            list(names) if names is not None else list(dict.fromkeys(n for row in self.schools for n in row.values))
        )

        def plain(value: Value | None) -> float | str | None:
            return value if value is None or isinstance(value, str) else float(value)

        return pd.DataFrame([{name: plain(row.get(name)) for name in wanted} for row in self.schools], columns=wanted)

    def each_number(self) -> Iterator[tuple[str, Exact]]:
        """Every reported number with its field, schools first."""
        for row in self.schools:
            for name, value in row.values.items():
                if value is not None and not isinstance(value, str):
                    yield name, value
        for name, fact in self.facts.items():
            if fact.value is not None and not isinstance(fact.value, str):
                yield name, fact.value


def _without(row: Row, places: Set[Place]) -> Row:
    lost = {
        name
        for name, value in row.values.items()
        if value is not None and not isinstance(value, str) and row.place(name) in places
    }
    if not lost:
        return row
    values = {name: None if name in lost else value for name, value in row.values.items()}
    return replace(row, values=values, unusable=row.unusable | lost)


@dataclass(frozen=True)
class FileInfo:
    """The file that was read: its name (no folder), SHA-256 in hex, and what the package itself tells.

    `pinned_edition` and `template_version` come from the hidden names of our templates; `formulas` are
    (sheet, reference) of cells that hold a formula; `hidden` lists hidden sheets.
    """

    name: str
    sha256: str | None = None
    pinned_edition: str | None = None
    template_version: str | None = None
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True)
class Submission:
    """A file as read: the County (None where it could not be read), the form, facts of the package, findings of reading.

    `explanations` are the rows of the sheet 疑问说明 as written (code, sheet, range, school, value, reason, who, date).
    `package` is None for a workbook that was not read from a file: then its integrity cannot be judged.
    """

    file: FileInfo
    form: str | None
    county: County | None
    findings: tuple[Finding, ...] = ()
    explanations: tuple[Row, ...] = ()
    package: Package | None = None

    @property
    def usable(self) -> bool:
        """Whether there is a county to assess."""
        return self.county is not None
