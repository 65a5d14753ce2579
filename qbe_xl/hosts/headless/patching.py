"""Putting values into the formula cells of a package: only their results change, every other byte stays."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from qbe_xl.core.languages import Text
from qbe_xl.formula import CellValue, ErrorValue
from qbe_xl.safety import Refused
from qbe_xl.safety.patching import check_encoding

_TAG = re.compile(rb"""<[^\s/>]+(?:\s+[^\s=]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*(/?)>""")
_CLOSING = re.compile(rb"</[^>]*>")
_TYPE = re.compile(rb"""\st\s*=\s*(?:"[^"]*"|'[^']*')""")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_TYPES = {"b": b"b", "e": b"e", "str": b"str"}


@dataclass
class _Cell:
    """A formula cell on its way: where its pieces stand in the part."""

    ref: str
    start: int
    type: str
    prefix: bytes
    formula_start: int = -1
    insert_at: int = -1
    value_start: int = -1
    value_end: int = -1
    cached: list[str] = field(default_factory=list)
    formula: bool = False


@dataclass(frozen=True)
class Patched:
    """A part with new results, and the results that were there (None: none)."""

    data: bytes
    cached: Mapping[str, CellValue]


def patched_sheet(data: bytes, values: Mapping[str, CellValue], name: str) -> Patched:
    """A sheet's part with the results of formula cells replaced by `values`; a cell without a formula is left alone.

    Refused (QBE-FIL-010) for a part in another encoding than UTF-8; the part must have passed preflight.
    """
    check_encoding(data, name)
    scan = _Scan(data, values)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = scan.start, scan.end
    scan.parser = parser
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise Refused("QBE-FIL-007", file=name, problem=Text("XML 不完整", "broken XML")) from error
    pieces, last = [], 0
    for start, end, new in scan.edits:
        pieces += [data[last:start], new]
        last = end
    pieces.append(data[last:])
    return Patched(b"".join(pieces), scan.cached)


class _Scan:
    def __init__(self, data: bytes, values: Mapping[str, CellValue]) -> None:
        self.data, self.values = data, values
        self.edits: list[tuple[int, int, bytes]] = []
        self.cached: dict[str, CellValue] = {}
        self.cell: _Cell | None = None
        self.parser: expat.XMLParserType

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        word = tag.rpartition(":")[2]
        if word == "c":
            ref = attributes.get("r", "")
            self.cell = None
            if ref in self.values:
                prefix = tag[: len(tag) - 1].encode()
                self.cell = _Cell(ref, self.parser.CurrentByteIndex, attributes.get("t", "n"), prefix)
        elif self.cell is not None and word == "f":
            self.cell.formula = True
            self.cell.formula_start = self.parser.CurrentByteIndex
        elif self.cell is not None and word == "v":
            self.cell.value_start = self.parser.CurrentByteIndex
            self.parser.CharacterDataHandler = self.cell.cached.append

    def end(self, tag: str) -> None:
        cell, word = self.cell, tag.rpartition(":")[2]
        if cell is None or word not in {"c", "f", "v"}:
            return
        if word == "c":
            self._finish(cell)
            self.cell = None
        elif word == "f":
            cell.insert_at = self._end(cell.formula_start, self.parser.CurrentByteIndex)
        else:
            self.parser.CharacterDataHandler = None
            cell.value_end = self._end(cell.value_start, self.parser.CurrentByteIndex)

    def _end(self, start: int, at: int) -> int:
        """Where an element ends that starts at `start` and whose end was reported at `at`.

        For `<v/>` the parser reports the place behind it, where another element's closing tag may stand.
        """
        only = _TAG.match(self.data, start)
        if only is not None and only[1]:
            return only.end()
        found = _CLOSING.match(self.data, at)
        return found.end() if found else at

    def _finish(self, cell: _Cell) -> None:
        if not cell.formula:
            return
        value = self.values[cell.ref]
        old = _cached(cell.type, "".join(cell.cached) if cell.value_start >= 0 else None)
        self.cached[cell.ref] = old
        if old == value and type(old) is type(value):
            return
        kind, text = _written(value)
        tag = _TAG.match(self.data, cell.start)
        if tag is None:
            return
        if kind != cell.type and not (kind == "n" and cell.type == "n"):
            head = _TYPE.sub(b"", tag[0])
            if kind != "n":
                head = head[:-1] + b' t="' + _TYPES[kind] + b'">'
            self.edits.append((tag.start(), tag.end(), head))
        new = b"<%bv>%b</%bv>" % (cell.prefix, text, cell.prefix)
        start, end = cell.value_start, cell.value_end
        self.edits.append((start, end, new) if start >= 0 else (cell.insert_at, cell.insert_at, new))


def _cached(kind: str, text: str | None) -> CellValue:
    if text is None or (text == "" and kind == "n"):
        return None
    if kind == "n":
        try:
            return float(text)
        except ValueError:
            return text
    if kind == "b":
        return text == "1"
    return ErrorValue(text) if kind == "e" else text


def _written(value: CellValue) -> tuple[str, bytes]:
    """The type and text of a result in the package."""
    if isinstance(value, bool):
        return "b", b"1" if value else b"0"
    if isinstance(value, ErrorValue):
        return "e", value.encode()
    if isinstance(value, str):
        text = _NOT_IN_XML.sub("", value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return "str", text.encode()
    number = float(value or 0)
    return "n", (str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)).encode()
