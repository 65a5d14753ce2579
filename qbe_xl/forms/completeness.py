"""What was left blank: one finding a field, not one a cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from qbe_xl.core.fields import Field, field_of
from qbe_xl.county.model import County, Fact, Row
from qbe_xl.forms.notes import Notes
from qbe_xl.forms.profile import Sheet
from qbe_xl.forms.tables import KEY_FIELDS, STAGES_OF_TYPE
from qbe_xl.forms.texts import ranges

COUNTY_NAMES = ("county_name", "county_code")


def check_schools(
    schools: Sequence[Row], fields: Iterable[str], notes: Notes, lookup: Callable[[str], Field] = field_of
) -> None:
    """Schools without code, name or type (QBE-CMP-004), and blanks where the school's type implies a figure (-001)."""
    wanted = [name for name in fields if not name.startswith("stated:")]
    for row in schools:
        for name in KEY_FIELDS:
            if name in wanted and row.get(name) is None and name not in row.unusable:
                place = row.place(name)
                label = row.text("school_name") or row.text("school_code") or None
                if place:
                    own = Notes(row.file)
                    own.add("QBE-CMP-004", place.sheet, place.ref, label, field=field_of(name).name)
                    notes += own.all()
    for name in wanted:
        described = lookup(name)
        if not described.optional and name not in KEY_FIELDS:
            _blanks(described, [row for row in schools if _implies(row, described)], notes)


def _implies(row: Row, described: Field) -> bool:
    """Whether a school of this type has to report the field."""
    stages = STAGES_OF_TYPE.get(row.text("school_type"))
    return stages is not None and (described.stage is None or described.stage in stages)


def _blanks(described: Field, rows: Sequence[Row], notes: Notes) -> None:
    blank: dict[tuple[str | None, str, str], list[int]] = {}
    for row in rows:
        if row.get(described.id) is None and described.id not in row.unusable and (place := row.place(described.id)):
            letters = place.ref.rstrip("0123456789")
            blank.setdefault((place.file, place.sheet, letters), []).append(int(place.ref[len(letters) :]))
    for (file, sheet, letters), numbers in blank.items():
        own = Notes(file)
        own.add("QBE-CMP-001", sheet, ranges(letters, sorted(numbers)), None, field=described.name, count=len(numbers))
        notes += own.all()


def check_survey(groups: Sequence[Row], fields: Iterable[str], notes: Notes) -> None:
    """Groups of the survey without their name or their numbers."""
    for name in fields:
        described = field_of(name)
        if not described.optional and not name.startswith("stated:"):
            _blanks(described, groups, notes)


def check_facts(county: County, sheets: Iterable[Sheet], notes: Notes) -> None:
    """The year, the county's name and code, and every other item that is not optional."""
    year = county.facts.get("year")
    if year is None or (year.value is None and year.state is None):
        _blank_fact("QBE-CMP-002", "year", year, notes)
    for name in COUNTY_NAMES:
        fact = county.facts.get(name)
        if fact is not None and fact.value is None and fact.state is None:
            _blank_fact("QBE-CMP-003", name, fact, notes)
    told = {"year", *COUNTY_NAMES}
    for sheet in sheets:
        for section in sheet.sections:
            rows = [(name, county.facts.get(name)) for name in section.rows]
            if any(fact is not None and fact.state == "not_sampled" for _, fact in rows):
                continue  # what was not sampled has no further figures
            blank = [(name, fact) for name, fact in rows if fact is not None and fact.value is None and not fact.state]
            for name, fact in blank:
                if name not in told and not field_of(name).optional:
                    _blank_fact("QBE-CMP-001", name, fact, notes, count=1)


def _blank_fact(code: str, name: str, fact: Fact | None, notes: Notes, **values: object) -> None:
    place = fact.place if fact else None
    own = Notes(place.file if place else notes.file)
    own.add(
        code, place.sheet if place else None, place.ref if place else None, None, field=field_of(name).name, **values
    )
    notes += own.all()
