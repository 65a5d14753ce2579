"""The ribbon's markup by the schema's rules, its words, and what its buttons call in Python. Nothing of it was run in Excel."""

from __future__ import annotations

import sys
import types
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock, patch
from xml.etree import ElementTree

import pytest
import xlwings

from qbe_xl.core.languages import LANGUAGES
from qbe_xl.hosts.excel import entry, ribbon, ribbon_vba, ribbon_xml
from qbe_xl.hosts.excel.folders import log_file
from qbe_xl.hosts.excel.registry import GROUPS, TAB, macros
from qbe_xl.standards import known_editions
from tests.hosts.xlwings_windows import windows
from tests.udfs.custom_ui import NAMESPACE, callbacks, problems
from tests.udfs.vba_source import literals, procedures

UI = ribbon_xml.custom_ui()
VBA = procedures(ribbon_vba.ribbon_text())
# Icons of Office that others' add-ins for Excel use by these names; an unknown one shows no picture.
SEEN_IMAGES = {
    "AcceptInvitation", "FileProperties", "DataValidation", "ReviewPreviousComment", "ReviewNextComment", "QueryShowTable",
    "ReviewDeleteComment", "FileSaveAs", "Undo", "Translate", "Help", "Refresh", "WhatIfAnalysisMenu", "Calculator",
}  # fmt: skip


# ---- markup


def test_the_markup_follows_the_schema() -> None:
    assert problems(UI) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('keytip="R"', 'keytip="D"', "key tip D is taken"),
        ('keytip="R"', 'keytip="RUNS"', "keytip RUNS"),
        ('id="qbe_check_data"', 'id="qbe_run_assessment"', "twice"),
        ('id="qbe_check_data"', 'id="1 x"', "is no id"),
        ('id="qbe_check_data"', "", "has no id"),
        ('id="qbe_check_data"', 'id="qbe_check_data" idMso="Copy"', "only one of id"),
        ('size="large"', 'size="huge"', "size huge"),
        ("sizeString=", "sizeText=", "not an attribute"),
        ('onAction="QbeRibbon.CheckData"', "", "does nothing"),
        ("<group ", "<button ", "cannot stand in it"),
        ('getLabel="QbeRibbon.RibbonLabel"', "", "has no label"),
        ('getSupertip="QbeRibbon.RibbonSupertip"', f'supertip="{"x" * 1025}"', "1025 characters"),
        ("2006/01/customui", "2006/01/custom", "the root"),
    ],
)
def test_a_broken_rule_is_noticed(old: str, new: str, told: str) -> None:
    assert old in UI
    broken = UI.replace(old, new).replace("</group>", "</button>") if old == "<group " else UI.replace(old, new)
    assert any(told in problem for problem in problems(broken)), problems(broken)


def test_every_callback_is_a_public_sub_of_the_right_form() -> None:
    asked = callbacks(UI)
    assert len(asked) > 50
    for callback, signature in asked:
        module, name = callback.split(".")
        assert module == ribbon_xml.MODULE
        found = VBA[name]
        assert (found.kind, found.public, found.args) == ("Sub", True, signature), callback
    used = {callback.split(".")[1] for callback, _ in asked}
    assert {each.name for each in VBA.values() if each.public} == used | {"WorkbookChanged"}


def test_every_macro_has_its_place_in_order() -> None:
    root = ElementTree.fromstring(UI.encode())
    found = {
        group.get("id", "").removeprefix("qbe_group_"): [node.get("id", "").removeprefix("qbe_") for node in group]
        for group in root.iter(f"{NAMESPACE}group")
    }
    assert list(found) == list(GROUPS)
    for group, names in found.items():
        expected = [entry.name for entry in macros().values() if entry.group == group]
        assert names == expected + (["restart_python"] if group == "help" else [])
    kinds = {node.get("id"): node.tag.removeprefix(NAMESPACE) for node in root.iter()}
    assert {
        f"qbe_{each.name}": "dropDown" if each.argument else "button" for each in macros().values()
    }.items() <= kinds.items()
    assert {node.get("imageMso") for node in root.iter() if node.get("imageMso")} <= SEEN_IMAGES


def test_each_button_runs_its_macro() -> None:
    for control in ribbon_xml.controls():
        body = VBA[control.callback].body
        if control.name == ribbon_xml.RESTART:
            assert "KillPy" in body
        elif control.argument:
            assert body[0] == f'If QbeRun("{control.name}", QbeEditionId(index)) Then QbeRemember index'
        else:
            assert body == (f'QbeRun "{control.name}"',)


def test_words_fit_and_come_in_both_languages() -> None:
    found = ribbon_xml.words()
    assert found["qbe_tab"][0] == TAB and TAB.zh == "优质均衡 QBE"
    assert {f"qbe_{name}" for name in macros()} <= set(found)
    for lang in LANGUAGES:
        texts = _texts(f"QbeWord{lang.capitalize()}")
        for id_, (label, screentip, supertip) in found.items():
            assert texts[f"{id_}.label"] == label[lang] and 0 < len(label[lang]) <= 32
            assert texts[f"{id_}.screentip"] == screentip[lang] and len(screentip[lang]) <= 255
            assert texts[f"{id_}.supertip"] == supertip[lang] and len(supertip[lang]) <= 1024
        for code, message in ribbon_vba.MESSAGES.items():
            assert texts[f"{code}.label"] == message[lang]
    for message in ribbon_vba.MESSAGES.values():
        assert ("{about}" in message.zh) == ("{about}" in message.en)


def test_the_drop_down_lists_the_shipped_editions() -> None:
    listed = ribbon_xml.editions()
    assert listed[0][0] == "" and [id_ for id_, _ in listed[1:]] == list(known_editions())
    for lang in LANGUAGES:
        texts = {key: text for key, text in _texts("QbeEditionLabel").items() if key.startswith(lang)}
        assert list(texts.values()) == [label[lang] for _, label in listed]
    assert f"QBE_EDITIONS As Long = {len(listed)}\n" in ribbon_vba.ribbon_text()


def _texts(function: str) -> dict[str, str]:
    """What a generated function of texts gives, by its case."""
    body, found = VBA[function].body, {}
    for i, line in enumerate(body):
        if line.startswith("Case "):
            key, *same_line = literals(line)
            pieces = same_line or literals(body[i + 1])
            codes = "".join(pieces).encode("ascii").decode("unicode_escape").encode("utf-16", "surrogatepass")
            found[key] = codes.decode("utf-16")
    return found


# ---- Python


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> MagicMock:
    """`entry.run` replaced; the book is what xlwings says called; logs go to a folder of the test's."""
    done = MagicMock()
    monkeypatch.setattr(entry, "run", done)
    monkeypatch.setattr(xlwings.Book, "caller", classmethod(lambda cls: "the book"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return done


def test_every_command_of_the_vba_runs_as_it_stands(called: MagicMock) -> None:
    """Executed as xlwings' server does: exec with nothing around it."""
    for key, command in ribbon_vba.commands().items():
        exec(command, None, None)
        name, argument, lang = key.split("|")
        args, options = called.call_args
        assert args == (name, "the book", argument if macros()[name].argument else None)
        assert options == {"stop": None, "office_lang": lang}
    assert called.call_count == len(ribbon_vba.commands())


@pytest.mark.parametrize(
    ("name", "argument"),
    [("os.system", ""), ("", ""), ("run", ""), ("run_assessment", "cn-qbe-2017"), ("choose_edition", "C:\\x.yaml")],
)
def test_what_is_not_registered_is_not_run(called: MagicMock, name: str, argument: str) -> None:
    with pytest.raises(ribbon.RibbonError, match="QBE-XLA-011 没有"):
        ribbon.run(name, argument, "zh")
    called.assert_not_called()
    assert "RibbonError" in (ribbon.log_folder() / ribbon.LOG).read_text(encoding="utf-8")


def test_a_missing_library_is_named(called: MagicMock) -> None:
    called.side_effect = ModuleNotFoundError("No module named 'pydantic'", name="pydantic")
    with pytest.raises(ribbon.RibbonError, match="QBE-XLA-012 pydantic is missing"):
        ribbon.run("check_data", "", "en")
    with pytest.raises(ribbon.RibbonError, match="缺少 pydantic"):
        ribbon.run("check_data")


def test_the_unforeseen_is_one_line_with_a_log(called: MagicMock) -> None:
    """VBA shows the first line only, and the server turns the lines of a traceback around."""
    called.side_effect = KeyError("one\ntwo")
    with pytest.raises(ribbon.RibbonError) as raised:
        ribbon.run("check_data", "", "en")
    assert str(raised.value).startswith("QBE-XLA-013 Internal error (KeyError): ") and "\n" not in str(raised.value)
    assert "Traceback" in (ribbon.log_folder() / ribbon.LOG).read_text(encoding="utf-8")


def test_a_log_that_cannot_be_written_is_no_further_error(
    called: MagicMock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    with pytest.raises(ribbon.RibbonError, match="QBE-XLA-011"):
        ribbon.run("nothing")


def test_nothing_is_raised_for_a_macro_that_told_the_user(called: MagicMock) -> None:
    called.return_value = entry.Outcome(False, "QBE-MAC-002", "…")
    ribbon.run("run_assessment", "", "zh")


def test_a_workbooks_own_settings_do_not_say_where_it_lies(called: MagicMock) -> None:
    """Through xlwings' own Windows code: a cloud address, and a sheet xlwings.conf that names a folder."""
    with windows() as excel, patch.object(excel.impl, "fullname_url_to_local_path") as asked:
        book = excel.impl.Book(xl=MagicMock(FullName="https://d.docs.live.net/1/a.xlsx"))
        ribbon.run("check_data")
        assert book.fullname is asked.return_value
        assert set(asked.call_args.kwargs.values()) == {"https://d.docs.live.net/1/a.xlsx", None}


def test_logs_are_beside_the_macros_log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert ribbon.log_folder() == log_file().parent
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "Local"))
    assert ribbon.log_folder() == log_file().parent == tmp_path / "Local" / "qbe_xl" / "logs"


def test_esc_is_asked_for_on_windows_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bit 15: down now; bit 0: pressed since the last question. An Esc from before the run does not count."""
    assert ribbon.stop_key() is None
    states = [0x0001, 0x0000, 0x8000, 0x0001, 0x0000]
    keys: list[int] = []

    def state(key: int) -> int:
        keys.append(key)
        return states.pop(0)

    windll: Any = types.SimpleNamespace(user32=types.SimpleNamespace(GetAsyncKeyState=state))
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(ribbon.ctypes, "windll", windll, raising=False)
    stop = ribbon.stop_key()
    assert stop is not None
    assert [stop() for _ in range(4)] == [False, True, True, False]
    assert set(keys) == {0x1B}
