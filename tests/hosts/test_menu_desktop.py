"""The menu 优质均衡 in a real LibreOffice window with Chinese menus, clicked with a real pointer: the whole way through.

The pictures of the docs are made the same way (`scripts/desktop_pictures.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl.utils import range_boundaries
from PIL import Image

from qbe_xl import assess
from qbe_xl.assessment.sentences import verdict_sentence
from tests.hosts.desktops import add_in_in, slow_site, windows
from tests.office.desktop import HEIGHT, WIDTH, Desktop
from tests.paths import SAMPLES

pytestmark = pytest.mark.office

SAMPLE = SAMPLES / "missing-data.xlsx"  # with problems to mark
STEP = "优质均衡：运行评估"
RESULTS = "结果·"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return slow_site(tmp_path_factory.mktemp("menu") / "site")


@pytest.fixture(scope="module")
def desktop(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    with windows(add_in_in(tmp_path_factory.mktemp("dist")), site) as running:
        yield running


@pytest.fixture
def calc(desktop: Desktop, site: Path) -> Iterator[Desktop]:
    (site / "slow").unlink(missing_ok=True)
    desktop.open(SAMPLE)
    yield desktop
    desktop.ask("close")


def cells(desktop: Desktop) -> dict[str, Any]:
    found: dict[str, Any] = desktop.ask("cells")["sheets"]
    return found


def message(desktop: Desktop) -> str:
    """Wait for the message box, read it, and close it."""
    desktop.until("a message", lambda: desktop.find("PUSH_BUTTON", "确定"), seconds=300)
    text = "\n".join(label["name"] for label in desktop.find("STATIC"))
    desktop.click("PUSH_BUTTON", "确定")
    desktop.until("no message", lambda: not desktop.find("PUSH_BUTTON", "确定"))
    return text


def run_assessment(desktop: Desktop) -> None:
    desktop.click("MENU", "优质均衡")
    desktop.click("MENU_ITEM", "运行评估")


def test_run_undo_redo(calc: Desktop, tmp_path: Path) -> None:
    before = cells(calc)
    run_assessment(calc)
    said = message(calc)
    assert verdict_sentence(assess(SAMPLE), "zh") in said
    state, after = calc.ask("state"), cells(calc)
    assert len([name for name in state["sheets"] if name.startswith(RESULTS)]) >= 8
    assert state["undo"] == [STEP] and state["redo"] == []
    assert any(sheet["notes"] != before[name]["notes"] for name, sheet in after.items() if name in before)
    with Image.open(calc.screenshot(tmp_path / "after.png")) as picture:
        assert picture.size == (WIDTH, HEIGHT)
        assert len(picture.convert("RGB").getcolors(WIDTH * HEIGHT) or []) > 50  # not an empty screen

    calc.key("ctrl+z")
    calc.until("undone", lambda: calc.ask("state")["redo"] == [STEP])
    assert cells(calc) == before
    assert calc.ask("state")["undo"] == []

    calc.key("ctrl+y")
    calc.until("redone", lambda: calc.ask("state")["undo"] == [STEP])
    assert but_number_formats(cells(calc)) == but_number_formats(after)


def but_number_formats(sheets: dict[str, Any]) -> dict[str, Any]:
    """LibreOffice's redo gives a text that looks like a number back as text, but without the format "text"."""
    return {name: sheet | {"formats": sorted(_expanded(sheet["formats"]))} for name, sheet in sheets.items()}


def _expanded(formats: list[list[Any]]) -> Iterator[tuple[str, str]]:
    """Each block of cells with its looks: fill, colour, weight, wrapping."""
    for blocks, fill, colour, weight, _, wrapped in formats:
        for block in blocks.split(","):
            yield from ((cell, str((fill, colour, weight, wrapped))) for cell in _cells_of(block))


def _cells_of(block: str) -> Iterator[str]:
    tab, _, area = block.rpartition(".")
    left, top, right, bottom = range_boundaries(area)
    for row in range(top, bottom + 1):
        yield from (f"{tab}.{row},{column}" for column in range(left, right + 1))


def test_a_stopped_run_leaves_no_trace(calc: Desktop, site: Path) -> None:
    before, state = cells(calc), calc.ask("state")
    (site / "slow").touch()
    run_assessment(calc)
    calc.until("results half-way", lambda: any(name.startswith(RESULTS) for name in calc.ask("state")["sheets"]))
    calc.click("PUSH_BUTTON", "停止 (Esc)")
    (site / "slow").unlink()
    assert "已停止" in message(calc)
    assert cells(calc) == before
    assert calc.ask("state") == state
