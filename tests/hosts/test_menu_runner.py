"""How the LibreOffice menu runs a macro, in a real window, with macros that do as the test says (`menu_site`)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.hosts.desktops import add_in_in, windows
from tests.office.desktop import Desktop

pytestmark = pytest.mark.office

RUN = "vnd.qbe.xl:run_assessment"
STEP = "优质均衡：运行评估"
SUCCESS, FAILURE = 1, 0


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(Path(__file__).with_name("menu_site"), tmp_path_factory.mktemp("menu") / "site"))


@pytest.fixture(scope="module")
def desktop(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    with windows(add_in_in(tmp_path_factory.mktemp("dist")), site) as running:
        yield running


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook with formulas, formats and a note."""
    path = tmp_path_factory.mktemp("small") / "small.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet, other = book.add_worksheet("学校"), book.add_worksheet("合计")
        for row in range(12):
            sheet.write_row(row, 0, [f"第 {row + 1} 小学", 100 + row], book.add_format({"bg_color": "#D9E2F3"}))
            sheet.write_formula(row, 2, f"=B{row + 1}/2")
        sheet.write_comment("B3", "原有的批注")
        other.write_formula("A1", "=SUM(学校!B1:B12)")
    return path


@pytest.fixture
def calc(desktop: Desktop, small: Path) -> Iterator[Desktop]:
    desktop.open(small)
    yield desktop
    desktop.ask("close")


def as_if(site: Path, mode: str) -> None:
    (site / "mode").write_text(mode, encoding="utf-8")


def dispatch(desktop: Desktop, url: str = RUN, quiet: bool = True) -> dict[str, Any]:
    return desktop.ask("dispatch", url=url, arguments={"quiet": quiet})


def cells(desktop: Desktop) -> dict[str, Any]:
    found: dict[str, Any] = desktop.ask("cells")["sheets"]
    return found


# ---- one step -------------------------------------------------------------------------------------------------------


def test_a_run_is_one_step(calc: Desktop, site: Path) -> None:
    as_if(site, "writing")
    before = cells(calc)
    assert dispatch(calc) == {"state": SUCCESS, "result": "结论：达标"}
    assert (site / "asked").read_text(encoding="utf-8") == "run_assessment None True zh"
    # in a script's thread the panel and a window that is just being painted would wait for each other for ever
    assert (site / "thread").read_text(encoding="utf-8") == "the office's own"
    state, after = calc.ask("state"), cells(calc)
    assert state["undo"] == [STEP] and "评估总览" in state["sheets"] and after != before
    assert dispatch(calc)["state"] == SUCCESS
    assert calc.ask("state")["undo"] == [STEP, STEP]
    assert calc.ask("undo_limit") == {"steps": 100}


def test_a_run_that_writes_nothing_is_no_step(calc: Desktop, site: Path) -> None:
    as_if(site, "writing")
    dispatch(calc)
    as_if(site, "nothing")
    assert dispatch(calc) == {"state": SUCCESS, "result": "没有什么可写"}
    assert calc.ask("state")["undo"] == [STEP]


@pytest.mark.parametrize(("mode", "said"), [("refusing", "QBE-XXX-001 写到一半出错"), ("raising", "deliberate")])
def test_a_failed_run_leaves_no_trace(calc: Desktop, site: Path, mode: str, said: str) -> None:
    as_if(site, mode)
    before, state = cells(calc), calc.ask("state")
    answer = dispatch(calc)
    assert answer["state"] == FAILURE and said in answer["result"]
    assert cells(calc) == before
    assert calc.ask("state") == state
    assert not state["modified"] and state["undo"] == state["redo"] == []


def test_what_was_done_before_a_failed_run_stays(calc: Desktop, site: Path) -> None:
    as_if(site, "writing")
    dispatch(calc)
    before, state = cells(calc), calc.ask("state")
    as_if(site, "raising")
    assert dispatch(calc)["state"] == FAILURE
    assert cells(calc) == before
    assert calc.ask("state") == state and state["modified"] and state["undo"] == [STEP]


# ---- what is shown --------------------------------------------------------------------------------------------------


def test_the_result_is_shown_when_all_is_done(calc: Desktop, site: Path) -> None:
    as_if(site, "writing")
    calc.click("PUSH_BUTTON", "运行评估")
    calc.until("the result", lambda: calc.find("STATIC", "结论：达标"))
    assert calc.ask("state")["undo"] == [STEP]  # the box stands over a finished document
    calc.click("PUSH_BUTTON", "确定")
    calc.until("no box", lambda: not calc.find("STATIC", "结论：达标"))


def test_an_unforeseen_error_names_the_log(calc: Desktop, site: Path) -> None:
    as_if(site, "raising")
    calc.click("PUSH_BUTTON", "运行评估")
    (label,) = calc.until("the message", lambda: calc.find("STATIC", "deliberate"))
    assert "工作簿未改动" in label["name"] and "qbe_xl.log" in label["name"]
    calc.click("PUSH_BUTTON", "确定")
    calc.until("no box", lambda: not calc.find("STATIC", "deliberate"))
    assert "ValueError: deliberate" in calc.log()


# ---- stopping -------------------------------------------------------------------------------------------------------


def start_dawdling(calc: Desktop, site: Path) -> None:
    as_if(site, "dawdling")
    calc.click("PUSH_BUTTON", "运行评估")
    calc.until("the stop panel", lambda: calc.find("PUSH_BUTTON", "停止 (Esc)"))


def stopped(calc: Desktop) -> None:
    calc.until("the message", lambda: calc.find("STATIC", "已停止"))
    calc.click("PUSH_BUTTON", "确定")
    calc.until("no box", lambda: not calc.find("STATIC", "已停止"))


@pytest.mark.parametrize("way", ["button", "toolbar", "key", "script"])
def test_every_way_to_stop(calc: Desktop, site: Path, way: str) -> None:
    before, state = cells(calc), calc.ask("state")
    start_dawdling(calc, site)
    if way == "button":
        calc.click("PUSH_BUTTON", "停止 (Esc)")
    elif way == "toolbar":
        every = calc.find("PUSH_BUTTON", "停止", everywhere=True)
        (entry,) = (each for each in every if "Esc" not in each["name"])
        assert entry["enabled"]
        calc.click_at(entry)
    elif way == "key":
        calc.key("Escape")
    else:
        dispatch(calc, "vnd.qbe.xl:stop")
    stopped(calc)
    assert cells(calc) == before
    assert calc.ask("state") == state


def test_nothing_else_gets_in_during_a_run(calc: Desktop, site: Path) -> None:
    before, state = cells(calc), calc.ask("state")
    start_dawdling(calc, site)
    assert dispatch(calc)["result"] == "正在运行，请等它结束或先停止。"
    (run,) = calc.find("PUSH_BUTTON", "运行评估")
    assert not run["enabled"]
    during = cells(calc)
    calc.click("MENU", "文件")
    calc.xdotool("mousemove", "--sync", "300", "400", "click", "1")
    calc.key("ctrl+z")
    calc.xdotool("type", "999\n")
    assert cells(calc) == during and not calc.find("MENU_ITEM")
    calc.click("PUSH_BUTTON", "停止 (Esc)")
    stopped(calc)
    assert cells(calc) == before and calc.ask("state") == state


def test_closing_during_a_run_stops_it(calc: Desktop, site: Path) -> None:
    before = cells(calc)
    start_dawdling(calc, site)
    assert calc.ask("close_attempt") == {"closed": False}
    stopped(calc)
    assert cells(calc) == before


def test_a_document_that_is_gone_is_told(desktop: Desktop, site: Path, small: Path) -> None:
    """Another program can still take the document away: a message, and the office goes on."""
    as_if(site, "disposing")
    desktop.open(small)
    desktop.ask("open_blank")
    desktop.click("PUSH_BUTTON", "运行评估")
    desktop.until("the message", lambda: desktop.find("STATIC", "被关闭"))
    desktop.click("PUSH_BUTTON", "确定")
    desktop.until("no box", lambda: not desktop.find("STATIC", "被关闭"))
    desktop.ask("close")
    as_if(site, "writing")
    desktop.open(small)
    assert dispatch(desktop)["state"] == SUCCESS
    desktop.ask("close")


# ---- commands -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["vnd.qbe.xl:os.system", "vnd.qbe.xl:choose_edition?elsewhere", "vnd.qbe.xl:run"])
def test_unlisted_commands_are_refused_and_logged(calc: Desktop, site: Path, url: str) -> None:
    as_if(site, "writing")
    (site / "asked").unlink(missing_ok=True)
    assert dispatch(calc, url) == {"state": None, "result": None}
    assert not (site / "asked").exists()
    assert f"refused: {url!r}" in calc.log()
    assert calc.ask("state")["undo"] == []


def test_an_edition_is_chosen_in_the_menu(calc: Desktop, site: Path) -> None:
    as_if(site, "nothing")
    calc.click("MENU", "优质均衡")
    calc.click("MENU", "评估标准")
    calc.click("MENU_ITEM", "沈阳")
    calc.until("the message", lambda: calc.find("STATIC", "没有什么可写"))
    calc.click("PUSH_BUTTON", "确定")
    calc.until("no box", lambda: not calc.find("STATIC", "没有什么可写"))
    assert (site / "asked").read_text(encoding="utf-8") == "choose_edition cn-qbe-2017-shenyang False zh"


def test_english_menus(site: Path, small: Path, tmp_path: Path) -> None:
    as_if(site, "nothing")
    with windows(add_in_in(tmp_path), site, ui="en-US") as english:
        english.open(small)
        english.click("MENU", "Quality-Balance")
        english.click("MENU_ITEM", "Check data")
        english.until("the message", lambda: english.find("STATIC", "没有什么可写"))
        assert english.find("ALERT", "Quality-Balance: Check data")
        english.click("PUSH_BUTTON", "OK")
        english.until("no box", lambda: not english.find("PUSH_BUTTON", "OK"))
    assert (site / "asked").read_text(encoding="utf-8") == "check_data None False en"
