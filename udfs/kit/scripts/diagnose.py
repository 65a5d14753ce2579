"""Looks at an installation of the Windows kit: files whole, libraries loading, add-in in its place; then `qbe-xl doctor`."""

from __future__ import annotations

import hashlib
import importlib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
ADDIN = "qbe_xl.xlam"
EVERYWHERE = ("qbe_xl", "numpy", "pandas", "scipy", "openpyxl", "xlsxwriter", "yaml", "pydantic", "formulas")
ON_WINDOWS = ("pywintypes", "pythoncom", "win32api", "xlwings", "qbe_udfs")


def imports() -> Iterator[tuple[bool, str]]:
    """(fine, line) for each library that has to load."""
    for name in (*EVERYWHERE, *(ON_WINDOWS if sys.platform == "win32" else ())):
        try:
            importlib.import_module(name)
        except (ImportError, OSError) as error:
            yield False, f"不能加载 / cannot load {name}: {error}"
    yield True, "程序库 / libraries"


def files(home: Path) -> Iterator[tuple[bool, str]]:
    """(fine, line) about files of the list that are missing or not as they were."""
    missing, changed = [], []
    lines = (home / "scripts" / "files.txt").read_text(encoding="ascii").splitlines()
    for line in lines:
        digest, _, name = line.partition(" ")
        path = home.joinpath(*name.split("\\"))
        if not path.is_file():
            missing.append(name)
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            changed.append(name)
    if missing:
        yield False, f"缺 {len(missing)} 个文件 / {len(missing)} files are missing: {', '.join(missing[:5])}"
    if changed:
        yield False, f"{len(changed)} 个文件被改动 / {len(changed)} files were changed: {', '.join(changed[:5])}"
    if not missing and not changed:
        yield True, f"{len(lines)} 个文件完好 / all {len(lines)} files are whole"


def addin(home: Path) -> Iterator[tuple[bool, str]]:
    """(fine, line) about the add-in in Excel's start folder."""
    start = Path(os.environ.get("APPDATA", "")) / "Microsoft" / "Excel" / "XLSTART" / ADDIN
    ours = home / "addin" / ADDIN
    if not start.is_file():
        yield False, f"Excel 启动文件夹中没有插件 / the add-in is not in Excel's start folder: {start}"
    elif start.read_bytes() != ours.read_bytes():
        yield False, f"插件与安装的不是同一版本，请重新安装 / the add-in is of another version, install again: {start}"
    else:
        yield True, f"Excel 插件 / Excel add-in: {start}"


def main(arguments: Sequence[str], home: Path = HOME) -> int:
    """0 where all is well, else 1. With --imports only whether the libraries load, and nothing said where they do."""
    if "--imports" in arguments:
        bad = [line for fine, line in imports() if not fine]
        print("\n".join(bad), end="\n" if bad else "")
        return 1 if bad else 0
    print(f"Python {sys.version.split()[0]}: {sys.executable}\n{home}")
    found = [*files(home), *imports(), *addin(home)]
    for fine, line in found:
        print(f"{'✓' if fine else '✗'} {line}")
    print(
        "\nqbe-xl doctor（不用 LibreOffice 时，与它有关的几行可以不理会 / lines about LibreOffice matter only if it is used）"
    )
    from qbe_xl.cli import main as qbe_xl

    qbe_xl(["doctor"])
    return 0 if all(fine for fine, _ in found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
