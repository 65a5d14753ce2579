"""What a workbook remembers of the add-in: the language and the edition chosen, and which sheets are ours; in names."""

from __future__ import annotations

import re

import xlwings as xw

from qbe_xl.core.languages import LANGUAGES, Lang
from qbe_xl.forms.reader import RESULT_NAME

LANGUAGE = "QBE_LANG"
CHOSEN_EDITION = "QBE_USE_EDITION"
PINNED_EDITION = "QBE_EDITION"
OUT = RESULT_NAME
_TARGET = re.compile(r"=?'?(?P<sheet>.+?)'?!\$?[A-Z]+\$?[0-9]+")


def constant(book: xw.Book, name: str) -> str | None:
    """The text that a name of the workbook stands for (`="zh"`), None where there is no such name."""
    if name not in book.names:
        return None
    text = str(book.names[name].refers_to or "").strip().removeprefix("=").strip()
    return text[1:-1].replace('""', '"') if len(text) > 1 and text[0] == text[-1] == '"' else None


def set_constant(book: xw.Book, name: str, text: str | None) -> None:
    """Let a name stand for a text; None removes the name."""
    if name in book.names:
        book.names[name].delete()
    if text is not None:
        book.names.add(name, '="' + text.replace('"', '""') + '"')


def language(book: xw.Book, default: Lang) -> Lang:
    """The language chosen for this workbook, else the office's."""
    chosen = constant(book, LANGUAGE)
    return next((lang for lang in LANGUAGES if lang == chosen), default)


def own_sheets(book: xw.Book) -> dict[str, str]:
    """Tabs of our result sheets by key, whatever they are called by now; sheets that were deleted are left out."""
    tabs = {sheet.name for sheet in book.sheets}
    found = {}
    for name in book.names:
        if name.name.startswith(OUT) and (target := _TARGET.fullmatch(str(name.refers_to or ""))):
            tab = target["sheet"].replace("''", "'")
            if tab in tabs:
                found[name.name[len(OUT) :]] = tab
    return found


def remember_sheet(book: xw.Book, key: str, sheet: xw.Sheet) -> None:
    """Name the sheet as the one of this key; a name whose sheet was deleted gives way."""
    if OUT + key in book.names:
        forget_sheet(book, key)
    book.names.add(OUT + key, "='" + sheet.name.replace("'", "''") + "'!$A$1")


def forget_sheet(book: xw.Book, key: str) -> None:
    """Remove the name of a result sheet."""
    if OUT + key in book.names:
        book.names[OUT + key].delete()
