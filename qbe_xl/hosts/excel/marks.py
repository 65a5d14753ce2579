"""Marks on the cells of the report: a colour and a comment for each finding, and the former look back on clearing.

A mark never touches a value. A colour or comment that someone has changed since is theirs and stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

import xlwings as xw

from qbe_xl.core.findings import STATE_NAMES, STATES, Finding
from qbe_xl.core.languages import Lang, Text
from qbe_xl.core.messages import joined
from qbe_xl.hosts.excel.live import column_letters
from qbe_xl.hosts.excel.state import Mark
from qbe_xl.outputs.results.book import COLOURS

MOST_MARKS = 500
_MOST_IN_RANGE = 40  # cells of one finding's range that are coloured
_HEAD = Text("【优质均衡】", "[QBE]")
_A1 = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")
# Notes are the same white as an untouched cell in results; in a form they need a colour that shows.
_NOTE_COLOUR = "#DCE9F7"


@dataclass
class Wanted:
    """What a cell is to be marked with: the gravest state and every text."""

    state: str
    texts: list[str] = field(default_factory=list)

    @property
    def color(self) -> str:
        """The fill."""
        return _NOTE_COLOUR if self.state == "note" else COLOURS[self.state][0].upper()


def wanted_marks(findings: Iterable[Finding], tabs: Iterable[str], lang: Lang) -> dict[tuple[str, str], Wanted]:
    """(sheet, cell) → what to mark it with, gravest first; findings without a cell of this workbook have none."""
    known = set(tabs)
    found: dict[tuple[str, str], Wanted] = {}
    for finding in sorted(findings, key=lambda f: STATES.index(f.state)):
        if finding.sheet not in known or not finding.range:
            continue
        said = "\n".join(each.sentence(lang) for each in finding.explained) or finding.fix(lang)
        text = f"{STATE_NAMES[finding.state][lang]} {finding.code} {joined(finding.message(lang), said, lang)}"
        for number, ref in enumerate((finding.range, *finding.also)):
            for at, cell in enumerate(_cells(ref)):
                mark = found.setdefault((finding.sheet, cell), Wanted(finding.state))
                if number == 0 and at == 0:  # the comment stands at the first cell, the colour on all
                    mark.texts.append(text)
    return found


def _cells(ref: str) -> Iterator[str]:
    match = _A1.fullmatch(ref)
    if match is None:
        return
    first, top, last, bottom = match.groups()
    count = 0
    for row in range(int(top), int(bottom or top) + 1):
        for column in range(_number(first), _number(last or first) + 1):
            count += 1
            if count > _MOST_IN_RANGE:
                return
            yield f"{column_letters(column - 1)}{row}"


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def put(
    book: xw.Book,
    wanted: dict[tuple[str, str], Wanted],
    lang: Lang,
    known: Iterable[Mark],
    done: list[Mark],
    breathe: Callable[[], None],
) -> list[Mark]:
    """Mark these cells and return the marks that stand then. `known`: the marks of the last run, of which those that are
    wanted no more are taken off. Every new mark is added to `done` before it is made, so that a failure can be mended."""
    tabs = {sheet.name for sheet in book.sheets}
    standing = {(mark.sheet, mark.cell): mark for mark in known if mark.sheet in tabs}
    for at in [at for at in standing if at not in wanted]:
        take_off(book, standing.pop(at))
    for number, ((tab, cell), mark) in enumerate(list(wanted.items())[:MOST_MARKS]):
        text = "\n".join([_HEAD[lang], *mark.texts]) if mark.texts else None
        old = standing.get((tab, cell))
        if old is not None and (old.color, old.note) == (mark.color, _with(old.before_note, text)):
            continue
        if old is not None:
            take_off(book, old)
        target = book.sheets[tab].range(cell)
        before_note = _others(target.note.text) if target.note is not None else None
        made = Mark(tab, cell, _hex(target.color), mark.color, before_note, _with(before_note, text))
        done.append(made)
        standing[tab, cell] = made
        target.color = made.color
        if made.note != before_note and made.note is not None:
            _write_note(target, made.note)
        if number % 20 == 0:
            breathe()
    order = {at: number for number, at in enumerate(wanted)}
    return sorted(standing.values(), key=lambda mark: order[mark.sheet, mark.cell])


def _with(before: str | None, text: str | None) -> str | None:
    if text is None:
        return before
    return f"{before}\n\n{text}" if before else text


def take_off(book: xw.Book, mark: Mark) -> None:
    """Give a cell back the colour and comment it had, unless someone has changed them since. Its sheet must be there."""
    target = book.sheets[mark.sheet].range(mark.cell)
    if _hex(target.color) == mark.color:
        target.color = mark.before_color
    note = target.note
    if note is None or mark.note is None or mark.note == mark.before_note or note.text != mark.note:
        return
    note.delete()
    if mark.before_note is not None:
        target.add_note(mark.before_note)


def restore(book: xw.Book, marks: Iterable[Mark]) -> list[Mark]:
    """Make marks again as they were; the look that they cover is what stands there now."""
    tabs = {sheet.name for sheet in book.sheets}
    made = []
    for mark in marks:
        if mark.sheet in tabs:
            target = book.sheets[mark.sheet].range(mark.cell)
            made.append(replace(mark, before_color=_hex(target.color)))
            target.color = mark.color
            if mark.note is not None and mark.note != mark.before_note:
                _write_note(target, mark.note)
    return made


def _others(note: str) -> str | None:
    """A comment without what a mark whose record was lost has left in it."""
    for head in (_HEAD.zh, _HEAD.en):
        note = note.partition(head)[0]
    return note.rstrip() or None


def _write_note(target: xw.Range, text: str) -> None:
    if target.note is not None:
        target.note.delete()
    target.add_note(text)


def _hex(color: tuple[int, int, int] | None) -> str | None:
    return None if color is None else "#{:02X}{:02X}{:02X}".format(*color)
