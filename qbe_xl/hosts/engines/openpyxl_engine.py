"""An xlwings engine over openpyxl: the macros on a file in memory, without Excel, LibreOffice or a screen.

    from qbe_xl.hosts.engines.openpyxl_engine import open_book
    book = open_book("学校.xlsx")          # an xlwings.Book like any other
    book.sheets["学校"]["A1:C5"].value

For tests, for servers, and for looking at a workbook. **Never save a bureau's workbook with it.** openpyxl writes
anew what it has understood of a file and drops the rest:

- the cached value of every formula: until a spreadsheet program calculates and saves, the file shows nothing there
  in Protected View and in previews, and programs that read values find none;
- drop-downs that lie in extensions, sparklines, slicers, conditional formats of Excel 2010 and later in extensions,
  threaded comments (their plain notes stay), form controls, shapes and text boxes, SmartArt, embedded objects,
  digital signatures, custom XML, Power Query, printer settings;
- the sizes and looks of existing notes (they get a standard box), the fonts within a cell's text, the appearance of
  existing charts beyond what openpyxl models; macros stay only in .xlsm files.

So `Book.save(path)` refuses a path that was opened by this engine; only `Book.save()` without a path writes back, as
in Excel, and `Book.impl.overwrite_opened = True` allows the rest. What is written goes to a temporary file first.

Differences from Excel that a macro can notice:

- formulas are not calculated. Those of the file have the values the file had, even after their inputs changed; those
  written since have none until `app.calculate()`, and then only if `app.impl.calculator` is set;
- writing texts, numbers, dates and formulas follows Excel (see `common.typed`), formulas are not checked for sense;
- what reaches over whole rows or columns ("A:A") reads as far as the sheet is in use;
- `range.color` of cells that differ is None; autofit estimates; rows are fitted by the program that opens the file;
- there is no clipboard, no undo, no printing, and nothing of Excel's own object model (`.api` is openpyxl's object);
- tables without headings, pivot tables, pictures, shapes, conditional formats, data validation, filters, sorting and
  inserting or deleting cells are not supported and raise NotImplementedError or EngineError.

`app.impl.transfers` counts how often ranges were read, written and formatted; `app.impl.alerts` keeps message boxes
and answers them; `app.impl.status_log` keeps what the status bar said.
"""

from __future__ import annotations

import io
import os
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
import xlwings as xw
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet
from xlwings import base_classes

from qbe_xl.hosts.engines.common import (
    Alerts,
    CellError,
    Collection,
    EngineError,
    Transfers,
    clean_value_data,
    next_pid,
    prepare_xl_data_element,
)
from qbe_xl.hosts.engines.openpyxl_names import Names, rename_in
from qbe_xl.hosts.engines.openpyxl_sheet import Sheet, Sheets
from qbe_xl.hosts.engines.openpyxl_styles import Styles
from qbe_xl.safety import save_atomically

NAME = "openpyxl"

# Values of formulas by sheet and (row, column): what a calculator gives.
Values = Mapping[str, Mapping[tuple[int, int], Any]]
Calculator = Callable[[xw.Book], Values]

_READABLE = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xlam")
_CALCULATIONS = ("automatic", "manual", "semiautomatic")


class Engine:
    """The engine, as xlwings holds it."""

    name = NAME
    type = "desktop"
    prepare_xl_data_element = staticmethod(prepare_xl_data_element)
    clean_value_data = staticmethod(clean_value_data)

    def __init__(self) -> None:
        self._apps = Apps(self)

    @property
    def apps(self) -> Apps:
        """Its applications."""
        return self._apps


class Apps(base_classes.Apps):
    """The applications; the first is the active one."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.members: list[App] = []

    def keys(self) -> list[int]:
        """Their numbers."""
        return [app.pid for app in self.members]

    def add(self, spec: Any = None, add_book: Any = None, xl: Any = None, visible: Any = None) -> App:
        """A new one, which becomes the active one."""
        app = App(self)
        self.members.insert(0, app)
        if add_book:
            app.books.add()
        return app

    @staticmethod
    def cleanup() -> None:
        """Nothing is left over: there are no processes."""

    def __iter__(self) -> Iterator[App]:
        return iter(list(self.members))

    def __len__(self) -> int:
        return len(self.members)

    def __getitem__(self, pid: int) -> App:
        for app in self.members:
            if app.pid == pid:
                return app
        raise KeyError(pid)


class App(base_classes.App):
    """One application: its books and settings."""

    # Plain attributes in place of the base class' properties: nothing happens when they are set.
    visible = True
    screen_updating = True
    display_alerts = True
    enable_events = True
    interactive = True
    cut_copy_mode = None
    hwnd = None
    xl = None
    path = ""
    startup_path = ""
    version = "16.0"
    pid = 0

    def __init__(self, apps: Apps) -> None:
        self.apps = apps
        self.pid = next_pid()
        self.transfers = Transfers()
        self.alerts = Alerts()
        self.status_log: list[str | bool] = []
        self.calculator: Calculator | None = None
        self.author = "QBE"
        self._status: str | bool = False
        self._calculation = "automatic"
        self._books = Books(self)

    @property
    def engine(self) -> Engine:
        """Its engine."""
        return self.apps.engine

    @property
    def api(self) -> Any:
        """Itself: there is no other object model."""
        return self

    @property
    def books(self) -> Books:
        """Its workbooks."""
        return self._books

    @property
    def selection(self) -> Any:
        """The selection on the active sheet, None without a book."""
        if not self._books.members:
            return None
        sheet = self._books.active.sheets.active
        return sheet.at(*sheet.selected)

    @property
    def calculation(self) -> str:
        """ "automatic", "manual" or "semiautomatic"; kept, nothing more."""
        return self._calculation

    @calculation.setter
    def calculation(self, value: str) -> None:
        if value not in _CALCULATIONS:
            raise KeyError(value)
        self._calculation = value

    @property
    def status_bar(self) -> str | bool:
        """Its text; False is the program's own."""
        return self._status

    @status_bar.setter
    def status_bar(self, value: str | bool) -> None:
        self._status = value
        self.status_log.append(value)

    def calculate(self) -> None:
        """Ask `calculator`, where one is set, for the values of each book's formulas."""
        if self.calculator is None:
            return
        for book in self._books.members:
            book.take_values(self.calculator(xw.Book(impl=book)))

    def alert(self, prompt: Any, title: Any, buttons: Any, mode: Any, callback: Any = None) -> str:
        """Keep a message box and answer it; see `common.Alerts`."""
        return self.alerts.show(prompt, title, buttons, mode)

    def activate(self, steal_focus: bool = False) -> None:
        """To the front of the engine's applications."""
        if self in self.apps.members:
            self.apps.members.remove(self)
            self.apps.members.insert(0, self)

    def quit(self) -> None:
        """Close its books without saving, and itself."""
        for book in list(self._books.members):
            book.close()
        if self in self.apps.members:
            self.apps.members.remove(self)

    def kill(self) -> None:
        """As quit."""
        self.quit()

    def run(self, macro: str, args: Any) -> Any:
        """There is no VBA."""
        raise EngineError(f"此处不能运行 VBA 宏：{macro}", f"VBA macros cannot run here: {macro}")


class Books(Collection, base_classes.Books):
    """The open workbooks; the first is the active one."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.members: list[Book] = []

    def _list(self) -> list[Book]:
        return self.members

    @property
    def active(self) -> Book:
        """The book in front. EngineError without one."""
        if not self.members:
            raise EngineError("没有打开的工作簿", "No workbook is open")
        return self.members[0]

    def add(self) -> Book:
        """A new workbook with one sheet, Sheet1."""
        wb = openpyxl.Workbook()
        wb.active.title = "Sheet1"
        taken = {book.name.casefold() for book in self.members}
        name = next(n for n in (f"Book{k}" for k in range(1, 10_000)) if n.casefold() not in taken)
        book = Book(self, wb, name, None)
        self.members.insert(0, book)
        return book

    def open(self, fullname: str, *_: Any, **__: Any) -> Book:
        """Open a file; EngineError if it is no workbook that openpyxl can read. The file is not kept open."""
        path = os.path.realpath(fullname)
        if not path.lower().endswith(_READABLE):
            raise EngineError(f"不能打开这种文件：{path}", f"Files of this kind cannot be opened: {path}")
        data = Path(path).read_bytes()
        try:
            with warnings.catch_warnings():  # what it drops stands in the docstring
                warnings.simplefilter("ignore", UserWarning)
                wb = openpyxl.load_workbook(
                    io.BytesIO(data), keep_vba=path.lower().endswith((".xlsm", ".xltm", ".xlam"))
                )
        except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, ParseError) as error:
            raise EngineError(
                f"不能读取工作簿：{path}（{error}）", f"Cannot read the workbook {path}: {error}"
            ) from error
        book = Book(self, wb, path, data)
        self.members.insert(0, book)
        return book


class Book(base_classes.Book):
    """One workbook."""

    def __init__(self, books: Books, wb: openpyxl.Workbook, path: str, data: bytes | None) -> None:
        self.books = books
        self.wb = wb
        self.path = path
        self.styles = Styles(wb)
        self.read_only_formulas = False
        self.overwrite_opened = False
        # Every path it was opened from: a save under another name does not make the first one free.
        self.opened = {path} if data is not None else set()
        self.saved = data is not None
        self._data = data
        self._cached: dict[str, dict[tuple[int, int], Any]] | None = None
        self._sheets: dict[int, Sheet] = {}
        for ws in wb.worksheets:
            self.sheet(ws, ws.title if data is not None else None)

    @property
    def api(self) -> openpyxl.Workbook:
        """openpyxl's workbook."""
        return self.wb

    @property
    def app(self) -> App:
        """Its application."""
        return self.books.app

    @property
    def author(self) -> str:
        """Whose notes are written."""
        return self.app.author

    @property
    def name(self) -> str:
        """File name, or Book1 before it is saved."""
        return os.path.basename(self.path)

    @property
    def fullname(self) -> str:
        """Path, or Book1 before it is saved."""
        return self.path

    @property
    def sheets(self) -> Sheets:
        """Its worksheets."""
        return Sheets(self)

    @property
    def names(self) -> Names:
        """Its names, those of its sheets too."""
        return Names(self)

    def activate(self) -> None:
        """To the front."""
        self.books.members.remove(self)
        self.books.members.insert(0, self)

    def close(self) -> None:
        """Forget it, saved or not."""
        if self in self.books.members:
            self.books.members.remove(self)

    # ------------------------------------------------------------------------------------------ sheets

    def sheet(self, ws: Worksheet, source: str | None = None) -> Sheet:
        """The one Sheet of a worksheet; `source` is its name in the file, for the values of its formulas."""
        found = self._sheets.get(id(ws))
        if found is None:
            found = self._sheets[id(ws)] = Sheet(self, ws, source)
        return found

    @property
    def active_ws(self) -> Worksheet:
        """The worksheet in front; where a chart sheet is, the first visible worksheet."""
        active = self.wb.active
        if isinstance(active, Worksheet):
            return active
        return next((ws for ws in self.wb.worksheets if ws.sheet_state == "visible"), self.wb.worksheets[0])

    def activate_sheet(self, ws: Worksheet) -> None:
        """Bring a worksheet to the front, and it alone is selected."""
        if ws.sheet_state != "visible":
            raise EngineError(
                f"工作表“{ws.title}”已隐藏，不能激活", f"The sheet '{ws.title}' is hidden: it cannot be activated"
            )
        self.wb.active = ws
        for other in self.wb._sheets:
            view = other.sheet_view if isinstance(other, Worksheet) else None
            if view is not None:  # two selected tabs would be edited together in Excel
                view.tabSelected = other is ws

    def leave(self, ws: Worksheet) -> None:
        """Before a sheet is hidden or deleted: another visible one comes to the front. EngineError without any."""
        sheets = self.wb.worksheets
        place = sheets.index(ws)
        others = [s for s in [*sheets[place + 1 :], *reversed(sheets[:place])] if s.sheet_state == "visible"]
        if not others:
            raise EngineError("工作簿至少要有一张可见的工作表", "A workbook must keep one visible sheet")
        if self.active_ws is ws:
            self.activate_sheet(others[0])

    def drop(self, sheet: Sheet) -> None:
        """Take a sheet out, its own names with it."""
        active = self.active_ws
        self.wb.remove(sheet.ws)
        self._sheets.pop(id(sheet.ws), None)
        self.wb.active = active
        rename_in(self, sheet.name, None)

    def guard_structure(self) -> None:
        """EngineError where the workbook's structure is protected."""
        if self.wb.security is not None and self.wb.security.lockStructure:
            raise EngineError(
                "工作簿结构受保护，不能增删、移动、重命名或隐藏工作表",
                "The workbook's structure is protected: its sheets cannot be added, removed, moved, renamed or hidden",
            )

    # ------------------------------------------------------------------------------------------ values of formulas

    def cached_values(self, source: str) -> dict[tuple[int, int], Any]:
        """Values the file had for the formulas of a sheet. All sheets with formulas are read at the first call."""
        if self._cached is None:
            self._cached = _cached(self._data, self._sheets.values()) if self._data is not None else {}
            self._data = None
        return self._cached.get(source, {})

    def take_values(self, values: Values) -> None:
        """Values of formulas, worked out elsewhere; those of cells without a formula are passed over."""
        for title, cells in values.items():
            sheet = self.sheets._find(title)
            if sheet is None:
                continue
            store = sheet.cells_store.store
            for key, value in cells.items():
                if key in store and store[key].data_type == "f":
                    sheet.cells_store.computed[key] = value

    # ------------------------------------------------------------------------------------------ saving

    def save(self, path: str | None = None, password: str | None = None) -> None:
        """Write the workbook: without a path where it came from, else under that name, which it then bears.

        EngineError for a password, for a kind of file that openpyxl cannot write, and for a path that is open here
        (unless `overwrite_opened`); QbeError QBE-CAL-001 where writing fails. The target is replaced at once or not
        at all. See the module's docstring for what is lost.
        """
        if password:
            raise EngineError("不能加密码保存", "Saving with a password is not supported")
        target = os.path.realpath(path or (self.path if self.saved else f"{self.path}.xlsx"))
        kind = os.path.splitext(target)[1].lower()
        macros = self.wb.vba_archive
        if kind not in (".xlsx", ".xlsm") or (kind == ".xlsm" and macros is None):
            raise EngineError(f"不能保存为这种文件：{target}", f"Files of this kind cannot be saved: {target}")
        if path is not None and not self.overwrite_opened and target in self._opened_here():
            raise EngineError(
                f"不覆盖打开的文件：{target}。请另存到别处。",
                f"A file that was opened is not overwritten: {target}. Save under another name.",
            )
        try:
            if kind == ".xlsx":
                self.wb.vba_archive = None  # a workbook without macros, as Excel makes it too
            save_atomically(target, self.wb.save)
        finally:
            self.wb.vba_archive = macros
        self.path = target
        self.saved = True

    def _opened_here(self) -> set[str]:
        books = [book for app in self.app.apps.members for book in app.books.members]
        return {path for book in books for path in book.opened | ({book.path} if book is not self else set())}

    def __repr__(self) -> str:
        return f"<openpyxl Book {self.name}>"


def _cached(data: bytes, sheets: Any) -> dict[str, dict[tuple[int, int], Any]]:
    """Cached values of the formulas that stand in these sheets now or stood there, by sheet and cell."""
    wanted = {s.cells_store.source for s in sheets if s.cells_store.source is not None}
    found: dict[str, dict[tuple[int, int], Any]] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    try:
        for sheet in sheets:
            source = sheet.cells_store.source
            if source not in wanted or source in found:
                continue
            keys = {key for key, cell in sheet.cells_store.store.items() if cell.data_type == "f"}
            found[source] = _values_at(book[source], keys) if keys else {}
    finally:
        book.close()
    return found


def _values_at(ws: Any, keys: set[tuple[int, int]]) -> dict[tuple[int, int], Any]:
    ws.reset_dimensions()  # read-only mode would trust what the file says of its size
    values = {}
    for row in ws.iter_rows():
        for cell in row:
            if cell.value is not None and (cell.row, cell.column) in keys:
                error = cell.data_type == "e"
                values[cell.row, cell.column] = CellError(cell.value) if error else cell.value
    return values


# ---------------------------------------------------------------------------------------------------- the way in


def engine() -> xw.Engine:
    """The engine, registered with xlwings at the first call; active only if no other engine is."""
    found = xw.engines.engines_by_name.get(NAME)
    if found is None:
        found = xw.Engine(impl=Engine())
        xw.engines.add(found)
        if xw.engines.active is None:
            found.activate()
    return found


def _app_for(name: str) -> App:
    """An application without a book of that name: as in Excel, one holds no two of the same name."""
    apps: Apps = engine().impl.apps
    free = next((app for app in apps if name.casefold() not in {b.name.casefold() for b in app.books}), None)
    return free or apps.add()


def open_book(path: str | os.PathLike[str], *, read_only_formulas: bool = False) -> xw.Book:
    """Open a workbook as xlwings.Book; the one that is open already where it is.

    With `read_only_formulas` a write over a formula of the file raises EngineError. FileNotFoundError without the
    file, EngineError for one that openpyxl cannot read.
    """
    full = os.path.realpath(os.fspath(path))
    if not os.path.exists(full):
        raise FileNotFoundError(full)
    for app in engine().impl.apps:
        for book in app.books:
            if book.path == full:
                book.read_only_formulas = book.read_only_formulas or read_only_formulas
                return xw.Book(impl=book)
    opened = _app_for(os.path.basename(full)).books.open(full)
    opened.read_only_formulas = read_only_formulas
    return xw.Book(impl=opened)


def new_book() -> xw.Book:
    """A new workbook with one sheet, not saved yet."""
    return xw.Book(impl=_app_for("").books.add())
