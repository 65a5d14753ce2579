"""The macros, on `xw.Book` and xlwings' public API alone: the same in Excel, in LibreOffice and without either; those that
plan stand in `planning_macros`.

Each takes a `Run` and gives the `Report` that the user sees. None touches a value of the report; what is written is
result sheets, marks and the record of both. `entry.run` is the one way to call them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import xlwings as xw

from qbe_xl.assessment import assess_submission
from qbe_xl.assessment.results import Assessment
from qbe_xl.assessment.sentences import reasons, verdict_sentence
from qbe_xl.core.errors import QbeError
from qbe_xl.core.findings import STATE_NAMES, STATES, Finding
from qbe_xl.core.languages import LANGUAGES, Lang, Text
from qbe_xl.core.messages import joined
from qbe_xl.county import Submission
from qbe_xl.forms import read_open
from qbe_xl.hosts.excel import settings, state, words
from qbe_xl.hosts.excel.folders import own_profiles
from qbe_xl.hosts.excel.live import LiveBook, rows_of
from qbe_xl.hosts.excel.marks import MOST_MARKS, wanted_marks
from qbe_xl.hosts.excel.writing import Writing
from qbe_xl.hosts.names import called
from qbe_xl.outputs.results.words import MACRO_SHEETS, PLANNING_SHEETS, SHEETS
from qbe_xl.outputs.results_workbook import draw_results, free_name, result_name, results_bytes
from qbe_xl.safety import save_atomically
from qbe_xl.standards import DEFAULT_EDITION, known_editions, load_edition

_REASONS = 6
_FINDINGS = 5
_ALL_KEYS = (*SHEETS, *MACRO_SHEETS, *PLANNING_SHEETS)
_NUMBERED = re.compile(r" \([0-9]+\)$")


@dataclass
class Run:
    """One call of a macro: the workbook, how to speak, and what tells how far it is."""

    book: xw.Book
    lang: Lang
    argument: str | None
    phase: Callable[[Text, int], None]
    breathe: Callable[[], None]
    undo: list[Callable[[], None]] = field(default_factory=list)  # puts back what was written, last first

    def say(self, text: Text, **values: object) -> str:
        """A text in the language in force."""
        return text[self.lang].format(**values)

    def names(self, keys: Iterable[str] = tuple(SHEETS)) -> dict[str, str]:
        """What the tabs of the result sheets are to be called: those that the user has renamed keep their name, the others
        have their usual one, with a number where somebody else's sheet bears it."""
        ours = set(self.tabs.values())
        taken = {sheet.name.lower() for sheet in self.book.sheets if sheet.name not in ours}
        return {key: self.tab(key, taken) for key in keys}

    def tab(self, key: str, taken: Collection[str] = ()) -> str:
        """The name for one tab."""
        now = self.tabs.get(key)
        if now is not None and self._kept(now):
            return now
        usual = words.tab_name(key, self.lang)
        name, number = usual, 1
        while name.lower() in taken:
            number += 1
            name = f"{usual[:26]} ({number})"
        return name

    @cached_property
    def tabs(self) -> dict[str, str]:
        """The tabs of our result sheets by key; a `Writing` keeps it up to date."""
        return settings.own_sheets(self.book)

    def _kept(self, tab: str) -> bool:
        """Whether a tab was renamed by the user: then the name stays."""
        usual = _NUMBERED.sub("", tab)
        return all(usual != words.tab_name(key, lang)[:26] for key in _ALL_KEYS for lang in LANGUAGES) and all(
            tab != words.tab_name(key, lang) for key in _ALL_KEYS for lang in LANGUAGES
        )

    def writing(self) -> Writing:
        """Begin to write; what is written is put back if the run fails."""
        writing = Writing(self.book, self.lang, self.phase, self.breathe, self.tabs)
        self.undo.append(writing.undo)
        return writing


@dataclass(frozen=True)
class Report:
    """What the user is told; `ok` is False where the macro could do nothing with the workbook."""

    text: str
    ok: bool = True
    code: str | None = None


# ---- reading and assessing


def read(run: Run) -> Submission:
    """The open workbook, read as it stands now."""
    run.phase(words.READING, 5)
    app = run.book.app
    if app.calculation != "automatic":
        app.calculate()  # or formulas would show what was true before
    ours = {*run.tabs.values(), state.SHEET}
    profiles, wrong = own_profiles()
    submission = read_open(LiveBook(run.book, ours), profiles)
    if submission.county is None and wrong:
        raise wrong[0]  # the form that would have known this workbook may be the broken one
    return submission


def assess_book(run: Run) -> Assessment:
    """The open workbook, assessed by the edition chosen for it."""
    submission = read(run)
    run.phase(words.ASSESSING, 20)
    return assess_submission(submission, settings.constant(run.book, settings.CHOSEN_EDITION))


def unusable(run: Run, result: Assessment) -> Report:
    """Why a workbook cannot be assessed; nothing is written into it."""
    lines = [verdict_sentence(result, run.lang), *(f.sentence(run.lang) for f in result.findings[:_FINDINGS])]
    code = result.findings[0].code if result.findings else None
    return Report("\n".join([*lines, run.say(words.NOTHING_WRITTEN)]), False, code)


def _counts(run: Run, findings: Sequence[Finding]) -> str:
    if not findings:
        return run.say(words.CLEAN)
    return run.say(words.COUNTS, **{s: sum(f.state == s for f in findings) for s in STATES})


def _capped(run: Run, writing: Writing) -> list[str]:
    if not writing.dropped:
        return []
    tab = words.tab_name("problems", run.lang)
    return [run.say(words.CAPPED, marked=MOST_MARKS, left=writing.dropped, sheet=tab)]


# ---- the macros


def run_assessment(run: Run) -> Report:
    """Read, check, assess; result sheets, marks, verdict."""
    result = assess_book(run)
    if not result.usable:
        return unusable(run, result)
    run.phase(words.DRAWING, 30)
    names = run.names()
    drawing = draw_results(result, run.lang, names=names, inside=True)
    tabs = [sheet.name for sheet in run.book.sheets]
    writing = run.writing()
    writing.write(drawing, wanted_marks(result.findings, tabs, run.lang))
    run.book.sheets[run.tabs["overview"]].activate()
    if run.book.app.engine.name == "excel":
        _enter_again(run.book, {*run.tabs.values(), state.SHEET})
    if run.book.app.calculation != "automatic":
        run.book.app.calculate()
    lines = [f"{number}. {line}" for number, line in enumerate(reasons(result, run.lang)[:_REASONS], start=1)]
    tail = [_counts(run, result.findings), *_capped(run, writing), run.say(words.SEE, sheet=names["overview"])]
    return Report("\n".join([verdict_sentence(result, run.lang), *lines, *tail]))


def _enter_again(book: xw.Book, skip: Collection[str]) -> None:
    """Enter =QBE_CHECK(school) again: without a table it reads the workbook, and Excel does not see what it depends on."""
    for sheet in book.sheets:
        used = None if sheet.name in skip else sheet.range((1, 1), sheet.used_range.last_cell)
        for r, row in enumerate(rows_of(used.formula, used.shape) if used is not None else (), start=1):
            for c, text in enumerate(row, start=1):
                if isinstance(text, str) and text.startswith("=") and "QBE_CHECK" in called(text):
                    sheet.range((r, c)).formula = text


def check_data(run: Run) -> Report:
    """Is the report sound? Marks and the list of problems; no verdict."""
    result = assess_book(run)
    if result.county is None:
        return unusable(run, result)
    names = run.names()
    drawing = draw_results(result, run.lang, names=names, inside=True, keys={"problems"})
    tabs = [sheet.name for sheet in run.book.sheets]
    writing = run.writing()
    writing.write(drawing, wanted_marks(result.findings, tabs, run.lang), whole=False)
    lines = [
        finding.sentence(run.lang)
        for finding in result.findings[:_FINDINGS]
        if finding.severity != "note" and not finding.explained
    ]
    tail = [*_capped(run, writing), run.say(words.SEE, sheet=names["problems"])]
    return Report("\n".join([_counts(run, result.findings), *lines, *tail]))


def next_finding(run: Run) -> Report:
    """Select the next cell with a problem after the selected one."""
    return _step(run, forward=True)


def previous_finding(run: Run) -> Report:
    """Select the cell with a problem before the selected one."""
    return _step(run, forward=False)


def _step(run: Run, *, forward: bool) -> Report:
    result = assess_book(run)
    order = {sheet.name: sheet.index for sheet in run.book.sheets}
    placed: dict[tuple[int, int, int], list[Finding]] = {}
    for finding in result.findings:
        if finding.sheet in order and finding.range:
            first = run.book.sheets[finding.sheet].range(finding.range)
            placed.setdefault((order[finding.sheet], first.row, first.column), []).append(finding)
    if not placed:
        count = len(result.findings)
        return Report(run.say(words.NO_PLACE, count=count) if count else run.say(words.NO_PROBLEMS))
    places = sorted(placed)
    here = _selected(run.book)
    if forward:
        at = next((place for place in places if place > here), places[0])
    else:
        at = next((place for place in reversed(places) if place < here), places[-1])
    found = placed[at]
    sheet = run.book.sheets[found[0].sheet or 0]
    sheet.activate()
    sheet.range(found[0].range or "A1").select()
    lines = [run.say(words.WHICH, number=places.index(at) + 1, count=len(places)), f"{sheet.name}!{found[0].range}"]
    for finding in found:
        state = STATE_NAMES[finding.state][run.lang]
        said = " ".join(each.sentence(run.lang) for each in finding.explained) or finding.fix(run.lang)
        lines.append(f"{state} {finding.code}: {joined(finding.message(run.lang), said, run.lang)}")
    return Report("\n".join(lines))


def _selected(book: xw.Book) -> tuple[int, int, int]:
    """Sheet, row and column of the selected cell; before everything where nothing can be selected."""
    active = book.sheets.active
    selection = book.selection
    if selection is None or selection.sheet.name != active.name:
        return (active.index, 0, 0)
    return (active.index, selection.row, selection.column)


def clear_marks(run: Run) -> Report:
    """Take every mark off."""
    writing = run.writing()
    count = len(writing.state.current.marks)
    if not count:
        return Report(run.say(words.NO_MARKS))
    writing.write(None, {})
    return Report(run.say(words.MARKS_CLEARED, count=count))


def export_results(run: Run) -> Report:
    """The results as a workbook beside the open one."""
    folder = Path(run.book.fullname).parent
    if not Path(run.book.fullname).is_absolute() or not folder.is_dir():
        raise QbeError("QBE-MAC-006")
    result = assess_book(run)
    run.phase(words.SAVING, 60)
    target = free_name(folder / result_name(run.book.name, run.lang))
    path = save_atomically(target, results_bytes(result, run.lang))
    return Report("\n".join([verdict_sentence(result, run.lang), run.say(words.EXPORTED, path=path)]))


def undo_run(run: Run) -> Report:
    """Take back what was last written."""
    done = run.writing().take_back()
    return Report(run.say(words.TAKEN_BACK if done else words.NOTHING_TO_TAKE_BACK))


def switch_language(run: Run) -> Report:
    """The other language; results and marks that stand there are written anew in it."""
    before = run.lang
    run.lang = "en" if before == "zh" else "zh"
    settings.set_constant(run.book, settings.LANGUAGE, run.lang)
    run.undo.append(lambda: settings.set_constant(run.book, settings.LANGUAGE, before))
    lines = [run.say(words.LANGUAGE_NOW)]
    if "overview" in run.tabs:
        lines.append(run_assessment(run).text)
    return Report("\n".join(lines))


def choose_edition(run: Run) -> Report:
    """By which edition to assess from now on; an empty argument is the one that the workbook names."""
    pinned = settings.constant(run.book, settings.PINNED_EDITION)
    chosen = settings.constant(run.book, settings.CHOSEN_EDITION)
    of_book = pinned if pinned in known_editions() else DEFAULT_EDITION
    if run.argument is None:
        now = chosen if chosen in known_editions() else of_book
        listed = "\n".join(f"{each}：{load_edition(each).name[run.lang]}" for each in known_editions())
        return Report(run.say(words.EDITIONS, name=load_edition(now).name[run.lang], id=now, list=listed))
    if run.argument and run.argument not in known_editions():
        raise QbeError("QBE-MAC-007", edition=run.argument, known=", ".join(known_editions()))
    run.undo.append(lambda: settings.set_constant(run.book, settings.CHOSEN_EDITION, chosen))
    wanted = run.argument or None
    settings.set_constant(run.book, settings.CHOSEN_EDITION, wanted)
    now = wanted or of_book
    told = words.EDITION_NOW if wanted else words.EDITION_OF_BOOK
    lines = [run.say(told, name=load_edition(now).name[run.lang], id=now)]
    if pinned is not None and pinned != now:
        lines.append(run.say(words.OTHER_LIMITS, pinned=pinned))
    return Report("\n".join(lines))


def about_and_diagnose(run: Run) -> Report:
    """Versions, folders and what is wrong with the bureau's own forms."""
    from qbe_xl.hosts.excel.diagnosis import diagnosis

    return Report(diagnosis(run.book, run.lang))


MACROS: dict[str, Callable[[Run], Report]] = {
    macro.__name__: macro
    for macro in (
        run_assessment, choose_edition, check_data, previous_finding, next_finding, clear_marks,
        export_results, undo_run, switch_language, about_and_diagnose,
    )
}  # fmt: skip
