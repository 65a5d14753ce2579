"""Small workbooks made by hand (openpyxl, not our own template), to be read by header."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from qbe_xl.core.fields import YES_NO, field_of
from qbe_xl.forms.profile import Sheet, shipped_profile
from qbe_xl.forms.units import unit_name

TITLE_ROW, HEADER_ROW, FIRST_ROW = 1, 3, 5  # title, groups, headers, units, schools

PLAIN: dict[str, Any] = {"text": "x", "year": 2024, "count": 10, "amount": 10, "level": "Ⅲ", "code": "310000"}


def plain(field_id: str, lang: str = "zh") -> Any:
    """A sound value for a field, as a person types it."""
    described = field_of(field_id)
    if described.choices:
        return described.choices[0].name[lang]
    if described.type == "yes_no":
        return YES_NO["yes"][lang]
    return 0.1 if described.unit == "比例" else PLAIN[described.type]


def school(number: int, lang: str = "zh", **changes: Any) -> dict[str, Any]:
    """One school's row: every field sound, except those that are changed; None leaves a cell blank."""
    sheet = shipped_profile("qbe-county-1").sheet("schools")
    row = {column.field: plain(column.field, lang) for column in sheet.all_columns}
    row |= {"school_code": f"31{number:08d}", "school_name": f"第{number}小学", "main_school": None}
    return row | changes


class County:
    """A workbook of the county form under construction; change `book` before saving it."""

    def __init__(
        self, schools: Sequence[Mapping[str, Any]] = (), facts: Mapping[str, Any] | None = None, lang: str = "zh"
    ):
        self.book = Workbook()
        self.book.remove(self.book.active)
        self.lang = lang
        self.cells: dict[str, str] = {}  # where the value of each fact stands
        self.columns: dict[str, int] = {}  # column of each field of the schools' sheet, from 1
        for sheet in shipped_profile("qbe-county-1").sheets:
            page = self.book.create_sheet(sheet.sheet.text[lang])
            if sheet.kind == "facts":
                self._facts(page, sheet, facts or {})
            elif sheet.table == "schools":
                self._schools(page, sheet, schools or [school(1)])
            else:
                self._survey(page, sheet)

    @property
    def schools(self) -> Worksheet:
        return self.book[shipped_profile("qbe-county-1").sheet("schools").sheet.text[self.lang]]

    def cell(self, field_id: str, row: int = FIRST_ROW) -> Any:
        """A cell of the schools' sheet."""
        return self.schools.cell(row, self.columns[field_id])

    def fact(self, field_id: str) -> Any:
        """The value's cell of a county fact."""
        sheet, ref = self.cells[field_id].split("!")
        return self.book[sheet][ref]

    def _facts(self, page: Worksheet, sheet: Sheet, given: Mapping[str, Any]) -> None:
        page.append([sheet.sheet.text[self.lang]])
        words = (
            ("序号", "填报项目", "单位", "填报值", "证据材料")
            if self.lang == "zh"
            else ("No.", "Item", "Unit", "Value", "Evidence")
        )
        page.append(words)
        for section in sheet.sections:
            for name in section.rows:
                described = field_of(name)
                value = given[name] if name in given else plain(name, self.lang)
                page.append([None, described.name[self.lang], unit_name(described.unit)[self.lang], value, None])
                self.cells[name] = f"{page.title}!D{page.max_row}"
            for criterion in section.stated:
                label = f"{criterion} 自报值" if self.lang == "zh" else f"{criterion} Stated"
                page.append([None, label, "%", given.get(f"stated:{criterion}"), None])
                self.cells[f"stated:{criterion}"] = f"{page.title}!D{page.max_row}"

    def _schools(self, page: Worksheet, sheet: Sheet, schools: Sequence[Mapping[str, Any]]) -> None:
        column = 1
        page.cell(TITLE_ROW, 1, "标题")
        for group in sheet.groups:
            page.cell(HEADER_ROW - 1, column, group.title.text[self.lang])
            if len(group.columns) > 1:
                page.merge_cells(
                    start_row=HEADER_ROW - 1,
                    end_row=HEADER_ROW - 1,
                    start_column=column,
                    end_column=column + len(group.columns) - 1,
                )
            for entry in group.columns:
                described = field_of(entry.field)
                page.cell(HEADER_ROW, column, described.name[self.lang])
                page.cell(HEADER_ROW + 1, column, unit_name(described.unit)[self.lang] or "—")
                self.columns[entry.field] = column
                column += 1
        for index, row in enumerate(schools):
            for name, value in row.items():
                page.cell(FIRST_ROW + index, self.columns[name], value)
        page.cell(FIRST_ROW + len(schools), 1, sheet.ends_at[0])

    def _survey(self, page: Worksheet, sheet: Sheet) -> None:
        page.append(["标题"])
        page.append([field_of(column.field).name[self.lang] for column in sheet.all_columns])
        for choice in field_of("survey_group").choices:
            page.append([choice.name[self.lang], 100, 90, 80])

    def save(self, folder: Path, name: str = "county.xlsx") -> Path:
        path = folder / name
        self.book.save(path)
        return path


def table(
    path: Path,
    rows: Sequence[Sequence[Any]],
    merges: Sequence[str] = (),
    name: str = "学校",
    then: Callable[[Worksheet], None] | None = None,
) -> Path:
    """A workbook of one sheet, row by row."""
    book = Workbook()
    page = book.active
    page.title = name
    for row in rows:
        page.append(list(row))
    for ref in merges:
        page.merge_cells(ref)
    if then:
        then(page)
    book.save(path)
    return path
