"""Word documents for the tests: read by what they hold, and templates made from a few lines."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import docx
from docx.oxml.ns import qn

from qbe_xl.core.languages import Lang
from qbe_xl.outputs.report.word import shipped

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_BODY = re.compile(r"<w:body>.*</w:body>", re.DOTALL)
_SECTION = '<w:sectPr><w:footerReference w:type="default" r:id="rId5"/><w:pgSz w:w="11906" w:h="16838"/></w:sectPr>'


def opened(data: bytes) -> Any:
    """The document of python-docx."""
    return docx.Document(io.BytesIO(data))


def text_of(element: Any) -> str:
    """The text of a paragraph or a cell."""
    return "".join(each.text or "" for each in element.iter(qn("w:t")))


def paragraphs(data: bytes, contents: bool = False) -> Iterator[tuple[str, str]]:
    """(style's name, text) of every paragraph of the body, in tables too; the table of contents only on request."""
    document = opened(data)
    names = {style.style_id: style.name for style in document.styles}
    inside = False
    for element in document.element.body.iter(qn("w:p")):
        kinds = [each.get(qn("w:fldCharType")) for each in element.iter(qn("w:fldChar"))]
        inside = inside or "begin" in kinds
        if not inside or contents:
            yield names.get(element.style, ""), text_of(element)
        inside = inside and "end" not in kinds


def tables(data: bytes) -> list[list[list[str]]]:
    """Every table as rows of texts."""
    return [
        [[text_of(cell) for cell in row.findall(qn("w:tc"))] for row in table.findall(qn("w:tr"))]
        for table in opened(data).element.body.iter(qn("w:tbl"))
    ]


def parts(data: bytes) -> dict[str, bytes]:
    """Every part of the package."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(content: Mapping[str, bytes]) -> bytes:
    """A package of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in content.items():
            package.writestr(name, data)
    return buffer.getvalue()


def line(text: str) -> str:
    """A paragraph; where the text has a `¦`, a word processor has split it into runs."""
    runs = "".join(f'<w:r><w:t xml:space="preserve">{part}</w:t></w:r>' for part in text.split("¦"))
    return f"<w:p>{runs}</w:p>"


def template(folder: Path, *lines: str, lang: Lang = "zh", **changed: bytes) -> Path:
    """A template of these lines (text, or XML that begins with `<w:`) in our styles; `changed`: other parts, `__` for `/`."""
    content = parts(shipped(lang))
    body = "".join(each if each.startswith("<w:") else line(each) for each in lines)
    document = content["word/document.xml"].decode("utf-8")
    content["word/document.xml"] = _BODY.sub(lambda _: f"<w:body>{body}{_SECTION}</w:body>", document).encode("utf-8")
    content |= {name.replace("__", "/").replace("_xml", ".xml"): data for name, data in changed.items()}
    path = folder / "模板.docx"
    path.write_bytes(packed(content))
    return path
