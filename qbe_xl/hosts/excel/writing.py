"""Writing into the open workbook as one whole: result sheets, marks and the record of both, or nothing at all."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

import xlwings as xw

from qbe_xl.core.languages import Lang, Text
from qbe_xl.hosts.excel import charts, marks, painter, settings, state
from qbe_xl.hosts.excel.marks import Wanted
from qbe_xl.hosts.excel.state import Mark, State, Written
from qbe_xl.hosts.excel.words import MARKING, WRITING
from qbe_xl.outputs.results.drawing import Drawing, DrawnSheet

FILLED_IN = frozenset({"scenario_form"})  # sheets that the user fills in: written once, never refreshed
Phase = Callable[[Text, int], None]  # what is being done, and how far it is in per cent


class Writing:
    """One run's writing. `undo()` puts back what stood before, whatever was reached."""

    def __init__(
        self, book: xw.Book, lang: Lang, phase: Phase, breathe: Callable[[], None], tabs: dict[str, str]
    ) -> None:
        self.book, self.lang = book, lang
        self.tabs = tabs  # of our result sheets by key; kept up to date here
        self._phase, self._breathe = phase, breathe
        self._undo: list[Callable[[], None]] = []
        self._former: dict[str, str] = {}  # names of tabs that this run has changed
        self.dropped = 0  # findings' cells that were not marked, because there are too many
        try:
            self._state = state.load(book)
        except state.Damaged:
            self._state = State()  # altered by someone: marks of that run can no longer be taken off

    @property
    def state(self) -> State:
        """What the workbook's record says."""
        return self._state

    def write(
        self,
        drawing: Drawing | None,
        wanted: dict[tuple[str, str], Wanted] | None,
        *,
        whole: bool = True,
        of: Collection[str] = (),
    ) -> None:
        """Show these result sheets and marks; None leaves what there is. `whole`: sheets not in the drawing go, but for those
        that the user fills in; else only those go whose keys are in `of`."""
        self._open_record()
        before = self._before()
        going = set(self.tabs) - FILLED_IN if whole else set(of)
        sheets = self._sheets(drawing, before, going) if drawing is not None else before.drawing
        marked = before.marks
        if wanted is not None:
            self._phase(MARKING, 85)
            marked = self._mark(wanted, before.marks)
        self._record(State(Written(sheets, marked), before))

    def take_back(self) -> bool:
        """Put back what stood before the last writing; False where there is nothing to take back."""
        previous = self._state.previous
        if previous is None:
            return False
        now = self._before()
        there = {sheet.name for sheet in self.book.sheets}
        for mark in now.marks:
            if mark.sheet in there:
                marks.take_off(self.book, mark)
        drawing = previous.drawing
        sheets = self._sheets(drawing or _nothing(now), now, self.tabs)
        made = marks.restore(self.book, previous.marks)
        if drawing is None and not made:
            state.remove(self.book)
        else:
            self._record(State(Written(sheets if drawing else None, made), None))
        return True

    def undo(self) -> None:
        """Put back what stood before this run."""
        first: Exception | None = None
        while self._undo:
            try:
                self._undo.pop()()
            except Exception as error:  # the other steps still have their work to do
                first = first or error
        if first is not None:
            raise first

    # ---- the steps

    def _before(self) -> Written:
        """What stands there by our hand now, with what others have typed over it."""
        current = self._state.current
        if current.drawing is None:
            return current
        kept = [
            painter.as_it_stands(self.book.sheets[self.tabs[sheet.key]], sheet)[0]
            for sheet in current.drawing.sheets
            if sheet.key in self.tabs
        ]
        return Written(replace(current.drawing, sheets=kept), current.marks)

    def _sheets(self, drawing: Drawing, before: Written, going: Collection[str]) -> Drawing:
        old = before.sheets()
        for key in [key for key in self.tabs if key in going and key not in {sheet.key for sheet in drawing.sheets}]:
            self._drop(key, self.tabs.pop(key), old.pop(key, None))
        # every sheet before the first formula: they refer to each other, and Excel asks for a file where a sheet is missing
        fresh = {new.key: self._add(new) for new in drawing.sheets if new.key not in self.tabs}
        self._rename(
            {s.key: s.name for s in drawing.sheets if self.tabs[s.key] != s.name and s.key not in FILLED_IN}
        )
        written: list[DrawnSheet] = []
        for number, new in enumerate(drawing.sheets):
            self._phase(WRITING.format(sheet=new.name), 30 + 50 * number // max(1, len(drawing.sheets)))
            if new.key in FILLED_IN and new.key not in fresh:
                written.append(old.pop(new.key, new))
                continue
            if new.key in fresh:
                painter.paint(fresh[new.key], new, None, self._breathe)
            else:
                self._refresh(new, self.tabs[new.key], old.pop(new.key, None))
            written.append(new)
        self._undo.append(lambda: self._old_charts(before.drawing, drawing))
        charts.draw(self.book, drawing, self.tabs, before.drawing)
        kept = [sheet for key, sheet in old.items() if key in self.tabs]
        return replace(drawing, sheets=[*written, *kept])

    def _add(self, new: DrawnSheet) -> xw.Sheet:
        sheets = self.book.sheets
        active = sheets.active
        name, number = new.name, 1
        while name in sheets:
            number += 1
            name = f"{new.name[:26]} ({number})"
        last = sheets[len(sheets) - 1]
        sheet = sheets.add(name, before=last) if last.name == state.SHEET else sheets.add(name, after=last)
        self.tabs[new.key] = name

        def gone() -> None:
            settings.forget_sheet(self.book, new.key)
            active.activate()
            sheet.delete()

        self._undo.append(gone)
        settings.remember_sheet(self.book, new.key, sheet)
        return sheet

    def _rename(self, wanted: dict[str, str]) -> None:
        """Tabs get the names that the drawing's formulas use, before any formula is written."""
        if not wanted:
            return
        self._former = {key: self.tabs[key] for key in wanted}
        self._undo.append(self._former_names)
        self._call_tabs(wanted)

    def _former_names(self) -> None:
        former, self._former = self._former, {}
        self._call_tabs(former)

    def _call_tabs(self, names: dict[str, str]) -> None:
        for key, name in names.items():
            sheet = self.book.sheets[self.tabs[key]]
            sheet.name = name
            self.tabs[key] = name
            settings.remember_sheet(self.book, key, sheet)

    def _repaint(self, key: str, old: DrawnSheet, now: DrawnSheet) -> None:
        """Put back what a sheet showed; its formulas need the former names of the tabs."""
        self._former_names()
        painter.paint(self.book.sheets[self.tabs[key]], old, now, _no_breath)

    def _refresh(self, new: DrawnSheet, tab: str, old: DrawnSheet | None) -> None:
        sheet = self.book.sheets[tab]
        if old is None:
            # ours by its name, but nobody knows what stands in it
            sheet.clear()
        else:
            self._undo.append(lambda: self._repaint(new.key, old, new))
        painter.paint(sheet, new, old, self._breathe)

    def _drop(self, key: str, tab: str, old: DrawnSheet | None) -> None:
        sheet = self.book.sheets[tab]
        if key in FILLED_IN and self._is_filled_in(sheet, key):
            settings.forget_sheet(self.book, key)  # it is the user's own from now on
            self._undo.append(lambda: settings.remember_sheet(self.book, key, sheet))
            return
        if old is not None and painter.as_it_stands(sheet, old)[1]:
            painter.erase(sheet, old)  # someone else's notes stand in it too
            self._undo.append(lambda: painter.paint(sheet, old, DrawnSheet(key, tab, []), _no_breath))
        else:
            sheet.delete()
            if old is not None:
                self._undo.append(lambda: self._again(old))
        settings.forget_sheet(self.book, key)

    def _is_filled_in(self, sheet: xw.Sheet, key: str) -> bool:
        drawn = self._state.current.sheets().get(key)
        if drawn is None:
            return True  # nobody knows what stands in it
        stands, foreign = painter.as_it_stands(sheet, drawn)
        return foreign or stands.cells != drawn.cells

    def _again(self, old: DrawnSheet) -> None:
        sheet = self.book.sheets.add(old.name, after=self.book.sheets[len(self.book.sheets) - 1])
        settings.remember_sheet(self.book, old.key, sheet)
        painter.paint(sheet, old, None, _no_breath)

    def _mark(self, wanted: dict[tuple[str, str], Wanted], before: list[Mark]) -> list[Mark]:
        done: list[Mark] = []

        def undone() -> None:
            for mark in reversed(done):
                marks.take_off(self.book, mark)
            standing = set(done)
            marks.restore(self.book, [mark for mark in before if mark not in standing])

        self._undo.append(undone)
        self.dropped = max(0, len(wanted) - marks.MOST_MARKS)
        return marks.put(self.book, wanted, self.lang, before, done, self._breathe)

    def _old_charts(self, drawing: Drawing | None, now: Drawing) -> None:
        tabs = settings.own_sheets(self.book)
        if drawing is not None:
            kept = [sheet for sheet in drawing.sheets if sheet.key in tabs]
            charts.draw(self.book, replace(drawing, sheets=kept), tabs, now)

    def _open_record(self) -> None:
        """The record's sheet is there before anything is written."""
        if state.find_sheet(self.book) is None:
            self._undo.append(lambda: state.remove(self.book))
            state.open_sheet(self.book)

    def _record(self, new: State) -> None:
        old = self._state
        self._undo.append(lambda: state.save(self.book, old))
        state.save(self.book, new)
        self._state = new


def _nothing(written: Written) -> Drawing:
    return replace(written.drawing, sheets=[]) if written.drawing else Drawing("zh", "", "", [])


def _no_breath() -> None:
    """Putting back is never stopped half-way."""
