"""Builds dist/qbe_xl.xlam, the Excel add-in: the same sources give the same bytes.

python udfs/build_xlam.py [FILE]

The shell is the ribbon add-in that xlwings (BSD licence) makes for its users; everything in it that is not ours is checked,
cut or replaced. Needs pyopenvba (`pip install -e '.[addin]'`).
"""

from __future__ import annotations

import re
import sys
import tempfile
import zipfile
from importlib.metadata import distribution
from pathlib import Path
from xml.sax.saxutils import escape

import xlwings
from pyopenvba import ExcelFile
from pyopenvba.cfb import CFB
from pyopenvba.vba import compress, decompress

from qbe_xl import __version__
from qbe_xl.hosts.excel import ribbon_vba, ribbon_xml, vba, xlwings_vba

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "dist" / "qbe_xl.xlam"
SHELL = Path(xlwings.__file__).parent / "quickstart_addin_ribbon.xlam"
LICENCE = ROOT / "udfs" / "xlam" / "LICENSE-xlwings.txt"
PROJECT = "QbeXl"
SETTINGS = (
    ("Interpreter_Win", r"%LOCALAPPDATA%\qbe_xl\python\pythonw.exe"),
    ("PYTHONPATH", r"%LOCALAPPDATA%\qbe_xl\app"),
)
# What the shell must hold; anything else was not looked at.
_SHELL_MODULES = {"ThisWorkbook", "Dictionary", "RibbonMyAddin", "Sheet2", "xlwings"}
_SHELL_PARTS = {
    "[Content_Types].xml", "_rels/.rels", "customUI/customUI.xml", "docProps/app.xml", "docProps/core.xml",
    "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml", "xl/styles.xml", "xl/theme/theme1.xml", "xl/vbaProject.bin",
    "xl/workbook.xml", "xl/worksheets/sheet1.xml",
}  # fmt: skip
_WHEN = (2020, 1, 1, 0, 0, 0)
_STAMP = "2020-01-01T00:00:00Z"
_NOTE = (
    f"Contains a part of the VBA module of xlwings {xlwings_vba.VERSION}, Copyright (C) Zoomer Analytics, BSD 3-clause "
    "license: its text stands in the VBA module xlwings."
)
# [MS-OVBA] 2.3.4.1: this version number says that no compiled code is kept; Excel compiles the sources at opening.
_NO_CACHE = b"\xcc\x61\xff\xff\x00\x00\x00"
_SHEET_MODULE = "QbeSettings"


class BuildError(Exception):
    """The shell or the licence is not as expected; nothing was written."""


def sources() -> dict[str, str]:
    """Every module of the add-in by its name, with its attributes; line ends as \\n.

    BuildError or UpstreamChanged where the installed xlwings is not the one that was hardened.
    """
    with ExcelFile(SHELL) as book:
        heads = {name: _attributes(book.get_module(name)) for name in ("ThisWorkbook", "Sheet2")}
    return {
        "ThisWorkbook": heads["ThisWorkbook"] + ribbon_vba.workbook_text(),
        _SHEET_MODULE: heads["Sheet2"].replace('VB_Name = "Sheet2"', f'VB_Name = "{_SHEET_MODULE}"'),
        xlwings_vba.MODULE: xlwings_vba.hardened(xlwings_vba.upstream()),
        vba.MODULE: vba.vba_text(),
        ribbon_xml.MODULE: ribbon_vba.ribbon_text(),
    }


def parts() -> dict[str, bytes]:
    """Every part of the add-in by its name."""
    with zipfile.ZipFile(SHELL) as package:
        found = {name: package.read(name) for name in package.namelist()}
    if set(found) != _SHELL_PARTS:
        raise BuildError(f"{SHELL.name}: {sorted(set(found) ^ _SHELL_PARTS)}")
    _check_licence()
    del found["xl/sharedStrings.xml"]
    found["xl/vbaProject.bin"] = _project()
    found["customUI/customUI.xml"] = ribbon_xml.custom_ui().encode()
    found["xl/worksheets/sheet1.xml"] = _sheet()
    found["docProps/core.xml"] = _core()
    found["docProps/app.xml"] = _APP
    _edit(found, "xl/workbook.xml", r"<mc:AlternateContent.*?</mc:AlternateContent>", "")  # a path of its author's
    _edit(found, "xl/workbook.xml", 'name="_myaddin.conf"', f'name="{xlwings_vba.SETTINGS_SHEET}"')
    _edit(found, "xl/workbook.xml", "<definedNames />", "")
    _edit(found, "xl/_rels/workbook.xml.rels", r'<Relationship Id="\w+" Type="[^"]*/sharedStrings" [^>]*/>', "")
    _edit(found, "[Content_Types].xml", r'<Override PartName="/xl/sharedStrings.xml" [^>]*/>', "")
    kind = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
    _edit(found, "_rels/.rels", re.escape(kind), ribbon_xml.RELATION)
    return found


def build(target: Path = TARGET) -> Path:
    """Writes the add-in; returns where. BuildError or UpstreamChanged where the installed xlwings is not the pinned one."""
    content = parts()
    first = [name for name in ("[Content_Types].xml", "_rels/.rels") if name in content]
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w") as package:
        for name in [*first, *sorted(set(content) - set(first))]:
            entry = zipfile.ZipInfo(name, _WHEN)
            entry.external_attr = 0o644 << 16
            entry.create_system = 0
            entry.compress_type = zipfile.ZIP_STORED  # compressors differ from machine to machine
            package.writestr(entry, content[name])
    return target


def _attributes(source: str) -> str:
    lines = source.replace("\r\n", "\n").splitlines()
    return "".join(f"{line}\n" for line in lines if line.startswith("Attribute "))


def _project() -> bytes:
    """The VBA project: ours in place of the shell's, without paths and names of the shell's author."""
    wanted = {name: text.replace("\n", "\r\n") for name, text in sources().items()}
    with tempfile.TemporaryDirectory() as folder:
        with ExcelFile(SHELL) as book:
            project = book.vba_project()
            if set(book.module_names()) != _SHELL_MODULES:
                raise BuildError(f"{SHELL.name}: {book.module_names()}")
            project.delete_module("RibbonMyAddin")
            project.delete_module("Dictionary")
            project.rename_module("Sheet2", _SHEET_MODULE)
            book.remove_reference("MSForms")  # not used, and names a folder of its author's
            for name, text in wanted.items():
                if name in book.module_names():
                    book.set_module(name, text)
                else:
                    project.add_module(name, text)
            out = Path(folder) / "addin.xlam"
            book.save(out)
        with zipfile.ZipFile(out) as package:
            data = package.read("xl/vbaProject.bin")
    streams = CFB.from_bytes(data)
    plain = decompress(streams.get_stream_in_storage("VBA", "dir"))
    streams.write_stream_in_storage("VBA", "dir", compress(_renamed(plain)))
    streams.write_stream_in_storage("VBA", "_VBA_PROJECT", _NO_CACHE)
    text = _replaced(streams.get_stream("PROJECT").decode("ascii"), 'Name="MyAddin"', f'Name="{PROJECT}"', "PROJECT")
    text, windows = text.split("[Workspace]")
    windows = "".join(f"{line}\r\n" for line in windows.splitlines() if line)
    streams.write_stream("PROJECT", f"{text}[Workspace]\r\n{windows}".encode("ascii"))
    return bytes(streams.to_bytes())


def _renamed(directory: bytes) -> bytes:
    """The dir stream with our project's name: record 0x0004, length, name."""
    old, new = (b"\x04\x00" + len(name).to_bytes(4, "little") + name for name in (b"MyAddin", PROJECT.encode("ascii")))
    if directory.count(old) != 1:
        raise BuildError("dir: MyAddin")
    return directory.replace(old, new)


def _check_licence() -> None:
    """The licence that we pass on is that of the xlwings that we build from."""
    files = distribution("xlwings").files or []
    found = next((file for file in files if file.name == "LICENSE.txt" and "licenses" in file.parts), None)
    if found is None or found.read_text(encoding="utf-8") != LICENCE.read_text(encoding="utf-8"):
        raise BuildError(f"{LICENCE.name}: not the licence of xlwings {xlwings.__version__}")


def _edit(found: dict[str, bytes], part: str, pattern: str, new: str) -> None:
    found[part] = _replaced(found[part].decode("utf-8"), pattern, new, part).encode()


def _replaced(text: str, pattern: str, new: str, where: str) -> str:
    changed, times = re.subn(pattern, lambda _: new, text, flags=re.DOTALL)
    if times != 1:
        raise BuildError(f"{SHELL.name}: {where}: {pattern}: {times}")
    return changed


def _sheet() -> bytes:
    rows = "".join(
        f'<row r="{at}">'
        + "".join(
            f'<c r="{column}{at}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
            for column, text in zip("AB", row, strict=False)
        )
        + "</row>"
        for at, row in enumerate((*SETTINGS, (), (_NOTE,)), 1)
        if row
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<sheetPr codeName="{_SHEET_MODULE}"/><sheetData>{rows}</sheetData></worksheet>'
    ).encode()


def _core() -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>优质均衡 QBE {__version__}</dc:title><dc:creator>qbe_xl</dc:creator>"
        f"<dc:description>{escape(_NOTE)}</dc:description>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{_STAMP}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{_STAMP}</dcterms:modified></cp:coreProperties>'
    ).encode()


_APP = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    b"<Application>Microsoft Excel</Application></Properties>"
)


if __name__ == "__main__":
    try:
        print(build(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET))
    except (BuildError, xlwings_vba.UpstreamChanged) as problem:
        sys.exit(str(problem))
