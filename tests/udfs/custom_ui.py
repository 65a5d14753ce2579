"""The rules of the customUI schema of 2006 (MS-CUSTOMUI) for the elements that a plain tab needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

NAMESPACE = "{http://schemas.microsoft.com/office/2006/01/customui}"
LONGEST = 1024  # characters of any text attribute

_CHILDREN = {
    "customUI": ("ribbon",),
    "ribbon": ("tabs",),
    "tabs": ("tab",),
    "tab": ("group",),
    "group": ("button", "dropDown", "separator"),
    "button": (),
    "dropDown": ("item",),
    "item": (),
    "separator": (),
}
_ONCE = {"customUI", "ribbon", "tabs"}  # elements that have a single child
_CONTROL = {
    "id", "idMso", "idQ", "tag", "image", "imageMso", "getImage", "showImage", "getShowImage", "label", "getLabel", "showLabel",
    "getShowLabel", "screentip", "getScreentip", "supertip", "getSupertip", "keytip", "getKeytip", "enabled", "getEnabled",
    "visible", "getVisible", "insertAfterMso", "insertBeforeMso", "insertAfterQ", "insertBeforeQ",
}  # fmt: skip
_PLACED = {
    "id",
    "idMso",
    "idQ",
    "tag",
    "label",
    "getLabel",
    "keytip",
    "getKeytip",
    "visible",
    "getVisible",
    "insertAfterMso",
}
_ALLOWED = {
    "customUI": {"onLoad", "loadImage"},
    "ribbon": {"startFromScratch"},
    "tabs": set(),
    "tab": _PLACED,
    "group": _PLACED | {"image", "imageMso", "screentip", "getScreentip", "supertip", "getSupertip"},
    "button": _CONTROL | {"onAction", "size", "getSize", "description", "getDescription"},
    "dropDown": _CONTROL
    | {
        "onAction", "sizeString", "getItemCount", "getItemID", "getItemLabel", "getItemImage", "getItemScreentip",
        "getItemSupertip", "getSelectedItemIndex", "getSelectedItemID", "showItemLabel", "showItemImage",
    },
    "item": {"id", "label", "image", "imageMso", "screentip", "supertip"},
    "separator": {"id", "idQ", "visible", "getVisible"},
}  # fmt: skip
# A fixed text and the callback for it exclude each other.
_EXCLUSIVE = (
    ("id", "idMso", "idQ"), ("label", "getLabel"), ("screentip", "getScreentip"), ("supertip", "getSupertip"),
    ("keytip", "getKeytip"), ("image", "imageMso", "getImage"), ("size", "getSize"), ("visible", "getVisible"),
    ("enabled", "getEnabled"), ("getSelectedItemIndex", "getSelectedItemID"),
)  # fmt: skip
_NAME = re.compile(r"[A-Za-z_][\w.-]*")
_IDENTIFIED = {"tab", "group", "button", "dropDown", "item", "separator"}
# What Excel hands a callback, by element and attribute.
_ASKS = "control As IRibbonControl, ByRef returnedVal"
SIGNATURES = {
    ("customUI", "onLoad"): "ribbon As IRibbonUI",
    ("button", "onAction"): "control As IRibbonControl",
    ("dropDown", "onAction"): "control As IRibbonControl, id As String, index As Integer",
    ("dropDown", "getItemCount"): _ASKS,
    ("dropDown", "getSelectedItemIndex"): _ASKS,
    ("dropDown", "getItemID"): "control As IRibbonControl, index As Integer, ByRef returnedVal",
    ("dropDown", "getItemLabel"): "control As IRibbonControl, index As Integer, ByRef returnedVal",
}
for _element in ("tab", "group", "button", "dropDown"):
    for _attribute in ("getLabel", "getScreentip", "getSupertip"):
        SIGNATURES[_element, _attribute] = _ASKS


def problems(text: str) -> list[str]:
    """Everything in which the markup breaks the rules; empty where it is sound."""
    root = ElementTree.fromstring(text.encode())
    if root.tag != f"{NAMESPACE}customUI":
        return [f"the root is {root.tag}"]
    return [*_of(root), *_ids(root)]


def callbacks(text: str) -> list[tuple[str, str]]:
    """Each callback of the markup with the signature that it must have."""
    found = []
    for node in ElementTree.fromstring(text.encode()).iter():
        name = node.tag.removeprefix(NAMESPACE)
        found += [
            (value, SIGNATURES[name, key])
            for key, value in node.attrib.items()
            if key.startswith("get") or key in {"onAction", "onLoad"}
        ]
    return found


def _of(node: ElementTree.Element) -> Iterator[str]:
    name = node.tag.removeprefix(NAMESPACE)
    where = f"{name} {node.get('id', '')}".strip()
    for key, value in node.attrib.items():
        if key not in _ALLOWED[name]:
            yield f"{where}: {key} is not an attribute of it"
        if not 1 <= len(value) <= LONGEST:
            yield f"{where}: {key} has {len(value)} characters"
    for group in _EXCLUSIVE:
        if sum(key in node.attrib for key in group) > 1:
            yield f"{where}: only one of {', '.join(group)}"
    if name in _IDENTIFIED and not {"id", "idMso", "idQ"} & set(node.attrib):
        yield f"{where}: has no id"
    if name in {"tab", "group", "button"} and not {"label", "getLabel", "idMso"} & set(node.attrib):
        yield f"{where}: has no label"
    if "id" in node.attrib and not _NAME.fullmatch(node.attrib["id"]):
        yield f"{where}: is no id"
    if "keytip" in node.attrib and not re.fullmatch(r"[A-Z0-9]{1,3}", node.attrib["keytip"]):
        yield f"{where}: keytip {node.attrib['keytip']}"
    if node.get("size", "normal") not in {"normal", "large"}:
        yield f"{where}: size {node.get('size')}"
    if name == "button" and "onAction" not in node.attrib:
        yield f"{where}: does nothing"
    if name == "dropDown" and ("getItemCount" in node.attrib) == (len(node) > 0):
        yield f"{where}: items, or getItemCount"
    if name in _ONCE and len(node) != 1 and name != "tabs":
        yield f"{where}: must have one child"
    for child in node:
        if child.tag.removeprefix(NAMESPACE) not in _CHILDREN[name] or not child.tag.startswith(NAMESPACE):
            yield f"{where}: {child.tag} cannot stand in it"
        else:
            yield from _of(child)


def _ids(root: ElementTree.Element) -> Iterator[str]:
    ids = [node.attrib["id"] for node in root.iter() if "id" in node.attrib]
    yield from (f"{each} is there twice" for each in sorted({each for each in ids if ids.count(each) > 1}))
    for tab in root.iter(f"{NAMESPACE}tab"):
        tips = [node.attrib["keytip"] for node in tab.iter() if "keytip" in node.attrib and node is not tab]
        for tip in tips:
            # a key tip that begins another one could never be typed to its end
            if sum(other.startswith(tip) for other in tips) > 1:
                yield f"key tip {tip} is taken"
