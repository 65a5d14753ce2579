"""What the menu, the toolbar and scripts may ask for: the commands of menu.json, written from the registry, and no others.

Standard library only, so that it can be tested without an office.
"""

import json
import os

_FILE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "menu.json")
_loaded = {}


class Refused(Exception):
    """A command that is not in menu.json; says which."""


def known():
    """The whole of menu.json; read once."""
    if not _loaded:
        with open(_FILE, encoding="utf-8") as file:
            _loaded.update(json.load(file))
    return _loaded


def parse(url):
    """(macro, argument or None) of a command; `stop` is one too. Refused where menu.json does not list it, letter for
    letter."""
    menu = known()
    if not url.startswith(menu["protocol"]):
        raise Refused(url)
    name, asked, argument = url[len(menu["protocol"]) :].partition("?")
    if name == menu["stop"] and not asked:
        return name, None
    if name not in menu["macros"]:
        raise Refused(url)
    allowed = menu["macros"][name]["arguments"]
    if asked and (allowed is None or argument == "" or argument not in allowed):
        raise Refused(url)
    return name, argument or None


def title(name, lang):
    """The title of a macro's undo step and windows: 优质均衡：运行评估."""
    return known()["macros"][name][lang]
