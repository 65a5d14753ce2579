"""The result sheets of a submitted workbook as facts: formulas as texts by column, limits, and saved results.

A column of a thousand equal formulas travels as one text. Sheets as our template, Excel and WPS write them are taken apart
by their bytes; whatever looks in any way different goes through the XML parser. Nothing is evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import repeat
from operator import contains
from typing import Any, NamedTuple

from qbe_xl.core.languages import LANGUAGES, Lang
from qbe_xl.county.package import BETWEEN, OWN_ROW, Formulas, LiveSheets, Saved, SavedTable, own_row_out
from qbe_xl.forms.grid import Book
from qbe_xl.forms.template.layout import MAX_SCHOOLS
from qbe_xl.forms.template.words import SHEETS
from qbe_xl.forms.texts import cell_of, column_of, letter
from qbe_xl.safety import Refused, SheetFacts
from qbe_xl.safety.structure import FAULTS, Parts

TABLES = ("checks", "primary", "junior")
SMALL = ("cv", "result")
FIRST_ROW = 8  # of the tables of results; above them stand limits and means
LIMIT_ROW = 6
MAX_DIFFERENT = 2_000  # different texts of formulas that are told
MAX_TEXT = 2_000  # characters of one
MAX_COLUMNS = 250  # of a table whose saved results are told; ours have 64
MAX_VALUE = 400  # characters of one of them

_BARE = b"<f>"
_LIBREOFFICE = b'<f aca="false">'
_CELL = b'<c r="'
_VALUE, _VALUE_END, _BETWEEN = b"<v>", b"</v>", BETWEEN.encode()
# what could make bytes mean something else than they seem to: comments, CDATA, references by number, prefixed names
_REF = re.compile(rb"[A-Z]{1,3}([0-9]{1,7})")
_DECIMAL = re.compile(rb"[-+]?[0-9]{1,40}(\.[0-9]{1,40})?([Ee][-+]?[0-9]{1,3})?")
CHUNK = 250  # rows that are compared at a time
_ODD = (b"!--", b"CDATA", b"&#")
_MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def live_sheets(book: Book, parts: Parts, variant: bool, recognition: str | None) -> LiveSheets | None:
    """The facts of the result sheets; None where there is not one of them. `recognition` is the survey's sheet."""
    sheets = {sheet.name: sheet for sheet in book.package.worksheets}
    known = {lang: [each for each in SHEETS if SHEETS[each][lang] in sheets] for lang in LANGUAGES}
    lang: Lang = max(LANGUAGES, key=lambda each: len(known[each]))
    if not known[lang]:
        return None
    formulas: list[Formulas] = []
    values: dict[str, dict[str, Saved]] = {}
    tables: dict[str, SavedTable] = {}
    damaged = []
    for sheet_id in known[lang]:
        name = SHEETS[sheet_id][lang]
        try:
            data = parts.read(sheets[name].part)
            if sheet_id in SMALL:
                texts, values[name] = _small(book, sheets[name], data)
                formulas += texts
                continue
            if sheet_id not in TABLES:
                formulas += _by_parser(sheets[name])
                continue
            quick = _by_bytes(name, data)
            texts = quick.formulas if quick is not None else _by_parser(sheets[name])
            formulas += texts
            tables[name] = quick.table if quick is not None else _table(book.grid(name).rows, texts)
            if sheet_id != "checks":
                values[name] = dict(_limits(book, name, data if quick is not None else b""))
                values[name] |= quick.above if quick is not None else _above(book.grid(name).rows, texts)
        except (Refused, *FAULTS):
            damaged.append(name)
    if recognition is not None:
        formulas += _by_parser(sheets[recognition])
        values[recognition] = {
            ref: value
            for ref, value in _values(book.grid(recognition).rows)
            if ref in sheets[recognition].formulas
        }
    told = [each for each in formulas if len(each.text) <= MAX_TEXT][:MAX_DIFFERENT]
    missing = tuple(SHEETS[each][lang] for each in SHEETS if each not in known[lang])
    return LiveSheets(lang, variant, tuple(told), values, missing, tuple(damaged), len(told) < len(formulas), tables)


# ---- formulas


class _Quick(NamedTuple):
    """What the bytes of a table's sheet told."""

    formulas: list[Formulas]
    table: SavedTable
    above: dict[str, Saved]  # what the formulas above the table showed


def _by_bytes(name: str, data: bytes) -> _Quick | None:
    """The formulas of a table whose rows repeat its first, and what they showed; None where they do not repeat it, or
    the bytes may mean anything else."""
    if not _plain(data):
        return None
    data = data[data.find(b"<sheetData>") : data.rfind(b"</sheetData>")]
    if _LIBREOFFICE in data:  # which also writes quotation marks so
        data = data.replace(b"&quot;", b'"').replace(b"&apos;", b"'")
    pieces = data.split(b"</f>")
    after = pieces[1:]
    pieces.pop()
    if data.count(b"<f") != len(pieces):  # a formula that ends otherwise
        return None
    opening = _BARE if not pieces or _BARE in pieces[0] else _LIBREOFFICE
    places = _places(pieces)
    above = sum(1 for row, _ in places if row < FIRST_ROW)
    width = len(places) - above
    if not width or (len(pieces) - above) % width or any(row != FIRST_ROW for row, _ in places[above:]):
        return None
    height = (len(pieces) - above) // width
    texts = [_text(piece, opening) for piece in pieces[: above + width]]
    if any(text is None for text in texts):
        return None
    out = [Formulas(name, letter(c), own_row_out(text or "", r), ((r, r),)) for (r, c), text in zip(places, texts, strict=True)]
    tails = "\n".join(opening.decode() + _escaped(each.text) for each in out[above:])
    heads = "\n".join(f'{_CELL.decode()}{each.column}{OWN_ROW}"' for each in out[above:])
    rows = pieces[above:]
    for start in range(0, height, CHUNK):
        own = rows[start * width : (start + CHUNK) * width]
        wanted_tails, wanted_heads = _wanted(tails, heads, FIRST_ROW + start, len(own) // width)
        if not all(map(bytes.endswith, own, wanted_tails)) or not all(map(contains, own, wanted_heads)):
            return None
    # each cell is the only one since the formula before it; the first of a row is the last since then
    counts = list(map(bytes.count, rows, repeat(_CELL)))
    del counts[::width]
    firsts = (piece.rpartition(_CELL)[2] for piece in rows[::width])
    begin = out[above].column
    if set(counts) - {1} or not all(
        first.startswith(f'{begin}{row}"'.encode()) for row, first in enumerate(firsts, start=FIRST_ROW)
    ):
        return None
    saved = _saved(after[above:], width)
    if saved is None:
        return None
    last = FIRST_ROW + height - 1
    formulas = [*out[:above], *(each._replace(rows=((FIRST_ROW, last),)) for each in out[above:])]
    table = SavedTable(tuple(each.column for each in out[above:])[:MAX_COLUMNS], saved)
    means = zip(out[:above], after, strict=False)
    return _Quick(formulas, table, {f"{f.column}{f.rows[0][0]}": _value(piece) for f, piece in means})


def _value(piece: bytes) -> Saved:
    """The value at the beginning of what follows a formula."""
    text = piece[3 : piece.find(_VALUE_END)] if piece.startswith(_VALUE) else b""
    return float(text) if _DECIMAL.fullmatch(text) else _unescaped(text)


def _saved(after: list[bytes], width: int) -> tuple[str, ...] | None:
    """What stands after each formula's end, as texts of rows; None where that is anything but a value."""
    if not all(map(bytes.startswith, after, repeat(_VALUE))):
        return None
    told = min(width, MAX_COLUMNS)
    rows = [
        _BETWEEN.join([piece[3 : piece.find(_VALUE_END)] for piece in after[start : start + told]])
        for start in range(0, min(len(after), MAX_SCHOOLS * width), width)
    ]
    while rows and not rows[-1].strip(_BETWEEN):
        rows.pop()
    text = b"\n".join(rows)
    if b"<" in text:
        return None
    return tuple(_unescaped(row) for row in rows)


def _table(rows: list[tuple[Any, ...]], formulas: list[Formulas]) -> SavedTable:
    """The saved results of a table's cells that hold formulas, from what openpyxl reads."""
    live = {(each.column, row) for each in formulas for a, b in each.rows for row in range(max(a, FIRST_ROW), b + 1)}
    columns = sorted({column for column, _ in live}, key=column_of)[:MAX_COLUMNS]
    places = [(column_of(column), column) for column in columns]
    found = []
    for number, row in enumerate(rows[FIRST_ROW - 1 : FIRST_ROW - 1 + MAX_SCHOOLS], start=FIRST_ROW):
        values = [row[at] if at < len(row) and (column, number) in live else None for at, column in places]
        found.append(BETWEEN.join(["" if value is None else _written(value) for value in values]))
    while found and not found[-1].strip(BETWEEN):
        found.pop()
    return SavedTable(tuple(columns), tuple(found))


def _above(rows: list[tuple[Any, ...]], formulas: list[Formulas]) -> dict[str, Saved]:
    """The saved results of formulas above a table, from what openpyxl reads."""
    live = {f"{each.column}{a}" for each in formulas for a, _ in each.rows if a < FIRST_ROW}
    return {ref: value for ref, value in _values(rows[: FIRST_ROW - 1]) if ref in live}


def _written(value: Any) -> str:
    text = str(value).upper() if isinstance(value, bool) else str(value)
    return text[:MAX_VALUE].replace(BETWEEN, " ")


@lru_cache(maxsize=16)
def _wanted(tails: str, heads: str, first: int, height: int) -> tuple[list[bytes], list[bytes]]:
    """What the bytes before each formula's end must end with, and the cell's beginning, for rows of a table.

    Kept, for most workbooks are made from the same template.
    """
    rows = [str(row) for row in range(first, first + height)]
    found = ("\n".join(each.replace(OWN_ROW, row) for row in rows).encode().split(b"\n") for each in (tails, heads))
    ends, begins = found
    return ends, begins


def _plain(data: bytes) -> bool:
    """Whether every `<c …>` and `<f>` in the bytes is a cell and a formula of the sheet, and there are no others."""
    return data.count(_MAIN) == 1 and b' xmlns="' + _MAIN in data[:2_000] and not any(odd in data for odd in _ODD)


def _places(pieces: list[bytes]) -> list[tuple[int, int]]:
    """The cells of the formulas in the rows up to the table's first."""
    found = []
    for piece in pieces:
        ref = piece.rpartition(_CELL)[2].partition(b'"')[0]
        place = _REF.fullmatch(ref)
        if place is None or int(place[1]) > FIRST_ROW:
            break
        found.append(cell_of(ref.decode("ascii")))
    return found


def _text(piece: bytes, opening: bytes) -> str | None:
    """The formula at the end of a piece, unescaped; None where it does not begin as the others do."""
    _, found, text = piece.rpartition(opening)
    if not found or b"<" in text:
        return None
    try:
        plain = text.decode()
    except UnicodeDecodeError:
        return None
    if "\n" in plain:
        return None
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _by_parser(sheet: SheetFacts) -> list[Formulas]:
    """The formulas of a sheet, those that are equal but for their own row together. Refused beyond the bounds."""
    masters = {number: ref for ref, number in sheet.shared.items() if sheet.formulas.get(ref)}
    rows: dict[tuple[str, str], list[int]] = {}
    for ref, text in sheet.formulas.items():
        try:
            row, column = cell_of(ref)
        except ValueError:
            continue
        own = own_row_out(text, row)
        if not text and (master := masters.get(sheet.shared.get(ref, ""))) is not None:
            there, same = cell_of(master)
            own = own_row_out(sheet.formulas[master], there) if same == column else ""
        rows.setdefault((letter(column), own), []).append(row)
    return [Formulas(sheet.name, column, text, _spans(sorted(found))) for (column, text), found in rows.items()]


def _spans(rows: list[int]) -> tuple[tuple[int, int], ...]:
    out: list[tuple[int, int]] = []
    for row in rows:
        if out and row == out[-1][1] + 1:
            out[-1] = (out[-1][0], row)
        else:
            out.append((row, row))
    return tuple(out)


# ---- small sheets

_SMALL_CELL = re.compile(
    rb'<c r="([A-Z]{1,3}[0-9]{1,5})"(?: s="[0-9]{1,5}")?(?: t="(s|str|n)")?'
    rb'(?:/>|>(?:<f(?: aca="false")?>([^<]*)</f>)?(?:<v>([^<]*)</v>|<v/>)?</c>)'
)


def _small(book: Book, sheet: SheetFacts, data: bytes) -> tuple[list[Formulas], dict[str, Saved]]:
    """Formulas and values of a sheet of a few hundred cells."""
    found = _SMALL_CELL.findall(data) if _plain(data) else []
    if not found or len(found) != data.count(b"<c "):
        return _by_parser(sheet), dict(_values(book.grid(sheet.name).rows))
    formulas = []
    values: dict[str, Saved] = {}
    shared = book.shared_strings
    for ref_bytes, kind, formula, value in found:
        ref = ref_bytes.decode()
        if formula:
            row, column = cell_of(ref)
            formulas.append(
                Formulas(sheet.name, letter(column), own_row_out(_unescaped(formula), row), ((row, row),))
            )
        if not value:
            continue
        if kind == b"str":
            values[ref] = _unescaped(value)
        elif kind == b"s":
            index = int(value) if value.isdigit() and len(value) < 8 else len(shared)
            values[ref] = shared[index] if index < len(shared) else ""
        elif _DECIMAL.fullmatch(value):
            values[ref] = float(value)
    return formulas, values


def _unescaped(text: bytes) -> str:
    plain = text.decode("utf-8", "replace").replace("&quot;", '"').replace("&apos;", "'")
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


# ---- values


def _values(rows: list[tuple[Any, ...]]) -> Iterator[tuple[str, Saved]]:
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, bool):
                yield f"{letter(column)}{number}", str(value).upper()
            elif isinstance(value, int | float | str) and value != "":
                yield f"{letter(column)}{number}", value if isinstance(value, str) else float(value)


_ROW = re.compile(rb'<row r="%d"[^<>]*>(.*?)</row>' % LIMIT_ROW, re.DOTALL)
_NUMBER = re.compile(
    rb'<c r="([A-Z]{1,3})%d"(?: s="[0-9]{1,5}")?(?: t="n")?><v>([-+]?[0-9]{1,20}(?:\.[0-9]{1,20})?)</v></c>' % LIMIT_ROW
)


def _limits(book: Book, name: str, data: bytes) -> Iterator[tuple[str, Saved]]:
    """The numbers of the row of limits; `data` are bytes that can be taken as they are, or none."""
    row = _ROW.search(data)
    numbers = _NUMBER.findall(row[1]) if row is not None else []
    if row is None or len(numbers) != row[1].count(b"<v") - row[1].count(b't="s"'):
        values = _values(book.grid(name).rows[:LIMIT_ROW])
        yield from ((ref, value) for ref, value in values if cell_of(ref)[0] == LIMIT_ROW)
        return
    for column, text in numbers:
        yield f"{column.decode()}{LIMIT_ROW}", float(text)
