"""Changing a few places of a package: every other byte of a changed part, and every other part as it is packed, stays.

For packages that passed preflight. A part is never written anew: one expat pass finds where its elements stand, and
texts are put in between. 只改动个别位置：其余部件逐字节不变，被改的部件也只在所改之处不同。
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from qbe_xl.core.languages import Text
from qbe_xl.safety.package import Refused

_START = re.compile(rb"""<[^\s/>]+(?:\s+[^\s=]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*/?>""")
_ATTRIBUTE = re.compile(rb"""\s+([^\s=]+)\s*=\s*(?:"[^"]*"|'[^']*')""")
_CLOSING = re.compile(rb"</[^>]*>")
_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_PLAIN = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MOST_DEPTH = 256
_MOST_ELEMENTS = 300_000  # of a part that is looked into as a whole

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_LOCAL_HEAD = struct.Struct("<4s5H3I2H")
_CENTRAL_HEAD = struct.Struct("<4s4B4H3I5H2I")
_END_HEAD = struct.Struct("<4s4H2IH")
_SIZES_FOLLOW, _UTF8 = 0x08, 0x800
_NEW_DATE = (1980, 1, 1, 0, 0, 0)  # a fixed one: the same input gives the same bytes


# ---- the places in a part


@dataclass(slots=True)
class Element:
    """An element and where it stands: its tag from `start` to `inside`, all of it to `end`; offsets in bytes.

    `name` is without prefix, `tag` with it. `closing` is where its closing tag begins; an empty `<a/>` has
    `closing == inside == end`. `kids` are kept for elements that `Outline` was asked to keep.
    """

    name: str
    tag: str
    attributes: dict[str, str]
    start: int
    inside: int = 0
    closing: int = 0
    end: int = 0
    empty: bool = False
    kids: list[Element] = field(default_factory=list)
    text: str = ""

    @property
    def prefix(self) -> str:
        """`x:` where the element is written `<x:…>`, else ""."""
        return self.tag[: self.tag.rfind(":") + 1]

    def first(self, name: str) -> Element | None:
        """The first child of that name."""
        return next((kid for kid in self.kids if kid.name == name), None)


class Scan:
    """One pass over a part. `opened` and `closed` are called with each element and how deep it stands (the root: 0).

    `opened` may return False: nothing below that element is told. `closed` also has the offset that `locate` wants.
    The texts of elements named in `texts` are collected, without those of elements below them that are told.
    Refused where the part is broken, not in UTF-8, nested too deeply or declares a DTD.
    """

    def __init__(
        self,
        data: bytes,
        opened: Callable[[Element, int], bool | None],
        closed: Callable[[Element, int, int], None],
        texts: frozenset[str] = frozenset(),
        about: str = "",
    ) -> None:
        self.data, self.opened, self.closed, self.texts, self.about = data, opened, closed, texts, about
        self.stack: list[Element] = []
        self.skipped = 0
        self.collecting: list[str] | None = None
        check_encoding(data, about)
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.StartDoctypeDeclHandler = self._dtd
        self.parser = parser
        try:
            parser.Parse(data, True)
        except (expat.ExpatError, LookupError) as error:
            raise Refused("QBE-FIL-007", file=about, problem=Text("XML 不完整", "broken XML")) from error

    def _dtd(self, *_: object) -> NoReturn:
        raise Refused("QBE-FIL-010", file=self.about, problem=Text("含有 DTD 声明", "it declares a DTD"))

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if self.skipped:
            self.skipped += 1
            return
        element = Element(tag.rpartition(":")[2], tag, attributes, self.parser.CurrentByteIndex)
        depth = len(self.stack)
        if depth > _MOST_DEPTH:
            raise Refused("QBE-FIL-010", file=self.about, problem=Text("XML 嵌套过深", "XML is nested too deeply"))
        self.stack.append(element)
        if element.name in self.texts:
            self.collecting = []
            self.parser.CharacterDataHandler = self.collecting.append
        if self.opened(element, depth) is False:
            self.skipped = 1

    def _end(self, tag: str) -> None:
        if self.skipped:
            self.skipped -= 1
            if self.skipped:
                return
        element = self.stack.pop()
        if self.collecting is not None and element.name in self.texts:
            element.text = "".join(self.collecting)
            self.collecting = None
            self.parser.CharacterDataHandler = None
        self.closed(element, len(self.stack), self.parser.CurrentByteIndex)


def start_tag(data: bytes, element: Element) -> bytes:
    """The element's start tag as it is written."""
    tag = _START.match(data, element.start)
    if tag is None:  # cannot be, of what the parser took for a tag
        raise Refused("QBE-FIL-007", file="", problem=Text("XML 不完整", "broken XML"))
    return tag[0]


def locate(data: bytes, element: Element, at: int) -> None:
    """Fill in where an element's pieces stand; `at` is what the parser says when the element ends.

    For `<v/>` that is the place behind it, where another element's closing tag may stand.
    """
    tag = start_tag(data, element)
    element.inside = element.start + len(tag)
    if tag.endswith(b"/>"):
        element.empty, element.closing, element.end = True, element.inside, element.inside
        return
    closing = _CLOSING.match(data, at)
    element.closing, element.end = at, closing.end() if closing else at


def outline(
    data: bytes, about: str, depth: int = 2, texts: Iterable[str] = (), within: Iterable[str] | None = None
) -> Element:
    """The root element with its kids down to `depth` levels; what stands deeper is passed over.

    `within`: only below these children of the root. Refused (QBE-FIL-010) where there are too many elements.
    """
    roots: list[Element] = []
    above: list[Element] = []
    wanted = None if within is None else frozenset(within)
    count = 0

    def opened(element: Element, level: int) -> bool:
        nonlocal count
        count += 1
        if count > _MOST_ELEMENTS:
            raise Refused("QBE-FIL-010", file=about, problem=Text("部件内容过多", "a part holds too much"))
        del above[level:]
        (above[-1].kids if above else roots).append(element)
        above.append(element)
        return level < depth and (level != 1 or wanted is None or element.name in wanted)

    def closed(element: Element, level: int, at: int) -> None:
        locate(data, element, at)

    Scan(data, opened, closed, frozenset(texts), about)
    return roots[0]


def check_encoding(data: bytes, about: str) -> None:
    """Refused (QBE-FIL-010) where a part is in another encoding than UTF-8: offsets would mean something else."""
    declared = _ENCODING.search(data[:200])
    if b"\0" in data[:64] or (declared is not None and declared[1].lower() not in _PLAIN):
        raise Refused("QBE-FIL-010", file=about, problem=Text("部件不是 UTF-8 编码", "a part is not in UTF-8"))


# ---- the changes


class Edits:
    """Changes of one part, applied together; places are those of the part as it was."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._edits: list[tuple[int, int, int, bytes]] = []

    def __bool__(self) -> bool:
        return bool(self._edits)

    def replace(self, start: int, end: int, new: bytes) -> None:
        """Put `new` in place of what stands from `start` to `end`."""
        self._edits.append((start, end, len(self._edits), new))

    def insert(self, at: int, new: bytes) -> None:
        """Put `new` before what stands at `at`; several at one place stay in the order in which they came."""
        self.replace(at, at, new)

    def append_to(self, element: Element, new: bytes) -> None:
        """Put `new` behind the last child; `<a/>` becomes `<a>…</a>`. At most once an element."""
        if element.empty:
            tag = self.data[element.start : element.inside]
            self.replace(element.start, element.end, opened_tag(tag) + new + f"</{element.tag}>".encode())
        else:
            self.insert(element.closing, new)

    def attribute(self, element: Element, name: str, value: str) -> None:
        """Set an attribute of the element's tag."""
        tag = self.data[element.start : element.inside]
        self.replace(element.start, element.inside, with_attribute(tag, name, value))

    def result(self) -> bytes:
        """The part with all changes."""
        pieces, last = [], 0
        for start, end, _, new in sorted(self._edits, key=lambda edit: edit[:3]):
            pieces += [self.data[last:start], new]
            last = end
        pieces.append(self.data[last:])
        return b"".join(pieces)


def with_attribute(tag: bytes, name: str, value: str | None) -> bytes:
    """A start tag with an attribute set, or without it where `value` is None."""
    new = b"" if value is None else b" " + name.encode() + b'="' + escaped(value) + b'"'
    for found in _ATTRIBUTE.finditer(tag):
        if found[1] == name.encode():
            return tag[: found.start()] + new + tag[found.end() :]
    end = len(tag) - (2 if tag.endswith(b"/>") else 1)
    return tag[:end].rstrip() + new + tag[end:]


def first_tag(xml: bytes) -> bytes:
    """The start tag with which a piece of XML begins."""
    found = _START.match(xml)
    return xml if found is None else found[0]


def opened_tag(tag: bytes) -> bytes:
    """`<a b="c"/>` as `<a b="c">`."""
    return tag[:-2].rstrip() + b">" if tag.endswith(b"/>") else tag


def escaped(text: str) -> bytes:
    """Text as it may stand in XML, in attributes too; ASCII, so that it is the same in every encoding."""
    clean = _NOT_IN_XML.sub("\ufffd", text)
    for char, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("\n", "&#10;"), ("\r", "&#13;")):
        clean = clean.replace(char, name)
    return clean.replace("\t", "&#9;").encode("ascii", "xmlcharrefreplace")


# ---- the package


@dataclass(frozen=True)
class _Entry:
    """A member on its way into the new package: as packed, and what its headers say."""

    name: bytes
    flags: int
    method: int
    time: int
    date: int
    crc: int
    size: int
    version: int
    created: int
    system: int
    internal: int
    external: int
    comment: bytes
    packed: bytes


def with_parts(data: bytes, parts: Mapping[str, bytes], about: str = "") -> bytes:
    """The package with some parts replaced, and new ones behind the others.

    All others keep their packed bytes, order, dates and attributes. Refused (QBE-FIL-007) where members of the package
    lie over one another, for their copies could be larger than anything that was checked.
    """
    entries: list[_Entry] = []
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        infos = source.infolist()
        comment = source.comment
        if sum(info.compress_size for info in infos) > len(data):
            problem = Text("压缩包各部分重叠", "members of the package lie over one another")
            raise Refused("QBE-FIL-007", file=about, problem=problem)
        for info in infos:
            changed = parts.get(info.filename)
            entries.append(_kept(info, data, about) if changed is None else _written(info, changed))
        known = {info.filename for info in infos}
    for name in parts:
        if name not in known:
            entries.append(_written(zipfile.ZipInfo(name, _NEW_DATE), parts[name], new=True))
    return _assembled(entries, comment)


def _name_bytes(info: zipfile.ZipInfo) -> bytes:
    return info.orig_filename.encode("utf-8" if info.flag_bits & _UTF8 else "cp437")


def _kept(info: zipfile.ZipInfo, data: bytes, about: str) -> _Entry:
    head = data[info.header_offset : info.header_offset + _LOCAL_HEAD.size]
    if len(head) < _LOCAL_HEAD.size or head[:4] != _LOCAL:
        raise Refused("QBE-FIL-007", file=about, problem=Text("压缩包结构不完整", "the package is broken"))
    fields = _LOCAL_HEAD.unpack(head)
    start = info.header_offset + _LOCAL_HEAD.size + fields[9] + fields[10]
    packed = data[start : start + info.compress_size]
    if len(packed) < info.compress_size:
        raise Refused("QBE-FIL-007", file=about, problem=Text("压缩包结构不完整", "the package is broken"))
    return _entry(info, info.compress_type, info.CRC, info.file_size, packed)


def _written(info: zipfile.ZipInfo, content: bytes, new: bool = False) -> _Entry:
    if new:
        info.create_system, info.external_attr, info.compress_type = 0, 0, zipfile.ZIP_DEFLATED
    method = zipfile.ZIP_STORED if info.compress_type == zipfile.ZIP_STORED else zipfile.ZIP_DEFLATED
    packed = content
    if method == zipfile.ZIP_DEFLATED:
        packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
        packed = packer.compress(content) + packer.flush()
    return _entry(info, method, zlib.crc32(content), len(content), packed)


def _entry(info: zipfile.ZipInfo, method: int, crc: int, size: int, packed: bytes) -> _Entry:
    year, month, day, hour, minute, second = info.date_time
    return _Entry(
        name=_name_bytes(info),
        flags=info.flag_bits & ~_SIZES_FOLLOW,  # the sizes stand in the header from now on
        method=method,
        time=hour << 11 | minute << 5 | second // 2,
        date=(year - 1980) << 9 | month << 5 | day,
        crc=crc,
        size=size,
        version=max(info.extract_version & 0xFF, 20),
        created=info.create_version & 0xFF,
        system=info.create_system & 0xFF,
        internal=info.internal_attr,
        external=info.external_attr,
        comment=info.comment,
        packed=packed,
    )


def _assembled(entries: list[_Entry], comment: bytes) -> bytes:
    out = io.BytesIO()
    central = []
    for each in entries:
        offset = out.tell()
        common = (each.flags, each.method, each.time, each.date, each.crc, len(each.packed), each.size, len(each.name))
        out.write(_LOCAL_HEAD.pack(_LOCAL, each.version, *common, 0) + each.name + each.packed)
        versions = (each.created, each.system, each.version, 0)
        tail = (0, len(each.comment), 0, each.internal, each.external, offset)
        central.append(_CENTRAL_HEAD.pack(_CENTRAL, *versions, *common, *tail) + each.name + each.comment)
    start = out.tell()
    out.write(b"".join(central))
    length = out.tell() - start
    out.write(_END_HEAD.pack(_END, 0, 0, len(entries), len(entries), length, start, len(comment)) + comment)
    return out.getvalue()
