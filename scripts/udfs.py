"""Writes what Excel loads, from the registries of functions and macros; --check tells what is stale.

The xlwings module and the VBA of the worksheet functions, the ribbon and its VBA, and xlwings' own VBA, hardened.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from qbe_xl.hosts.excel import ribbon_vba, ribbon_xml, xlwings_vba
from qbe_xl.hosts.excel.udfs import module_text
from qbe_xl.hosts.excel.vba import MODULE, PYTHON_MODULE, vba_text

FOLDER = Path(__file__).resolve().parent.parent / "udfs"


def sources() -> dict[str, bytes]:
    """Every generated source by its path below `udfs`. VBA ends its lines as Windows does."""
    return {
        f"{PYTHON_MODULE}.py": module_text().encode(),
        f"vba/{MODULE}.bas": _windows(vba_text()),
        f"vba/{ribbon_xml.MODULE}.bas": _windows(ribbon_vba.ribbon_text()),
        "vba/ThisWorkbook.bas": _windows(ribbon_vba.workbook_text()),
        f"vba/{xlwings_vba.MODULE}.bas": _windows(xlwings_vba.hardened(xlwings_vba.upstream())),
        "xlam/customUI.xml": ribbon_xml.custom_ui().encode(),
    }


def _windows(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode("ascii")


def stale(folder: Path = FOLDER) -> list[str]:
    """Sources that are missing or differ from what they should be."""
    return [
        name
        for name, data in sources().items()
        if not (folder / name).is_file() or (folder / name).read_bytes() != data
    ]


def write(folder: Path = FOLDER) -> list[str]:
    """Write those that are stale; returns their names."""
    changed = stale(folder)
    for name in changed:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(sources()[name])
    return changed


def main(arguments: list[str] | None = None) -> int:
    """0 where all is well; 1 where --check finds something stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a source is stale")
    if not parser.parse_args(arguments).check:
        for name in write():
            print(f"udfs/{name}")
        return 0
    wrong = stale()
    for name in wrong:
        print(f"stale: udfs/{name} (run: python scripts/udfs.py)", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
