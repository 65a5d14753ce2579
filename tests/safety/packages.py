"""Workbooks made part by part, sound or not."""

# fmt: off
# ruff: noqa: E501

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from functools import cache

from tests.paths import SAMPLES

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def parts(sheet: str | bytes = "<sheetData/>", head: str = "") -> dict[str, bytes]:
    """The parts of a small sound workbook with this content in its only sheet, S."""
    content = sheet if isinstance(sheet, bytes) else sheet.encode()
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>'.encode(),
        "_rels/.rels": relations(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": workbook(("S", "rId1")),
        "xl/_rels/workbook.xml.rels": relations(
            ("rId1", "worksheet", "worksheets/sheet1.xml"),
            ("rId2", "sharedStrings", "sharedStrings.xml"),
            ("rId3", "styles", "styles.xml"),
        ),
        "xl/worksheets/sheet1.xml": f'<?xml version="1.0"?>{head}<worksheet xmlns="{MAIN}" xmlns:r="{RELS}">'.encode() + content + b"</worksheet>",
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}" count="1" uniqueCount="1"><si><t>x</t></si></sst>'.encode(),
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"/>'.encode(),
    }


def relations(*entries: tuple[str, str, str]) -> bytes:
    body = "".join(f'<Relationship Id="{i}" Type="{RELS}/{kind}" Target="{target}"/>' for i, kind, target in entries)
    return f'<Relationships xmlns="{PACKAGE}/relationships">{body}</Relationships>'.encode()


def workbook(*sheets: tuple[str, str], names: str = "") -> bytes:
    body = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="{r}"/>' for n, (name, r) in enumerate(sheets, 1))
    return f'<workbook xmlns="{MAIN}" xmlns:r="{RELS}"><sheets>{body}</sheets>{names}</workbook>'.encode()


def packed(content: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method, compresslevel=9 if method == zipfile.ZIP_DEFLATED else None) as package:
        for name, data in content.items():
            package.writestr(name, data)
    return out.getvalue()


def cells(*content: str) -> str:
    """One row of cells, the first in A1."""
    return f'<sheetData><row r="1">{"".join(content)}</row></sheetData>'


def with_part(name: str, data: bytes) -> bytes:
    return packed({**parts(), name: data})


@cache
def sample_parts() -> dict[str, bytes]:
    with zipfile.ZipFile(SAMPLES / "pass.xlsx") as package:
        return {name: package.read(name) for name in package.namelist()}


def sample_changed(part: str, *changes: tuple[bytes, bytes]) -> bytes:
    """A sample with texts of a part replaced; each must be there."""
    content = dict(sample_parts())
    for old, new in changes:
        if old not in content[part]:
            raise ValueError(f"{part} has no {old!r}")
        content[part] = content[part].replace(old, new, 1)
    return packed(content)
