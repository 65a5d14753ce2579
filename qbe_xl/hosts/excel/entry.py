"""The one way to run a macro, for every host: named in the registry, restored whatever happens, told in plain words."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import xlwings as xw

from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import Lang, Text
from qbe_xl.core.messages import joined, render
from qbe_xl.hosts.engines.common import EngineError
from qbe_xl.hosts.engines.uno_bridge import ConnectionLost
from qbe_xl.hosts.excel import settings, words
from qbe_xl.hosts.excel.folders import log_file, logger
from qbe_xl.hosts.excel.macros import MACROS as _REPORTING
from qbe_xl.hosts.excel.macros import Report, Run
from qbe_xl.hosts.excel.planning_macros import MACROS as _PLANNING
from qbe_xl.hosts.excel.registry import macros

MACROS = _REPORTING | _PLANNING
_QUIET_SETTINGS: dict[str, Any] = {"screen_updating": False, "enable_events": False, "calculation": "manual"}


class Stopped(Exception):
    """The user stopped the run."""


@dataclass(frozen=True)
class Outcome:
    """How a macro ended. `message` is what the user was told, in the language in force; `code` names what went wrong."""

    ok: bool
    code: str | None
    message: str


@dataclass
class _Progress:
    """The status bar, and the user's wish to stop."""

    app: xw.App
    lang: Lang
    stop: Callable[[], bool]
    now: Text = words.READING

    def phase(self, text: Text, share: int) -> None:
        """Tell what is being done; Stopped where the user wants no more."""
        self.now = text
        self.breathe()
        self.app.status_bar = f"{words.TITLE[self.lang]}：{text[self.lang]} … {share}%"

    def breathe(self) -> None:
        """Between two steps: Stopped where the user wants no more."""
        if self.stop():
            raise Stopped()


def run(
    name: str,
    book: xw.Book,
    argument: str | None = None,
    *,
    stop: Callable[[], bool] | None = None,
    quiet: bool = False,
    office_lang: str | None = None,
) -> Outcome:
    """Run a macro of the registry on an open workbook.

    `argument`: what `choose_edition` takes. `stop` is asked between phases and may end the run. Without `quiet` the result
    is shown in a message box. `office_lang`: "zh" or "en", used where the workbook has no language of its own. Screen,
    events, calculation and status bar are as before afterwards; a run that fails or is stopped is taken back. Nothing is
    raised: what went wrong is in the Outcome.
    """
    default: Lang = "en" if office_lang == "en" else "zh"
    lang, outcome = default, None
    log = logger()
    try:
        lang = settings.language(book, default)
        with _without_collecting():
            outcome = _run(name, book, argument, stop or _never, lang)
        log.info("%s: %s", name, outcome.code or "ok")
        if not quiet:
            book.app.alert(outcome.message, words.TITLE[lang], mode="info" if outcome.ok else "critical")
    except Exception as error:  # the boundary of every macro: a message, never a traceback
        log.exception("%s", name)
        if outcome is None:
            outcome = _told("QBE-MAC-004", lang, where=words.READING, problem=_words_of(error, lang))
    return outcome


def _never() -> bool:
    return False


@contextmanager
def _without_collecting() -> Iterator[None]:
    """No search for cyclic garbage: a run keeps nearly all it makes until its end, and going over it takes half the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _run(name: str, book: xw.Book, argument: str | None, stop: Callable[[], bool], lang: Lang) -> Outcome:
    if name not in macros() or name not in MACROS:
        return _told("QBE-MAC-001", lang, name=str(name)[:40])
    app = book.app
    app.engine.activate()  # xlwings asks the active engine which workbook is in front
    progress = _Progress(app, lang, stop)
    before = _settings(app)
    active = book.sheets.active.name
    work = Run(book, lang, argument, progress.phase, progress.breathe)
    undone: Exception | None = None
    try:
        report = MACROS[name](work)
        outcome = Outcome(report.ok, report.code, report.text)
        work.undo.clear()
    except Exception as error:  # whatever is unforeseen is taken back and told
        outcome = _failed(error, progress, stop)
        undone = _take_back(work, book, active)
        if undone is not None and outcome.code not in ("QBE-MAC-004",):
            outcome = _told("QBE-MAC-008", lang, where=progress.now, problem=_words_of(undone, lang))
    finally:
        _restore(app, before)
    return outcome


def _failed(error: Exception, progress: _Progress, stop: Callable[[], bool]) -> Outcome:
    lang = progress.lang
    if isinstance(error, Stopped) or stop():
        return Outcome(False, None, words.STOPPED[lang])
    logger().error("%s", progress.now.en, exc_info=error)
    if isinstance(error, QbeError):
        return Outcome(False, error.code, error.message(lang))
    if isinstance(error, EngineError):
        code = "QBE-MAC-004" if isinstance(error, ConnectionLost) else "QBE-MAC-003"
        return _told(code, lang, where=progress.now, problem=_words_of(error, lang))
    kind, problem = type(error).__name__, _words_of(error, lang)
    return _told("QBE-MAC-002", lang, where=progress.now, kind=kind, problem=problem)


def _words_of(error: Exception, lang: Lang) -> str:
    said = error.message(lang) if isinstance(error, EngineError | QbeError) else str(error)
    return said[:300].rstrip(" .。")


def _told(code: str, lang: Lang, **values: object) -> Outcome:
    text = f"{code} {joined(*render(code, lang, values), lang)}"
    return Outcome(False, code, f"{text}\n{words.LOG_AT[lang].format(path=log_file())}")


def _take_back(work: Run, book: xw.Book, active: str) -> Exception | None:
    """Put back what the run has written; what stands in the way, where something does."""
    first: Exception | None = None
    steps: list[Callable[[], None]] = [*reversed(work.undo), lambda: book.sheets[active].activate()]
    for step in steps:
        try:
            step()
        except Exception as error:  # the spreadsheet may be gone; one step that fails keeps no other from its work
            logger().error("taking back", exc_info=error)
            first = first or error
    return first


def _settings(app: xw.App) -> dict[str, Any]:
    """Make the spreadsheet quiet; the settings it had."""
    before = {}
    for name, value in _QUIET_SETTINGS.items():
        before[name] = getattr(app, name)
        if before[name] != value:
            setattr(app, name, value)
    return before


def _restore(app: xw.App, before: dict[str, Any]) -> None:
    for name, value in before.items():
        with suppress(Exception):  # one that cannot be restored must not keep the others from it
            setattr(app, name, value)
    with suppress(Exception):
        app.status_bar = False


__all__ = ["MACROS", "Outcome", "Report", "run"]
