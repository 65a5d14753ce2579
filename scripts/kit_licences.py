"""The licences of everything in the Windows kit: every licence file of every wheel, and one table of them all."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, replace
from email.parser import HeaderParser
from pathlib import Path, PurePosixPath

from scripts.kit_wheels import KitError, Wheel, info_folder

FOLDER = "THIRD-PARTY-LICENSES"
TABLE = "README.txt"
_FILE = re.compile(r"licen[cs]e|copying|notice|(^|/)authors", re.IGNORECASE)
_TEXT = frozenset({"", ".txt", ".md", ".rst", ".python", ".markdown-it"})
# What deserves more than a row.
COPYLEFT = ("formulas", "schedula", "docxtpl")
# Packages that name their licence without its text; the text is that of the licence's publisher.
TEXTS = Path(__file__).resolve().parent.parent / "udfs" / "kit" / "licences"
REMARKS = {
    "xlwings": "BSD-3-Clause; xlwings/pro: PRO License, 本工具不使用、不启用 / neither used nor enabled here",
}
_FROM_CLASSIFIER = re.compile(r"License :: (?:OSI Approved :: )?(.+)")


@dataclass(frozen=True)
class Licence:
    """One row: a package, what it says its licence is, and its files in the kit."""

    name: str
    version: str
    says: str
    home: str
    files: tuple[str, ...]


def licence_of(wheel: Wheel) -> Licence:
    """The licence as the wheel's metadata states it; files are added by `collect`."""
    headers = HeaderParser().parsestr(wheel.metadata)
    says = headers["License-Expression"]
    if not says:
        found = [_FROM_CLASSIFIER.fullmatch(line) for line in headers.get_all("Classifier") or ()]
        says = "; ".join(match[1] for match in found if match and match[1] != "OSI Approved")
    if not says:
        says = (headers["License"] or "").strip().partition("\n")[0][:80]
    urls = [line.partition(",")[2].strip() for line in headers.get_all("Project-URL") or ()]
    return Licence(wheel.name, wheel.version, says, headers["Home-page"] or (urls[0] if urls else ""), ())


def collect(wheels: dict[str, Wheel], folder: Path) -> list[Licence]:
    """Write every wheel's licence files below `folder`, a folder a package, and the table; returns its rows.

    KitError for a package that states no licence or ships no text of it.
    """
    rows = []
    for name, wheel in sorted(wheels.items()):
        row = licence_of(wheel)
        files = _write_files(wheel, folder / name)
        if not files:
            raise KitError(f"{wheel.path.name}: no licence text in it")
        if not row.says:
            raise KitError(f"{wheel.path.name}: it states no licence")
        rows.append(replace(row, files=files))
    folder.mkdir(parents=True, exist_ok=True)
    return rows


def _write_files(wheel: Wheel, folder: Path) -> tuple[str, ...]:
    """Licence files of the wheel, those of its metadata and those beside its code; a lone front-end notice counts not."""
    written: dict[str, None] = {}
    own = False
    with zipfile.ZipFile(wheel.path) as package:
        info = info_folder(package)
        for name in sorted(package.namelist()):
            inside = name.removeprefix(f"{info}/").removeprefix("licenses/")
            path = PurePosixPath(inside)
            if name.endswith("/") or path.suffix.lower() not in _TEXT or not _is_licence(name, info):
                continue
            own = own or name.startswith(f"{info}/")
            target = folder / inside
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(package.read(name))
            written[f"{wheel.name}/{inside}"] = None
    missing = TEXTS / f"{wheel.name}.txt"
    if not own and missing.exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / missing.name).write_bytes(missing.read_bytes())
        return (*written, f"{wheel.name}/{missing.name}")
    return tuple(written) if own else ()


def _is_licence(name: str, info: str) -> bool:
    return name.startswith(f"{info}/licenses/") or bool(_FILE.search(PurePosixPath(name).name))


def table_text(rows: list[Licence], python: str | None) -> str:
    """The overview, in both languages. `python`: the version embedded, or None."""
    known = {row.name: row for row in rows}
    lines = [
        "本安装包中的第三方软件 / Third-party software in this kit",
        "",
        "qbe_xl 本身为 Apache-2.0（见上一级 LICENSE.txt）。以下软件原样收录，各按自己的许可使用；"
        "只省去 numpy、pandas、scipy 自带的测试和 pywin32 的手册。",
        "qbe_xl itself is Apache-2.0 (see LICENSE.txt one folder up). The software below is included as it was published, only"
        " without the tests of numpy, pandas and scipy and the manual of pywin32, under its own licences.",
        "",
    ]
    copyleft = [f"{name} {known[name].version} ({known[name].says})" for name in COPYLEFT if name in known]
    if copyleft:
        lines += [
            f"请注意 / Please note: {', '.join(copyleft)}",
            "  这些软件的许可（EUPL、LGPL）对再分发和修改有要求；其 Python 源代码完整收录在 app 文件夹中，可以替换。",
            "  Their licences (EUPL, LGPL) have terms for passing on and changing; their complete Python sources are in the"
            " folder app and may be replaced.",
            *(f"  {name}: {known[name].home}" for name in COPYLEFT if name in known),
            "",
        ]
    for name, remark in REMARKS.items():
        if name in known:
            lines += [f"{name}: {remark}", ""]
    if python:
        lines += [f"Python {python}: PSF-2.0 (python/LICENSE.txt)", ""]
    lines += ["软件 / package | 版本 / version | 许可 / licence | 主页 / home | 文本 / texts", ""]
    for row in rows:
        shown = ", ".join(row.files[:3]) + (f" (+{len(row.files) - 3})" if len(row.files) > 3 else "")
        lines.append(f"{row.name} | {row.version} | {row.says} | {row.home} | {shown}")
    return "\n".join(lines) + "\n"
