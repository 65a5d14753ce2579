"""A chart of the model as shapes: bars from left to right, a row a category, with the limit as a dashed line."""

from __future__ import annotations

from dataclasses import dataclass

from qbe_xl.core.languages import Lang
from qbe_xl.outputs.report.model import MARKS, Cell, Chart

WIDTH = 720
_BAR = 18
_GAP = 12  # between categories
_LETTER = 18.5  # a Chinese character in the largest letters the style asks for
_LOOKS = 4


@dataclass(frozen=True, slots=True)
class Word:
    """A text at a place (its baseline)."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar; `look` is the number of its series, `failing` hatches it (where there is but one series)."""

    x: float
    y: float
    width: float
    height: float
    look: int
    failing: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A limit: a vertical line from y downwards."""

    x: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Legend:
    """What a look means."""

    look: int
    text: str


@dataclass(frozen=True, slots=True)
class Shapes:
    """All that is drawn, and the same in words."""

    width: int
    height: int
    left: float
    categories: tuple[Word, ...]
    bars: tuple[Bar, ...]
    values: tuple[Word, ...]
    limits: tuple[Line, ...]
    limit_texts: tuple[Word, ...]
    legend: tuple[Legend, ...]
    description: str


def shapes(chart: Chart, lang: Lang) -> Shapes:
    """Where everything of a chart stands, in a picture 720 wide."""
    left = round(min(300.0, 12 + max((_length(c.text) for c in chart.categories), default=0.0) * _LETTER), 1)
    each = max(1, len(chart.series))
    band = each * _BAR + _GAP
    longest = max((abs(v) for v in _heights(chart)), default=0) or 1
    behind = [_told(cell) for series in chart.series for cell in series.values]
    behind += [f"{chart.limit_name} {limit.text}" for limit in chart.limits]
    right = 24 + max((_length(text) for text in behind), default=0.0) * _LETTER  # room for what stands behind a bar
    scale = (WIDTH - left - right) / longest
    categories, bars, values, limits, limit_texts = [], [], [], [], []
    last_limit = ""
    for row, category in enumerate(chart.categories):
        top = row * band + _GAP / 2
        categories.append(Word(left - 8, round(top + each * _BAR / 2 + 5, 1), category.text))
        limit = _limit(chart, row)
        limit_at = (
            round(left + float(limit.number) * scale, 1) if limit is not None and limit.number is not None else None
        )
        for number, series in enumerate(chart.series):
            cell, y = series.values[row], top + number * _BAR
            width = 0.0 if cell.number is None else round(max(0.0, float(cell.number)) * scale, 1)
            if cell.number is not None:
                bars.append(Bar(left, y, width, _BAR - 3, number % _LOOKS, cell.status == "fail" and each == 1))
            x = left + width + 6
            if limit_at is not None and x - 4 < limit_at < x + 50:
                x = limit_at + 6  # the text would stand on the line
            values.append(
                Word(round(x, 1), round(y + _BAR - 6, 1), cell.text + (" ✗" if cell.status == "fail" else ""))
            )
        if limit_at is not None and limit is not None:
            limits.append(Line(limit_at, top - 3, each * _BAR + 3))
            last_limit = limit.text
    height = len(chart.categories) * band + 4
    if limits:
        same = {limit.text for limit in chart.limits} == {last_limit} and len({line.x for line in limits}) == 1
        if same:
            height += 18
            limit_texts.append(Word(round(limits[-1].x - 14, 1), height - 4, f"{chart.limit_name} {last_limit}"))
    legend = tuple(Legend(number % _LOOKS, series.label) for number, series in enumerate(chart.series))
    return Shapes(
        WIDTH, int(height), left, tuple(categories), tuple(bars), tuple(values), tuple(limits), tuple(limit_texts),
        legend, _described(chart, lang),
    )  # fmt: skip


def _told(cell: Cell) -> str:
    return cell.text + (f" {MARKS['fail']}" if cell.status == "fail" else "")


def _length(text: str) -> float:
    """In Chinese characters; Latin letters are a little over half as wide."""
    return sum(1.0 if ord(c) > 0x2E7F else 0.55 for c in text)


def _limit(chart: Chart, row: int) -> Cell | None:
    if not chart.limits:
        return None
    return chart.limits[row] if len(chart.limits) > 1 else chart.limits[0]


def _heights(chart: Chart) -> list[float]:
    cells = [cell for series in chart.series for cell in series.values] + list(chart.limits)
    return [float(cell.number) for cell in cells if cell.number is not None]


def _described(chart: Chart, lang: Lang) -> str:
    """`差异系数：高于规定学历教师 0.022（限值 0.50）；…`, which is read out in place of the picture."""
    colon, semicolon, opened, closed = ("：", "；", "（", "）") if lang == "zh" else (": ", "; ", " (", ")")
    lines = []
    for series in chart.series:
        parts = []
        for row, cell in enumerate(series.values):
            limit = _limit(chart, row)
            told = f"{opened}{chart.limit_name} {limit.text}{closed}" if limit is not None else ""
            parts.append(f"{chart.categories[row].text} {cell.text}{told}")
        lines.append(f"{series.label}{colon}{semicolon.join(parts)}")
    return chart.title + colon + semicolon.join(lines)
