"""问题清单, the sheet: every row with a link to the cell in the submitted file."""

from __future__ import annotations

from collections.abc import Callable

from qbe_xl.assessment.results import Assessment
from qbe_xl.core.languages import Text
from qbe_xl.county.reasons import COLUMNS
from qbe_xl.outputs.results.book import Sheet
from qbe_xl.outputs.results.links import Where, link_inside, link_to
from qbe_xl.outputs.results.problem_rows import KINDS, Problem, problems

WIDTHS = (6.0, 9.0, 13.0, 24.0, 17.0, 48.0, 27.0, 40.0, 14.0, 34.0)
_COLUMNS = (
    Text("序号", "No."),
    Text("类别", "Kind"),
    Text("编号", "Code"),
    Text("学校", "School"),
    Text("位置", "Where"),
    Text("现状", "What stands there"),
    Text("要求", "What is expected"),
    Text("处理办法", "How to mend it"),
    COLUMNS["value"],
    COLUMNS["reason"],
)
_NOTE = Text(
    "错误须改正后才能下结论；疑问须改正，或在“疑问说明”表写明原因（照抄编号、位置和“当时的值”）；余项不影响该校达标。",
    "Errors have to be corrected before there is a verdict; queries need a correction, "
    "or a reason in the sheet Explanations (copy code, place and value). ",
)
_BESIDE = Text(
    "点“位置”打开所报工作簿中的单元格（两个文件须放在同一文件夹）。",
    "“Where” opens the cell in the submitted workbook, which has to lie in the same folder.",
)
_INSIDE = Text("点“位置”转到该单元格。", "“Where” goes to the cell.")
_MOST_LINKS = 60000  # Excel takes 65530 a sheet


def write_problems(sheet: Sheet, result: Assessment, folder: str = "", inside: bool = False) -> None:
    """The whole sheet. `folder`: the way from the result to the submitted file; `inside`: it stands in that file."""
    lang = sheet.lang
    rows = problems(result, lang)
    sheet.title(_NOTE[lang] + (_INSIDE if inside else _BESIDE)[lang] if rows else "")
    if not rows:
        none = Text("没有问题。", "No problems.")[lang]
        sheet.text(sheet.row, 0, none, sheet.book.format(bold=True, font_size=12))
        sheet.row += 1
        return
    head = sheet.header([column[lang] for column in _COLUMNS])
    sheet.freeze(sheet.row, 0)
    sheet.repeat(head)

    def way(where: Where) -> str | None:
        return link_inside(where) if inside else link_to(where, result.submission.file.name, folder)

    for number, row in enumerate(rows, start=1):
        _row(sheet, number, row, way)
    sheet.autofilter((head, 0, sheet.row - 1, len(_COLUMNS) - 1))


def _row(sheet: Sheet, number: int, problem: Problem, way: Callable[[Where], str | None]) -> None:
    lang, book, row = sheet.lang, sheet.book, sheet.row
    sheet.number(row, 0, number, book.cell(number_format="0", align="center"))
    sheet.text(row, 1, KINDS[problem.kind][lang], book.status(problem.kind, align="center"))
    sheet.text(row, 2, problem.code, book.words(font_size=9))
    sheet.text(row, 3, problem.school, book.words())
    place = problem.place.text if problem.place else ""
    link = way(problem.place) if problem.place and number <= _MOST_LINKS else None
    shown = place
    if problem.sheet is not None:
        link, shown = book.way_to(problem.sheet), book.name(problem.sheet)
    sheet.text(row, 4, shown, book.words() if link is None else book.link(), link)
    texts = (problem.found, problem.wanted, problem.fix, problem.value, problem.reason)
    for column, text in enumerate(texts, start=5):
        sheet.text(row, column, text, book.words())
    wide = [(text, sheet.widths[column] - 1) for column, text in enumerate((problem.school, place, *texts), start=3)]
    sheet.height(row, wide, least=20)
    sheet.row += 1
