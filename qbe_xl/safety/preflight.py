"""Preflight: every submitted file is hostile until read.

One pass over the package before anything else opens it: what kind of file it is, whether it stays within bounds,
and its structure (sheets, formulas as text, merges, hidden names). 预检：先判明文件种类、是否在安全范围内，再读取。
"""

from __future__ import annotations

import hashlib
import io
import os
import posixpath
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from qbe_xl.core.languages import Text
from qbe_xl.safety.package import OtherFormat, PackageFacts, Refused, SheetContents, SheetFacts
from qbe_xl.safety.sniffing import ZIP, refuse_other_kinds

MAX_FILE = 20 << 20  # bytes of the file
MAX_PART = 60 << 20  # bytes of one part, unpacked
MAX_UNPACKED = 120 << 20  # bytes of all parts, unpacked
MAX_PARTS = 2_000
RATIO_FROM = 1 << 20  # parts from this size on must not be packed more tightly than MAX_RATIO
MAX_RATIO = 200
MAX_ROW = 20_000
MAX_COLUMN_LETTERS = 2  # to column ZZ; cells further right are read only where few rows have them
MAX_WIDE_ROWS = 100
MAX_CELLS = 1_500_000  # of all sheets, blank formatted ones included
MAX_MERGES = 50_000
MAX_TAG = 2 << 20  # bytes of one tag or comment
MAX_FORMULA = 8_192  # characters, as in Excel
MAX_SHEETS = 256
MAX_NAMES = 5_000
CHUNK = 1 << 18

_STRICT = "purl.oclc.org/ooxml"
_XML_SUFFIXES = (".xml", ".rels", ".vml")
_PLAIN_ENCODINGS = {b"utf-8", b"utf8", b"us-ascii", b"ascii"}
_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_RANGE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Za-z]{1,3})\$?([0-9]{1,7}))?")

StartHandler = Callable[[str, dict[str, str]], None]


def preflight(path: Path | str, sheets: bool = True) -> PackageFacts:
    """The structure of a workbook that may safely be read; Refused, with a finding's code, where it may not.

    Never runs or evaluates anything, follows no link, and stops at the first bound that is crossed. With `sheets` False
    a sheet is looked into only when it is asked for: for readers that need some of the sheets and open no other.
    """
    path = Path(path)
    data = _content(path)
    try:
        refuse_other_kinds(path, data)
    except OtherFormat as other:
        if other.kind == "ods":  # a package too, with the same bounds
            with _opened(data, path.name) as package:
                _Inspection(package, path.name, data).check_directory()
        raise
    return inspect(data, path.name, sheets)


def inspect(data: bytes, name: str, sheets: bool = True) -> PackageFacts:
    """As `preflight`, of a package's bytes; `name` stands in messages."""
    with _opened(data, name) as package:
        found = _Inspection(package, name, data).facts()
    if sheets:
        for sheet in found.sheets:
            _ = sheet.contents
    return found


def checked_package(path: Path | str) -> bytes:
    """The bytes of a package of whatever kind, whose parts are within the bounds and declare no DTD; Refused otherwise."""
    path = Path(path)
    data = _content(path)
    if not data.startswith(ZIP):
        raise Refused("QBE-FIL-004", file=path.name)
    with _opened(data, path.name) as package:
        inspection = _Inspection(package, path.name, data)
        inspection.check_directory()
        for part, info in inspection.parts.items():
            if part.lower().endswith(_XML_SUFFIXES):
                inspection.no_dtd(info)
    return data


@contextmanager
def _opened(data: bytes, name: str) -> Iterator[zipfile.ZipFile]:
    """The package; what is wrong with its structure becomes a refusal."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            yield package
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
        _damaged(name, error)
    except RuntimeError as error:  # zipfile's word for a member that needs a password
        raise Refused("QBE-FIL-006", file=name) from error


def _damaged(
    name: str, error: Exception | None = None, zh: str = "压缩包结构不完整", en: str = "the package is broken"
) -> NoReturn:
    raise Refused("QBE-FIL-007", file=name, problem=Text(zh, en)) from error


def _beyond(name: str, zh: str, en: str) -> NoReturn:
    raise Refused("QBE-FIL-010", file=name, problem=Text(zh, en))


def _content(path: Path) -> bytes:
    """The file's bytes, read once; refuses what is not a regular file of bearable size."""
    try:
        status = os.stat(path)
    except FileNotFoundError as error:
        raise Refused("QBE-FIL-001", file=str(path)) from error
    except (OSError, ValueError) as error:
        raise Refused("QBE-FIL-011", file=path.name, problem=str(getattr(error, "strerror", None) or error)) from error
    if stat.S_ISDIR(status.st_mode):
        raise Refused("QBE-FIL-002", file=path.name)
    if not stat.S_ISREG(status.st_mode):
        raise Refused("QBE-FIL-011", file=path.name, problem=Text("不是普通文件", "not a regular file"))
    if status.st_size == 0:
        raise Refused("QBE-FIL-003", file=path.name)
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_FILE + 1)
    except OSError as error:
        raise Refused("QBE-FIL-011", file=path.name, problem=error.strerror or str(error)) from error
    if len(data) > MAX_FILE:
        _beyond(path.name, f"文件大于 {MAX_FILE >> 20} MB", f"the file is larger than {MAX_FILE >> 20} MB")
    return data


class _Inspection:
    """One package under inspection."""

    def __init__(self, package: zipfile.ZipFile, name: str, data: bytes) -> None:
        self.package = package
        self.name = name
        self.data = data
        self.parts: dict[str, zipfile.ZipInfo] = {}
        self.cells = 0
        self.merges = 0
        self.locked = False

    def facts(self) -> PackageFacts:
        self.check_directory()
        workbook = self._workbook_part()
        sheets, names, local_names = self._workbook(workbook)
        relations = self._relations(workbook)
        parsed: set[str] = set()
        found = []
        for sheet_name, relation, state in sheets:
            target, kind = relations.get(relation, ("", ""))
            if target not in self.parts:
                _damaged(self.name, None, f"缺少工作表“{sheet_name}”", f"the sheet “{sheet_name}” is missing")
            if target in parsed:
                _beyond(self.name, "两张工作表共用一个部件", "two sheets share one part")
            parsed.add(target)
            found.append(SheetFacts(sheet_name, target, kind, state, partial(self._contents, target)))
        for part, info in self.parts.items():
            if part not in parsed and part.lower().endswith(_XML_SUFFIXES):
                self.no_dtd(info)
        return PackageFacts(
            name=self.name,
            sha256=hashlib.sha256(self.data).hexdigest(),
            sheets=tuple(found),
            names=names,
            local_names=local_names,
            locked=self.locked,
            has_macros=any(part.lower().endswith("vbaproject.bin") for part in self.parts),
            external_links=any("/externallinks/" in part.lower() for part in self.parts),
            data=self.data,
        )

    # ---- the directory of the package

    def check_directory(self) -> None:
        """The package's list of parts: their number, names and sizes; Refused where it is beyond the bounds."""
        infos = self.package.infolist()
        if len(infos) > MAX_PARTS:
            _beyond(self.name, f"部件多于 {MAX_PARTS} 个", f"more than {MAX_PARTS} parts")
        seen: set[str] = set()
        unpacked = 0
        for info in infos:
            part = info.filename
            if part.lower() in seen:
                _beyond(self.name, f"部件重复：{part[:60]}", f"a part stands twice: {part[:60]}")
            seen.add(part.lower())
            if part.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", part) or ":" in part:
                _beyond(self.name, "部件名指向包外", "a part's name points outside the package")
            if info.flag_bits & 1:
                raise Refused("QBE-FIL-006", file=self.name)
            unpacked += info.file_size
            tight = info.file_size >= RATIO_FROM and info.file_size > MAX_RATIO * max(info.compress_size, 1)
            if info.file_size > MAX_PART or unpacked > MAX_UNPACKED or tight:
                _beyond(self.name, "解压后过大", "too large once unpacked")
            self.parts[part] = info

    def _workbook_part(self) -> str:
        if "[Content_Types].xml" not in self.parts:
            raise Refused("QBE-FIL-004", file=self.name)
        for target, kind in self._relations("").values():
            if kind == "officeDocument" and target in self.parts:
                if target.endswith(".bin"):
                    raise OtherFormat("QBE-FIL-009", "xlsb", self.name, self.data, file=self.name, kind=".xlsb")
                if target.startswith(("word/", "ppt/")):
                    raise Refused("QBE-FIL-004", file=self.name)
                return target
        if "xl/workbook.xml" in self.parts:
            return "xl/workbook.xml"
        raise Refused("QBE-FIL-004", file=self.name)

    # ---- parts

    def _parse(
        self, part: str, start: StartHandler, prepare: Callable[[expat.XMLParserType], None] | None = None
    ) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = start
        parser.StartDoctypeDeclHandler = self._dtd
        if prepare:
            prepare(parser)
        try:
            with self.package.open(self.parts[part]) as file:
                fed = 0
                while chunk := file.read(CHUNK):
                    parser.Parse(chunk, False)
                    fed += len(chunk)
                    if fed - parser.CurrentByteIndex > MAX_TAG:  # the parser begins anew with each piece of a tag
                        _beyond(self.name, "单个标记过长", "a single tag is too long")
                parser.Parse(b"", True)
        except (expat.ExpatError, LookupError) as error:  # LookupError: an encoding that Python does not know
            _damaged(self.name, error, f"{part} 不是完整的 XML", f"{part} is not well-formed XML")

    def _dtd(self, *_: object) -> NoReturn:
        _beyond(self.name, "含有 DTD 声明", "it declares a DTD")

    def no_dtd(self, info: zipfile.ZipInfo) -> None:
        """Parts that are not looked into must not declare a DTD either, whatever their encoding."""
        data = self.package.read(info)
        declared = _ENCODING.search(data[:200])
        plain = b"\0" not in data[:64] and (declared is None or declared[1].lower() in _PLAIN_ENCODINGS)
        if not plain:
            self._parse(info.filename, lambda tag, attributes: None)
        elif b"<!DOCTYPE" in data:
            self._dtd()

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Relation id to (part, last word of the type) for `part`, or for the package itself."""
        folder, base = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{base}.rels")
        out: dict[str, tuple[str, str]] = {}
        if rels not in self.parts:
            return out

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag.rpartition(":")[2] == "Relationship" and attributes.get("TargetMode") != "External":
                kind = attributes.get("Type", "")
                if _STRICT in kind:
                    raise Refused("QBE-FIL-008", file=self.name)
                target = attributes.get("Target", "")
                target = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
                out[attributes.get("Id", "")] = (target, kind.rpartition("/")[2])

        self._parse(rels, start)
        return out

    def _workbook(self, part: str) -> tuple[list[tuple[str, str, str]], dict[str, str], dict[str, str]]:
        """Sheets as (name, relation id, state) in their order, and the defined names: of the workbook, and of sheets."""
        sheets: list[tuple[str, str, str]] = []
        names: dict[str, str] = {}
        local: dict[str, str] = {}
        current: list[str] = []
        held = names
        holder: list[expat.XMLParserType] = []

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal held
            word = tag.rpartition(":")[2]
            if word == "workbook" and any(_STRICT in value for value in attributes.values()):
                raise Refused("QBE-FIL-008", file=self.name)
            if word == "sheet":
                relation = next((v for k, v in attributes.items() if k == "r:id" or k.endswith(":id")), "")
                sheets.append((attributes.get("name", ""), relation, attributes.get("state", "visible")))
                if len(sheets) > MAX_SHEETS:
                    _beyond(self.name, f"工作表多于 {MAX_SHEETS} 张", f"more than {MAX_SHEETS} sheets")
            elif word == "workbookProtection":
                self.locked = any("assword" in name or "Hash" in name for name in attributes)
            elif word == "definedName" and ("localSheetId" not in attributes or len(local) < MAX_NAMES):
                name = attributes.get("name", "")
                held = names if "localSheetId" not in attributes else local
                held[name] = ""
                current[:] = [name]
                if len(names) > MAX_NAMES:
                    _beyond(self.name, f"定义的名称多于 {MAX_NAMES} 个", f"more than {MAX_NAMES} defined names")
                holder[0].CharacterDataHandler = text

        def text(content: str) -> None:
            if current and len(held[current[0]]) < MAX_FORMULA:
                held[current[0]] += content

        def end(tag: str) -> None:
            if current and tag.rpartition(":")[2] == "definedName":
                current.clear()
                holder[0].CharacterDataHandler = None

        def prepare(parser: expat.XMLParserType) -> None:
            parser.EndElementHandler = end
            holder.append(parser)

        self._parse(part, start, prepare)
        return sheets, names, local

    def _contents(self, part: str) -> SheetContents:
        scan = SheetScan(self)
        with _opened(self.data, self.name) as self.package:
            self._parse(part, scan.root, scan.attach)
        scan.finish()
        return SheetContents(
            scan.formulas, scan.shared, frozenset(scan.uncached), tuple(scan.merges), scan.filled, scan.last_row
        )

    def within(self, cells: int, merges: int) -> None:
        """Count what one more sheet holds; refuses when the workbook holds too much."""
        if self.cells + cells > MAX_CELLS:
            _beyond(self.name, f"单元格多于 {MAX_CELLS} 个", f"more than {MAX_CELLS} cells")
        if self.merges + merges > MAX_MERGES:
            _beyond(self.name, f"合并区域多于 {MAX_MERGES} 个", f"more than {MAX_MERGES} merged ranges")


class SheetScan:
    """The handlers of one sheet. Text is collected inside formula cells alone: a handler a cell costs too much."""

    def __init__(self, inspection: _Inspection) -> None:
        self.inspection = inspection
        self.formulas: dict[str, str] = {}
        self.shared: dict[str, str] = {}
        self.uncached: set[str] = set()
        self.merges: list[str] = []
        self.seen = 0
        self.filled = 0
        self.last_row = 0
        self.parser: expat.XMLParserType
        self.finish: Callable[[], None] = lambda: None

    def attach(self, parser: expat.XMLParserType) -> None:
        """Keep the parser, whose handlers change with the root element's prefix."""
        self.parser = parser

    def root(self, tag: str, attributes: dict[str, str]) -> None:
        """The first element: refuses Strict sheets, and sets the handlers for its prefix."""
        name = self.inspection.name
        if any(_STRICT in value for value in attributes.values()):
            raise Refused("QBE-FIL-008", file=name)
        prefix = tag[: tag.rfind(":") + 1]
        cell, value, formula, row, inline, merge = (prefix + word for word in ("c", "v", "f", "row", "is", "mergeCell"))
        parser, formulas, shared, uncached, merges = self.parser, self.formulas, self.shared, self.uncached, self.merges
        within = self.inspection.within
        seen = filled = line = 0
        last = held = 0  # the last row that holds anything, and how much was held before the present row
        ref = kind = before = ""
        pending = valued = False  # a formula, and a result, whose texts have not been taken yet
        texts: list[str] = []
        wide: set[int] = set()

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal seen, filled, ref, kind, pending, valued, line, before, last, held
            if tag == value:
                if pending:
                    take()
                else:
                    filled += 1
            elif tag == cell:
                if pending:
                    settle()
                seen += 1
                kind = attributes.get("t", "")
                ref = attributes.get("r") or following(before)
                before = ref
                if ref[1:3].isalpha() or len(ref) > 7:
                    check(ref)
            elif tag == formula:
                pending = True
                valued = False
                formulas[ref] = ""
                texts.clear()
                if attributes.get("t") == "shared":
                    shared[ref] = attributes.get("si", "")
                # stays on from the first formula: switching it for each cell costs more
                parser.CharacterDataHandler = texts.append
            elif tag == row:
                if pending:
                    settle()
                texts.clear()
                before = ""
                if filled + len(formulas) > held:
                    held = filled + len(formulas)
                    last = bounded(line)
                number = attributes.get("r")
                if number is None:
                    line += 1
                elif number.isdecimal() and len(number) < 8:
                    line = int(number)
                if number is not None and str(line) != number.lstrip("0"):
                    bounded(MAX_ROW + 1)
                within(seen, len(merges))
            elif tag == inline:
                filled += 1
            elif tag == merge:
                merges.append(attributes.get("ref", ""))
                within(seen, len(merges))
            elif pending:
                settle()  # behind the last cell there are other texts

        def bounded(row: int) -> int:
            """A row that holds something; empty rows may stand anywhere, as LibreOffice writes them after a deletion."""
            if row > MAX_ROW:
                _beyond(name, f"行号超过 {MAX_ROW}", f"a row beyond {MAX_ROW}")
            return row

        def take() -> None:
            """The formula's text is complete; what follows is its result."""
            nonlocal valued
            text = "".join(texts).strip()
            texts.clear()
            if len(text) > MAX_FORMULA:
                _beyond(name, "公式过长", "a formula is too long")
            formulas[ref] = text
            valued = True

        def settle() -> None:
            """The formula's cell is over: an empty result, as openpyxl writes it, is none, unless it is a text."""
            nonlocal filled, pending
            pending = False
            if not valued:
                take()
                uncached.add(ref)
            elif any(not text.isspace() for text in texts):
                filled += 1
            elif kind != "str":
                uncached.add(ref)
            texts.clear()

        def following(ref: str) -> str:
            """The cell after the one before, for writers that leave references out."""
            letters = ref.rstrip("0123456789")
            number = 0
            for char in letters:
                number = number * 26 + ord(char) - 64
            letters, number = "", number + 1
            while number > 0:
                number, rest = divmod(number - 1, 26)
                letters = chr(65 + rest) + letters
            return f"{letters}{line}"

        def check(ref: str) -> None:
            letters = ref.rstrip("0123456789")
            if len(letters) > MAX_COLUMN_LETTERS:
                wide.add(line)
            malformed = not letters.isascii() or not letters.isupper() or len(letters) > 3 or len(ref) > 10
            if malformed or len(wide) > MAX_WIDE_ROWS:
                _beyond(name, f"单元格 {ref[:12]} 超出范围", f"the cell {ref[:12]} is out of bounds")

        def finish() -> None:
            if pending:
                settle()
            self.seen, self.filled = seen, filled
            self.last_row = bounded(line) if filled + len(formulas) > held else last
            within(seen, len(merges))

        self.finish = finish
        parser.StartElementHandler = start


def cells_out_of_order(data: bytes, part: str) -> str | None:
    """The first cell of a sheet that repeats one or stands before one already passed; None where all are in order.

    Readers keep only one of such cells, so what a person sees and what is read may differ. For packages that passed
    preflight; slower than it, so asked only where fewer cells were read than there are.
    """
    last = (0, 0)
    row = column = 0
    broken: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal last, row, column
        word = tag.rpartition(":")[2]
        if word == "row":
            row = int(attributes.get("r", row + 1))
            column = 0
        elif word == "c":
            match = _RANGE.fullmatch(attributes.get("r", ""))
            here = row
            if match is not None:
                column = 0
                for char in match[1].upper():
                    column = column * 26 + ord(char) - 64
                here = int(match[2])
            else:
                column += 1
            if (here, column) <= last or here != row:
                broken.append(attributes.get("r", "?"))
            last = max(last, (here, column))

    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parser = expat.ParserCreate()
        parser.StartElementHandler = start
        parser.Parse(package.read(part), True)
    return broken[0] if broken else None
