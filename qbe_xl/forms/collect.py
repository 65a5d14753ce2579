"""Reading collection forms: a folder of school workbooks and the county's part becomes one county."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from qbe_xl.core.fields import field_of
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import STAGE_NAMES, Text
from qbe_xl.core.numbers import Exact, total
from qbe_xl.county.model import County, Fact, FileInfo, Place, Row, Stated, Submission, Value
from qbe_xl.county.package import Package
from qbe_xl.forms import completeness
from qbe_xl.forms.collect_form import FORM_ID, ClassSizes, CollectForm, Sum, collect_form, described
from qbe_xl.forms.facts import ReadFacts, find_columns, read_facts
from qbe_xl.forms.foreign import opened, remarks
from qbe_xl.forms.grid import Grid, Source
from qbe_xl.forms.integrity import file_notes
from qbe_xl.forms.notes import Notes
from qbe_xl.forms.profile import Sheet
from qbe_xl.forms.reader import report_sheets, sheets_called, unreadable
from qbe_xl.forms.reasons import read_reasons
from qbe_xl.forms.tables import STAGES_OF_TYPE, read_table
from qbe_xl.forms.texts import norm
from qbe_xl.safety import OtherFormat, Refused
from qbe_xl.safety.noted import Noted

SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".et", ".ods", ".csv"})
AT_MOST = "at_most:"  # before a field's id in Row.values: an upper bound that is known where the value is not
_FEWEST_LABELS = 5  # labels of its items that make a sheet a form whose sheet name was changed


@dataclass
class _Part:
    """One workbook as read: a school's row, or the county's part."""

    file: str
    sha256: str
    school: Row | None = None
    county: ReadFacts | None = None
    survey: list[Row] = field(default_factory=list)
    roll: list[Row] | None = None
    findings: tuple[Finding, ...] = ()
    explanations: tuple[Row, ...] = ()
    noted: tuple[Noted, ...] = ()


def workbooks_in(folder: Path) -> list[Path]:
    """The workbooks of a folder, by name; spreadsheets' lock files and hidden files are none."""
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix.lower() in SUFFIXES and not path.name.startswith(("~$", ".")) and path.is_file()
    )


def read_collection(path: Path) -> Submission:
    """A folder of collection forms, or a single workbook of one, as a Submission of one county.

    Files that cannot be read, schools that came twice or did not come, and a missing county part are findings.
    """
    form = collect_form(FORM_ID)
    try:
        files = workbooks_in(path) if path.is_dir() else [path]
    except OSError as error:
        return unreadable(path, form.id, Refused("QBE-FIL-011", file=path.name, problem=error.strerror or str(error)))
    if not files:
        return unreadable(path, form.id, Refused("QBE-FIL-012", file=path.name))
    parts = [_read_part(file, form) for file in files]
    if len(files) == 1 and not (parts[0].school or parts[0].county):
        return _nothing_found(form, parts[0])
    package = Package(tuple(note for part in parts for note in part.noted), form.id)
    return replace(_assembled(path.name, form, parts, whole_folder=path.is_dir()), package=package)


def read_collection_source(book: Source) -> Submission:
    """An open workbook of one school, or the county's part, as a Submission."""
    form = collect_form(FORM_ID)
    part = _Part(book.package.name, book.package.sha256)
    notes = Notes(part.file)
    try:
        _read_book(book, form, part, notes)
    except Refused as refused:
        notes.add(refused.code, None, None, None, **refused.values)
    part.findings = notes.all()
    if not (part.school or part.county):
        return _nothing_found(form, part)
    return _assembled(part.file, form, [part], whole_folder=False)


def _nothing_found(form: CollectForm, part: _Part) -> Submission:
    info = FileInfo(part.file, part.sha256 or None)
    return Submission(info, form.id, None, tuple(_without_file(f) for f in part.findings))


def _without_file(finding: Finding) -> Finding:
    return Finding(finding.code, finding.sheet, finding.range, finding.school, finding.args, None)


# ---- one workbook


def _read_part(path: Path, form: CollectForm) -> _Part:
    notes = Notes(path.name)
    part = _Part(path.name, "")
    try:
        with opened(path) as book:
            part.sha256 = book.package.sha256
            _read_book(book, form, part, notes)
            part.noted = tuple(file_notes(book, path.name))
            for remark in remarks(book):
                notes.add(remark.code, None, None, None, **remark.args)
    except OtherFormat:
        raise
    except Refused as refused:
        notes.add(refused.code, None, None, None, **refused.values)
    part.findings = notes.all()
    return part


def _read_book(book: Source, form: CollectForm, part: _Part, notes: Notes) -> None:
    school, county, survey, roll = form.sheets
    found = {
        "school": _grid_for(book, school, described(form.id, "school")),
        "county": _grid_for(book, county, described(form.id, "county")),
    }
    if found["school"] is None and found["county"] is None:
        names = "、".join(facts.name for facts in report_sheets(book)[:12]) or "—"
        wanted = Text(
            f"{form.school.sheet.zh}，{form.county.sheet.zh}", f"{form.school.sheet.en}, {form.county.sheet.en}"
        )
        notes.add("QBE-STR-001", None, None, None, found=names, wanted=wanted)
        return
    if (grid := found["school"]) is not None and found["county"] is None:
        fields = described(form.id, "school")
        read = read_facts(grid, school, notes, own_units=True, file=part.file, lookup=fields.__getitem__)
        part.school = _school_row(grid, read, form, part.file, notes)
    if (grid := found["county"]) is not None:
        fields = described(form.id, "county")
        part.county = read_facts(grid, county, notes, own_units=True, file=part.file, lookup=fields.__getitem__)
        for sheet, into in ((survey, "survey"), (roll, "roll")):
            for name in sheets_called(book, sheet)[:1]:
                rows = read_table(book.grid(name), sheet, notes, own_units=True, file=part.file).rows
                if into == "survey":
                    part.survey = rows
                else:
                    part.roll = rows
    part.explanations = read_reasons(book, notes, part.file)


def _grid_for(book: Source, sheet: Sheet, fields: Mapping[str, object]) -> Grid | None:
    """The sheet by its name, else the one whose labels are most of this form's."""
    named = sheets_called(book, sheet)
    if named:
        return book.grid(named[0])
    other = {norm(word) for s in collect_form(FORM_ID).sheets for word in s.sheet.words}
    best: tuple[int, Grid] | None = None
    labels = {norm(word) for name in fields for word in _names(fields[name])}
    for facts in report_sheets(book):
        if norm(facts.name) in other:
            continue
        grid = book.grid(facts.name)
        columns = find_columns(grid, sheet.header)
        if columns is None:
            continue
        hits = sum(
            isinstance(v := grid.at(r, columns.item), str) and norm(v) in labels for r in range(1, len(grid.rows) + 1)
        )
        if hits >= _FEWEST_LABELS and (best is None or hits > best[0]):
            best = (hits, grid)
    return best[1] if best else None


def _names(described_field: object) -> tuple[str, ...]:
    name = getattr(described_field, "name", None)
    return (name.zh, name.en) if isinstance(name, Text) else ()


def _school_row(grid: Grid, read: ReadFacts, form: CollectForm, file: str, notes: Notes) -> Row:
    """The school's items as one row: its fields, and those that are derived from the form's own items."""
    known = {name: fact.value for name, fact in read.facts.items()}
    places = {name: fact.place for name, fact in read.facts.items() if fact.place is not None}
    unusable = {name for name, fact in read.facts.items() if fact.state == "unusable"}
    fields = described(form.id, "school")
    values: dict[str, Value | None] = {}
    for name, value in known.items():
        if fields[name].choices or name in _plain_fields():
            values[name] = value
    for name, items in form.derive.items():
        if all(item not in known for item in items):
            continue
        values[name] = _sum_of([(known.get(item), fields[item].optional) for item in items])
        places[name] = next(places[item] for item in items if item in places)
        if any(item in unusable for item in items):
            values[name] = None
            unusable.add(name)
    for stage in ("primary", "junior"):
        _class_sizes(stage, form.class_sizes, known, unusable, values, places, notes)
    shown = {name: place for name, place in places.items() if name in values or f"{AT_MOST}{name}" in values}
    return Row(values, grid.name, 1, {}, shown, frozenset(unusable & set(values)), file)


def _plain_fields() -> Mapping[str, object]:
    from qbe_xl.core.fields import all_fields

    return all_fields()


def _sum_of(items: Sequence[tuple[Value | None, bool]]) -> Exact | None:
    """The sum; None where one that is not optional is missing, or all are."""
    given = [value for value, _ in items if value is not None and not isinstance(value, str)]
    if not given or any(value is None and not optional for value, optional in items):
        return None
    return total(given)


def _class_sizes(
    stage: str,
    sizes: ClassSizes,
    known: Mapping[str, Value | None],
    unusable: set[str],
    values: dict[str, Value | None],
    places: dict[str, Place],
    notes: Notes,
) -> None:
    """From the bins of class sizes: how many classes are over the standard, and how large a class can be at most.

    Bins left blank count as 0 only where the others already add up to the reported number of classes.
    """
    ids = [sizes.item(stage, size) for size in sizes.bins]
    here = next((places[name] for name in ids if name in places), None)
    if here is None:
        return
    over, largest, classes = f"over_classes_{stage}", f"largest_class_{stage}", f"classes_{stage}"
    counts = [known.get(name) for name in ids]
    given = total(count for count in counts if count is not None and not isinstance(count, str))
    reported = known.get(classes)
    values[over] = None
    values[largest] = None
    places[over] = places[largest] = here
    if any(name in unusable for name in ids):
        unusable.add(over)
        return
    complete = None not in counts
    if classes not in unusable and reported is not None and complete and reported != given:
        own = Notes(here.file)
        own.add(
            "QBE-CMP-010", here.sheet, here.ref, None, stage=STAGE_NAMES[stage], left=str(given), right=str(reported)
        )
        notes += own.all()
        unusable.add(over)
        return
    if not complete and (reported is None or reported != given):
        return
    if reported is None and classes not in unusable:
        values[classes] = given
    first_over = sizes.over[stage]  # type: ignore[index]
    values[over] = total(
        count
        for size, count in zip(sizes.bins, counts, strict=True)
        if size.first >= first_over and count is not None and not isinstance(count, str)
    )
    filled = [size for size, count in zip(sizes.bins, counts, strict=True) if count]
    if not filled:
        values[largest] = 0
    elif filled[-1].to is not None:
        values[AT_MOST + largest] = filled[-1].to


# ---- the county


def _assembled(name: str, form: CollectForm, parts: Sequence[_Part], *, whole_folder: bool) -> Submission:
    notes = Notes()
    for part in parts:
        notes += part.findings
    schools, county_parts = _once_each(parts, notes), [part for part in parts if part.county is not None]
    facts: dict[str, Fact] = {}
    evidence: dict[str, str] = {}
    stated: dict[str, Stated] = {}
    survey: list[Row] = []
    if not county_parts:
        notes.add("QBE-CMP-009")
    if len(county_parts) > 1:
        title = form.county.sheet.text
        files = "、".join(part.file for part in county_parts)
        notes.add("QBE-CMP-008", None, None, None, school_name=title, count=len(county_parts), files=files)
    for part in county_parts[:1]:
        if part.county is not None:
            facts, evidence, stated = dict(part.county.facts), dict(part.county.evidence), dict(part.county.stated)
        survey = part.survey
        if part.roll is not None:
            _who_is_missing(part.roll, schools, notes)
    for entry in form.sums:
        if entry.fact not in facts or (facts[entry.fact].value is None and not facts[entry.fact].state):
            facts[entry.fact] = Fact(_summed(entry, schools), None)
    county = County(tuple(schools), facts, tuple(survey), stated, evidence)
    school_fields = described(form.id, "school")
    asked = list(
        dict.fromkeys(
            (
                *(n for n in school_fields if n in _plain_fields()),
                *form.derive,
                "over_classes_primary",
                "over_classes_junior",
            )
        )
    )
    completeness.check_schools(
        schools, asked, notes, lambda name: school_fields[name] if name in school_fields else field_of(name)
    )
    completeness.check_survey(survey, form.survey.columns if survey else (), notes)
    if county_parts:
        completeness.check_facts(county, form.sheets[1:2], notes)
    digest = hashlib.sha256("".join(part.sha256 for part in parts).encode()).hexdigest()
    sha256 = digest if whole_folder else parts[0].sha256
    explanations = tuple(row for part in parts for row in part.explanations)
    return Submission(FileInfo(name, sha256 or None), form.id, county, notes.all(), explanations)


def _identity(row: Row) -> str:
    return row.text("school_code") or norm(row.text("school_name"))


def _once_each(parts: Sequence[_Part], notes: Notes) -> list[Row]:
    """One row a school, in the order of the files; who came twice is an error and the first file stands."""
    by_school: dict[str, list[Row]] = {}
    for index, part in enumerate(parts):
        if part.school is not None:
            by_school.setdefault(_identity(part.school) or f"?{index}", []).append(part.school)
    for rows in by_school.values():
        if len(rows) > 1:
            name = rows[0].text("school_name") or rows[0].text("school_code")
            files = "、".join(row.file or "" for row in rows)
            notes.add("QBE-CMP-008", None, None, name, school_name=name, count=len(rows), files=files)
    return [rows[0] for rows in by_school.values()]


def _who_is_missing(roll: Sequence[Row], schools: Sequence[Row], notes: Notes) -> None:
    codes = {row.text("school_code") for row in schools} - {""}
    names = {norm(row.text("school_name")) for row in schools}
    missing = [
        row.text("school_name") or row.text("school_code")
        for row in roll
        if row.text("school_code") not in codes and norm(row.text("school_name")) not in names
    ]
    if missing:
        notes.add("QBE-CMP-007", None, None, None, schools="、".join(missing))


def _summed(entry: Sum, schools: Sequence[Row]) -> Exact | None:
    """The sum over the schools that count; None where that, or one of the numbers, is not known."""
    numbers: list[Exact] = []
    for row in schools:
        stages = STAGES_OF_TYPE.get(row.text("school_type"))
        if entry.stage and stages is not None and entry.stage not in stages:
            continue
        if stages is None and row.get("school_type") is not None:
            continue  # special and vocational schools
        if any(row.get(name) is None for name in entry.where) or stages is None:
            return None
        if all(row.get(name) in allowed for name, allowed in entry.where.items()):
            number = row.number_of(entry.of)
            if number is None:
                return None
            numbers.append(number)
    return total(numbers) if schools else None
