"""政府保障, 教育质量, 社会认可度与否决: item by item, parts on rows of their own, and the schools that fail below."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from qbe_xl.assessment.items import limit_text
from qbe_xl.assessment.results import Assessment, GroupResult, ItemResult, SchoolResult
from qbe_xl.assessment.sentences import GROUP_NAMES
from qbe_xl.core.fields import YES_NO
from qbe_xl.core.languages import STATUS_NAMES, Lang, Text
from qbe_xl.core.numbers import Exact
from qbe_xl.outputs.results.book import MARKS, PALE, Sheet
from qbe_xl.outputs.results.figures import as_float, number_format
from qbe_xl.outputs.results.words import NO_DATA, joined
from qbe_xl.standards import model

WIDTHS = (7.0, 40.0, 13.0, 12.0, 12.0, 48.0, 23.0, 31.0)
_SMALL = 1.1  # more characters of the smaller type fit
_COLUMNS = (
    Text("编号", "Id"),
    Text("项目", "Item"),
    Text("判定", "Status"),
    Text("值", "Value"),
    Text("标准", "Limit"),
    Text("说明", "Detail"),
    Text("单元格", "Cells"),
    Text("依据", "Source"),
)
_SCHOOL_COLUMNS = (
    Text("编号", "Id"),
    Text("学校", "School"),
    Text("判定", "Status"),
    Text("值", "Value"),
    Text("标准", "Limit"),
    Text("说明", "Detail"),
    Text("单元格", "Cells"),
    Text("学校代码", "Code"),
)
_CELLS_SHOWN = 4


def write_groups(sheet: Sheet, result: Assessment, keys: Sequence[str]) -> None:
    """One sheet with these groups."""
    lang = sheet.lang
    groups = [(key, result.groups[key]) for key in keys if key in result.groups]
    sheet.title()
    for key, group in groups:
        if len(groups) > 1:
            sheet.row += 1
            sheet.heading(f"{GROUP_NAMES[key][lang]}：{status_word(group.status, lang)}"
                          if lang == "zh" else f"{GROUP_NAMES[key][lang]}: {status_word(group.status, lang)}")  # fmt: skip
        head = sheet.header([column[lang] for column in _COLUMNS])
        if len(groups) == 1:
            sheet.freeze(sheet.row, 2)
            sheet.repeat(head)
        for item in group.items:
            _item(sheet, item)
            for part in item.parts:
                _item(sheet, part, part_of=item)
    _schools(sheet, [group for _, group in groups])


def status_word(status: str, lang: Lang) -> str:
    """`✗ 不达标`."""
    return f"{MARKS[status]} {STATUS_NAMES[status][lang]}"


def short_id(item: ItemResult) -> str:
    """The criterion's id, `Q3` also for a part `Q3.charter`."""
    return item.id.partition(".")[0]


def shown_cells(cells: Sequence[str], lang: Lang) -> str:
    """The first few places, and how many there are."""
    kept = list(dict.fromkeys(cells))
    head = joined(kept[:_CELLS_SHOWN], lang)
    if len(kept) <= _CELLS_SHOWN:
        return head
    return f"{head} 等 {len(kept)} 处" if lang == "zh" else f"{head} and {len(kept) - _CELLS_SHOWN} more"


def looks_at_schools(item: ItemResult) -> bool:
    """Whether the item is decided school by school."""
    return isinstance(item.criterion, model.Rooms | model.EachClass | model.EachSchool)


def detail_of(item: ItemResult, lang: Lang) -> str:
    """The detail; counts where the schools or parts are listed on rows of their own."""
    if item.parts:
        return _counts([part.status for part in item.parts], Text("个部分", "parts"), lang)
    if item.schools:
        listed = any(s.status in ("fail", "undetermined") for s in item.schools)
        more = Text("，名单见下", "; listed below")[lang] if listed else ""
        return _counts([s.status for s in item.schools], Text("所学校", "schools"), lang) + more
    return item.detail[lang]


def _counts(statuses: list[str], what: Text, lang: Lang) -> str:
    met = sum(s in ("pass", "not_applicable") for s in statuses)
    fail, missing = statuses.count("fail"), statuses.count("undetermined")
    if lang == "zh":
        return f"{len(statuses)} {what.zh}：达标 {met}、不达标 {fail}、待定 {missing}"
    return f"{len(statuses)} {what.en}: {met} met, {fail} not met, {missing} undetermined"


def limit_of(item: ItemResult, lang: Lang) -> str:
    """What is asked: `≥ 95%`, yes, no; empty where the parts or schools have their own."""
    criterion = item.criterion
    if isinstance(criterion, model.Declaration):
        return YES_NO["yes"][lang]
    if isinstance(criterion, model.Veto):
        return YES_NO["no"][lang]
    if isinstance(criterion, model.Ratio | model.Survey):
        return limit_text(criterion)[lang]
    return ""


def _item(sheet: Sheet, item: ItemResult, part_of: ItemResult | None = None) -> None:
    lang, book, row = sheet.lang, sheet.book, sheet.row
    fill = None if part_of is None else PALE
    source = item.criterion.source
    sheet.text(row, 0, item.id if part_of is None else "", book.cell(bold=True, fill=fill))
    name = item.name[lang] if part_of is None else f"└ {item.name[lang]}"
    sheet.text(row, 1, name, book.words(indent=1 if part_of is None else 2, fill=fill))
    sheet.text(row, 2, status_word(item.status, lang), book.status(item.status, align="center"))
    _value(sheet, row, 3, item.value, item, fill)
    limit = limit_of(item, lang)
    sheet.text(row, 4, limit, book.cell(align="center", wrap=True, fill=fill))
    detail, cells = detail_of(item, lang), "" if item.parts else shown_cells(item.cells, lang)
    sheet.text(row, 5, detail, book.words(fill=fill))
    sheet.text(row, 6, cells, book.words(font_size=9, fill=fill))
    cited = source.sentence(lang) if source is not None and part_of is None else ""
    sheet.text(row, 7, cited, book.words(font_size=9, fill=fill))
    indent = 0 if part_of is None else 3
    wide = [(name, sheet.widths[1] - 1 - indent), (detail, sheet.widths[5] - 1)]
    wide += [(cells, sheet.widths[6] * _SMALL - 1), (cited, sheet.widths[7] * _SMALL - 1)]
    sheet.height(row, wide, least=20)
    sheet.row += 1


def _value(sheet: Sheet, row: int, column: int, value: Exact | str | None, item: ItemResult, fill: str | None) -> None:
    lang, book = sheet.lang, sheet.book
    criterion = item.criterion
    if isinstance(value, str):
        sheet.text(row, column, YES_NO[value][lang], book.cell(align="right", fill=fill))
    elif value is None:
        blank = NO_DATA[lang] if item.status == "undetermined" and not item.parts else ""
        sheet.text(row, column, blank, book.cell(align="right", italic=True, fill=fill))
    elif looks_at_schools(item):
        unit = Text(' "个班"', "") if isinstance(criterion, model.EachClass) else Text(' "所"', "")
        english = ' "classes"' if isinstance(criterion, model.EachClass) else ' "schools"'
        form = "0" + (unit.zh if lang == "zh" else english)
        sheet.number(row, column, as_float(value), book.cell(number_format=form, fill=fill))
    else:
        unit_text = f' "{criterion.unit}"' if criterion.unit and not criterion.percent and lang == "zh" else ""
        form = number_format(value, item.limit, percent=criterion.percent)
        sheet.number(row, column, as_float(value), book.cell(number_format=form + unit_text, fill=fill))


def open_schools(item: ItemResult) -> list[SchoolResult]:
    """The schools that fail, then those without data."""
    return [s for wanted in ("fail", "undetermined") for s in item.schools if s.status == wanted]


def items_with_schools(groups: Sequence[GroupResult]) -> list[ItemResult]:
    """Items and parts that look at schools and that not all of them meet."""
    every = [one for group in groups for item in group.items for one in (item, *item.parts)]
    return [item for item in every if open_schools(item)]


def _schools(sheet: Sheet, groups: Sequence[GroupResult]) -> None:
    lang, book = sheet.lang, sheet.book
    items = items_with_schools(groups)
    if not items:
        return
    sheet.row += 1
    sheet.heading(Text("不达标和缺数据的学校", "Schools that do not meet an item or lack data")[lang])
    sheet.header([column[lang] for column in _SCHOOL_COLUMNS])
    for item in items:
        band = book.cell(bold=True, fill=PALE)
        id_text = short_id(item)
        sheet.text(sheet.row, 0, id_text, band)
        sheet.merged(sheet.row, 1, len(WIDTHS) - 1, item.name[lang], band)
        sheet.row_height(sheet.row, 20)
        sheet.row += 1
        for school in open_schools(item):
            _school(sheet, item, school)


def _school(sheet: Sheet, item: ItemResult, result: SchoolResult) -> None:
    lang, book, row = sheet.lang, sheet.book, sheet.row
    criterion = item.criterion
    name, detail, cells = result.school.name, result.detail[lang], shown_cells(result.cells, lang)
    sheet.text(row, 0, short_id(item), book.cell())
    sheet.text(row, 1, name, book.words())
    sheet.text(row, 2, status_word(result.status, lang), book.status(result.status, align="center"))
    ratio = isinstance(criterion, model.EachSchool) and criterion.formula is not None
    if result.value is None or not ratio:
        sheet.text(row, 3, "", book.cell())
        sheet.text(row, 4, "", book.cell())
    else:
        form = number_format(result.value, result.limit, percent=criterion.percent)
        sheet.number(row, 3, as_float(result.value), book.cell(number_format=form))
        if result.limit is None:
            sheet.text(row, 4, "", book.cell())
        else:
            form = number_format(Fraction(result.limit), percent=criterion.percent)
            sheet.number(row, 4, as_float(result.limit), book.cell(number_format=form, align="center"))
    sheet.text(row, 5, detail, book.words())
    sheet.text(row, 6, cells, book.words(font_size=9))
    sheet.text(row, 7, result.school.code, book.words())
    wide = [(name, sheet.widths[1] - 1), (detail, sheet.widths[5] - 1), (cells, sheet.widths[6] * _SMALL - 1)]
    sheet.height(row, wide, least=20)
    sheet.row += 1
