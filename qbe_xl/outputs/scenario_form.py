"""The sheet 情景 for the open workbook: ready to be filled in, one action a row, with the words that may stand in it beside."""

from __future__ import annotations

from qbe_xl.core.languages import Lang, Text
from qbe_xl.county import County
from qbe_xl.outputs.results.book import Book
from qbe_xl.outputs.results.drawing import Box, Drawing
from qbe_xl.outputs.scenario_template import NOTE, WIDTHS, choices
from qbe_xl.planning.scenario_sheet import COLUMNS

KEY = "scenario_form"
ROWS = 60  # with lines; more may be filled in
FIRST_ROW = 3  # of those, counted from 0
_TEXTS = ("name", "what", "school", "field", "to", "code", "new", "type", "note")
_LISTS = {
    "what": Text("可选操作", "Actions to choose from"),
    "school": Text("本县学校", "Schools of the county"),
    "field": Text("可选字段", "Items to choose from"),
    "type": Text("可选办学类型", "Types to choose from"),
}
_MORE = Text(
    "填好后再点“情景”。右侧列出可用的操作、学校、字段和办学类型，可复制到表中。例：方案一｜增加｜某某小学｜小学体育艺术专任教师数｜2。",
    "Then choose Scenarios again. Actions, schools, items and types to copy from stand to the right. For example: "
    "Plan A | Add | SCHOOL | Teachers of PE, music and art, primary | 2.",
)


def draw_scenario_form(county: County, lang: Lang, name: str) -> Drawing:
    """The sheet with `name` on its tab: title, help, header, rows to fill in; lists to copy from on the right."""
    book = Book(lang, name, {KEY: name}, (KEY,))
    columns = list(COLUMNS)
    lists = choices(county, lang)
    first = len(columns) + 1
    widths = [*(float(WIDTHS[key]) for key in columns), 3.0, *(float(WIDTHS[key]) + 4 for key in lists)]
    sheet = book.sheet(KEY, widths, footer=name)
    sheet.text(0, 0, sheet.subject, book.format(bold=True, font_size=15))
    sheet.row_height(0, 27)
    said = f"{NOTE[lang]}{'' if lang == 'zh' else ' '}{_MORE[lang]}"
    sheet.merged(1, 0, len(columns) - 1, said, book.format(font_color="#4B5563", wrap=True, valign="top"))
    sheet.height(1, [(said, sheet.span(0, len(columns) - 1))])
    sheet.row = FIRST_ROW - 1
    sheet.header([COLUMNS[key][lang] for key in columns])
    sheet.row -= 1
    sheet.header([_LISTS[key][lang] for key in lists], first=first)
    # texts, or codes that begin with 0 would lose it
    looks = [book.cell(number_format="@" if key in _TEXTS else "General") for key in columns]
    for row in range(FIRST_ROW, FIRST_ROW + ROWS):
        for column, look in enumerate(looks):
            sheet.text(row, column, "", look)
    for column, values in enumerate(lists.values(), start=first):
        for row, value in enumerate(values, start=FIRST_ROW):
            sheet.text(row, column, value, book.cell(font_color="#4B5563", number_format="@"))
    sheet.freeze(FIRST_ROW, 0)
    return book.drawing


def lists_of(drawing: Drawing) -> dict[int, Box]:
    """Columns whose rows take one of a list of words, each with the cells of that list: action and type of school. Schools and
    items are left free, for several may stand in one cell and codes will do too."""
    cells = drawing.sheet(KEY).cells
    found = {}
    for number, key in enumerate(_LISTS):
        if key in ("what", "type"):
            column = len(COLUMNS) + 1 + number
            last = max(row for row, at in cells if at == column)
            found[list(COLUMNS).index(key)] = (FIRST_ROW, column, last, column)
    return found
