"""Which cell formats keep a value from being seen: a font in the colour of its fill, a number format that shows nothing.

Only what the stylesheet itself says; conditional formats and table styles are not looked at. 单元格格式：字色同底色、格式隐藏。
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat

Colour = tuple[int, int, int]

MAX_STYLES = 70_000  # Excel's own limit is 64,000
_NEAR = 6  # steps of 255 in each part: white on almost white
_BLACK, _WHITE = (0, 0, 0), (255, 255, 255)
# the legacy palette begins with these, twice (ECMA-376 18.8.27); the others are taken as unknown
_INDEXED = ("000000", "FFFFFF", "FF0000", "00FF00", "0000FF", "FFFF00", "FF00FF", "00FFFF")
# Office's own theme, for workbooks without one: light 1, dark 1, light 2, dark 2
_OFFICE_THEME: tuple[Colour, ...] = (_WHITE, _BLACK, (0xEE, 0xEC, 0xE1), (0x1F, 0x49, 0x7D))
_HIDES = re.compile(r"\s*;\s*;")  # nothing for positive and negative numbers


@dataclass(frozen=True)
class Unseen:
    """Numbers of cell formats: `same_colour`, and `empty` where the number format shows nothing."""

    same_colour: frozenset[int] = frozenset()
    empty: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.same_colour or self.empty)


@dataclass
class _Styles:
    codes: dict[str, str] = field(default_factory=dict)
    fonts: list[Colour | None] = field(default_factory=list)
    fills: list[Colour | None] = field(default_factory=list)
    formats: list[dict[str, str]] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    pattern: str = ""


def unseen_formats(styles: bytes, theme: bytes | None) -> Unseen:
    """The formats of a stylesheet that hide values; ExpatError where it is not XML. Numbers that lead nowhere are passed over."""
    colours = _theme_colours(theme) if theme else _OFFICE_THEME
    found = _Styles()

    def start(tag: str, attributes: dict[str, str]) -> None:
        word = tag.rpartition(":")[2]
        path = found.path
        path.append(word)
        section = path[1] if len(path) > 1 else ""
        if word == "numFmt" and section == "numFmts" and len(found.codes) < MAX_STYLES:
            found.codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif word == "font" and path[1:] == ["fonts", "font"] and len(found.fonts) < MAX_STYLES:
            found.fonts.append(_BLACK)
        elif word == "color" and path[1:3] == ["fonts", "font"] and found.fonts:
            found.fonts[-1] = _colour(attributes, colours, _BLACK)
        elif word == "fill" and section == "fills" and len(found.fills) < MAX_STYLES:
            found.fills.append(None)
        elif word == "patternFill" and path[1:3] == ["fills", "fill"] and found.fills:
            found.pattern = attributes.get("patternType", "none")
            found.fills[-1] = _WHITE if found.pattern in {"none", "solid"} else None
        elif word == "fgColor" and section == "fills" and found.fills and found.pattern == "solid":
            found.fills[-1] = _colour(attributes, colours, _BLACK)
        elif word == "xf" and section == "cellXfs" and len(found.formats) < MAX_STYLES:
            found.formats.append(attributes)

    def end(tag: str) -> None:
        if found.path:
            found.path.pop()

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.Parse(styles, True)
    empty = {key for key, code in found.codes.items() if _HIDES.match(code)}
    same = frozenset(number for number, each in enumerate(found.formats) if _same(each, found))
    return Unseen(same, frozenset(n for n, each in enumerate(found.formats) if each.get("numFmtId") in empty))


def _same(form: dict[str, str], styles: _Styles) -> bool:
    font = _at(styles.fonts, form.get("fontId", "0"))
    fill = _at(styles.fills, form.get("fillId", "0"))
    return font is not None and fill is not None and all(abs(a - b) <= _NEAR for a, b in zip(font, fill, strict=True))


def _at(values: list[Colour | None], index: str) -> Colour | None:
    return values[int(index)] if index.isdecimal() and len(index) < 8 and int(index) < len(values) else None


def _colour(attributes: dict[str, str], theme: tuple[Colour, ...], auto: Colour) -> Colour | None:
    """A colour as red, green, blue; None where it is not known."""
    found: Colour | None = None
    if attributes.get("auto") in {"1", "true"}:
        return auto
    if "rgb" in attributes:
        found = _rgb(attributes["rgb"][-6:])
    elif "theme" in attributes:
        index = attributes["theme"]
        found = theme[int(index)] if index.isdecimal() and len(index) < 3 and int(index) < len(theme) else None
    elif attributes.get("indexed", "").isdecimal() and len(attributes["indexed"]) < 4:
        index_number = int(attributes["indexed"])
        if index_number < 16:
            found = _rgb(_INDEXED[index_number % 8])
        elif index_number in (64, 65):
            found = _BLACK if index_number == 64 else _WHITE
    return found and _tinted(found, attributes.get("tint", "0"))


def _rgb(text: str) -> Colour | None:
    if not re.fullmatch("[0-9A-Fa-f]{6}", text):
        return None
    value = int(text, 16)
    return value >> 16, value >> 8 & 255, value & 255


def _tinted(colour: Colour, tint: str) -> Colour | None:
    """Lighter or darker, as ECMA-376 18.8.19 says of luminance; exact for greys, near enough for others."""
    try:
        by = float(tint)
    except ValueError:
        return None
    if not -1 <= by <= 1:
        return None
    red, green, blue = (round(part * (1 + by) if by < 0 else part + (255 - part) * by) for part in colour)
    return red, green, blue


def _theme_colours(theme: bytes) -> tuple[Colour, ...]:
    """The theme's colours in the order in which cells number them: light 1, dark 1, light 2, dark 2, accents."""
    names: dict[str, Colour | None] = {}
    open_: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        word = tag.rpartition(":")[2]
        if open_ and open_[-1] == "clrScheme" and len(names) < 20:
            names[word] = None
            open_.append(word)
        elif word == "clrScheme":
            open_.append(word)
        elif len(open_) == 2 and word in {"srgbClr", "sysClr"}:
            names[open_[-1]] = _rgb(attributes.get("val" if word == "srgbClr" else "lastClr", ""))

    def end(tag: str) -> None:
        if open_ and tag.rpartition(":")[2] == open_[-1]:
            open_.pop()

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.Parse(theme, True)
    order = ("lt1", "dk1", "lt2", "dk2")
    found = [names.get(name) or default for name, default in zip(order, _OFFICE_THEME, strict=True)]
    for number in range(1, 7):
        accent = names.get(f"accent{number}")
        if accent is None:
            break
        found.append(accent)
    return tuple(found)
