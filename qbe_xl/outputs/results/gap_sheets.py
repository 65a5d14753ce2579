"""缺口 and 各校缺口: what the county and each school lack, to the limit and to the floor."""

from __future__ import annotations

from qbe_xl.assessment.wording import plain
from qbe_xl.core.fields import field_of
from qbe_xl.core.languages import STAGE_NAMES, Lang, Text
from qbe_xl.core.numbers import Exact
from qbe_xl.outputs.results.book import Sheet
from qbe_xl.outputs.results.figures import as_float, limit_format, number_format
from qbe_xl.outputs.results.groups import short_id
from qbe_xl.planning.gaps import Gaps, IndicatorGap, ItemGap, SchoolGap, SeatGap

GAP_WIDTHS = (9.0, 34.0, 9.0, 13.0, 18.0, 18.0, 13.0, 20.0, 20.0, 20.0, 20.0)
SCHOOL_WIDTHS = (14.0, 26.0, 9.0, 9.0, 30.0, 12.0, 12.0, 12.0, 16.0, 16.0, 7.0, 26.0)
_UNITS_EN = {"人": "people", "间": "rooms", "元": "yuan", "㎡": "㎡", "年": "years", "级": "levels", "分钟": "minutes", "个": "classes",
             "所": "schools"}  # fmt: skip


def unit_word(unit: str | None, lang: Lang) -> str:
    """A unit as it stands beside an amount."""
    return "" if unit is None else unit if lang == "zh" else _UNITS_EN.get(unit, unit)


def amount_format(amount: Exact, step: Exact) -> str:
    """Whole people and rooms; ㎡ and 元 with two decimals."""
    return ("#,##0" if amount >= 1000 else "0") + ("" if step == 1 else ".00")


def write_gaps(sheet: Sheet, gaps: Gaps) -> None:
    """The county: each indicator's sum of gaps beside the gap of the mean, shared facilities, items, classes."""
    lang = sheet.lang
    floor = plain(gaps.assessment.edition.file.resource_rule.floor_share, True)
    note = Text(
        f"各校缺口之和：把每所不足的学校补到标准（或标准的 {floor}）共需多少；县均缺口：全县合计距标准还差多少。两者不同："
        "一校富余补不了另一校的不足。人和间向上取整，㎡、元到 0.01。",
        f"Sum of the schools' gaps: what it takes to lift every school that falls short to the limit (or {floor} of it). Gap of "
        "the mean: what the stage as a whole lacks. They differ, for what one school has too much does not help another. People "
        "and rooms are whole, ㎡ and yuan go to 0.01.",
    )
    sheet.title(note[lang])
    _indicators(sheet, gaps, floor)
    _facilities(sheet, gaps, floor)
    _items(sheet, gaps)
    _seats(sheet, gaps)


def _indicators(sheet: Sheet, gaps: Gaps, floor: str) -> None:
    lang = sheet.lang
    sheet.row += 1
    sheet.heading(Text("七项指标", "The seven indicators")[lang])
    columns = (
        Text("学段", "Stage"), Text("指标", "Indicator"), Text("编号", "Id"), Text("标准", "Limit"), Text("县均", "Mean"),
        Text("低于标准校数", "Schools below"), Text(f"低于 {floor} 校数", f"Schools below {floor}"),
        Text("各校缺口之和（到标准）", "Sum of gaps (to the limit)"),
        Text(f"各校缺口之和（到 {floor}）", f"Sum of gaps (to {floor})"),
        Text("县均缺口（到标准）", "Gap of the mean (to the limit)"),
        Text(f"县均缺口（到 {floor}）", f"Gap of the mean (to {floor})"),
    )  # fmt: skip
    head = sheet.header([column[lang] for column in columns])
    sheet.freeze(head + 1, 0)
    for gap in gaps.indicators:
        _indicator(sheet, gap)
    if not gaps.indicators:
        _none(sheet, Text("没有参加评估的学校。", "No school counts."))


def _indicator(sheet: Sheet, gap: IndicatorGap) -> None:
    lang, book, row, result = sheet.lang, sheet.book, sheet.row, gap.result
    indicator = result.indicator
    sheet.text(row, 0, STAGE_NAMES[result.stage][lang], book.cell(align="center"))
    sheet.text(row, 1, (indicator.short or indicator.name)[lang], book.words())
    sheet.text(row, 2, indicator.id, book.cell(bold=True, align="center"))
    sheet.number(row, 3, as_float(result.limit), book.cell(number_format=limit_format(result.limit)))
    if result.mean is None:
        sheet.text(row, 4, "–", book.cell(align="right"))
    else:
        sheet.number(row, 4, as_float(result.mean), book.cell(number_format=number_format(result.mean, result.limit, whole=False)))
    for column, count in ((5, result.units_below), (6, result.units_below_floor)):
        look = book.status("fail", number_format="0") if count else book.cell(number_format="0")
        sheet.number(row, column, count, look)
    unit = unit_word(indicator.unit, lang)
    amounts = (gap.units_to_limit, gap.units_to_floor, gap.mean_to_limit, gap.mean_to_floor)
    for column, amount in enumerate(amounts, start=7):
        form = amount_format(amount, gap.step) + (f' "{unit}"' if unit else "")
        sheet.number(row, column, as_float(amount), book.cell(number_format=form if amount else "0", bold=bool(amount)))
    sheet.row_height(row, 20)
    sheet.row += 1


def _facilities(sheet: Sheet, gaps: Gaps, floor: str) -> None:
    lang, book = sheet.lang, sheet.book
    sheet.row += 1
    sheet.heading(Text("按学校补齐共需（两个学段共用的设施只补一次，以缺得多的学段为准）",
                       "Needed school by school (facilities that two stages share are added once, by the stage that lacks more)")[lang])  # fmt: skip
    columns = (
        Text("编号", "Id"), Text("指标", "Indicator"), Text("单位", "Unit"), Text("学校数", "Schools"),
        Text("到标准", "To the limit"), Text(f"到 {floor}", f"To {floor}"),
    )  # fmt: skip
    sheet.header([column[lang] for column in columns])
    for gap in gaps.facilities:
        row = sheet.row
        whole = gap.indicator.unit in ("人", "间")
        sheet.text(row, 0, gap.indicator.id, book.cell(bold=True, align="center"))
        sheet.text(row, 1, (gap.indicator.short or gap.indicator.name)[lang], book.words())
        sheet.text(row, 2, unit_word(gap.indicator.unit, lang), book.cell(align="center"))
        sheet.number(row, 3, gap.schools, book.cell(number_format="0"))
        for column, amount in ((4, gap.to_limit), (5, gap.to_floor)):
            form = amount_format(amount, 1 if whole else 0) if amount else "0"
            sheet.number(row, column, as_float(amount), book.cell(number_format=form, bold=bool(amount)))
        sheet.row_height(row, 20)
        sheet.row += 1


def _items(sheet: Sheet, gaps: Gaps) -> None:
    lang, book = sheet.lang, sheet.book
    sheet.row += 1
    sheet.heading(Text("县级项目", "Items of the county")[lang])
    if not gaps.county:
        _none(sheet, Text("没有不达标的县级项目。", "Every item of the county that could be judged is met."))
        return
    sheet.header([t[lang] for t in (Text("编号", "Id"), Text("项目", "Item"), Text("单位", "Unit"), Text("还差", "Needed"))])
    more = Text("补什么、为什么", "What, and why")
    style = sheet.book.cell(bold=True, fill="#DCE4EE", align="center")
    sheet.merged(sheet.row - 1, 4, len(GAP_WIDTHS) - 1, more[lang], style)
    for gap in gaps.county:
        row = sheet.row
        what = f"{action_words(gap, lang)}{Text('。', '. ')[lang]}{gap.item.detail[lang]}"
        sheet.text(row, 0, short_id(gap.item), book.cell(bold=True))
        sheet.text(row, 1, gap.item.name[lang], book.words())
        sheet.text(row, 2, unit_word(gap.unit, lang), book.cell(align="center"))
        _amount(sheet, 3, gap)
        sheet.merged(row, 4, len(GAP_WIDTHS) - 1, what, book.words())
        sheet.height(row, [(gap.item.name[lang], GAP_WIDTHS[1] - 1), (what, sheet.span(4, len(GAP_WIDTHS) - 1) - 1)], least=20)
        sheet.row += 1


def action_words(gap: ItemGap, lang: Lang) -> str:
    """What it takes: `增加 3 人：交流轮岗教师`."""
    if gap.amount is None:
        return Text(f"取得：{gap.name.zh}", f"To be attained: {gap.name.en}")[lang]
    verb = Text("增加", "More") if gap.direction == "more" else Text("减少", "Less")
    return f"{verb[lang]}{'：' if lang == 'zh' else ': '}{gap.name[lang]}"


def _amount(sheet: Sheet, column: int, gap: ItemGap) -> None:
    if not gap.amount:  # an answer to be given, or what is lacking cannot be told yet
        sheet.text(sheet.row, column, "–", sheet.book.cell(align="right"))
    else:
        look = sheet.book.cell(number_format=amount_format(gap.amount, gap.step), bold=True)
        sheet.number(sheet.row, column, as_float(gap.amount), look)


def _seats(sheet: Sheet, gaps: Gaps) -> None:
    lang, book = sheet.lang, sheet.book
    sheet.row += 1
    sheet.heading(Text("超标班额", "Classes above the size allowed")[lang])
    if not gaps.seats:
        _none(sheet, Text("没有超标的班。", "No class is above the size allowed."))
        return
    note = Text(
        "需增班（重新编班）：学生平均分班时至少还要几个班；需增班（逐班拆分）：学生不换班、每个超标班按最大班额拆开时至多要几个班。",
        "More classes (spread evenly): the least that hold all pupils; (each divided): at most, where each such class is divided "
        "by itself as if it were the largest.",
    )
    sheet.merged(sheet.row, 0, len(GAP_WIDTHS) - 1, note[lang], book.format(font_color="#4B5563", wrap=True))
    sheet.height(sheet.row, [(note[lang], sheet.span(0, len(GAP_WIDTHS) - 1))])
    sheet.row += 1
    columns = (
        Text("学段", "Stage"), Text("学校", "School"), Text("限额", "Limit"), Text("在校生", "Pupils"), Text("班级数", "Classes"),
        Text("最大班额", "Largest"), Text("超标班数", "Above limit"), Text("需增班（重新编班）", "More classes (spread evenly)"),
        Text("需增班（逐班拆分）", "More classes (each divided)"),
    )  # fmt: skip
    sheet.header([column[lang] for column in columns])
    first = sheet.row
    for seat in gaps.seats:
        _seat(sheet, seat)
    total = Text("合计", "Total")[lang]
    row = sheet.row
    for column in range(len(columns)):
        sheet.text(row, column, total if column == 1 else "", book.cell(bold=True, fill="#F3F5F8"))
    sums = (
        (6, sum(seat.over or 0 for seat in gaps.seats)),
        (7, sum(seat.more_classes or 0 for seat in gaps.seats)),
        (8, sum(seat.if_divided or 0 for seat in gaps.seats)),
    )
    for column, value in sums:
        letter = "ABCDEFGHIJ"[column]
        look = book.cell(bold=True, fill="#F3F5F8", number_format="0")
        sheet.formula(row, column, f"=SUM({letter}{first + 1}:{letter}{row})", look, as_float(value))
    sheet.row += 1


def _seat(sheet: Sheet, seat: SeatGap) -> None:
    lang, book, row = sheet.lang, sheet.book, sheet.row
    sheet.text(row, 0, STAGE_NAMES[seat.stage][lang], book.cell(align="center"))
    sheet.text(row, 1, seat.result.school.name, book.words())
    numbers = (seat.limit, seat.pupils, seat.classes, seat.largest, seat.over, seat.more_classes, seat.if_divided)
    for column, value in enumerate(numbers, start=2):
        if value is None:
            sheet.text(row, column, "–", book.cell(align="right"))
        else:
            sheet.number(row, column, as_float(value), book.cell(number_format="0"))
    sheet.height(row, [(seat.result.school.name, GAP_WIDTHS[1] - 1)], least=20)
    sheet.row += 1


def _none(sheet: Sheet, text: Text) -> None:
    sheet.text(sheet.row, 0, text[sheet.lang], sheet.book.format(italic=True))
    sheet.row += 1


# ---- school by school

_COLUMNS = (
    Text("学校代码", "Code"), Text("学校", "School"), Text("学段", "Stage"), Text("编号", "Id"), Text("项目", "Item"),
    Text("现状", "Now"), Text("标准", "Limit"), Text("标准的 {floor}", "{floor} of it"), Text("缺到标准", "To the limit"),
    Text("缺到 {floor}", "To {floor}"), Text("单位", "Unit"), Text("补什么", "What to add"),
)  # fmt: skip


def write_school_gaps(sheet: Sheet, gaps: Gaps) -> None:
    """A row for every school and thing that it lacks: the indicators, then the items that look at schools."""
    lang = sheet.lang
    floor = plain(gaps.assessment.edition.file.resource_rule.floor_share, True)
    note = Text(
        "按本校填报项目计：加上“缺到标准”的数量即达标，少一人、一间、0.01 ㎡ 或 0.01 元即不达标。两个学段共用的设施以缺得多的学段为准。",
        "In terms of what the school reports: with what stands under “To the limit” it meets the limit, with one person, room, "
        "0.01 ㎡ or 0.01 yuan less it does not. Facilities that two stages share go by the stage that lacks more.",
    )
    sheet.title(note[lang])
    if not (gaps.schools or gaps.of_schools):
        _none(sheet, Text("各校没有缺口。", "No school lacks anything."))
        return
    head = sheet.header([column[lang].replace("{floor}", floor) for column in _COLUMNS])
    sheet.freeze(sheet.row, 2)
    sheet.repeat(head)
    for gap in gaps.schools:
        _school(sheet, gap)
    for item in gaps.of_schools:
        _school_item(sheet, item)
    sheet.autofilter((head, 0, sheet.row - 1, len(_COLUMNS) - 1))


def _school(sheet: Sheet, gap: SchoolGap) -> None:
    lang, book, row = sheet.lang, sheet.book, sheet.row
    first = next(unit for unit in gap.units if unit.unit.unit.stage == gap.decided_by)
    value = first.value
    indicator = gap.indicator
    name = (indicator.short or indicator.name)[lang]
    _start(sheet, gap.school.code, gap.school.name, STAGE_NAMES[gap.decided_by][lang], indicator.id, name)
    if value.value is None:
        sheet.text(row, 5, "–", book.cell(align="right"))
    else:
        status = "allowed" if value.allowed else value.status
        form = number_format(value.value, value.limit, whole=False)
        sheet.number(row, 5, as_float(value.value), book.status(status, number_format=form))
    sheet.number(row, 6, as_float(value.limit), book.cell(number_format=limit_format(value.limit)))
    sheet.number(row, 7, as_float(value.floor), book.cell(number_format=limit_format(value.floor)))
    for column, amount in ((8, gap.to_limit), (9, gap.to_floor)):
        form = amount_format(amount, gap.step) if amount else "0"
        sheet.number(row, column, as_float(amount), book.cell(number_format=form, bold=bool(amount)))
    what = field_of(gap.field).name[lang]
    sheet.text(row, 10, unit_word(indicator.unit, lang), book.cell(align="center"))
    sheet.text(row, 11, what, book.words())
    _end(sheet, gap.school.name, name, what)


def _school_item(sheet: Sheet, gap: ItemGap) -> None:
    lang, book, row = sheet.lang, sheet.book, sheet.row
    if gap.school is None:
        return
    school = gap.school.school
    name = gap.item.name[lang]
    _start(sheet, school.code, school.name, "", short_id(gap.item), name)
    detail = gap.school.detail[lang]
    sheet.merged(row, 5, 7, detail, book.words(font_size=9))
    _amount(sheet, 8, gap)
    sheet.text(row, 9, "", book.cell())
    sheet.text(row, 10, unit_word(gap.unit, lang), book.cell(align="center"))
    what = action_words(gap, lang)
    sheet.text(row, 11, what, book.words())
    _end(sheet, school.name, name, what, (detail, sheet.span(5, 7) * 1.1 - 1))


def _start(sheet: Sheet, code: str, name: str, stage: str, key: str, item: str) -> None:
    book, row = sheet.book, sheet.row
    sheet.text(row, 0, code, book.words())
    sheet.text(row, 1, name, book.words())
    sheet.text(row, 2, stage, book.cell(align="center"))
    sheet.text(row, 3, key, book.cell(bold=True, align="center"))
    sheet.text(row, 4, item, book.words())


def _end(sheet: Sheet, school: str, item: str, what: str, *more: tuple[str, float]) -> None:
    wide = [(school, SCHOOL_WIDTHS[1] - 1), (item, SCHOOL_WIDTHS[4] - 1), (what, SCHOOL_WIDTHS[11] - 1), *more]
    sheet.height(sheet.row, wide, least=20)
    sheet.row += 1
