"""问题清单, the sheet: every row with a link to the cell in the submitted file."""

from __future__ import annotations

from qbe_xl.assessment.results import Assessment
from qbe_xl.core.languages import Text
from qbe_xl.outputs.results.book import Sheet, clean
from qbe_xl.outputs.results.links import link_to
from qbe_xl.outputs.results.problem_rows import KINDS, Problem, problems
from qbe_xl.outputs.results.words import SHEETS

WIDTHS = (6.0, 9.0, 13.0, 24.0, 17.0, 48.0, 27.0, 40.0)
_COLUMNS = (
    Text("序号", "No."),
    Text("类别", "Kind"),
    Text("编号", "Code"),
    Text("学校", "School"),
    Text("位置", "Where"),
    Text("现状", "What stands there"),
    Text("要求", "What is expected"),
    Text("处理办法", "How to mend it"),
)
_NOTE = Text(
    "错误须改正后才能下结论；疑问须改正或书面说明；余项不影响该校达标。点“位置”打开所报工作簿中的单元格（两个文件须放在同一文件夹）。",
    "Errors have to be corrected before there is a verdict; queries need a correction or a written reason. “Where” opens the "
    "cell in the submitted workbook, which has to lie in the same folder.",
)
_MOST_LINKS = 60000  # Excel takes 65530 a sheet


def write_problems(sheet: Sheet, result: Assessment, folder: str = "") -> None:
    """The whole sheet. `folder`: the way from the result to the submitted file."""
    lang = sheet.lang
    rows = problems(result, lang)
    sheet.title(SHEETS["problems"][lang], _NOTE[lang] if rows else "")
    if not rows:
        none = Text("没有问题。", "No problems.")[lang]
        sheet.text(sheet.row, 0, none, sheet.book.format(bold=True, font_size=12))
        sheet.row += 1
        return
    head = sheet.header([column[lang] for column in _COLUMNS])
    sheet.ws.freeze_panes(sheet.row, 0)
    sheet.ws.repeat_rows(head)
    for number, row in enumerate(rows, start=1):
        _row(sheet, number, row, result.submission.file.name, folder)
    sheet.ws.autofilter(head, 0, sheet.row - 1, len(_COLUMNS) - 1)


def _row(sheet: Sheet, number: int, problem: Problem, file: str, folder: str) -> None:
    lang, book, row = sheet.lang, sheet.book, sheet.row
    sheet.number(row, 0, number, book.cell(num_format="0", align="center"))
    sheet.text(row, 1, KINDS[problem.kind][lang], book.status(problem.kind, align="center"))
    sheet.text(row, 2, problem.code, book.words(font_size=9))
    sheet.text(row, 3, problem.school, book.words())
    place = problem.place.text if problem.place else ""
    link = link_to(problem.place, file, folder) if problem.place and number <= _MOST_LINKS else None
    if problem.sheet is not None:
        name = SHEETS[problem.sheet][lang]
        look = book.words(font_color="#1D4ED8", underline=1)
        sheet.ws.write_url(row, 4, f"internal:'{name}'!A1", look, name)
    elif link is not None:
        look = book.words(font_color="#1D4ED8", underline=1)
        sheet.ws.write_url(row, 4, link, look, clean(place))
    else:
        sheet.text(row, 4, place, book.words())
    texts = (problem.found, problem.wanted, problem.fix)
    for column, text in enumerate(texts, start=5):
        sheet.text(row, column, text, book.words())
    wide = [(text, sheet.widths[column] - 1) for column, text in enumerate((problem.school, place, *texts), start=3)]
    sheet.height(row, wide, least=20)
    sheet.row += 1
