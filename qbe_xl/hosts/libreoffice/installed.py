"""LibreOffice on this machine: the program, its Python, the user's folder, and the note that names our environment."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from qbe_xl.core.languages import Text

NOTE = "qbe_xl_site.txt"
EXTENSION = "qbe_xl.oxt"
_PLACES = {
    "darwin": ("/Applications/LibreOffice.app/Contents/MacOS/soffice",),
    "win32": (r"C:\Program Files\LibreOffice\program\soffice.exe",),
    "linux": ("/usr/lib/libreoffice/program/soffice", "/opt/libreoffice/program/soffice"),
}
_USER_FOLDERS = {
    "darwin": "~/Library/Application Support/LibreOffice/4/user",
    "win32": r"~\AppData\Roaming\LibreOffice\4\user",
}
_ASK = "import sys, uno; print('%d.%d' % sys.version_info[:2])"
SECONDS = 60


@dataclass(frozen=True)
class Line:
    """One line of the doctor's report; good is None where it is information only."""

    good: bool | None
    text: Text


def find_soffice() -> Path | None:
    """The program; the environment variable QBE_SOFFICE names another."""
    named = os.environ.get("QBE_SOFFICE")
    places = (
        [named] if named else [shutil.which("soffice"), shutil.which("libreoffice"), *_PLACES.get(sys.platform, ())]
    )
    return next((Path(place) for place in places if place and os.access(place, os.X_OK)), None)


def office_python(soffice: Path) -> str | None:
    """X.Y of the Python inside the office; None where it cannot be told. QBE_OFFICE_PYTHON names its interpreter."""
    beside = soffice.resolve().parent
    named = os.environ.get("QBE_OFFICE_PYTHON")
    places = [named] if named else [beside / "python", beside / "python.exe", beside.parent / "Resources" / "python",
                                    Path("/usr/bin/python3")]  # fmt: skip
    for place in places:
        if not os.access(place, os.X_OK):
            continue
        try:
            said = subprocess.run(
                [place, "-I", "-c", _ASK], capture_output=True, text=True, timeout=SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        if said.returncode == 0:
            return said.stdout.strip()
    return None


def user_folder() -> Path:
    """LibreOffice's folder of this user, whether it exists or not."""
    return Path(_USER_FOLDERS.get(sys.platform, "~/.config/libreoffice/4/user")).expanduser()


def environment() -> Path:
    """What the office is told to use: this virtual environment, or the folder of packages where it is none."""
    return Path(sys.prefix) if sys.prefix != sys.base_prefix else Path(sysconfig.get_paths()["purelib"])


def write_note(folder: Path, to: Path | None = None) -> Path:
    """Write into LibreOffice's user folder where qbe_xl is; returns the file. OSError where that is not allowed."""
    folder.mkdir(parents=True, exist_ok=True)
    note = folder / NOTE
    note.write_text(f"{to or environment()}\n", encoding="utf-8")
    return note


def extension_is_installed(folder: Path) -> bool:
    """Whether qbe_xl.oxt was added for this user."""
    return any(folder.glob(f"uno_packages/cache/uno_packages/*/{EXTENSION}"))


def examine(folder: Path) -> list[Line]:
    """What the worksheet functions in LibreOffice need, one line each, with what to do where it is not well."""
    soffice = find_soffice()
    if soffice is None:
        return [
            Line(
                None,
                Text("没有找到 LibreOffice；不用它也可以评估。", "LibreOffice was not found; assessing needs none."),
            )
        ]
    ours = f"{sys.version_info[0]}.{sys.version_info[1]}"
    lines = [
        Line(True, Text(f"LibreOffice：{soffice}", f"LibreOffice: {soffice}")),
        _versions(ours, office_python(soffice)),
    ]
    if extension_is_installed(folder):
        lines.append(Line(True, Text(f"插件 {EXTENSION} 已安装。", f"The add-in {EXTENSION} is installed.")))
    else:
        lines.append(Line(False, Text(
            f"插件 {EXTENSION} 未安装：关闭 LibreOffice，运行 unopkg add dist/{EXTENSION}（由 make addins 生成）。",
            f"The add-in {EXTENSION} is not installed: close LibreOffice and run unopkg add dist/{EXTENSION} "
            "(make addins builds it).",
        )))  # fmt: skip
    return [*lines, _note(folder)]


def _versions(ours: str, theirs: str | None) -> Line:
    if theirs is None:
        return Line(False, Text(
            "LibreOffice 没有可用的 Python：请安装 python3-uno（或带 Python 的 LibreOffice）。",
            "LibreOffice has no Python: install python3-uno, or a LibreOffice that brings Python.",
        ))  # fmt: skip
    if theirs != ours:
        return Line(False, Text(
            f"LibreOffice 的 Python 是 {theirs}，本环境是 {ours}，numpy 等组件不能混用：请用 Python {theirs} 重建环境并安装 qbe-xl，"
            "再在其中运行 qbe-xl doctor --link。",
            f"LibreOffice runs Python {theirs}, this environment is {ours}; numpy and others cannot be shared: make an "
            f"environment with Python {theirs}, install qbe-xl there, and run qbe-xl doctor --link in it.",
        ))  # fmt: skip
    return Line(
        True, Text(f"LibreOffice 的 Python 与本环境相同：{ours}", f"LibreOffice's Python is the environment's: {ours}")
    )


def _note(folder: Path) -> Line:
    note = folder / NOTE
    named = os.environ.get("QBE_XL_SITE", "").strip()
    if not named and note.is_file():
        named = note.read_text(encoding="utf-8-sig").splitlines()[0].strip() if note.stat().st_size else ""
    if named and Path(named) in (environment(), Path(sysconfig.get_paths()["purelib"])):
        return Line(True, Text(f"LibreOffice 使用本环境：{named}", f"LibreOffice uses this environment: {named}"))
    if named:
        return Line(False, Text(
            f"LibreOffice 使用另一环境 {named}；要改用本环境，请运行 qbe-xl doctor --link。",
            f"LibreOffice uses another environment, {named}; to use this one, run qbe-xl doctor --link.",
        ))  # fmt: skip
    return Line(False, Text(
        f"LibreOffice 还不知道 qbe_xl 在哪里：请运行 qbe-xl doctor --link（写入 {note}）。",
        f"LibreOffice does not know where qbe_xl is: run qbe-xl doctor --link (it writes {note}).",
    ))  # fmt: skip
