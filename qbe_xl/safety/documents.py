"""Preflight of a Word document that somebody gives as a template: within bounds, no macros, nothing fetched from outside.

文档模板预检：大小有界、无宏、不取外部内容，才打开。
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from xml.parsers import expat

from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import Text
from qbe_xl.safety.package import Refused
from qbe_xl.safety.preflight import checked_package

MAX_XML = 8 << 20  # bytes of one XML part, unpacked: a report's template has a few hundred kB
MAX_DEPTH = 200  # elements within each other

_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_HARMLESS = "hyperlink"  # of relations that lead out of the package: nothing is fetched until a reader clicks
# Fields that take in other files, or start programs, when they are updated.
_FETCHING = re.compile(
    r"\s*(DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|INCLUDE|IMPORT|LINK|DATABASE|RD|MACROBUTTON)\b", re.IGNORECASE
)
_ACTIVE = ("vbaproject", "vbadata", "activex", "oleobject")
_SAID = {
    "QBE-FIL-001": Text("没有这个文件", "no such file"),
    "QBE-FIL-002": Text("这是文件夹", "it is a folder"),
    "QBE-FIL-003": Text("空文件（0 字节）", "it is empty (0 bytes)"),
    "QBE-FIL-006": Text("设有打开密码", "it is protected by a password"),
}
_NO_DOCUMENT = Text("不是 Word 文档（.docx）", "it is not a Word document (.docx)")


def checked_document(path: Path | str) -> bytes:
    """The bytes of a .docx that may be opened.

    QbeError QBE-DOC-001 (no such file, no Word document, beyond the bounds) or QBE-DOC-002 (it holds what a template must
    not: macros, embedded programs, links that fetch something), each with what was found.
    """
    path = Path(path)
    try:
        data = checked_package(path)
    except Refused as error:
        problem = error.values.get("problem") or _SAID.get(error.code, _NO_DOCUMENT)
        raise QbeError("QBE-DOC-001", file=path.name, problem=problem) from error
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = package.namelist()
        active = next((part for part in parts if any(word in part.lower() for word in _ACTIVE)), None)
        if active is not None:
            raise _unwanted(path, Text(f"宏或嵌入的程序（{active}）", f"a macro or an embedded program ({active})"))
        if not {"[Content_Types].xml", "_rels/.rels"} <= set(parts):
            raise QbeError("QBE-DOC-001", file=path.name, problem=_NO_DOCUMENT)
        for part in parts:
            if part.lower().endswith((".xml", ".rels")):
                _Part(path, part).check(package.read(part))
    return data


def _unwanted(path: Path, what: Text) -> QbeError:
    return QbeError("QBE-DOC-002", file=path.name, what=what)


class _Part:
    """One XML part under inspection."""

    def __init__(self, path: Path, part: str) -> None:
        self.path, self.part = path, part
        self.depth = 0
        self.fields: list[str] = []  # the instructions of the fields that are open
        self.instruction = False
        self.main = False

    def check(self, data: bytes) -> None:
        if len(data) > MAX_XML:
            problem = Text(f"{self.part} 解压后过大", f"{self.part} is too large once unpacked")
            raise QbeError("QBE-DOC-001", file=self.path.name, problem=problem)
        parser = expat.ParserCreate()
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        try:
            parser.Parse(data, True)
        except (expat.ExpatError, LookupError) as error:  # LookupError: an encoding that Python does not know
            problem = Text(f"{self.part} 不是完整的 XML", f"{self.part} is not well-formed XML")
            raise QbeError("QBE-DOC-001", file=self.path.name, problem=problem) from error
        if self.part == "[Content_Types].xml" and not self.main:
            raise QbeError("QBE-DOC-001", file=self.path.name, problem=_NO_DOCUMENT)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            problem = Text(f"{self.part} 嵌套过深", f"{self.part} is nested too deeply")
            raise QbeError("QBE-DOC-001", file=self.path.name, problem=problem)
        name = tag.rpartition(":")[2]
        if name == "Relationship" and attributes.get("TargetMode") == "External":
            if attributes.get("Type", "").rpartition("/")[2] != _HARMLESS:
                target = attributes.get("Target", "")[:60]
                raise _unwanted(self.path, Text(f"指向文件之外的内容（{target}）", f"content from outside ({target})"))
        elif name == "Override" and attributes.get("ContentType") == _MAIN:
            self.main = True
        elif name == "fldSimple":
            self.field(_attribute(attributes, "instr"))
        elif name == "fldChar":
            kind = _attribute(attributes, "fldCharType")
            if kind == "begin":
                self.fields.append("")
            elif self.fields:
                self.field(self.fields[-1])
                if kind == "end":
                    self.fields.pop()
        self.instruction = name == "instrText"

    def end(self, tag: str) -> None:
        self.depth -= 1
        self.instruction = False

    def text(self, content: str) -> None:
        if self.instruction and self.fields:
            self.fields[-1] += content

    def field(self, instruction: str) -> None:
        """Refuse a field that takes in other files."""
        match = _FETCHING.match(instruction)
        if match:
            word = match[1].upper()
            raise _unwanted(self.path, Text(f"会取用其他文件的域（{word}）", f"a field that takes in other files ({word})"))


def _attribute(attributes: dict[str, str], name: str) -> str:
    """An attribute whatever its prefix."""
    return next((value for key, value in attributes.items() if key.rpartition(":")[2] == name), "")
