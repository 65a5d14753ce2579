"""The summary in the terminal: the verdict, why, the CVs, the groups, the findings; one screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbe_xl.assessment.results import Assessment, IndicatorResult
from qbe_xl.assessment.sentences import GROUP_NAMES, reasons, verdict_sentence
from qbe_xl.assessment.statuses import conjunction
from qbe_xl.assessment.wording import CV_PLACES, number
from qbe_xl.core.findings import STATE_NAMES, STATES
from qbe_xl.core.languages import STAGE_NAMES, STATUS_NAMES, Lang, Text
from qbe_xl.core.numbers import exact

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

LINES = 24
_REASONS = 5
_FINDINGS = 3
_LONGEST = 400  # characters of one finding
_MARKS = {"pass": "✓", "fail": "✗", "undetermined": "?", "not_applicable": "–"}
_STYLES = {"pass": "green", "fail": "bold red", "undetermined": "yellow", "not_applicable": "dim"}
_STATE_STYLES = {"error": "bold red", "query": "yellow", "explained": "", "note": "dim"}


def print_summary(console: Console, result: Assessment, lang: Lang = "zh") -> None:
    """Print the summary at the console's width (at most 100 columns)."""
    console.print(summary(result, lang, min(100, console.width)), width=min(100, console.width))


def summary(result: Assessment, lang: Lang = "zh", width: int = 100) -> RenderableType:
    """A rich renderable of at most 24 lines at 100 columns: every line is cut, none wraps."""
    from rich.console import Group
    from rich.panel import Panel
    from rich.text import Text as Line

    key = "undetermined" if result.verdict is None else result.verdict
    style = "bold white on red" if result.verdict == "fail" else _STYLES[key]
    if result.verdict is None:
        style = "bold white on grey30"
    border = "grey50" if result.verdict is None else _STYLES[key].split()[-1]
    head = Line(f" {_word(result, lang)} ", style=style)
    head.append("  ")
    head.append(_plain(verdict_sentence(result, lang)), style="bold")
    head.no_wrap, head.overflow = True, "ellipsis"
    parts: list[RenderableType] = [Panel(head, border_style=border, padding=(0, 1), width=width)]
    parts += [_line(f" · {reason}", width) for reason in _few_reasons(result, lang)]
    if result.resources is not None:
        parts.append(_cv_table(result, lang, width))
        parts.append(_group_line(result, lang))
    parts += _finding_lines(result, lang, width)
    return Group(*parts)


def _word(result: Assessment, lang: Lang) -> str:
    if not result.usable:
        return Text("不能评估", "CANNOT BE ASSESSED")[lang]
    if result.verdict is None:
        return Text("暂不下结论", "NO VERDICT YET")[lang]
    key = result.verdict if result.verdict in ("pass", "fail") else "undetermined"
    return STATUS_NAMES[key][lang].upper()


def _few_reasons(result: Assessment, lang: Lang) -> list[str]:
    if not result.usable:
        return []  # they are the findings, which come below
    lines = reasons(result, lang)
    if len(lines) > _REASONS:
        more = len(lines) - _REASONS + 1
        lines = [*lines[: _REASONS - 1], f"另有 {more} 条理由" if lang == "zh" else f"and {more} more reasons"]
    return lines


def _line(text: str, width: int, style: str = "") -> RenderableType:
    from rich.text import Text as Line

    line = Line(_plain(text), style=style, no_wrap=True, overflow="ellipsis")
    line.truncate(width, overflow="ellipsis")
    return line


def _plain(text: str) -> str:
    """One line without control characters: a name in a workbook must not steer the terminal."""
    return "".join(c if c.isprintable() else " " for c in text)


def _cv_table(result: Assessment, lang: Lang, width: int) -> Table:
    """A row a stage: schools that pass, then the seven CVs; those above the limit are marked."""
    from rich import box
    from rich.table import Table
    from rich.text import Text as Line

    narrow = width < 96
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), collapse_padding=narrow, pad_edge=False, width=min(width, 100))
    table.add_column(Text("学段", "Stage")[lang], no_wrap=True)
    table.add_column(Text("学校达标", "Met" if narrow else "Schools met")[lang], no_wrap=True, justify="right")
    for indicator in result.edition.resources:
        table.add_column(indicator.id if narrow else f"{indicator.id} CV", no_wrap=True, justify="right")
    table.add_column(Text("限值", "Limit")[lang], no_wrap=True, justify="right")
    if result.resources is None:
        return table
    for stage in result.resources.stages.values():
        name = STAGE_NAMES[stage.stage][lang]
        if not stage.units:
            table.add_row(name, STATUS_NAMES["not_applicable"][lang])
            continue
        met = sum(unit.status == "pass" for unit in stage.units)
        cells = [_cv(indicator, lang) for indicator in stage.indicators.values()]
        limits = {indicator.cv_limit for indicator in stage.indicators.values()}
        limit = " ".join(f"≤ {number(value, places=2)}" for value in sorted(limits))
        style = "" if met == len(stage.units) else _STYLES["fail" if stage.units_failing else "undetermined"]
        table.add_row(name, Line(f"{met}/{len(stage.units)}", style=style), *cells, limit)
    return table


def _cv(result: IndicatorResult, lang: Lang) -> RenderableType:
    from rich.text import Text as Line

    if result.cv is None:
        text = "–" if result.cv_status == "pass" else "?"
        return Line(text, style=_STYLES[result.cv_status])
    shown = number(exact(result.cv), result.cv_limit, places=CV_PLACES)
    return Line(f"{shown}{_MARKS[result.cv_status]}", style="" if result.cv_status == "pass" else "bold red")


def _group_line(result: Assessment, lang: Lang) -> RenderableType:
    """`✓ 资源配置  ✗ 政府保障程度 13/15 …` in two columns at most."""
    from rich.columns import Columns
    from rich.text import Text as Line

    cells: list[RenderableType] = []
    if result.resources is not None:
        status = conjunction(stage.status for stage in result.resources.stages.values())
        cells.append(Line(f"{_MARKS[status]} {GROUP_NAMES['resources'][lang]}", style=_STYLES[status]))
    for key in ("government", "quality", "recognition", "vetoes", "entry"):
        group = result.groups[key]
        met = sum(item.status in ("pass", "not_applicable") for item in group.items)
        text = f"{_MARKS[group.status]} {GROUP_NAMES[key][lang]} {met}/{len(group.items)}"
        cells.append(Line(text, style=_STYLES[group.status]))
    return Columns(cells, padding=(0, 3))


def _finding_lines(result: Assessment, lang: Lang, width: int) -> list[RenderableType]:
    if not result.findings:
        return []
    from rich.text import Text as Line

    counts = Line(Text("\n填报检查  ", "\nReport  ")[lang])
    for state in STATES:
        count = sum(finding.state == state for finding in result.findings)
        if count:
            counts.append(f"{STATE_NAMES[state][lang]} {count}  ", style=_STATE_STYLES[state])
    lines: list[RenderableType] = [counts]
    for finding in result.findings[:_FINDINGS]:
        text = _plain(f" {finding.sentence(lang)}")
        # where nothing else is shown there is room for whole sentences
        lines.append(_line(text, width) if result.usable else Line(text[:_LONGEST], overflow="fold"))
    if len(result.findings) > _FINDINGS:
        more = len(result.findings) - _FINDINGS
        lines.append(_line(f" 另有 {more} 条" if lang == "zh" else f" and {more} more", width, "dim"))
    return lines
