"""Makes the pictures of LibreOffice's menu for the docs, in a real window: ``python -m scripts.desktop_pictures``.

Looks depend on the machine's fonts and theme, so no test compares them. Look at every picture after a run.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.hosts.desktops import slow_site
from tests.office.desktop import Desktop
from udfs.build_oxt import build

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "pictures"
DESKTOP_PICTURES = ("libreoffice-menu.png", "libreoffice-stop.png", "libreoffice-verdict.png")
SAMPLE = ROOT / "workbooks" / "samples" / "means-pass-schools-fail.xlsx"


def desktop_pictures(folder: Path = FOLDER) -> list[Path]:
    """libreoffice-menu.png, -verdict.png and -stop.png; where they were written."""
    with tempfile.TemporaryDirectory() as scratch:
        site = slow_site(Path(scratch) / "site")
        with Desktop(build(Path(scratch) / "qbe_xl.oxt"), site) as desktop:
            return [
                _menu(desktop, folder / "libreoffice-menu.png"),
                _stop(desktop, folder / "libreoffice-stop.png", site / "slow"),
                _verdict(desktop, folder / "libreoffice-verdict.png"),
            ]


def _menu(desktop: Desktop, target: Path) -> Path:
    desktop.open(SAMPLE)
    desktop.click("MENU", "优质均衡")
    desktop.until("the menu", lambda: desktop.find("MENU_ITEM", "运行评估"))
    desktop.point(desktop.find("MENU_ITEM", "运行评估")[0])
    desktop.screenshot(target)
    desktop.key("Escape", "Escape")
    desktop.until("no menu", lambda: not desktop.find("MENU_ITEM", "运行评估"))
    return target


def _stop(desktop: Desktop, target: Path, slow: Path) -> Path:
    slow.touch()
    desktop.click("PUSH_BUTTON", "运行评估")
    desktop.point({"left": 700, "top": 20, "width": 0, "height": 0})  # else the button's help covers something
    desktop.until("the stop panel", lambda: desktop.find("PUSH_BUTTON", "停止 (Esc)"))
    desktop.screenshot(target)
    desktop.click("PUSH_BUTTON", "停止 (Esc)")
    slow.unlink()
    desktop.click("PUSH_BUTTON", "确定")
    desktop.until("no box", lambda: not desktop.find("PUSH_BUTTON", "确定"))
    return target


def _verdict(desktop: Desktop, target: Path) -> Path:
    desktop.click("PUSH_BUTTON", "运行评估")
    desktop.until("the verdict", lambda: desktop.find("PUSH_BUTTON", "确定"))
    desktop.point({"left": 700, "top": 20, "width": 0, "height": 0})
    desktop.screenshot(target)
    desktop.click("PUSH_BUTTON", "确定")
    return target


if __name__ == "__main__":
    for path in desktop_pictures():
        print(path.relative_to(ROOT), path.stat().st_size)
