"""A trend in the terminal: the years, CVs and sizes, warnings, what got worse, schools that came and went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbe_xl.core.languages import Lang, Text
from qbe_xl.outputs.console import MARKS, STYLES, one_line, say, table_of
from qbe_xl.outputs.results.trend_sheets import SEVERAL_RULES, step_rows, verdict_words
from qbe_xl.planning.trend.find import Trend
from qbe_xl.planning.trend.series import Line, Point
from qbe_xl.planning.trend.wording import course_sentence, regression_sentence, rule, value_text

if TYPE_CHECKING:
    from rich.console import Console

_SHOWN = ("verdict", "met", "cv", "mean_class", "largest_class", "over_classes", "mean_school")
_LISTED = 12
_NAME: dict[Lang, int] = {"zh": 14, "en": 30}


def print_trend(console: Console, trend: Trend, lang: Lang = "zh") -> None:
    """The figures that matter most, a column a year; items only where their status changed."""
    newest = trend.years[-1].year
    table = table_of((Text("项目", "Figure")[lang], False), *((str(year.year), True) for year in trend.years))
    wholes = {line.id.partition(".")[0] for line in trend.lines if line.measure == "part"}
    for line in trend.lines:
        if line.id in wholes:
            continue
        if line.measure in _SHOWN or (line.measure in ("item", "part") and len({p.status for p in line.points}) > 1):
            table.add_row(one_line(_name(line, lang)), *(_cell(line, point, lang) for point in line.points))
    console.print(table)
    for year in trend.years:
        if year.blocked:
            say(console, f" ! {year.year} {verdict_words(year, lang)}", "yellow")
    if trend.several_rules:
        say(console, f" ! {SEVERAL_RULES[lang]}", "yellow")
    if trend.courses:
        say(console, Text("预警（外推）", "Warnings (extrapolated)")[lang], "bold")
        _list(console, [f" ! {course_sentence(each, newest, lang)}" for each in trend.courses], lang)
        say(console, f"   {rule()[lang]}", "dim")
    if trend.worse:
        say(console, Text("退步", "Steps back")[lang], "bold")
        _list(console, [f" ✗ {regression_sentence(each, newest, lang)}" for each in trend.worse], lang)
    if not trend.courses and not trend.worse:
        say(console, Text("没有预警，没有退步。", "No warning, no step back.")[lang])
    for step in trend.steps:
        rows = [f" · {' '.join(part for part in row if part)}" for row in step_rows(step, lang)]
        if rows:
            say(console, f"{step.since}–{step.year}", "bold")
            _list(console, rows, lang)


def _name(line: Line, lang: Lang) -> str:
    """Items with the beginning of their name, which may be a long sentence."""
    name, most = line.name[lang], _NAME[lang]
    if line.measure not in ("item", "part"):
        return name
    return f"{line.id} {name}" if len(name) <= most else f"{line.id} {name[:most].rstrip()}…"


def _cell(line: Line, point: Point, lang: Lang) -> str:
    mark = "" if point.status is None else f" [{STYLES[point.status]}]{MARKS[point.status]}[/]"
    text = "" if point.value is None and point.status is not None else one_line(value_text(line, point, lang))
    return f"{text}{mark}".strip()


def _list(console: Console, lines: list[str], lang: Lang) -> None:
    for line in lines[:_LISTED]:
        say(console, line)
    rest = len(lines) - _LISTED
    if rest > 0:
        zh, en = f"   另有 {rest} 条，见 --out-dir 写出的工作簿", f"   and {rest} more; see the workbook of --out-dir"
        say(console, Text(zh, en)[lang])
