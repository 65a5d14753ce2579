"""From a workbook to a Submission: which form it is, what its sheets say, and every problem as a finding."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from qbe_xl.core.fields import field_of
from qbe_xl.core.languages import Text
from qbe_xl.county.model import County, Fact, FileInfo, Place, Row, Stated, Submission, Value
from qbe_xl.forms import completeness
from qbe_xl.forms.facts import read_facts
from qbe_xl.forms.foreign import opened, remarks
from qbe_xl.forms.grid import Source
from qbe_xl.forms.headers import find_header, key_of
from qbe_xl.forms.notes import Notes
from qbe_xl.forms.profile import Profile, Sheet
from qbe_xl.forms.reasons import read_reasons
from qbe_xl.forms.tables import Read, read_table
from qbe_xl.forms.texts import norm
from qbe_xl.forms.values import parse
from qbe_xl.safety import OtherFormat, PackageFacts, Refused, SheetFacts

EDITION_NAME = "QBE_EDITION"
TEMPLATE_NAME = "QBE_TEMPLATE"
RESULT_NAME = "QBE_OUT_"  # names of result sheets that a macro has put into the workbook begin so
RECORD_SHEET = "QBE记录"  # what the macros remember
_TARGET = re.compile(r"=?'?(?P<sheet>.+?)'?!\$?[A-Z]+\$?[0-9]+")


def unreadable(path: Path, form: str | None, refused: Refused, sha256: str | None = None) -> Submission:
    """The Submission of a file that was not read: no county, one finding."""
    notes = Notes()
    notes.add(refused.code, None, None, None, **refused.values)
    return Submission(FileInfo(path.name, sha256), form, None, notes.all())


def file_info(package: PackageFacts) -> FileInfo:
    """What the package itself tells."""
    return FileInfo(
        name=package.name,
        sha256=package.sha256 or None,
        pinned_edition=_constant(package.names.get(EDITION_NAME)),
        template_version=_constant(package.names.get(TEMPLATE_NAME)),
        hidden=tuple(sheet.name for sheet in package.sheets if sheet.hidden),
    )


def _constant(text: str | None) -> str | None:
    """The text that a name's constant formula (="cn-qbe-2017") stands for."""
    if text is None:
        return None
    text = text.strip().removeprefix("=").strip()
    return text[1:-1].replace('""', '"') if len(text) > 1 and text[0] == text[-1] == '"' else None


def report_sheets(book: Source) -> list[SheetFacts]:
    """The sheets of the report: all but result sheets that a macro has put beside them."""
    ours = {RECORD_SHEET}
    for name, target in book.package.names.items():
        if name.startswith(RESULT_NAME) and (found := _TARGET.fullmatch(target)):
            ours.add(found["sheet"].replace("''", "'"))
    return [facts for facts in book.sheets if facts.name not in ours]


def sheets_called(book: Source, sheet: Sheet) -> list[str]:
    """The workbook's sheets that bear a name of the profile's sheet."""
    wanted = {norm(word) for word in sheet.sheet.words}
    return [facts.name for facts in report_sheets(book) if norm(facts.name) in wanted]


def recognise(book: Source, profiles: Sequence[Profile]) -> Profile | None:
    """The form whose sheets are in the workbook: by the template's own mark, by two names, by one name and header, or by
    a header alone where the form asks for that."""
    pinned = _constant(book.package.names.get(TEMPLATE_NAME))
    best: tuple[int, Profile] | None = None
    for profile in profiles:
        if pinned is not None and pinned.partition("/")[0] == profile.id:
            return profile
        named = [sheet for sheet in profile.sheets if sheets_called(book, sheet)]
        score = len(named)
        if score == 1 and len(profile.sheets) > 1:
            sheet = named[0]
            if sheet.kind != "table" or find_header(book.grid(sheets_called(book, sheet)[0]), sheet) is None:
                continue
        if score and (best is None or score > best[0]):
            best = (score, profile)
    return best[1] if best else _by_header(book, profiles)


def _by_header(book: Source, profiles: Sequence[Profile]) -> Profile | None:
    """The form whose header stands in a sheet of any name, where a profile says that its sheets are known so."""
    best: tuple[int, Profile] | None = None
    for profile in profiles:
        for sheet in profile.sheets:
            if not sheet.by_header or sheet.kind != "table":
                continue
            for facts in report_sheets(book):
                header = None if facts.hidden else find_header(book.grid(facts.name), sheet)
                if header is not None and (best is None or len(header.columns) > best[0]):
                    best = (len(header.columns), profile)
    return best[1] if best else None


def not_recognised(book: Source, profiles: Sequence[Profile]) -> tuple[str, dict[str, object]]:
    """The finding QBE-STR-001: what was found and what is wanted."""
    found = "、".join(facts.name for facts in report_sheets(book)[:12]) or "—"
    zh = "；".join(f"{p.id}（{'、'.join(s.sheet.zh for s in p.sheets)}）" for p in profiles)
    en = "; ".join(f"{p.id} ({', '.join(s.sheet.text.en for s in p.sheets)})" for p in profiles)
    return "QBE-STR-001", {"found": found, "wanted": Text(zh, en)}


def read_workbook(path: Path, profile: Profile | None, known: Sequence[Profile]) -> Submission:
    """One workbook, read by its profile, or by the known form that it is recognised as."""
    form = profile.id if profile else None
    sha256 = None
    try:
        with opened(path) as book:
            sha256 = book.package.sha256
            return remarked(with_package(read_source(book, profile, known), book), book)
    except OtherFormat:
        raise
    except Refused as refused:
        return unreadable(path, form, refused, sha256)


def with_package(submission: Submission, book: Source) -> Submission:
    """With the facts of the package, for the integrity checks."""
    from qbe_xl.forms.integrity import package_facts

    return replace(submission, package=package_facts(book, submission))


def remarked(submission: Submission, book: Source) -> Submission:
    """With what is to be said about the file's format."""
    found = remarks(book)
    return replace(submission, findings=(*submission.findings, *found)) if found else submission


def read_source(book: Source, profile: Profile | None, known: Sequence[Profile]) -> Submission:
    """An open workbook, read by its profile, or by the known form that it is recognised as."""
    path, sha256 = Path(book.package.name), book.package.sha256 or None
    if profile is None:
        profile = recognise(book, known)
    if profile is None:
        code, values = not_recognised(book, known)
        return unreadable(path, None, Refused(code, **values), sha256)
    try:
        return _Reader(book, profile).submission()
    except Refused as refused:
        return unreadable(path, profile.id, refused, sha256)


class _Reader:
    """Reads one workbook by one profile."""

    def __init__(self, book: Source, profile: Profile) -> None:
        self.book = book
        self.profile = profile
        self.notes = Notes()
        self.fields: dict[str, list[str]] = {"schools": [], "survey": []}
        self.facts: dict[str, Fact] = {}
        self.stated: dict[str, Stated] = {}
        self.evidence: dict[str, str] = {}

    def submission(self) -> Submission:
        tables: dict[str, list[Read]] = {"schools": [], "survey": []}
        read_sheets: list[Sheet] = []
        for sheet in self.profile.sheets:
            name = self._find(sheet)
            if name is None:
                continue
            grid = self.book.grid(name)
            read_sheets.append(sheet)
            if sheet.kind == "facts":
                found = read_facts(grid, sheet, self.notes, own_units=self.profile.own_units)
                self.facts.update(found.facts)
                self.stated.update(found.stated)
                self.evidence.update(found.evidence)
            else:
                read = read_table(grid, sheet, self.notes, own_units=self.profile.own_units)
                self.stated.update(read.stated)
                kind = sheet.table or "schools"
                tables[kind].append(read)
                self.fields[kind] += [key_of(column, sheet) for column in sheet.all_columns]
                if read.found and not read.rows and kind == "schools":
                    self.notes.add("QBE-STR-008", name, None, None, sheet_name=name)
        self._constants()
        schools = join([read.rows for read in tables["schools"]])
        survey = tuple(row for read in tables["survey"] for row in read.rows)
        totals = tuple(each for read in tables["schools"] for each in read.totals)
        county = County(schools, self.facts, survey, self.stated, self.evidence, totals)
        completeness.check_schools(schools, dict.fromkeys(self.fields["schools"]), self.notes)
        completeness.check_survey(survey, dict.fromkeys(self.fields["survey"]), self.notes)
        completeness.check_facts(county, read_sheets, self.notes)
        info = file_info(self.book.package)
        current = f"{self.profile.id}/{self.profile.version}"
        if info.template_version not in (None, current):
            self.notes.add("QBE-STR-007", None, None, None, found=info.template_version, current=current)
        explanations = read_reasons(self.book, self.notes)
        return Submission(info, self.profile.id, county, self.notes.all(), explanations)

    def _find(self, sheet: Sheet) -> str | None:
        """The sheet's name in the workbook: by its names, else by its header where the profile says so."""
        found = sheets_called(self.book, sheet)
        if not found and sheet.by_header:
            taken = {name for other in self.profile.sheets for name in sheets_called(self.book, other)}
            candidates = [
                facts.name for facts in report_sheets(self.book) if facts.name not in taken and not facts.hidden
            ]
            found = [name for name in candidates if find_header(self.book.grid(name), sheet) is not None]
        if len(found) > 1:
            self.notes.add(
                "QBE-STR-014", found[0], None, None, first=found[0], second=found[1], wanted=sheet.sheet.text
            )
            return None
        if not found:
            if not sheet.optional:
                self.notes.add("QBE-STR-002", None, None, None, wanted=sheet.sheet.text)
            return None
        return found[0]

    def _constants(self) -> None:
        """What the profile itself says of the county, where the workbook does not."""
        for name, text in self.profile.constants.items():
            if name not in self.facts or self.facts[name].value is None:
                self.facts[name] = Fact(parse(field_of(name), text).value, None)


def join(tables: Sequence[Sequence[Row]]) -> tuple[Row, ...]:
    """Rows of one school in several sheets as one row, by code, or by name where there is no code.

    Rows of the first sheet stay as they are, also where a code stands twice in it: that is for the checks to say.
    """
    if not tables:
        return ()
    rows = list(tables[0])
    for more in tables[1:]:
        by_code: dict[str, int] = {}
        by_name: dict[str, int] = {}
        for index, row in enumerate(rows):
            if code := row.text("school_code"):
                by_code.setdefault(code, index)
            if name := norm(row.text("school_name")):
                by_name.setdefault(name, index)
        for row in more:
            found = by_code.get(row.text("school_code"))
            if found is None:
                found = by_name.get(norm(row.text("school_name")))
                if found is not None and row.get("school_code") and rows[found].get("school_code"):
                    found = None  # two codes are two schools
            if found is None:
                rows.append(row)
            else:
                rows[found] = _merged(rows[found], row)
    return tuple(rows)


def _merged(first: Row, second: Row) -> Row:
    """The first row with what only the second reports, each value keeping its place."""
    values: dict[str, Value | None] = dict(first.values)
    places: dict[str, Place] = dict(first.places)
    lost = set(first.unusable)
    for name, value in second.values.items():
        if values.get(name) is None and name not in first.unusable:
            values[name] = value
            place = second.place(name)
            if place is not None and (value is not None or first.place(name) is None):
                places[name] = place
            if name in second.unusable:
                lost.add(name)
    return replace(first, values=values, places=places, unusable=frozenset(lost))


__all__ = [
    "Mapping",
    "file_info",
    "join",
    "not_recognised",
    "read_source",
    "read_workbook",
    "recognise",
    "report_sheets",
    "sheets_called",
    "unreadable",
]
