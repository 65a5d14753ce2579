"""What the menu of the LibreOffice add-in is made of: without LibreOffice."""

from __future__ import annotations

import importlib.util
import json
import re
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from qbe_xl.hosts.excel.registry import GROUPS, MENU, in_group, macros
from qbe_xl.hosts.libreoffice.menu import (
    PROTOCOL,
    STOP,
    TOOLBAR_MACROS,
    addons_xcu,
    menu_items,
    menu_json,
    menu_parts,
    protocol_handler_xcu,
    window_state_xcu,
)
from qbe_xl.standards import known_editions
from udfs.build_oxt import build, parts

OOR = "{http://openoffice.org/2001/registry}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
IN_MENU = f"./node/node[@{OOR}name='OfficeMenuBar']/node/node[@{OOR}name='Submenu']/node"
IN_TOOLBAR = f"./node/node[@{OOR}name='OfficeToolBar']/node/node"


def prop(node: ET.Element, name: str) -> str | None:
    return node.findtext(f"./prop[@{OOR}name='{name}']/value")


def titles(node: ET.Element, name: str = "Title") -> dict[str, str]:
    found = node.findall(f"./prop[@{OOR}name='{name}']/value")
    return {value.attrib[LANGUAGE]: value.text or "" for value in found}


def entries(path: str) -> list[ET.Element]:
    return ET.fromstring(addons_xcu()).findall(path)


# ---- configuration --------------------------------------------------------------------------------------------------


def test_every_part_is_well_formed_and_installed(tmp_path: Path) -> None:
    for name, text in menu_parts().items():
        if name.endswith(".xcu"):
            root = ET.fromstring(text)
            assert root.tag == f"{OOR}component-data"
            assert root.attrib[f"{OOR}name"] == name.removesuffix(".xcu")
    manifest = parts()["META-INF/manifest.xml"].decode()
    for name in ("Addons.xcu", "CalcWindowState.xcu", "ProtocolHandler.xcu", "qbe_menu.py"):
        assert f'full-path="{name}"' in manifest
    with zipfile.ZipFile(build(tmp_path / "a.oxt")) as package:
        assert {*menu_parts(), "qbe_menu.py", "pythonpath/qbe_lo_runner.py"} <= set(package.namelist())


def test_the_same_bytes_each_time(tmp_path: Path) -> None:
    assert build(tmp_path / "a.oxt").read_bytes() == build(tmp_path / "b.oxt").read_bytes()


def test_every_macro_is_in_the_menu_in_both_languages() -> None:
    nodes = [node for node in entries(IN_MENU) if prop(node, "URL") != "private:separator"]
    assert [titles(node)["en"] for node in nodes] == [entry.label.en for entry in macros().values()]
    for node, entry in zip(nodes, macros().values(), strict=True):
        assert titles(node)["zh-CN"] == f"{entry.label.zh}(~{entry.key})"
        if not entry.argument:
            assert prop(node, "URL") == PROTOCOL + entry.name
        assert prop(node, "Context") == "com.sun.star.sheet.SpreadsheetDocument"
    keys = [entry.key for entry in macros().values()]
    assert len(set(keys)) == len(keys)


def test_groups_stand_apart() -> None:
    lengths, run = [], 0
    for item in [*menu_items(), None]:
        if item is None or item.title is None:
            lengths.append(run)
            run = 0
        else:
            run += 1
    assert lengths == [len(in_group(group)) for group in GROUPS]


def test_nodes_are_named_in_their_order() -> None:
    for path in (IN_MENU, IN_TOOLBAR):
        names = [node.attrib[f"{OOR}name"] for node in entries(path)]
        assert names == sorted(names) and len(set(names)) == len(names) > 10


def test_every_edition_unfolds_below_its_entry() -> None:
    (parent,) = (node for node in entries(IN_MENU) if titles(node).get("en") == macros()["choose_edition"].label.en)
    below = parent.findall(f"./node[@{OOR}name='Submenu']/node")
    choose = f"{PROTOCOL}choose_edition"
    assert [prop(node, "URL") for node in below] == [choose, *(f"{choose}?{name}" for name in known_editions())]
    assert titles(below[0])["zh-CN"].startswith("工作簿自带")
    assert [titles(node)["en"] for node in below[1:]] == [info.name.en for info in known_editions().values()]


def test_the_toolbar_names_registered_macros_and_stop() -> None:
    named = [name for name in TOOLBAR_MACROS if name is not None]
    assert named[-1] == STOP and set(named[:-1]) <= set(macros())
    shown = [prop(node, "URL") for node in entries(IN_TOOLBAR)]
    assert [url for url in shown if url != "private:separator"] == [PROTOCOL + name for name in named]
    assert all(set(titles(node)) == {"zh-CN", "en"} for node in entries(IN_TOOLBAR) if titles(node))


def test_toolbar_and_handler_are_where_the_menu_says() -> None:
    state = ET.fromstring(window_state_xcu()).find("./node/node/node")
    assert state is not None
    assert state.attrib[f"{OOR}name"] == json.loads(menu_json())["toolbar"]
    assert titles(state, "UIName") == {"zh-CN": MENU.zh, "en": MENU.en}
    handler = ET.fromstring(protocol_handler_xcu()).find("./node/node")
    assert handler is not None
    assert prop(handler, "Protocols") == PROTOCOL + "*"
    implementation = re.search('IMPLEMENTATION = "(.*)"', parts()["qbe_menu.py"].decode())
    assert implementation and handler.attrib[f"{OOR}name"] == implementation[1]


# ---- commands -------------------------------------------------------------------------------------------------------


@pytest.fixture
def commands(tmp_path: Path) -> ModuleType:
    """The add-in's module as it is installed: menu.json stands above its folder."""
    inside = "pythonpath/qbe_lo_commands.py"
    for name in ("menu.json", inside):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(parts()[name])
    spec = importlib.util.spec_from_file_location("qbe_lo_commands_under_test", tmp_path / inside)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_entry_can_be_run(commands: ModuleType) -> None:
    urls = [prop(node, "URL") or "" for path in (IN_MENU, IN_TOOLBAR) for node in entries(path)]
    urls += [item.url for entry in menu_items() for item in entry.below]
    asked = {commands.parse(url) for url in urls if url.startswith(PROTOCOL)}
    assert {name for name, _ in asked} == {*macros(), STOP}
    assert {argument for name, argument in asked if name == "choose_edition"} == {None, *known_editions()}
    for name, entry in macros().items():
        assert commands.title(name, "zh") == f"优质均衡：{entry.label.zh}"
        assert commands.title(name, "en") == f"Quality-Balance: {entry.label.en}"


@pytest.mark.parametrize(
    "url",
    [
        "", "vnd.qbe.xl:", "vnd.qbe.xl:run", "vnd.qbe.xl:Run_assessment", "vnd.qbe.xl:run_assessment ",
        "vnd.qbe.xl:run_assessment?", "vnd.qbe.xl:run_assessment?quiet=True", "vnd.qbe.xl:run_assessment#x",
        "vnd.qbe.xl:os:system", "vnd.qbe.xl:../run_assessment", "vnd.qbe.xl:__init__", "vnd.qbe.xl:stop?now",
        "vnd.qbe.xl:choose_edition?", "vnd.qbe.xl:choose_edition?none", "vnd.qbe.xl:choose_edition?/etc/passwd",
        "vnd.qbe.xl:choose_edition?cn-qbe-2017.yaml", "macro:run_assessment",
    ],
)  # fmt: skip
def test_anything_else_is_refused(commands: ModuleType, url: str) -> None:
    with pytest.raises(commands.Refused):
        commands.parse(url)
