"""Gaps and scenarios in the terminal, in a few short tables."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from qbe_xl.assessment.wording import CV_PLACES, number, plain
from qbe_xl.core.fields import YES_NO
from qbe_xl.core.languages import STAGE_NAMES, STATUS_NAMES, Lang, Text
from qbe_xl.core.numbers import Exact, exact
from qbe_xl.outputs.console import MARKS, STYLES, one_line, say, table_of
from qbe_xl.outputs.results.gap_sheets import action_words, unit_word
from qbe_xl.outputs.results.scenario_sheets import blocked_note, changes_listed, named
from qbe_xl.planning.drivers import DIRECTION_NAMES, Drivers
from qbe_xl.planning.gaps import Gaps
from qbe_xl.planning.whatif import Cell, Row, WhatIf

if TYPE_CHECKING:
    from rich.console import Console

_SCHOOLS = 12  # rows of a list; the workbook has them all
_DRIVERS = 3


def _amount(value: Exact, unit: str | None, lang: Lang) -> str:
    text, word = number(value), unit_word(unit, lang)
    if lang == "en" and value == 1:
        word = {"people": "person"}.get(word, word.removesuffix("s"))
    return f"{text} {word}".strip()


def print_gaps(console: Console, gaps: Gaps, drivers: Sequence[Drivers], lang: Lang = "zh") -> None:
    """Indicators that fall short, the schools, the county's items, and who drives the CVs above their limit."""
    floor = plain(gaps.assessment.edition.file.resource_rule.floor_share, True)
    short = [gap for gap in gaps.indicators if gap.units_to_limit or gap.mean_to_limit]
    if short:
        table = table_of(
            (Text("指标", "Indicator")[lang], False), (Text("不足校数", "Schools")[lang], True),
            (Text("各校缺口之和", "Sum of gaps")[lang], True), (Text(f"到 {floor}", f"To {floor}")[lang], True),
            (Text("县均缺口", "Gap of the mean")[lang], True),
        )  # fmt: skip
        for gap in short:
            indicator = gap.result.indicator
            name = f"{STAGE_NAMES[gap.result.stage][lang]} {indicator.id} {(indicator.short or indicator.name)[lang]}"
            amounts = (gap.units_to_limit, gap.units_to_floor, gap.mean_to_limit)
            table.add_row(one_line(name), str(gap.result.units_below), *(_amount(a, indicator.unit, lang) for a in amounts))
        console.print(table)
    _print_schools(console, gaps, lang)
    for item in gaps.county:
        amount = "" if item.amount is None else _amount(item.amount, item.unit, lang)
        say(console, f" ✗ {item.item.id} {item.item.name[lang]}  {action_words(item, lang)} {amount}".rstrip())
    if gaps.seats:
        over = sum((seat.over or 0 for seat in gaps.seats), start=exact(0))
        more = sum(seat.more_classes or 0 for seat in gaps.seats)
        zh = f" ✗ 超标班 {number(over)} 个；重新编班至少需增 {more} 个班"
        en = f" ✗ {number(over)} classes above the size allowed; at least {more} more classes if spread evenly"
        say(console, Text(zh, en)[lang])
    if not (short or gaps.items or gaps.seats):
        say(console, Text("没有缺口。", "Nothing is missing.")[lang])
    if gaps.unknown:
        zh, en = f" ? {gaps.unknown} 个指标值缺数据，未计入缺口。", f" ? {gaps.unknown} values have no data and count for no gap."
        say(console, Text(zh, en)[lang])
    for each in drivers:
        if each.result.cv_status == "fail":
            _print_drivers(console, each, lang)


def _print_schools(console: Console, gaps: Gaps, lang: Lang) -> None:
    if not gaps.schools:
        return
    table = table_of(
        (Text("学校", "School")[lang], False), (Text("补什么", "What to add")[lang], False),
        (Text("缺到标准", "To the limit")[lang], True), (Text("缺到底线", "To the floor")[lang], True),
    )  # fmt: skip
    from qbe_xl.core.fields import field_of

    for gap in gaps.schools[:_SCHOOLS]:
        unit = gap.indicator.unit
        what = f"{gap.indicator.id} {field_of(gap.field).name[lang]}"
        table.add_row(one_line(gap.school.name), one_line(what), _amount(gap.to_limit, unit, lang), _amount(gap.to_floor, unit, lang))
    console.print(table)
    rest = len(gaps.schools) - _SCHOOLS
    if rest > 0:
        zh, en = f" 另有 {rest} 条，见 --out-dir 写出的工作簿", f" and {rest} more; see the workbook of --out-dir"
        say(console, Text(zh, en)[lang])


def _print_drivers(console: Console, drivers: Drivers, lang: Lang) -> None:
    result = drivers.result
    parts = []
    for driver in drivers.units[:_DRIVERS]:
        share = number(exact(driver.share), None, True, places=0)
        without = "–" if driver.cv_without is None else number(driver.cv_without, result.cv_limit, places=CV_PLACES)
        name, way = driver.value.unit.school.name, DIRECTION_NAMES[driver.direction]
        parts.append(
            Text(f"{name} 占 {share}（{way.zh}，去掉后 {without}）", f"{name} {share} ({way.en}, without it {without})")[lang]
        )
    cv = "–" if drivers.cv is None else number(drivers.cv, result.cv_limit, places=CV_PLACES)
    head = f"{STAGE_NAMES[result.stage][lang]} {result.indicator.id} CV {cv}"
    say(console, f" {head}{'：' if lang == 'zh' else ': '}{('；' if lang == 'zh' else '; ').join(parts)}")


# ---- what-if


def print_whatif(console: Console, result: WhatIf, lang: Lang = "zh") -> None:
    """The verdict, what differs in any scenario, and the schools that change."""
    names = [Text("现状", "Present")[lang], *(outcome.scenario.name for outcome in result.outcomes)]
    table = table_of((Text("项目", "Criterion")[lang], False), *((name, True) for name in names))
    shown = [row for row in result.rows if row.changed or row.measure in ("verdict", "met")]
    for row in shown:
        if row.measure in ("mean", "below", "composite"):
            continue
        code = f"{row.id} " if row.measure in ("item", "part") else ""
        cells = [_cell(row, cell, lang) for cell in (row.base, *row.cells)]
        table.add_row(one_line(f"{code}{row.name[lang]}"), *cells)
    console.print(table)
    colon = "：" if lang == "zh" else ": "
    if result.base.blocked:
        say(console, blocked_note(result.base)[lang], "yellow")
    for index, outcome in enumerate(result.outcomes):
        name = outcome.scenario.name
        for finding in outcome.errors:
            say(console, f" ! {name}{colon}{finding.sentence(lang)}", "bold red")
        for kind, units in changes_listed(outcome):
            say(console, f" {name}{colon}{kind[lang]} {len(units)}{colon}{named(units[:_SCHOOLS], lang)}")
        if not any(_differs(row, index) for row in result.rows):
            say(console, f" {name}{colon}{Text('与现状相同', 'as at present')[lang]}")


def _differs(row: Row, index: int) -> bool:
    cell = row.cells[index]
    return (cell.value, cell.status) != (row.base.value, row.base.status)


def _cell(row: Row, cell: Cell, lang: Lang) -> str:
    mark = f"[{STYLES[cell.status]}]{MARKS[cell.status]}[/]" if cell.status is not None else ""
    return f"{_value(row, cell, lang)} {mark}".strip()


def _value(row: Row, cell: Cell, lang: Lang) -> str:
    value = cell.value
    if value is None:
        return STATUS_NAMES[cell.status][lang] if cell.status is not None and row.measure in ("verdict", "group") else ""
    if isinstance(value, str):
        return YES_NO[value][lang] if value in YES_NO else one_line(value)
    if row.measure == "met":
        return f"{number(value)}/{number(cell.limit or 0)}"
    if isinstance(value, Decimal):
        return number(exact(value), cell.limit, places=CV_PLACES)
    if row.unit in ("所", "个班"):
        return number(value)
    return number(value, cell.limit, row.percent)
