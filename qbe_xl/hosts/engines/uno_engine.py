"""xlwings on documents that are open in LibreOffice: the same macros as in Excel, through the same public API.

    book = book_of(context, document, frame)        # inside LibreOffice: the document in front of the user
    book = open_book(connect("pipe-name"), path)    # from outside: an office started with --accept=pipe,…

Values, formulas, formats, notes, names, tables, charts, links, views and protection behave as Excel's engine does; the
differences are LibreOffice's: no table or chart styles, no tips on links, no arrays that spill. Every change can be
undone in LibreOffice, except that undoing the deletion of a sheet loses its notes' texts (and see `open_book`). What LibreOffice raises comes
out as `EngineError`; `ConnectionLost` where it has ended or the document was closed.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import xlwings as xw
from xlwings import base_classes

from qbe_xl.hosts.engines.common import (
    Alerts,
    Collection,
    EngineError,
    Transfers,
    clean_value_data,
    next_pid,
    prepare_xl_data_element,
)
from qbe_xl.hosts.engines.uno_bridge import (
    ConnectionLost,
    connect,
    edge,
    enum,
    path_of,
    prop,
    translated,
    uno_exceptions,
    uno_module,
    url_of,
)
from qbe_xl.hosts.engines.uno_document import Document, box_of
from qbe_xl.hosts.engines.uno_names import Names
from qbe_xl.hosts.engines.uno_range import Range
from qbe_xl.hosts.engines.uno_sheet import Sheet, Sheets

__all__ = ["ConnectionLost", "book_of", "connect", "open_book", "uno_module"]

AlertShown = Callable[[str, str | None, str, str | None], str]
_PERCENT = re.compile(r"(\d+)\s*[%％]")
_FILTERS = {
    ".xlsx": "Calc MS Excel 2007 XML", ".xlsm": "Calc MS Excel 2007 VBA XML", ".ods": "calc8", ".xls": "MS Excel 97",
}  # fmt: skip
# com.sun.star.awt.MessageBoxButtons, and MessageBoxResults
_BUTTONS = {"ok": 1, "ok_cancel": 2, "yes_no": 3, "yes_no_cancel": 4}
_ANSWERS = {0: "cancel", 1: "ok", 2: "yes", 3: "no"}
_SPREADSHEET = "com.sun.star.sheet.SpreadsheetDocument"


class Engine:
    """What xlwings asks of an engine as a whole."""

    name = "libreoffice"
    type = "desktop"
    prepare_xl_data_element = staticmethod(prepare_xl_data_element)
    clean_value_data = staticmethod(clean_value_data)

    def __init__(self) -> None:
        self.apps = Apps(self)


class Apps(base_classes.Apps):
    """One app for each document that was handed to `book_of`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._apps: dict[int, App] = {}

    def keys(self) -> list[int]:
        """Their numbers."""
        return list(self._apps)

    def __iter__(self) -> Iterator[App]:
        return iter(list(self._apps.values()))

    def __len__(self) -> int:
        return len(self._apps)

    def __getitem__(self, pid: int) -> App:
        return self._apps[pid]

    def add(self, spec: Any = None, add_book: Any = None, xl: Any = None, visible: Any = None) -> App:
        """EngineError: an app comes with a document, from `book_of` or `open_book`."""
        raise EngineError("请用 book_of 或 open_book 打开工作簿。", "Use book_of or open_book to get at a workbook.")

    def to_front(self, app: App) -> None:
        """xlwings takes the first for the active one."""
        self._apps = {app.pid: app, **self._apps}

    def of(self, context: Any, model: Any) -> App:
        """The app of a document; apps whose document is closed are dropped."""
        found = None
        for pid, app in list(self._apps.items()):
            app.documents = [document for document in app.documents if is_open(document.model)]
            if not app.documents:
                del self._apps[pid]
            elif any(document.model == model for document in app.documents):
                found = app
        if found is None:
            found = App(self.engine, context, model)
            self._apps[found.pid] = found
        return found


def is_open(model: Any) -> bool:
    """Is the document still there?"""
    try:
        return bool(model.Sheets.hasElements())
    except AttributeError:  # what a document that is gone may look like
        return False
    except uno_exceptions():
        return False


_ENGINE = Engine()


def _nothing() -> None:
    """The check of a run that nobody can stop."""


@edge
class App(base_classes.App):
    """LibreOffice with one document (and those opened through it). Settings count for these only."""

    visible = True
    interactive = True
    enable_events = True
    display_alerts = True
    cut_copy_mode = None
    hwnd = None
    path = ""
    startup_path = ""

    def __init__(self, engine: Engine, context: Any, model: Any) -> None:
        self._engine = engine
        self.context = context
        self.documents = [Document(model)]
        self.active = self.documents[0]
        self.frame: Any = None
        self.check: Callable[[], None] = _nothing
        self.show: AlertShown | None = None
        self.alerts = Alerts()
        self.transfers = Transfers()
        self._pid = next_pid()
        self._bar: Any = None
        self._text: str | bool = False
        self._locked: list[Any] = []
        self._calculation = "automatic"

    @property
    def pid(self) -> int:
        """A number of its own; not that of a process."""
        return self._pid

    @property
    def api(self) -> Any:
        """LibreOffice's component context."""
        return self.context

    @property
    def engine(self) -> Engine:
        """The engine."""
        return self._engine

    @property
    def books(self) -> Books:
        """The document, and those opened through this app."""
        return Books(self)

    def service(self, name: str) -> Any:
        """A service of LibreOffice."""
        return self.context.ServiceManager.createInstanceWithContext(f"com.sun.star.{name}", self.context)

    def activate(self, steal_focus: bool = False) -> None:
        """The window in front, if there is one."""
        self._engine.apps.to_front(self)
        if self.frame is not None and self.frame.ContainerWindow is not None:
            self.frame.ContainerWindow.toFront()

    @property
    def version(self) -> str:
        """LibreOffice's version."""
        provider = self.service("configuration.ConfigurationProvider")
        path = (prop("nodepath", "/org.openoffice.Setup/Product"),)
        access = provider.createInstanceWithArguments("com.sun.star.configuration.ConfigurationAccess", path)
        return str(access.getByName("ooSetupVersion"))

    @property
    def selection(self) -> Range | None:
        """The cells selected in the active document; None if something else is."""
        return Book(self, self.active).selection

    # ------------------------------------------------------------------------------------------ settings

    @property
    def screen_updating(self) -> bool:
        """Is every change shown at once?"""
        return not self._locked

    @screen_updating.setter
    def screen_updating(self, value: bool) -> None:
        if value:
            while self._locked:
                self._show(self._locked.pop())
        elif not self._locked:
            for document in self.documents:
                document.model.lockControllers()
                document.heights.wait()
                self._locked.append(document)

    @staticmethod
    def _show(document: Document) -> None:
        try:
            document.heights.settle()
        finally:
            document.model.unlockControllers()

    @property
    def calculation(self) -> str:
        """automatic, semiautomatic (the same here) or manual."""
        automatic = self.active.model.isAutomaticCalculationEnabled()
        if automatic == (self._calculation == "manual"):
            self._calculation = "automatic" if automatic else "manual"
        return self._calculation

    @calculation.setter
    def calculation(self, value: str) -> None:
        if value not in ("automatic", "semiautomatic", "manual"):
            raise ValueError(f"unknown calculation mode: {value!r}")
        self._calculation = value
        for document in self.documents:
            document.model.enableAutomaticCalculation(value != "manual")

    def calculate(self) -> None:
        """All formulas that are out of date."""
        for document in self.documents:
            document.model.calculateAll()

    # ------------------------------------------------------------------------------------------ talking to the user

    @property
    def status_bar(self) -> str | bool:
        """The text shown; False if there is none."""
        return self._text

    @status_bar.setter
    def status_bar(self, value: str | bool | None) -> None:
        """A number with % in the text moves the progress bar. Before and after, the user may stop the run."""
        self.check()
        self._text = value if isinstance(value, str) and value else False
        if not isinstance(self._text, str):
            self._end_bar()
            return
        if self.frame is not None:
            if self._bar is None:
                self._bar = self.frame.createStatusIndicator()
                self._bar.start(self._text, 100)
            share = _PERCENT.search(self._text)
            self._bar.setText(self._text)
            self._bar.setValue(min(100, int(share[1])) if share else 0)
        self.check()

    def _end_bar(self) -> None:
        bar, self._bar = self._bar, None
        if bar is not None:
            bar.end()

    def alert(self, prompt: Any, title: Any = None, buttons: Any = None, mode: Any = None, callback: Any = None) -> str:
        """A message box; without a window the message is kept in `alerts`. "ok", "cancel", "yes" or "no" comes back."""
        if self.show is not None:
            return self.show("" if prompt is None else str(prompt), title, buttons or "ok", mode)
        window = self.frame.ContainerWindow if self.frame is not None else None
        if window is None or not hasattr(window, "Toolkit"):
            return self.alerts.show(prompt, title, buttons, mode)
        if (buttons or "ok") not in _BUTTONS:
            raise ValueError(f"unknown buttons: {buttons!r}")
        kind = {"critical": "ERRORBOX", "info": "INFOBOX"}.get(mode or "", "MESSAGEBOX")
        if (buttons or "ok") != "ok":
            kind = "WARNINGBOX" if mode == "critical" else "QUERYBOX"
        box = window.getToolkit().createMessageBox(
            window, enum("awt.MessageBoxType", kind), _BUTTONS[buttons or "ok"], title or "", str(prompt or "")
        )
        try:
            return _ANSWERS.get(int(box.execute()), "cancel")
        finally:
            box.dispose()

    def finish(self) -> None:
        """After every run, also when the document was closed underneath: show changes again, end the progress bar.

        Never raises: what is gone needs no restoring.
        """
        self._text = False
        while self._locked:
            with contextlib.suppress(*uno_exceptions()):
                self._show(self._locked.pop())
        bar, self._bar = self._bar, None
        if bar is not None:
            with contextlib.suppress(*uno_exceptions()):
                bar.end()
        self.check = _nothing

    def quit(self) -> None:
        """Closes the documents of this app without saving; LibreOffice itself runs on."""
        for document in self.documents:
            if is_open(document.model):
                document.model.close(True)
        self.documents.clear()

    kill = quit

    def desktop(self) -> Any:
        """LibreOffice's desktop."""
        return self.service("frame.Desktop")


@edge
class Books(Collection, base_classes.Books):
    """The documents of an app."""

    def __init__(self, app: App) -> None:
        self.app = app

    @property
    def api(self) -> Any:
        """LibreOffice's desktop."""
        return self.app.desktop()

    def _list(self) -> Sequence[Book]:
        return [Book(self.app, document) for document in self.app.documents if is_open(document.model)]

    @property
    def active(self) -> Book:
        """The one last activated."""
        return Book(self.app, self.app.active)

    def _open(self, url: str) -> Book:
        model = self.api.loadComponentFromURL(url, "_blank", 0, (prop("Hidden", True), prop("UpdateDocMode", 0)))
        if model is None or not model.supportsService(_SPREADSHEET):
            if model is not None:
                model.close(True)
            raise EngineError(
                f"LibreOffice 不能把它作为工作簿打开：{path_of(url)}",
                f"LibreOffice cannot open this as a workbook: {path_of(url)}",
            )
        self.app.active = Document(model)
        self.app.documents.append(self.app.active)
        return Book(self.app, self.app.active)

    def add(self) -> Book:
        """A new, hidden workbook."""
        return self._open("private:factory/scalc")

    def open(self, fullname: str, *args: Any, **kwargs: Any) -> Book:
        """A file, hidden; xlwings' other arguments do not count here."""
        return self._open(url_of(fullname))


@edge
class Book(base_classes.Book):
    """A document that is open in LibreOffice."""

    def __init__(self, app: App, document: Document) -> None:
        self._app = app
        self.document = document

    @property
    def api(self) -> Any:
        """LibreOffice's document."""
        return self.document.model

    @property
    def app(self) -> App:
        """The app it belongs to."""
        return self._app

    @property
    def fullname(self) -> str:
        """Path of its file; its title before it was saved."""
        return path_of(str(self.api.getURL())) or str(self.api.getTitle())

    @property
    def name(self) -> str:
        """Name of its file."""
        return os.path.basename(self.fullname)

    @property
    def sheets(self) -> Sheets:
        """The sheets."""
        return Sheets(self)

    @property
    def names(self) -> Names:
        """The defined names."""
        return Names(self)

    def activate(self) -> None:
        """In front, if it has a window."""
        self._app.active = self.document
        view = self.document.controller
        if view is not None and view.getFrame() is not None and self._app.frame is not None:
            view.getFrame().activate()

    def active_ws(self) -> Any:
        """LibreOffice's sheet in front; the first visible one where there is no view."""
        view = self.document.controller
        if view is not None:
            return view.getActiveSheet()
        selected = self.document.selected
        return selected.sheet.ws if selected is not None else self.api.Sheets.getByIndex(0)

    def activate_ws(self, ws: Any) -> None:
        """A sheet of LibreOffice's to the front."""
        view = self.document.controller
        if view is not None:
            view.setActiveSheet(ws)
        elif self.document.selected is None or self.document.selected.sheet.ws != ws:
            self.document.selected = Sheet(self, ws).range((1, 1))

    @property
    def selection(self) -> Range | None:
        """The cells selected; None if something else is."""
        view = self.document.controller
        if view is None:
            found: Range | None = self.document.selected
            return found
        selected = view.getSelection()
        if selected is None:
            return None
        if selected.supportsService("com.sun.star.sheet.SheetCellRanges"):
            areas = selected.getRangeAddresses()
        elif selected.supportsService("com.sun.star.sheet.SheetCellRange"):
            areas = (selected.getRangeAddress(),)
        else:
            return None
        sheet = self.sheets(int(areas[0].Sheet) + 1) if areas else None
        return Range(sheet, tuple(map(box_of, areas))) if areas else None

    def save(self, path: str | os.PathLike[str] | None = None, password: str | None = None) -> None:
        """Without a path where it is; with one a copy there (.xlsx, .xlsm, .xls, .ods), complete or not at all.

        The document keeps its own name and place. EngineError if the folder cannot be written or the kind is unknown.
        """
        own = str(self.api.getURL())
        if path is None and own:
            self.api.store()
            return
        target = Path(os.path.realpath(path if path is not None else f"{self.name}.xlsx"))
        if own and url_of(target) == own:
            self.api.store()
            return
        kind = _FILTERS.get(target.suffix.lower())
        if kind is None:
            raise EngineError(f"不能保存为 {target.suffix} 文件。", f"Cannot save as a {target.suffix} file.")
        try:
            handle, temporary = tempfile.mkstemp(
                dir=target.parent, prefix=f".{target.stem[:20]}-", suffix=target.suffix
            )
            os.close(handle)
            mode = 0o666 & ~_umask()
            os.chmod(temporary, mode)
        except OSError as problem:
            raise _unsaved(target, problem.strerror or str(problem)) from problem
        options = [prop("FilterName", kind), prop("Overwrite", True)]
        if password:
            options.append(prop("Password", password))
        try:
            with self.document.shown():
                self.api.storeToURL(url_of(temporary), tuple(options))
            os.replace(temporary, target)
        except OSError as problem:
            raise _unsaved(target, problem.strerror or str(problem)) from problem
        except uno_exceptions() as problem:
            found = translated(problem)
            raise found if isinstance(found, ConnectionLost) else _unsaved(target, found.zh) from problem
        finally:
            with contextlib.suppress(OSError):
                os.unlink(temporary)

    def close(self) -> None:
        """Closed without saving."""
        self.document.model.close(True)
        self._app.documents = [document for document in self._app.documents if document is not self.document]
        if self._app.documents:
            self._app.active = self._app.documents[0]

    def to_pdf(self, path: str, quality: str = "standard") -> None:
        """All visible sheets as a PDF file."""
        self.api.storeToURL(url_of(path), (prop("FilterName", "calc_pdf_Export"),))


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _unsaved(target: Path, why: str) -> EngineError:
    return EngineError(f"不能保存到 {target}：{why}", f"Cannot save to {target}: {why}")


def book_of(
    context: Any,
    document: Any,
    frame: Any = None,
    check: Callable[[], None] | None = None,
    alert: AlertShown | None = None,
) -> xw.Book:
    """xlwings' Book of a document that is open in LibreOffice.

    context: LibreOffice's component context. frame: the frame of its window; with one, the status bar shows progress
    and messages appear as message boxes. check: called at every change of the status bar and before every write; where
    a user's wish to stop takes effect, by raising. alert: called instead of a message box with (prompt, title,
    buttons, mode); gives "ok", "cancel", "yes" or "no". For a document seen before only these three are renewed.
    EngineError if it is no spreadsheet.
    """
    uno_module()
    try:
        spreadsheet = document.supportsService(_SPREADSHEET)
    except uno_exceptions() as problem:
        raise ConnectionLost(office=False) from problem
    if not spreadsheet:
        raise EngineError("这不是电子表格文档。", "This is no spreadsheet document.")
    app = _ENGINE.apps.of(context, document)
    app.frame, app.check, app.show = frame, check or _nothing, alert
    _activate()
    _ENGINE.apps.to_front(app)
    app.active = next(known for known in app.documents if known.model == document)
    return xw.Book(impl=Book(app, app.active))


def _activate() -> None:
    """xlwings' active engine is this one, as some of its calls (`book.activate`) want one."""
    if _ENGINE.name not in xw.engines.engines_by_name:
        xw.engines.add(xw.Engine(impl=_ENGINE))
    xw.engines[_ENGINE.name].activate()


def open_book(context: Any, path: str | os.PathLike[str], hidden: bool = True) -> xw.Book:
    """Opens a file in the office of the context, and gives its xlwings Book.

    hidden: without a window. LibreOffice 7 crashes when the insertion of a sheet is undone in a hidden document: whoever
    means to undo opens it otherwise, which shows no window either in an office that was started with --headless.

    EngineError if there is no such file, it is no workbook, or the office is gone.
    """
    if not os.path.exists(path):
        raise EngineError(f"没有这个文件：{os.fspath(path)}", f"No such file: {os.fspath(path)}")
    return _opened(context, url_of(path), os.fspath(path), hidden)


@edge
class _Opener:
    """Opens documents; a class so that the edge guards it."""

    def load(self, context: Any, url: str, hidden: bool) -> Any:
        desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        return desktop.loadComponentFromURL(url, "_blank", 0, (prop("Hidden", hidden), prop("UpdateDocMode", 0)))


def _opened(context: Any, url: str, path: str, hidden: bool) -> xw.Book:
    model = _Opener().load(context, url, hidden)
    if model is None:
        raise EngineError(f"LibreOffice 不能打开：{path}", f"LibreOffice cannot open: {path}")
    return book_of(context, model)
