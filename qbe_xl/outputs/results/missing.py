"""缺项清单: what still has to be reported, school by school, each with a link to its cell."""

from __future__ import annotations

from qbe_xl.assessment.results import Assessment
from qbe_xl.core.languages import Lang, Text
from qbe_xl.outputs.results.book import Book
from qbe_xl.outputs.results.drawing import Drawing
from qbe_xl.outputs.results.links import link_inside
from qbe_xl.outputs.results.problem_rows import Problem, problems

_WIDTHS = (6.0, 24.0, 13.0, 17.0, 52.0, 44.0)
_COLUMNS = (
    Text("序号", "No."),
    Text("学校", "School"),
    Text("编号", "Code"),
    Text("位置", "Where"),
    Text("缺什么", "What is missing"),
    Text("怎样补", "How to mend it"),
)
_NOTE = Text(
    "空白和“缺”“不适用”等字样都不是 0：补填后重新运行评估。点“位置”转到该单元格。",
    "A blank, 缺 or n/a is not 0: fill it in and run the assessment again. “Where” goes to the cell.",
)
# Structure that hides data as much as a blank does.
_STRUCTURE = ("QBE-STR-002", "QBE-STR-003", "QBE-STR-005", "QBE-STR-008", "QBE-STR-009")


def missing(result: Assessment, lang: Lang) -> list[Problem]:
    """The rows: sheets and columns first, then what schools and the county have left blank, each place once."""
    rows: list[Problem] = []
    seen: set[tuple[str, str, str]] = set()
    for row in problems(result, lang):
        wanted = row.kind == "undetermined" or row.code in _STRUCTURE or row.code.startswith("QBE-CMP-")
        key = (row.school, row.place.text if row.place else "", row.found)
        if wanted and key not in seen:
            seen.add(key)
            rows.append(row)
    return sorted(rows, key=lambda row: (row.code not in _STRUCTURE, not row.code.startswith("QBE-CMP-")))


def draw_missing(result: Assessment, lang: Lang, name: str) -> Drawing:
    """The sheet, with `name` on its tab, for the submitted workbook itself."""
    county = result.county
    who = (county.name if county is not None else None) or result.submission.file.name
    book = Book(lang, who, {"missing": name}, ("missing",))
    sheet = book.sheet("missing", _WIDTHS, footer=who)
    rows = missing(result, lang)
    sheet.title(_NOTE[lang] if rows else "")
    if not rows:
        none = Text("需要填报的数据都已填写。", "Everything that has to be reported is there.")[lang]
        sheet.text(sheet.row, 0, none, book.format(bold=True, font_size=12))
        return book.drawing
    head = sheet.header([column[lang] for column in _COLUMNS])
    sheet.freeze(sheet.row, 0)
    sheet.repeat(head)
    for number, row in enumerate(rows, start=1):
        at = sheet.row
        place = row.place.text if row.place else ""
        link = link_inside(row.place) if row.place else None
        sheet.number(at, 0, number, book.cell(number_format="0", align="center"))
        sheet.text(at, 1, row.school, book.words())
        sheet.text(at, 2, row.code, book.words(font_size=9))
        sheet.text(at, 3, place, book.words() if link is None else book.link(), link)
        sheet.text(at, 4, row.found, book.words())
        sheet.text(at, 5, row.fix, book.words())
        wide = [
            (text, _WIDTHS[column] - 1) for column, text in ((1, row.school), (3, place), (4, row.found), (5, row.fix))
        ]
        sheet.height(at, wide, least=20)
        sheet.row += 1
    return book.drawing
