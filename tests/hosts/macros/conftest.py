"""Workbooks opened in each engine: every test of a macro runs on both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import xlwings as xw

from qbe_xl.hosts.engines import openpyxl_engine, uno_engine
from tests.hosts.engines.uno_office import PipeOffice

ENGINES = ["openpyxl", pytest.param("libreoffice", marks=pytest.mark.office)]


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folder (log, own forms) is a new one for every test."""
    folder = tmp_path / "home"
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    monkeypatch.setenv("LOCALAPPDATA", str(folder))
    return folder / "qbe_xl"


@pytest.fixture(scope="session")
def pipe_office() -> Iterator[PipeOffice]:
    """A LibreOffice for this worker, started by the first test that needs it."""
    with PipeOffice() as running:
        yield running


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The engine's name."""
    return str(request.param)


@pytest.fixture
def open_book(engine: str, request: pytest.FixtureRequest) -> Iterator[Callable[[Path], xw.Book]]:
    """Opens a file in the engine; everything is closed after the test."""
    opened: list[xw.Book] = []

    def open_it(path: Path) -> xw.Book:
        if engine == "openpyxl":
            book = openpyxl_engine.open_book(path)
            book.app.engine.activate()
        else:
            # not hidden: a headless office shows no window either, and hidden documents have no panes to freeze
            book = uno_engine.open_book(request.getfixturevalue("pipe_office").context, path, hidden=False)
        opened.append(book)
        return book

    yield open_it
    for book in opened:
        if engine == "openpyxl":
            if book in list(book.app.books):
                book.close()
        else:
            book.app.quit()
