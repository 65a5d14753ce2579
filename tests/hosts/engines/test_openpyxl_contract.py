"""The openpyxl engine keeps the contract of all engines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwings as xw

from qbe_xl.hosts.engines.openpyxl_engine import open_book
from tests.hosts.engines.contract import EngineContract


@pytest.fixture
def make_book(tmp_path: Path) -> Iterator[Callable[..., xw.Book]]:
    made: list[xw.Book] = []

    def make(build: Callable[[openpyxl.Workbook], Any] | None = None, name: str = "book.xlsx") -> xw.Book:
        workbook = openpyxl.Workbook()
        workbook.active.title = "学校"
        if build is not None:
            build(workbook)
        workbook.save(tmp_path / name)
        made.append(open_book(tmp_path / name))
        return made[-1]

    yield make
    for book in made:
        book.close()


@pytest.fixture
def reopen(tmp_path: Path) -> Callable[[xw.Book], openpyxl.Workbook]:
    count = iter(range(100))

    def again(book: xw.Book) -> openpyxl.Workbook:
        path = tmp_path / f"saved-{next(count)}.xlsx"
        book.save(path)
        return openpyxl.load_workbook(path)

    return again


class TestOpenpyxl(EngineContract):
    """All of it."""
