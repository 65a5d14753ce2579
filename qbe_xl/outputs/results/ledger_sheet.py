"""问题台账 and 学校沿革: the ledger as a sheet that people work in, and which school is which."""

from __future__ import annotations

from decimal import Decimal

from qbe_xl.core.fields import field_of
from qbe_xl.core.languages import STAGE_NAMES, Text
from qbe_xl.outputs.results.book import Sheet
from qbe_xl.outputs.results.figures import as_float, cv_format, number_format
from qbe_xl.outputs.results.gap_sheets import amount_format, unit_word
from qbe_xl.planning.ledger.ledger import MANUAL, STATE_NAMES, Entry, Ledger, State
from qbe_xl.planning.ledger.matching import HOW_NAMES
from qbe_xl.planning.ledger.points import CV, RESULT_NAMES, Point
from qbe_xl.planning.ledger.reading import COLUMNS, SCHOOL_COLUMNS, WHOLE_COUNTY

_FRONT = ("id", "state", "school", "stage", "criterion", "title", "standard", "found", "gap", "unit", "remedy", "result")
_BACK = ("code", "first", "closed", "before", "aliases", "why", "cells")
# What is printed is some 180 characters wide: more would print smaller than 7 points.
_WIDTHS = {"id": 16.0, "state": 7.5, "code": 14.0, "school": 13.0, "stage": 5.5, "criterion": 8.5, "title": 16.0, "standard": 11.5,
           "found": 13.0, "gap": 10.5, "unit": 5.5, "remedy": 16.0, "result": 8.0, "measure": 18.0, "responsible": 11.0,
           "deadline": 9.5, "evidence": 10.0, "remark": 10.0, "first": 10.0, "closed": 10.0, "before": 18.0, "aliases": 18.0,
           "why": 30.0, "cells": 20.0}  # fmt: skip
_OWN_WIDTH = 16.0
_TO_FILL = "#FFFBE6"
STATE_LOOKS: dict[State, str] = {"new": "allowed", "open": "error", "back": "error", "closed": "pass"}
SCHOOL_WIDTHS = (16.0, 30.0, 24.0, 14.0, 16.0, 62.0, 10.0)
_CENTRED = frozenset({"stage", "unit", "first", "closed"})


def columns(ledger: Ledger) -> tuple[str, ...]:
    """Keys of the columns: ours, those that people fill in, the bureau's own by their names, ours again."""
    return (*_FRONT, *MANUAL, *ledger.columns, *_BACK)


def widths(ledger: Ledger) -> tuple[float, ...]:
    """The widths of these columns."""
    return tuple(_WIDTHS.get(key, _OWN_WIDTH) for key in columns(ledger))


def write_ledger(sheet: Sheet, ledger: Ledger) -> None:
    """A row for every entry; what is behind the columns to fill in is not printed."""
    lang, keys = sheet.lang, columns(ledger)
    note = _note(ledger)
    sheet.text(0, 0, sheet.subject, sheet.book.format(bold=True, font_size=15))
    sheet.row_height(0, 27)
    last = len(_FRONT) - 1
    sheet.merged(1, 0, last, note[lang], sheet.book.format(font_color="#4B5563", wrap=True, valign="top"))
    sheet.height(1, [(note[lang], sheet.span(0, last))])
    sheet.row = 2
    names = COLUMNS | MANUAL
    head = sheet.header([names[key][lang] if key in names else key for key in keys])
    sheet.freeze(sheet.row, 3)
    sheet.repeat(head)
    for entry in ledger.entries:
        _entry(sheet, entry, keys)
    for own in ledger.own:
        for column, key in enumerate(keys):
            sheet.text(sheet.row, column, own.get(key, ""), sheet.book.words(fill=_TO_FILL))
        sheet.height(sheet.row, [(own.get(key, ""), sheet.widths[n] - 1) for n, key in enumerate(keys)], least=20)
        sheet.row += 1
    sheet.autofilter((head, 0, max(head, sheet.row - 1), len(keys) - 1))
    sheet.drawn.print_area = (0, 0, sheet.row - 1, len(keys) - len(_BACK) - 1)


def _note(ledger: Ledger) -> Text:
    zh = "、".join(f"{STATE_NAMES[state].zh} {ledger.count(state)}" for state in STATE_NAMES)
    en = ", ".join(f"{STATE_NAMES[state].en.lower()} {ledger.count(state)}" for state in STATE_NAMES)
    since = Text(f"，与 {ledger.last_label} 相比" if ledger.last_label else "", f", since {ledger.last_label}" if ledger.last_label else "")
    blocked = Text("填报数据有错误，改正后请重新生成。", "The data have errors; make the ledger again once they are mended. ")
    if not ledger.assessment.blocked:
        blocked = Text("", "")
    return Text(
        f"{ledger.label}{since.zh}：{zh}。{blocked.zh}浅黄色各列由人填写，列可以移动、增加，行可以排序；下次用 --against 指明本文件，即按编号沿用。",
        f"{ledger.label}{since.en}: {en}. {blocked.en}The pale yellow columns are filled in by hand; columns may be moved or added, rows "
        "sorted; name this file with --against next time, and all is carried on by id.",
    )


def _entry(sheet: Sheet, entry: Entry, keys: tuple[str, ...]) -> None:
    lang, book, row, point = sheet.lang, sheet.book, sheet.row, entry.point
    code = "" if entry.school == entry.name else entry.school
    texts = {
        "id": entry.id, "state": STATE_NAMES[entry.state][lang], "code": code, "school": entry.name or WHOLE_COUNTY[lang],
        "stage": STAGE_NAMES[entry.stage][lang] if entry.stage in STAGE_NAMES else entry.stage, "criterion": entry.criterion,
        "title": entry.title[lang], "standard": entry.standard[lang], "found": point.found[lang] if point else "",
        "unit": unit_word(point.unit, lang) if point and point.gap is not None else "",
        "remedy": point.remedy[lang] if point and point.open else "", "result": RESULT_NAMES[point.status if point else "none"][lang],
        "first": entry.first, "closed": entry.closed, "before": entry.before, "aliases": "、".join(entry.aliases),
        "why": entry.why[lang], "cells": "、".join(point.cells) if point else "", **entry.manual, **entry.extra,
    }  # fmt: skip
    for column, key in enumerate(keys):
        text = texts.get(key, "")
        look = book.words()
        if key == "state":
            look = book.status(STATE_LOOKS[entry.state], align="center")
        elif key == "result":
            look = book.status(point.status if point else "not_applicable", align="center")
        elif key in MANUAL or key not in COLUMNS:
            look = book.words(fill=_TO_FILL)
        elif key in _CENTRED:
            look = book.cell(align="center")
        sheet.text(row, column, text, look)
        if key == "found" and point is not None and is_number(point):
            sheet.number(row, column, as_float(point.value or 0), book.cell(number_format=value_format(point), align="left", indent=1))
        elif key == "gap" and point is not None and point.gap is not None:
            form = cv_format(point.gap, None) if isinstance(point.gap, Decimal) else gap_format(point)
            sheet.number(row, column, as_float(point.gap), book.cell(number_format=form, bold=True))
    sheet.height(row, [(texts.get(key, ""), sheet.widths[n] - 1) for n, key in enumerate(keys) if key != "cells"], least=20)
    sheet.row += 1


def is_number(point: Point) -> bool:
    """Whether what was found is one figure (a unit's value or a CV), not a sentence."""
    return point.value is not None and (bool(point.stage) or point.criterion.endswith(CV))


def value_format(point: Point) -> str:
    """The number format of such a figure."""
    value = point.value or 0
    if point.criterion.endswith(CV) and not isinstance(value, int):
        return number_format(value, point.limit, whole=False, places=3)
    return number_format(value, point.limit, whole=False)


def gap_format(point: Point) -> str:
    """Whole people and rooms; ㎡ and 元 with two decimals."""
    gap = point.gap or 0
    whole = point.unit in ("人", "间", "个", "年", "级", "分钟")
    return ("#,##0" if gap >= 1000 else "0") + ("" if whole else ".00")


def write_schools(sheet: Sheet, ledger: Ledger) -> None:
    """Every school of the report, where it comes from, and earlier ones that are no longer in it."""
    lang, book = sheet.lang, sheet.book
    sheet.title(
        Text(
            "本表供下次比对学校用，请勿删除。判断不对时，用 --successors 文件写明。",
            "The next ledger tells the schools by this sheet; please keep it. Where it is wrong, say so with --successors.",
        )[lang]
    )
    head = sheet.header([name[lang] for name in SCHOOL_COLUMNS.values()])
    sheet.freeze(sheet.row, 0)
    sheet.repeat(head)
    kind = field_of("school_type")
    now: dict[str, list[str]] = {}
    for link in ledger.links.values():
        if link.new is not None:
            now.setdefault(link.new, []).append(link.note[lang])
    for school in ledger.schools:
        how = "；".join(dict.fromkeys(now.get(school.ident, [HOW_NAMES["new"][lang]] if ledger.links else [])))
        texts = (school.code, school.name, kind.choice_name(school.type, lang) if school.type else "", "", school.main, how, ledger.label)
        for column, text in enumerate(texts):
            sheet.text(sheet.row, column, text, book.words())
        if school.pupils is not None:
            sheet.number(sheet.row, 3, as_float(school.pupils), book.cell(number_format=amount_format(school.pupils, 1)))
        sheet.height(sheet.row, [(how, SCHOOL_WIDTHS[5] - 1), (school.name, SCHOOL_WIDTHS[1] - 1)], least=20)
        sheet.row += 1
    gone = [link for link in ledger.links.values() if link.new is None]
    if gone:
        sheet.row += 1
        sheet.heading(Text("不在本次填报中的学校", "Schools that are not in this report")[lang])
        for link in gone:  # below the table, so that it is not read as one of its rows
            said = f"{link.old.code} {link.old.name}：{link.note[lang]}" if lang == "zh" else f"{link.old.code} {link.old.name}: {link.note[lang]}"
            sheet.text(sheet.row, 0, said, book.format())
            sheet.row += 1
