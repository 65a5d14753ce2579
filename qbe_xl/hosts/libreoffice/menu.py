"""The menu and toolbar of qbe_xl.oxt, as LibreOffice's configuration, from the registry of macros.

Every entry is a command `vnd.qbe.xl:<macro>` or `vnd.qbe.xl:<macro>?<argument>`; the add-in refuses all others.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

from qbe_xl.core.languages import Text
from qbe_xl.hosts.excel.registry import GROUPS, MENU, MacroEntry, in_group, macros
from qbe_xl.standards import known_editions

PROTOCOL = "vnd.qbe.xl:"
HANDLER = "org.qbexl.MenuHandler"
MENU_NODE = "org.qbexl.menu"
TOOLBAR_NODE = "org.qbexl.toolbar"
TOOLBAR = f"private:resource/toolbar/addon_{TOOLBAR_NODE}"
CALC = "com.sun.star.sheet.SpreadsheetDocument"
SEPARATOR = "private:separator"
STOP = "stop"
STOP_LABEL = Text("停止", "Stop")
OWN_EDITION = Text("工作簿自带", "As the workbook says")
TITLE = Text("{menu}：{entry}", "{menu}: {entry}")
# What the toolbar has room for, in its order; None is a gap.
TOOLBAR_MACROS = (
    "run_assessment", None, "check_data", "previous_finding", "next_finding", "what_is_missing", "clear_marks", None,
    "export_results", "undo_run", None, STOP,
)  # fmt: skip

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<oor:component-data xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 oor:name="{name}" oor:package="{package}">
"""
_TAIL = "</oor:component-data>\n"


@dataclass(frozen=True)
class Item:
    """One entry: its command, its title, the letter that chooses it in the menu, and what unfolds from it."""

    url: str
    title: Text | None = None
    key: str = ""
    below: tuple[Item, ...] = ()


def command(name: str, argument: str | None = None) -> str:
    """The command of a macro, or of `stop`."""
    return f"{PROTOCOL}{name}" + (f"?{argument}" if argument else "")


def arguments_of(entry: MacroEntry) -> dict[str, Text]:
    """What a macro's argument may be, with the words for each; empty for a macro without one. "" leaves it out."""
    if entry.argument != "edition":
        return {}
    return {"": OWN_EDITION, **{name: info.name for name, info in known_editions().items()}}


def menu_items() -> tuple[Item, ...]:
    """The entries of the menu in order, the registry's groups apart."""
    items: list[Item] = []
    for group in GROUPS:
        if items:
            items.append(Item(SEPARATOR))
        items += [_item(entry) for entry in in_group(group)]
    return tuple(items)


def _item(entry: MacroEntry) -> Item:
    choices = arguments_of(entry)
    if not choices:
        return Item(command(entry.name), entry.label, entry.key)
    below = tuple(
        Item(command(entry.name, argument), title, str(number))
        for number, (argument, title) in enumerate(choices.items())
    )
    return Item("", entry.label, entry.key, below)


def toolbar_items() -> tuple[Item, ...]:
    """The entries of the toolbar in order."""
    return tuple(Item(SEPARATOR) if name is None else Item(command(name), _label(name)) for name in TOOLBAR_MACROS)


def _label(name: str) -> Text:
    return STOP_LABEL if name == STOP else macros()[name].label


# ---- the files ------------------------------------------------------------------------------------------------------


def addons_xcu() -> str:
    """Menu and toolbar."""
    lines = [
        _HEAD.format(name="Addons", package="org.openoffice.Office").rstrip("\n"),
        '<node oor:name="AddonUI">',
        f'<node oor:name="OfficeMenuBar"><node oor:name="{MENU_NODE}" oor:op="replace">',
        _title(MENU, "Q"),
        _property("Context", CALC),
        *_nodes(menu_items(), in_menu=True),
        "</node></node>",
        f'<node oor:name="OfficeToolBar"><node oor:name="{TOOLBAR_NODE}" oor:op="replace">',
        *_numbered(toolbar_items(), in_menu=False),
        "</node></node>",
        "</node>",
    ]
    return "\n".join(lines) + "\n" + _TAIL


def _nodes(items: Iterable[Item], in_menu: bool) -> Iterator[str]:
    yield '<node oor:name="Submenu">'
    yield from _numbered(items, in_menu)
    yield "</node>"


def _numbered(items: Iterable[Item], in_menu: bool) -> Iterator[str]:
    # LibreOffice orders entries by the names of their nodes
    for number, item in enumerate(items):
        yield f'<node oor:name="m{number:02}" oor:op="replace">'
        yield _property("URL", item.url)
        if item.title is not None:
            yield _title(item.title, item.key if in_menu else "")
            yield _property("Target", "_self")
            yield _property("Context", CALC)
        if item.below:
            yield from _nodes(item.below, in_menu)
        yield "</node>"


def _property(name: str, value: str) -> str:
    return f'<prop oor:name="{name}"><value>{escape(value)}</value></prop>'


def _title(text: Text, key: str = "", name: str = "Title") -> str:
    # without a letter of its own a Chinese entry gets one behind it, a different one at times
    zh = f"{text.zh}(~{key})" if key else text.zh
    values = f'<value xml:lang="en">{escape(text.en)}</value><value xml:lang="zh-CN">{escape(zh)}</value>'
    return f'<prop oor:name="{name}">{values}</prop>'


def window_state_xcu() -> str:
    """Where the toolbar stands, its title, and that it shows texts."""
    lines = [
        _HEAD.format(name="CalcWindowState", package="org.openoffice.Office.UI").rstrip("\n"),
        f'<node oor:name="UIElements"><node oor:name="States"><node oor:name="{TOOLBAR}" oor:op="replace">',
        _title(MENU, name="UIName"),
        *(_property(name, value) for name, value in _PLACE),
        "</node></node></node>",
    ]
    return "\n".join(lines) + "\n" + _TAIL


# docked at the top (area 0), in a row of its own below the two of Calc; style 1 is text only
_PLACE = (("Docked", "true"), ("DockingArea", "0"), ("DockPos", "0,4"), ("Visible", "true"), ("Style", "1"))


def protocol_handler_xcu() -> str:
    """Who answers the commands."""
    lines = [
        _HEAD.format(name="ProtocolHandler", package="org.openoffice.Office").rstrip("\n"),
        f'<node oor:name="HandlerSet"><node oor:name="{HANDLER}" oor:op="replace">',
        f'<prop oor:name="Protocols" oor:type="oor:string-list"><value>{PROTOCOL}*</value></prop>',
        "</node></node>",
    ]
    return "\n".join(lines) + "\n" + _TAIL


def menu_json() -> str:
    """What may be dispatched: each macro with the title of its undo step and its possible arguments (null: none)."""
    found = {}
    for name, entry in macros().items():
        title = Text(*(TITLE[lang].format(menu=MENU[lang], entry=entry.label[lang]) for lang in ("zh", "en")))
        found[name] = {"zh": title.zh, "en": title.en, "arguments": list(arguments_of(entry)) or None}
    whole = {"protocol": PROTOCOL, "stop": STOP, "toolbar": TOOLBAR, "macros": found}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def menu_parts() -> dict[str, str]:
    """Every generated file by its path in the add-in."""
    return {
        "Addons.xcu": addons_xcu(),
        "CalcWindowState.xcu": window_state_xcu(),
        "ProtocolHandler.xcu": protocol_handler_xcu(),
        "menu.json": menu_json(),
    }
