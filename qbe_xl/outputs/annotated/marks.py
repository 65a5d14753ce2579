"""Which cells are marked, and what their comments say."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from qbe_xl.core.findings import STATE_NAMES, STATES, Finding
from qbe_xl.core.languages import Lang, Text

MAX_COMMENTS = 1_000  # in the workbook; the rest stand in the list alone
MAX_COLOURED = 20_000  # cells in the workbook
MAX_RANGE = 100  # cells of one range that are coloured; of a larger one the first cell
MAX_IN_CELL = 5  # findings told in one comment
MAX_TEXT = 600  # characters of one finding in a comment
MAX_ROW, MAX_COLUMN = 1_048_576, 16_384

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")
_SEPARATORS = re.compile(r"[,，、;；\s]+")

Place = tuple[int, int]  # row and column, from 1


@dataclass
class Mark:
    """A cell: `state` is the worst of what is said about it, `texts` what its comment says (none: colour alone)."""

    state: str
    texts: list[str] = field(default_factory=list)
    left_out: int = 0

    def worsen(self, state: str) -> None:
        """Take on a state if it is the worse one."""
        if STATES.index(state) < STATES.index(self.state):
            self.state = state

    def comment(self, lang: Lang) -> str:
        """The comment's text, "" for none."""
        texts = list(self.texts)
        if self.left_out:
            more = Text(f"另有 {self.left_out} 条，见问题清单。", f"{self.left_out} more: see the list of findings.")
            texts.append(more[lang])
        return "\n\n".join(texts)


@dataclass
class Marks:
    """The marks of one sheet by place."""

    cells: dict[Place, Mark] = field(default_factory=dict)


def cells_of(ref: str | None) -> list[tuple[Place, Place]]:
    """The rectangles of a reference (`F17`, `F17:G20`, `F17, G17`), corners in order; what is no cell is left out."""
    found = []
    for piece in _SEPARATORS.split(ref or ""):
        corners = [_CELL.fullmatch(corner) for corner in piece.split(":")]
        if len(corners) > 2:
            continue
        places = [(int(corner[2]), column_number(corner[1])) for corner in corners if corner is not None]
        if len(places) != len(corners) or any(row > MAX_ROW or column > MAX_COLUMN for row, column in places):
            continue
        (row, column), (other_row, other_column) = places[0], places[-1]
        first = min(row, other_row), min(column, other_column)
        found.append((first, (max(row, other_row), max(column, other_column))))
    return found


def column_number(letters: str) -> int:
    """1 for A."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """A for 1."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(place: Place) -> str:
    """`F17`."""
    return f"{column_letters(place[1])}{place[0]}"


def marks_of(
    findings: Iterable[Finding], merges: Mapping[str, Sequence[str]], lang: Lang
) -> tuple[dict[str, Marks], int]:
    """The marks of every sheet in `merges` (its name, its merged ranges), and how many comments the bound leaves out.

    What stands in a merged range is marked at its first cell, the only one that shows.
    """
    found: dict[str, Marks] = {}
    commented = left_out = coloured = 0
    for finding in findings:
        areas = cells_of(finding.range)
        if finding.sheet is None or finding.sheet not in merges or not areas:
            continue
        marks = found.setdefault(finding.sheet, Marks())
        others = [area for ref in finding.also for area in cells_of(ref)]
        home = areas[0][0]
        for position, (first, last) in enumerate([*areas, *others]):
            for place in _within(first, last):
                if place not in marks.cells:
                    if coloured >= MAX_COLOURED:
                        continue
                    coloured += 1
                    marks.cells[place] = Mark(finding.state)
                marks.cells[place].worsen(finding.state)
            if position and first == home:
                continue
            mark = marks.cells.get(first)
            if mark is None:
                left_out += not position
                continue
            if not mark.texts and commented >= MAX_COMMENTS:
                left_out += not position
                continue
            commented += not mark.texts
            if len(mark.texts) >= MAX_IN_CELL:
                mark.left_out += 1
            else:
                mark.texts.append(_told(finding, lang) if position == 0 else _pointed(finding, home, lang))
    for name, marks in found.items():
        _gather_merged(marks, merges[name])
    return found, left_out


def _within(first: Place, last: Place) -> list[Place]:
    rows, columns = last[0] - first[0] + 1, last[1] - first[1] + 1
    if rows * columns > MAX_RANGE:
        return [first]
    return [(first[0] + row, first[1] + column) for row in range(rows) for column in range(columns)]


def _told(finding: Finding, lang: Lang) -> str:
    """State and code, what is wrong, how to mend it."""
    text, fix = finding.message(lang), finding.fix(lang)
    mend = (f"改正：{fix}" if lang == "zh" else f"To mend: {fix}") if fix else ""
    mend = "\n".join(each.sentence(lang) for each in finding.explained) or mend
    body = "\n".join(part for part in (text, mend) if part)
    return f"{_head(finding, lang)}\n{body if len(body) <= MAX_TEXT else body[: MAX_TEXT - 1] + '…'}"


def _pointed(finding: Finding, home: Place, lang: Lang) -> str:
    """The same at another cell that the finding is about."""
    where = cell_name(home)
    return f"{_head(finding, lang)}{f'：见 {where}' if lang == 'zh' else f': see {where}'}"


def _head(finding: Finding, lang: Lang) -> str:
    word = STATE_NAMES[finding.state][lang]
    return f"【{word}】{finding.code}" if lang == "zh" else f"[{word}] {finding.code}"


def _gather_merged(marks: Marks, merges: Sequence[str]) -> None:
    """Move marks inside merged ranges to the first cell of the range."""
    places = sorted(marks.cells)
    for ref in merges:
        for first, last in cells_of(ref)[:1]:
            inside = [
                place
                for place in places[bisect_left(places, (first[0], 0)) : bisect_right(places, (last[0], MAX_COLUMN))]
                if first[1] <= place[1] <= last[1] and place != first
            ]
            for place in inside:
                moved = marks.cells.pop(place)
                places.remove(place)
                mark = marks.cells.get(first)
                if mark is None:
                    marks.cells[first] = moved
                    insort(places, first)
                    continue
                mark.worsen(moved.state)
                room = MAX_IN_CELL - len(mark.texts)
                mark.texts += moved.texts[:room]
                mark.left_out += moved.left_out + max(0, len(moved.texts) - room)
