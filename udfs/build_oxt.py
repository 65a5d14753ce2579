"""Builds dist/qbe_xl.oxt, the LibreOffice add-in: the same sources give the same bytes.

python udfs/build_oxt.py [FILE]
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

from qbe_xl import __version__
from qbe_xl.hosts.libreoffice.menu import menu_parts
from qbe_xl.hosts.libreoffice.sources import BASIC_MODULE, basic_text, idl_text, wizard_json

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "udfs" / "libreoffice" / "src"
TARGET = ROOT / "dist" / "qbe_xl.oxt"
_WHEN = (2020, 1, 1, 0, 0, 0)


def parts() -> dict[str, bytes]:
    """Every file of the add-in by its path, the written ones and the generated ones."""
    found = {
        path.relative_to(SOURCES).as_posix(): path.read_bytes()
        for path in SOURCES.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    found["description.xml"] = found["description.xml"].replace(b"@VERSION@", __version__.encode())
    found["XQbe.idl"] = idl_text().encode("ascii")
    found["wizard.json"] = wizard_json().encode()
    found[f"{BASIC_MODULE}.bas"] = basic_text().encode("ascii")
    found |= {name: text.encode() for name, text in menu_parts().items()}
    return found


def build(target: Path = TARGET) -> Path:
    """Writes the add-in; returns where."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w") as package:
        for name, data in sorted(parts().items()):
            entry = zipfile.ZipInfo(name, _WHEN)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_STORED  # compressors differ from machine to machine
            package.writestr(entry, data)
    return target


if __name__ == "__main__":
    print(build(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET))
