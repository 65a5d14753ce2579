"""Hostile files of other formats, and files that are none; see `tests.safety.hostile`."""

# fmt: off
# ruff: noqa: E501

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Mapping

from tests.safety.hostile_kinds import (
    KIND,
    LAUGHS,
    MB,
    OTHER,
    PASSWORD,
    STRANGE,
    STRICT,
    kind,
    several,
)
from tests.safety.ole import MAGIC, biff, ole, xls
from tests.safety.packages import MAIN, RELS, packed, parts, relations

# ---- other kinds of file

TABLE = "学校名称,在校生数\r\n第一小学,１２０\r\n"
several("text", OTHER, {
    "csv_utf_8": lambda: TABLE.encode("utf-8-sig"), "csv_gb18030": lambda: TABLE.encode("gb18030"),
    "utf_16": lambda: TABLE.encode("utf-16"), "tabs": lambda: TABLE.replace(",", "\t").encode(),
    "html": lambda: b"<html><meta charset=gbk><table><tr><td>1</td></tr></table></html>",
    "sylk": lambda: b"ID;PWXL;N;E\r\nC;Y1;X1;K1\r\nE\r\n",
    "xml_2003": lambda: b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet/></Workbook>',
    "mhtml": lambda: b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<html><table></table></html>",
}, ".xls")
several("no_workbook", KIND, {
    "png": lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 100, "rar": lambda: b"Rar!\x1a\x07\x01\0" + b"\0" * 100,
    "gzip": lambda: b"\x1f\x8b\x08\0" + zlib.compress(b"x" * 100), "seven_zip": lambda: b"7z\xbc\xaf'\x1c" + b"\0\x01" * 50,
    "zeros": lambda: b"\0" * 5000, "zip_of_texts": lambda: packed({"a.txt": b"x"}), "empty_zip": lambda: packed({}),
    "word": lambda: packed({"[Content_Types].xml": b"<Types/>", "_rels/.rels": relations(("rId1", "officeDocument", "word/document.xml")), "word/document.xml": b"<x/>"}),
    "old_word": lambda: ole({"WordDocument": b"x"}), "jar": lambda: packed({"META-INF/MANIFEST.MF": b"x"}),
})


@kind("QBE-FIL-003")
def nothing() -> bytes:
    return b""


@kind(PASSWORD)
def encrypted() -> bytes:
    return ole({"EncryptionInfo": b"\4\0\4\0", "EncryptedPackage": b"\1" * 5000})


@kind(STRICT)
def strict() -> bytes:
    strict_main, strict_rels = b"http://purl.oclc.org/ooxml/spreadsheetml/main", b"http://purl.oclc.org/ooxml/officeDocument/relationships"
    return packed({k: v.replace(MAIN.encode(), strict_main).replace(RELS.encode(), strict_rels) for k, v in parts().items()})


@kind("QBE-FIL-005", ".xls")
def an_xls_of_1990() -> bytes:
    return b"\x09\x04\x06\x00\x00\x00\x10\x00" + b"\0" * 100


# ---- what python-calamine must survive, or die of alone

SMALL: dict[tuple[int, int], float | str] = {(0, 0): "学校名称", (1, 0): "甲", (1, 1): 12.5}
several("xls_sound", STRANGE, {"plain": lambda: xls({"S": SMALL}), "no_cells": lambda: xls({"S": {}})}, ".xls")
several("xls_called_xlsx", STRANGE, {"plain": lambda: xls({"S": SMALL})})
several("xls_called_et", STRANGE, {"plain": lambda: xls({"S": SMALL})}, ".et")
several("xls", "any", {
    "far_cell": lambda: xls({"S": {**SMALL, (65535, 255): 1.0}}),
    "cut_in_half": lambda: xls({"S": SMALL})[:2000],
    "chain_without_end": lambda: ole({"Workbook": biff({"S": SMALL})}, loop=True),
    "record_beyond_the_end": lambda: xls({"S": SMALL}).replace(b"\x03\x02\x0e\x00", b"\x03\x02\xff\xff"),
    "rubbish": lambda: ole({"Workbook": bytes(range(256)) * 40}),
    "sheet_far_away": lambda: ole({"Workbook": biff({"S": SMALL}).replace(b"\x85\x00\x0a\x00", b"\x85\x00\x0a\x00\xff\xff\xff\x7f", 1)}),
    "magic_alone": lambda: MAGIC + b"Workbook".decode().encode("utf-16-le") + b"\0\0",
    "sectors_of_2_to_the_60": lambda: xls({"S": SMALL})[:30] + b"\x3c\x00" + xls({"S": SMALL})[32:],
    "directory_in_itself": lambda: xls({"S": SMALL})[:48] + struct.pack("<I", 0) + xls({"S": SMALL})[52:],
}, ".xls")
BINARY = {"xl/workbook.bin": b"\x83\x01\x00", "_rels/.rels": relations(("rId1", "officeDocument", "xl/workbook.bin"))}
NO_XML = {name: data for name, data in parts().items() if name != "xl/workbook.xml"}
several("xlsb", "any", {
    "rubbish": lambda: packed({**NO_XML, **BINARY, "xl/workbook.bin": bytes(range(256)) * 10}),
    "record_beyond_the_end": lambda: packed({**NO_XML, **BINARY, "xl/workbook.bin": b"\x9c\x01\xff\xff\xff\x7f"}),
    "endless_sheet": lambda: packed({**NO_XML, **BINARY, "xl/workbook.bin": b"\x83\x01\x00\x84\x01\x00"}),
}, ".xlsb")


def ods(content: str, more: Mapping[str, bytes] | None = None) -> bytes:
    office = "urn:oasis:names:tc:opendocument:xmlns"
    head = f'<office:document-content xmlns:office="{office}:office:1.0" xmlns:table="{office}:table:1.0" xmlns:text="{office}:text:1.0" office:version="1.2"><office:body><office:spreadsheet>'
    body = f'{head}<table:table table:name="S">{content}</table:table></office:spreadsheet></office:body></office:document-content>'
    manifest = f'<manifest:manifest xmlns:manifest="{office}:manifest:1.0"/>'
    return packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": body.encode(), "META-INF/manifest.xml": manifest.encode(), **(more or {})})


CELL = '<table:table-cell office:value-type="float" office:value="1"{}/>'
several("ods", "any", {
    "repeated_cells": lambda: ods(f'<table:table-row table:number-rows-repeated="1048576">{CELL.format(" table:number-columns-repeated=" + chr(34) + "16384" + chr(34))}</table:table-row>'),
    "repeated_beyond_numbers": lambda: ods(f'<table:table-row table:number-rows-repeated="99999999999999999999">{CELL.format("")}</table:table-row>'),
    "rubbish": lambda: ods("", {"content.xml": b"<x"}),
    "no_content": lambda: packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}),
    "laughs": lambda: ods("", {"content.xml": (LAUGHS + "<x>&j;</x>").encode()}),
    "bomb": lambda: ods("", {"content.xml": b" " * (70 * MB)}),
}, ".ods")
several("ods_sound", STRANGE, {"plain": lambda: ods(f"<table:table-row>{CELL.format('')}</table:table-row>")}, ".ods")
several("ods_called_xlsx", STRANGE, {"plain": lambda: ods(f"<table:table-row>{CELL.format('')}</table:table-row>")})
several("open_document_text", OTHER, {"plain": lambda: packed({"mimetype": b"application/vnd.oasis.opendocument.text"}, zipfile.ZIP_STORED)}, ".odt")
