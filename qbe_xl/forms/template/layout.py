"""Where everything stands in the template: sheets, columns, rows; taken from the form, the edition and the language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from qbe_xl.core import yamlio
from qbe_xl.core.fields import field_of
from qbe_xl.core.languages import Lang, Text
from qbe_xl.forms.template import words
from qbe_xl.forms.texts import letter
from qbe_xl.standards import Edition, model

FORM_FILE = Path(__file__).parent.parent / "qbe-county-1.yaml"
MIN_SCHOOLS, MAX_SCHOOLS, DEFAULT_SCHOOLS = 1, 2000, 120

# the table of schools: title, hint, groups, headers, units, then one row a school and the sentinel row
GROUP_ROW, HEADER_ROW, UNIT_ROW = 3, 4, 5
# sheets of items: title, hint, header, then sections
FACT_HEADER_ROW = 4
VALUE_COLUMN, EVIDENCE_COLUMN = "D", "E"
# live sheets: title, hint, header rows, limits, county means, then one row a school
LIVE_FIRST_ROW = 8


@cache
def _form_file() -> dict[str, Any]:
    data: dict[str, Any] = yamlio.load(FORM_FILE).data
    return data


@dataclass(frozen=True)
class FactRow:
    """One line of a sheet of items: a section's title, a field, or a stated ratio."""

    row: int
    kind: str  # section, field, stated
    id: str
    title: Text


@dataclass(frozen=True)
class Layout:
    """The template's geometry for one edition, language and number of schools."""

    edition: Edition
    lang: Lang
    capacity: int
    functions: bool = False  # the variant with QBE_* calls

    @cached_property
    def form(self) -> dict[str, Any]:
        """The form file as plain data."""
        return _form_file()

    @property
    def version(self) -> str:
        """`qbe-county-1/1`, as the hidden name pins it."""
        return f"{self.form['id']}/{self.form['version']}"

    @cached_property
    def sheets(self) -> dict[str, dict[str, Any]]:
        """The input sheets of the form by id."""
        return {sheet["id"]: sheet for sheet in self.form["sheets"]}

    def sheet_name(self, sheet_id: str) -> str:
        """The name of a sheet in this language."""
        if sheet_id in words.SHEETS:
            return words.SHEETS[sheet_id][self.lang]
        name: str = self.sheets[sheet_id]["sheet"][self.lang]
        return name

    def quoted(self, sheet_id: str) -> str:
        """The sheet's name as it stands in a formula."""
        name = self.sheet_name(sheet_id)
        return f"'{name}'" if " " in name else name

    @property
    def first_school_row(self) -> int:
        """The first row for a school."""
        return UNIT_ROW + 1

    @property
    def sentinel_row(self) -> int:
        """The row above which rows are inserted; ranges run to it."""
        return UNIT_ROW + self.capacity + 1

    @cached_property
    def school_columns(self) -> dict[str, str]:
        """Field id to column letter in the table of schools."""
        ids = [field for group in self.sheets["schools"]["groups"] for field in group["columns"]]
        return {field: letter(index) for index, field in enumerate(ids)}

    @cached_property
    def survey_columns(self) -> dict[str, str]:
        """Field id to column letter in the survey's table."""
        ids = [field for group in self.sheets["recognition"]["groups"] for field in group["columns"]]
        return {field: letter(index) for index, field in enumerate(ids)}

    @cached_property
    def survey_rows(self) -> dict[str, int]:
        """Group id to row of the survey."""
        return {choice.id: UNIT_ROW + 1 + index for index, choice in enumerate(field_of("survey_group").choices)}

    def span(self, field: str) -> str:
        """A school column from the unit row to the sentinel row: rows inserted between them are always inside."""
        letter = self.school_columns[field]
        return f"{self.quoted('schools')}!${letter}${UNIT_ROW}:${letter}${self.sentinel_row}"

    @cached_property
    def fact_rows(self) -> dict[str, tuple[FactRow, ...]]:
        """The lines of every sheet of items."""
        return {s["id"]: tuple(self._lines(s)) for s in self.form["sheets"] if s["kind"] == "facts"}

    def _lines(self, sheet: dict[str, Any]) -> list[FactRow]:
        row = FACT_HEADER_ROW
        lines = []
        for section in sheet["sections"]:
            if "criterion" in section and section["criterion"] not in self.edition:
                continue  # an edition may do without a criterion of the form
            row += 1
            if "criterion" in section:
                criterion = self.edition.criterion(section["criterion"])
                title = Text(f"{criterion.id}  {criterion.name.zh}", f"{criterion.id}  {criterion.name.en}")
                lines.append(FactRow(row, "section", criterion.id, title))
            else:
                lines.append(FactRow(row, "section", "", Text(**section["title"])))
            for field in section["rows"]:
                row += 1
                lines.append(FactRow(row, "field", field, field_of(field).name))
            for key in section.get("stated", ()):
                row += 1
                name = self._named(key)
                title = Text(f"{key} {words.STATED.zh}（{name.zh}）", f"{key} {words.STATED.en} ({name.en})")
                lines.append(FactRow(row, "stated", key, title))
        return lines

    def _named(self, key: str) -> Text:
        """The name of a criterion or part: `G9`, `G11.backbone`."""
        whole, _, part_id = key.partition(".")
        criterion = self.edition.criterion(whole)
        if part_id and isinstance(criterion, model.AllOf):
            return next(Text(part.name.zh, part.name.en) for part in criterion.parts if part.id == part_id)
        return Text(criterion.name.zh, criterion.name.en)

    @cached_property
    def fact_cells(self) -> dict[str, tuple[str, int]]:
        """Field id to (sheet id, row) of its value."""
        return {
            line.id: (sheet, line.row)
            for sheet, lines in self.fact_rows.items()
            for line in lines
            if line.kind == "field"
        }

    def fact(self, field: str) -> str:
        """A fact's cell as it stands in a formula of another sheet."""
        sheet, row = self.fact_cells[field]
        return f"{self.quoted(sheet)}!${VALUE_COLUMN}${row}"

    @property
    def live_rows(self) -> range:
        """The rows of a live sheet, one for each school row."""
        return range(LIVE_FIRST_ROW, LIVE_FIRST_ROW + self.capacity)

    @property
    def live_last_row(self) -> int:
        """The last row of a live sheet's table."""
        return LIVE_FIRST_ROW + self.capacity - 1
