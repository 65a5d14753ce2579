"""What a file is, by its content and not by its name."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from qbe_xl.core.languages import Text
from qbe_xl.safety.package import OtherFormat, Refused

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
BARE_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08")  # .xls of before 1993
_HEAD = 4096
_HTML = re.compile(rb"<\s*(!doctype\s+html|html|table|head|body|meta)\b", re.IGNORECASE)
_XML_2003 = b"urn:schemas-microsoft-com:office:spreadsheet"


def refuse_other_kinds(path: Path, data: bytes) -> None:
    """Refused, with a code for each kind, unless `data` begins like a zip package that is no OpenDocument."""
    if data.startswith(OLE2):
        raise _ole2(path, data)
    if data.startswith(ZIP):
        if (kind := _open_document(data)) is not None:
            raise _open_document_refused(path, data, kind)
        return
    if data.startswith(b"PK"):  # an empty or split archive
        raise Refused("QBE-FIL-004", file=path.name)
    if data.startswith(BARE_BIFF):
        raise Refused("QBE-FIL-005", file=path.name)
    head = data[:_HEAD]
    if _XML_2003 in head:
        raise Refused("QBE-FIL-009", file=path.name, kind=Text("XML 表格 2003", "XML Spreadsheet 2003"))
    if _HTML.search(head):
        raise Refused("QBE-FIL-009", file=path.name, kind=Text("网页（HTML）", "HTML"))
    if _is_text(head):
        raise Refused("QBE-FIL-009", file=path.name, kind=Text("文本或 CSV", "text or CSV"))
    raise Refused("QBE-FIL-004", file=path.name)


def _ole2(path: Path, data: bytes) -> Refused:
    """An OLE2 file is an encrypted .xlsx, an old .xls, a WPS .et, or no workbook."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return Refused("QBE-FIL-006", file=path.name)
    if path.suffix.lower() in {".et", ".ett"}:
        return OtherFormat("QBE-FIL-009", "xls", path.name, data, file=path.name, kind=".et")
    if any(word.encode("utf-16-le") + b"\0\0" in data for word in ("Workbook", "Book")):
        return OtherFormat("QBE-FIL-005", "xls", path.name, data, file=path.name)
    return Refused("QBE-FIL-004", file=path.name)


def _open_document(data: bytes) -> str | None:
    """The suffix of an OpenDocument package, which states its type in the first member."""
    if b"mimetype" not in data[:64]:
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package, package.open("mimetype") as file:
            stated = file.read(200)
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError, NotImplementedError, EOFError, ValueError):
        return None
    if not stated.startswith(b"application/vnd.oasis.opendocument"):
        return None
    return ".ods" if b"spreadsheet" in stated else Text("OpenDocument", "OpenDocument").en


def _open_document_refused(path: Path, data: bytes, kind: str) -> Refused:
    if kind != ".ods":
        return Refused("QBE-FIL-009", file=path.name, kind=kind)
    return OtherFormat("QBE-FIL-009", "ods", path.name, data, file=path.name, kind=kind)


def _is_text(head: bytes) -> bool:
    """Whether it reads as text in one of the encodings such files come in."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if b"\0" in head:
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            text = head.decode(encoding, errors="strict")
        except UnicodeDecodeError as error:
            if error.start < len(head) - 4:  # else the cut went through a character
                continue
            text = head[: error.start].decode(encoding)
        if all(char.isprintable() or char in "\r\n\t\ufeff" for char in text):
            return True
    return False
