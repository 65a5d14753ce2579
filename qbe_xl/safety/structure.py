"""What a package shows beside its figures: hidden rows and sheets, links, macros, locks, values that cannot be seen.

Plain facts for the integrity checks. Nothing is opened, run or followed. Each part is looked for cheaply first: most
workbooks have none of this, and reading them must not become slow. 隐藏行列、外部链接、宏、保护、看不见的文字。
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Collection
from xml.parsers import expat

from qbe_xl.safety.looks import Unseen, unseen_formats
from qbe_xl.safety.noted import LONGEST, SHOWN, Noted, noted
from qbe_xl.safety.package import PackageFacts, Refused, SheetFacts

# what a damaged or lying part may raise
FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError, KeyError)
MAX_LOOKED_INTO = 32 << 20  # bytes of a part, unpacked
MAX_LINKS = 200
MAX_RANGES = 2_000  # hidden ranges of columns
MAX_KEPT = 20_000  # rows that are told

_MACRO_SHEETS = {"xlMacrosheet", "xlIntlMacrosheet", "dialogsheet"}
_CONNECTED = re.compile(r"(^|/)(connections\.xml|querytables/|model/item)", re.IGNORECASE)
_EMBEDDED = re.compile(r"(^|/)(embeddings|activex|ctrlprops)/[^/]+$", re.IGNORECASE)
# another workbook's number or file, a path, an address; texts in quotes are taken out before
_OUTSIDE = re.compile(r"\[[^\]]{1,250}\][^!]{0,60}!|\[[0-9]{1,4}\]|https?://|file:|\\\\|[A-Za-z]:\\", re.IGNORECASE)
_DDE = re.compile(r"[A-Za-z_][\w.]*\|'?[^|!]{0,200}'?!")
_QUOTED = re.compile(r'"[^"]*"')
_PROTECTION = re.compile(rb"<(?:[A-Za-z]\w*:)?sheetProtection\b([^<>]*)>")
_SHEET_PASSWORD = re.compile(rb"\b(?:password|hashValue)\s*=\s*[\"'][^\"']+")
_HIDING = (b"hidden", b' ht="0"', b" ht='0'", b' width="0"', b" width='0'")
_TRUE = {"1", "true", "on"}


class Parts:
    """The parts of a package that passed preflight, each unpacked when it is asked for and kept for a second look."""

    def __init__(self, package: PackageFacts) -> None:
        self._zip = zipfile.ZipFile(io.BytesIO(package.data))
        self._kept: dict[str, bytes] = {}
        self.names = self._zip.namelist()

    def __enter__(self) -> Parts:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def read(self, part: str) -> bytes:
        """A part's bytes; ValueError where it is too large to be looked into, KeyError where there is none."""
        if part not in self._kept:
            if self._zip.getinfo(part).file_size > MAX_LOOKED_INTO:
                raise ValueError(f"{part} is too large")
            self._kept[part] = self._zip.read(part)
        return self._kept[part]


def structure(package: PackageFacts, parts: Parts, read: Collection[str], exempt: Collection[str] = ()) -> list[Noted]:
    """Every fact of the package. `read` names the sheets whose cells count; sheets in `exempt` are our own."""
    found = [*_workbook(package, parts), *_sheets(package, exempt)]
    unseen = _unseen(parts)
    for sheet in package.sheets:
        if sheet.name not in read:
            continue
        try:
            found += _sheet(sheet, parts.read(sheet.part), unseen)
        except (*FAULTS, expat.ExpatError):
            found.append(Noted("not_looked_into", sheet.name))
    return found


# ---- the workbook


def _workbook(package: PackageFacts, parts: Parts) -> list[Noted]:
    found = []
    if package.has_macros:
        found.append(Noted("macros"))
    if sheets := [sheet.name for sheet in package.sheets if sheet.kind in _MACRO_SHEETS]:
        found.append(noted("macro_sheets", sheets))
    if package.locked:
        found.append(Noted("workbook_password"))
    links, dde = _links(parts)
    if links:
        found.append(noted("external_links", links))
    if dde:
        found.append(noted("dde", dde))
    connected = [part for part in parts.names if _CONNECTED.search(part) and part.endswith((".xml", ".bin", ".data"))]
    if connected:
        found.append(noted("connections", connected))
    if embedded := [part for part in parts.names if _EMBEDDED.search(part)]:
        found.append(noted("embedded", embedded))
    outside = [
        f"{name} = {text[:LONGEST]}"
        for names in (package.names, package.local_names)
        for name, text in names.items()
        if _outside(text)
    ]
    if outside:
        found.append(noted("outside_names", outside))
    return found


def _outside(text: str) -> bool:
    plain = _QUOTED.sub("", text[:2_000])
    return bool(_OUTSIDE.search(plain) or _DDE.search(plain))


def _links(parts: Parts) -> tuple[list[str], list[str]]:
    """Targets of links to other workbooks, and DDE topics."""
    links: list[str] = []
    dde: list[str] = []
    named = [part for part in parts.names if re.search(r"(^|/)externallinks/[^/]+\.(xml|bin)$", part, re.IGNORECASE)]
    for part in named[:MAX_LINKS]:
        try:
            data = parts.read(part)
            target = _target(parts, part)
        except (*FAULTS, expat.ExpatError):
            links.append(part)
            continue
        topic: list[str] = []

        def start(tag: str, attributes: dict[str, str], topic: list[str] = topic) -> None:
            word = tag.rpartition(":")[2]
            if word == "ddeLink":
                topic.append(f"{attributes.get('ddeService', '')}|{attributes.get('ddeTopic', '')}")

        parser = expat.ParserCreate()
        parser.StartElementHandler = start
        try:
            parser.Parse(data, True)
        except expat.ExpatError:
            topic.clear()
        (dde if topic else links).append(topic[0] if topic else target or part)
    return links + named[MAX_LINKS:], dde


def _target(parts: Parts, part: str) -> str:
    """Where a link leads, from the relations of its part; empty where they do not say."""
    folder, base = posixpath.split(part)
    rels = posixpath.join(folder, "_rels", f"{base}.rels")
    if rels not in parts.names:
        return ""
    found: list[str] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, attributes: found.append(attributes.get("Target", ""))
    parser.Parse(parts.read(rels), True)
    return next((target for target in found if target), "")


def _sheets(package: PackageFacts, exempt: Collection[str]) -> list[Noted]:
    """Hidden sheets; one that cannot be looked into counts as one with data."""
    found: dict[str, list[str]] = {"hidden": [], "veryHidden": []}
    for sheet in package.sheets:
        if sheet.hidden and sheet.name not in exempt and _holds_data(sheet):
            found["veryHidden" if sheet.state == "veryHidden" else "hidden"].append(sheet.name)
    kinds = {"hidden": "hidden_sheets", "veryHidden": "very_hidden_sheets"}
    return [noted(kinds[state], names) for state, names in found.items() if names]


def _holds_data(sheet: SheetFacts) -> bool:
    try:
        return sheet.kind != "worksheet" or sheet.cells + len(sheet.formulas) > 0
    except Refused:
        return True


def _unseen(parts: Parts) -> Unseen:
    lowered = {part.lower(): part for part in parts.names}
    styles, theme = lowered.get("xl/styles.xml"), lowered.get("xl/theme/theme1.xml")
    if styles is None:
        return Unseen()
    try:
        return unseen_formats(parts.read(styles), parts.read(theme) if theme else None)
    except (*FAULTS, expat.ExpatError):
        return Unseen()


# ---- a sheet


def _sheet(sheet: SheetFacts, data: bytes, unseen: Unseen) -> list[Noted]:
    found = []
    at = data.find(b"sheetProtection")
    protection = _PROTECTION.search(data, max(at - 40, 0), at + 4_000) if at >= 0 else None
    if protection is None or b"sheet=" not in protection[1] or re.search(rb"\bsheet\s*=\s*[\"'](0|false)", protection[1]):
        found.append(Noted("unprotected", sheet.name))
    elif _SHEET_PASSWORD.search(protection[1]):
        found.append(Noted("sheet_password", sheet.name))
    if unseen or any(word in data for word in _HIDING):
        found += _Scan(unseen).notes(sheet.name, data)
    if b"|" in data:
        topics = [(ref, text) for ref, text in sheet.formulas.items() if "|" in text and _DDE.search(_unquoted(text))]
        if topics:
            cells = tuple(ref for ref, _ in topics[:SHOWN])
            texts = tuple(text[:LONGEST] for _, text in topics[:SHOWN])
            found.append(Noted("dde", sheet.name, cells, len(topics), texts))
    return found


def _no_width(attributes: dict[str, str]) -> bool:
    return attributes.get("hidden") in _TRUE or attributes.get("width") == "0"


def _unquoted(text: str) -> str:
    return _QUOTED.sub("", text)


class _Scan:
    """One look over a sheet's cells for what cannot be seen. Its part passed preflight, which bounds it."""

    def __init__(self, unseen: Unseen) -> None:
        self.same = {str(number) for number in unseen.same_colour}
        self.empty = {str(number) for number in unseen.empty}
        self.hidden_columns: list[tuple[int, int]] = []
        self.rows: dict[int, None] = {}
        self.columns: dict[str, str] = {}
        self.invisible: list[str] = []
        self.concealed: list[str] = []

    def notes(self, name: str, data: bytes) -> list[Noted]:
        """The facts of this sheet; ExpatError where it is not XML."""
        row = ref = style = ""
        line = 0
        hidden = False

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal row, line, ref, style, hidden
            word = tag.rpartition(":")[2]
            if word == "c":
                ref, style = attributes.get("r", ""), attributes.get("s", "0")
            elif word in {"v", "is"}:
                self._value(ref, style, hidden, line)
            elif word == "row":
                row = attributes.get("r", "")
                line = int(row) if row.isdecimal() and len(row) < 8 else line + 1
                hidden = attributes.get("hidden") in _TRUE or attributes.get("ht") == "0"
            elif word == "col" and _no_width(attributes) and len(self.hidden_columns) < MAX_RANGES:
                first, last = attributes.get("min", ""), attributes.get("max", "")
                if first.isdecimal() and last.isdecimal() and max(len(first), len(last)) < 8:
                    self.hidden_columns.append((int(first), int(last)))

        parser = expat.ParserCreate()
        parser.StartElementHandler = start
        parser.Parse(data, True)
        return self._found(name)

    def _value(self, ref: str, style: str, hidden: bool, line: int) -> None:
        if hidden and len(self.rows) < MAX_KEPT:
            self.rows[line] = None
        if self.hidden_columns:
            letters = ref.rstrip("0123456789")
            if letters not in self.columns:
                number = 0
                for char in letters[:4].upper():
                    number = number * 26 + ord(char) - 64
                inside = any(first <= number <= last for first, last in self.hidden_columns)
                self.columns[letters] = ref if inside else ""
        if style in self.same:
            self.invisible.append(ref)
        elif style in self.empty:
            self.concealed.append(ref)

    def _found(self, name: str) -> list[Noted]:
        found = []
        if self.rows:
            spans = _spans(list(self.rows))
            found.append(Noted("hidden_rows", name, tuple(spans[:SHOWN]), len(self.rows)))
        if columns := [letters for letters, ref in self.columns.items() if ref]:
            found.append(Noted("hidden_columns", name, tuple(f"{c}:{c}" for c in columns[:SHOWN]), len(columns)))
        for kind, cells in (("same_colour", self.invisible), ("empty_format", self.concealed)):
            if cells:
                found.append(Noted(kind, name, tuple(cells[:SHOWN]), len(cells)))
        return found


def _spans(rows: list[int]) -> list[str]:
    """Rows as ranges: `7:9`, `12:12`."""
    out: list[str] = []
    start = previous = rows[0]
    for row in [*rows[1:], -1]:
        if row != previous + 1:
            out.append(f"{start}:{previous}")
            start = row
        previous = row
    return out


def with_file(notes: list[Noted], file: str) -> list[Noted]:
    """The same facts of one of several files."""
    return [note._replace(file=file) for note in notes]


__all__ = ["FAULTS", "Parts", "structure", "with_file"]
