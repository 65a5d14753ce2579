"""The ribbon tab as customUI markup, made from the registry of macros.

Namespace of 2006: every Excel since 2007 reads it, and nothing of 2009's is needed (that one adds the backstage and context
menus). All words come through callbacks, by the language of Office.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.sax.saxutils import quoteattr

from qbe_xl.core.languages import Text
from qbe_xl.hosts.excel.registry import GROUPS, TAB, in_group
from qbe_xl.standards import known_editions

NAMESPACE = "http://schemas.microsoft.com/office/2006/01/customui"
RELATION = "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility"
MODULE = "QbeRibbon"
TAB_KEY = "QB"
RESTART = "restart_python"
# In the ribbon only: it is no macro, since it ends the Python that runs the macros.
RESTART_LABEL = Text("重启 Python", "Restart Python")
RESTART_TIP = Text(
    "结束并重新启动后台的 Python；更新程序之后，或者没有反应时使用。",
    "End the Python in the background and start it anew: after an update, or when it does not answer.",
)
AS_THE_WORKBOOK_SAYS = Text("工作簿自带", "As the workbook says")


@dataclass(frozen=True)
class Control:
    """A button or drop-down of the ribbon; `name` is the macro's, or that of a button that is no macro."""

    name: str
    group: str
    label: Text
    tip: Text
    image: str
    key: str
    large: bool = False
    argument: str = ""
    id: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", f"qbe_{self.name}")

    @property
    def callback(self) -> str:
        """The Sub behind it: `run_assessment` is `RunAssessment`."""
        return "".join(word.capitalize() for word in self.name.split("_"))


def controls() -> tuple[Control, ...]:
    """Everything in the tab, in order: the macros, and the restart button at the end of the last group."""
    found = [
        Control(entry.name, group, entry.label, entry.tip, entry.image, entry.key, entry.large, entry.argument)
        for group in GROUPS
        for entry in in_group(group)
    ]
    last = list(GROUPS)[-1]
    return (*found, Control(RESTART, last, RESTART_LABEL, RESTART_TIP, "Refresh", "T"))


def words() -> dict[str, tuple[Text, Text, Text]]:
    """Label, screen tip and super tip of everything that has an id."""
    found = {"qbe_tab": (TAB, TAB, TAB)}
    found |= {f"qbe_group_{name}": (label, label, label) for name, label in GROUPS.items()}
    return found | {control.id: (control.label, control.label, control.tip) for control in controls()}


def editions() -> list[tuple[str, Text]]:
    """The entries of the drop-down: id (empty: as the workbook says) and label."""
    shipped = [(edition.id, edition.name) for edition in known_editions().values()]
    return [("", AS_THE_WORKBOOK_SAYS), *shipped]


def custom_ui() -> str:
    """The text of `udfs/xlam/customUI.xml`."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
        "<!-- Written by scripts/udfs.py from the registry of macros; do not edit. -->",
        _tag("customUI", {"xmlns": NAMESPACE, "onLoad": f"{MODULE}.RibbonLoaded"}),
        "  <ribbon>",
        "    <tabs>",
        _tag("tab", {"id": "qbe_tab", "getLabel": f"{MODULE}.RibbonLabel", "keytip": TAB_KEY}, 3),
    ]
    for group in GROUPS:
        lines.append(_tag("group", {"id": f"qbe_group_{group}", "getLabel": f"{MODULE}.RibbonLabel"}, 4))
        lines += [_control(control) for control in controls() if control.group == group]
        lines.append("        </group>")
    return "\n".join([*lines, "      </tab>", "    </tabs>", "  </ribbon>", "</customUI>"]) + "\n"


def _control(control: Control) -> str:
    common = {
        "id": control.id,
        "imageMso": control.image,
        "getLabel": f"{MODULE}.RibbonLabel",
        "getScreentip": f"{MODULE}.RibbonScreentip",
        "getSupertip": f"{MODULE}.RibbonSupertip",
        "keytip": control.key,
        "onAction": f"{MODULE}.{control.callback}",
    }
    if control.argument:
        return _tag(
            "dropDown",
            common
            | {
                "sizeString": "W" * 18,
                "getItemCount": f"{MODULE}.EditionCount",
                "getItemID": f"{MODULE}.EditionId",
                "getItemLabel": f"{MODULE}.EditionLabel",
                "getSelectedItemIndex": f"{MODULE}.EditionSelected",
            },
            5,
            close=True,
        )
    return _tag("button", common | {"size": "large" if control.large else "normal"}, 5, close=True)


def _tag(name: str, attributes: dict[str, str], depth: int = 0, close: bool = False) -> str:
    written = " ".join(f"{key}={quoteattr(value)}" for key, value in attributes.items())
    return f"{'  ' * depth}<{name} {written}{'/' if close else ''}>"
