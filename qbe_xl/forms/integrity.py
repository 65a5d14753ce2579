"""Facts of a submitted package for the integrity checks: what `safety.structure` sees, and what the form adds to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

from qbe_xl.county.model import County, Submission
from qbe_xl.county.package import LiveSheets, Package
from qbe_xl.forms.grid import Book, Source
from qbe_xl.forms.live_facts import live_sheets
from qbe_xl.forms.profile import SHIPPED
from qbe_xl.forms.reader import RECORD_SHEET, TEMPLATE_NAME, report_sheets
from qbe_xl.forms.template.words import SHEETS, VARIANT_NAME
from qbe_xl.forms.texts import column_of, letter, norm
from qbe_xl.safety.noted import SHOWN, Noted
from qbe_xl.safety.structure import FAULTS, Parts, structure, with_file

RECORD_MAGIC = "qbe_xl/state/1"  # in the first cell of what the macros remember
COUNTY_FORM = SHIPPED[0]
_LAST_FACT_COLUMN = 5  # number, item, unit, value, evidence, help


def package_facts(book: Source, submission: Submission) -> Package | None:
    """The facts of the file behind a Submission; None where it was not read from a package, or gave no county."""
    if not isinstance(book, Book) or submission.form is None or submission.county is None:
        return None
    package = book.package
    read, exempt = _sheets(book)
    marked = TEMPLATE_NAME in package.names
    live: LiveSheets | None = None
    try:
        with Parts(package) as parts:
            noted = structure(package, parts, read, exempt)
            if submission.form == COUNTY_FORM:
                noted += _outside(book, submission.county, read)
                if marked:
                    live = live_sheets(book, parts, VARIANT_NAME in package.names, _survey(book, submission.county))
    except (*FAULTS, expat.ExpatError):
        noted = [Noted("not_looked_into")]
    return Package(tuple(noted), submission.form, marked, submission.file.pinned_edition, live)


def file_notes(book: Source, file: str | None) -> list[Noted]:
    """The facts of one file of a collection; `file` where there are several."""
    if not isinstance(book, Book):
        return []
    read, exempt = _sheets(book)
    try:
        with Parts(book.package) as parts:
            found = structure(book.package, parts, read, exempt)
    except (*FAULTS, expat.ExpatError):
        found = [Noted("not_looked_into")]
    return with_file(found, file) if file else found


def _sheets(book: Book) -> tuple[list[str], set[str]]:
    """The sheets whose cells were read, but for results; and hidden sheets that are our own."""
    reported = {sheet.name for sheet in report_sheets(book)}
    live = {name for words in SHEETS.values() for name in (words.zh, words.en)}
    read = [name for name in book.read_sheets if name in reported and name not in live]
    return read, {sheet.name for sheet in book.sheets if sheet.name == RECORD_SHEET and _is_record(book)}


def _is_record(book: Book) -> bool:
    return book.grid(RECORD_SHEET).at(1, 0) == RECORD_MAGIC


def _survey(book: Book, county: County) -> str | None:
    """The survey's sheet, which holds formulas too."""
    name = county.survey[0].sheet if county.survey else None
    return name if name in {sheet.name for sheet in book.sheets} else None


# ---- values beside the form


def _outside(book: Book, county: County, read: list[str]) -> Iterator[Noted]:
    """Values to the right of the form's columns: nobody reads them."""
    tables: dict[str, tuple[int, int]] = {}
    for rows in (county.schools, county.survey):
        for row in rows[:1]:
            columns = [column_of(column) for column in row.columns.values()]
            if columns:
                tables[row.sheet] = max(columns), row.number
    facts = {fact.place.sheet for fact in county.facts.values() if fact.place is not None}
    for name in read:
        if name in tables:
            last, first_row = tables[name]
            last += name == (county.survey[0].sheet if county.survey else None)  # the rate stands behind the figures
        elif name in facts:
            last, first_row = _LAST_FACT_COLUMN, 1
        else:
            continue
        cells = [
            f"{letter(column)}{number}"
            for number, row in enumerate(book.grid(name).rows, start=1)
            if number >= first_row and len(row) > last + 1
            for column, value in enumerate(row[last + 1 :], start=last + 1)
            if _is_value(value)
        ]
        if cells:
            yield Noted("outside_form", name, tuple(cells[:SHOWN]), len(cells))


def _is_value(value: Any) -> bool:
    return value is not None and (not isinstance(value, str) or bool(norm(value)))
