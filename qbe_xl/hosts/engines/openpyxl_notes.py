"""Notes of the openpyxl engine, with boxes as large as their text."""

from __future__ import annotations

from typing import Any

from openpyxl.comments import Comment
from xlwings import base_classes

from qbe_xl.hosts.engines.openpyxl_layout import display_width

_CHARACTER_PIXELS = 7
_LINE_PIXELS = 18
_MARGIN_PIXELS = 14
_NARROWEST, _WIDEST = 20, 48  # columns of half-width characters


def note_size(text: str, author: str) -> Comment:
    """A comment whose box holds the text without scrolling, in pixels as openpyxl counts."""
    lines = text.split("\n")
    columns = min(max(max(map(display_width, lines), default=0), _NARROWEST), _WIDEST)
    count = sum(max(1, -(-display_width(line) // columns)) for line in lines)
    return Comment(
        text,
        author,
        height=count * _LINE_PIXELS + _MARGIN_PIXELS,
        width=(columns + 1) * _CHARACTER_PIXELS + _MARGIN_PIXELS,
    )


class Note(base_classes.Note):
    """The note of one cell."""

    def __init__(self, rng: Any) -> None:
        self.rng = rng._at(type(rng.box)(rng.row, rng.column, rng.row, rng.column))

    @property
    def api(self) -> Any:
        """openpyxl's Comment, None once it is deleted."""
        cell = self.rng.cells.store.get((self.rng.row, self.rng.column))
        return None if cell is None else cell._comment

    @property
    def text(self) -> str:
        """What it says."""
        comment = self.api
        return "" if comment is None else str(comment.text)

    @text.setter
    def text(self, value: str) -> None:
        self._count()
        old = self.api
        self.rng.cells.made((self.rng.row, self.rng.column)).comment = note_size(
            str(value), old.author if old is not None else self.rng.sheet.book.author
        )

    @property
    def author(self) -> str:
        """Who wrote it, as the file says."""
        comment = self.api
        return "" if comment is None else str(comment.author)

    @property
    def location(self) -> Any:
        """Its cell."""
        return self.rng

    def delete(self) -> None:
        """Take it away; the cell stays as it is."""
        self._count()
        cell = self.rng.cells.store.get((self.rng.row, self.rng.column))
        if cell is not None:
            cell.comment = None

    def _count(self) -> None:
        self.rng.sheet.book.app.transfers.notes += 1
        self.rng.sheet.guard_objects(self.rng.boxes)


def note_at(rng: Any) -> Note | None:
    """The note of a range's first cell, or None."""
    note = Note(rng)
    return note if note.api is not None else None
