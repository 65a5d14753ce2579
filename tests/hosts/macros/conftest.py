"""Workbooks opened in each engine: every test of a macro runs on both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import xlwings as xw

from qbe_xl.hosts.engines import openpyxl_engine


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folder (log, own forms) is a new one for every test."""
    folder = tmp_path / "home"
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    monkeypatch.setenv("LOCALAPPDATA", str(folder))
    return folder / "qbe_xl"


@pytest.fixture
def open_book() -> Iterator[Callable[[Path], xw.Book]]:
    """Opens a file in the engine; everything is closed after the test."""
    opened: list[xw.Book] = []

    def open_it(path: Path) -> xw.Book:
        book = openpyxl_engine.open_book(path)
        opened.append(book)
        return book

    yield open_it
    for book in opened:
        if book in list(book.app.books):
            book.close()
