"""Formats of cells in an openpyxl workbook, fast: each change is worked out once for each style it meets.

A style is openpyxl's array of nine numbers. A change is a tuple such as ``("fill", "FFC7CE")``; what a style becomes
under it is kept, so that 35 000 equal cells cost 35 000 look-ups and one new font.
"""

from __future__ import annotations

import colorsys
import copy
import xml.etree.ElementTree as ET
from array import array
from typing import Any

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.styles.colors import COLOR_INDEX, Color
from openpyxl.styles.numbers import BUILTIN_FORMATS_MAX_SIZE, BUILTIN_FORMATS_REVERSE
from openpyxl.workbook.workbook import Workbook

Change = tuple[Any, ...]
RGB = tuple[int, int, int]

FONT, FILL, BORDER, NUMBER_FORMAT, PROTECTION, ALIGNMENT = range(6)

# xlwings' words (and Excel's) to the file's
HORIZONTAL = {
    "general": None,
    "left": "left",
    "center": "center",
    "right": "right",
    "fill": "fill",
    "justify": "justify",
    "center_across_selection": "centerContinuous",
    "distributed": "distributed",
}
_HORIZONTAL_BACK = {file: word for word, file in HORIZONTAL.items()} | {"general": "general"}
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
# Themes list dark before light, cells count light before dark.
_THEME_ORDER = ("lt1", "dk1", "lt2", "dk2", *(f"accent{n}" for n in range(1, 7)), "hlink", "folHlink")


class Styles:
    """The styles of one workbook."""

    def __init__(self, wb: Workbook) -> None:
        self.wb = wb
        self._changed: dict[Change, dict[bytes, bytes]] = {}
        self._theme: list[str] | None = None

    # ------------------------------------------------------------------------------------------ changing

    def changed(self, style: Any, change: Change) -> StyleArray:
        """A new array: the style that `style` (or None) becomes under a change."""
        known = self._changed.setdefault(change, {})
        raw = style.tobytes() if style else b""
        found = known.get(raw)
        if found is None:
            new = StyleArray(style) if style else StyleArray()
            self._apply(new, change)
            found = known[raw] = new.tobytes()
        # From bytes in one go; shared it cannot be, since openpyxl's setters alter it in place.
        return array.__new__(StyleArray, "i", found)

    def _apply(self, style: StyleArray, change: Change) -> None:
        kind = change[0]
        if kind == "fill":
            fill = PatternFill() if change[1] is None else PatternFill("solid", fgColor=change[1])
            style[FILL] = self.wb._fills.add(fill)
        elif kind == "font":
            font = copy.copy(self.wb._fonts[style[FONT]])
            setattr(font, change[1], Color(rgb="FF" + change[2]) if change[1] == "color" and change[2] else change[2])
            if change[1] == "name":  # a theme's font would otherwise win over the name
                font.scheme = None
            style[FONT] = self.wb._fonts.add(font)
        elif kind == "indent":
            alignment = copy.copy(self.wb._alignments[style[ALIGNMENT]]) or Alignment()
            alignment.indent = max(0, int(alignment.indent or 0) + change[1])
            if alignment.horizontal is None:
                alignment.horizontal = "left"  # as Excel does
            style[ALIGNMENT] = self.wb._alignments.add(alignment)
        elif kind == "alignment":
            alignment = copy.copy(self.wb._alignments[style[ALIGNMENT]]) or Alignment()
            setattr(alignment, change[1], change[2])
            style[ALIGNMENT] = self.wb._alignments.add(alignment)
        elif kind == "number_format":
            style[NUMBER_FORMAT] = self._format_id(change[1])
        elif kind == "border":
            style[BORDER] = self._border(style[BORDER], change[1])
        elif kind == "none":
            keep = style[PROTECTION]
            style[:] = StyleArray()
            style[PROTECTION] = 0 if change[1] else keep

    def _format_id(self, text: str) -> int:
        if text in BUILTIN_FORMATS_REVERSE:
            return int(BUILTIN_FORMATS_REVERSE[text])
        return int(self.wb._number_formats.add(text)) + BUILTIN_FORMATS_MAX_SIZE

    def _border(self, number: int, sides: tuple[tuple[str, Any, Any], ...]) -> int:
        """`sides`: (file's side, style name, "" for none or ... for as it is, RRGGBB or ... for as it is)."""
        border: Border = copy.copy(self.wb._borders[number])
        for name, line, color in sides:
            diagonal = name.startswith("diagonal")
            slot = "diagonal" if diagonal else name
            old = getattr(border, slot) or Side()
            style = old.style if line is ... else line or None
            if line is ... and style is None:
                style = "thin"  # a colour alone draws a thin line, as in Excel
            paint = (old.color if color is ... else Color(rgb="FF" + color)) if style else None
            setattr(border, slot, Side(style=style, color=paint))
            if diagonal:
                setattr(border, "diagonalDown" if name.endswith("down") else "diagonalUp", bool(style))
        return int(self.wb._borders.add(border))

    # ------------------------------------------------------------------------------------------ reading

    def font(self, style: Any) -> Font:
        """The font of a style."""
        return self.wb._fonts[style[FONT] if style else 0]

    def border(self, style: Any) -> Border:
        """The borders of a style."""
        return self.wb._borders[style[BORDER] if style else 0]

    def locked(self, style: Any) -> bool:
        """Does protection hold for cells of this style?"""
        return bool(self.wb._protections[style[PROTECTION] if style else 0].locked)

    def number_format(self, style: Any) -> int:
        """Id of the number format."""
        return int(style[NUMBER_FORMAT]) if style else 0

    def alignment(self, style: Any, name: str) -> Any:
        """wrap (bool), horizontal or vertical in xlwings' words."""
        found = self.wb._alignments[style[ALIGNMENT] if style else 0]
        if name == "wrap_text":
            return bool(found.wrap_text)
        if name == "horizontal":
            return _HORIZONTAL_BACK.get(found.horizontal, "general")
        return found.vertical or "bottom"

    def fill_color(self, style: Any) -> RGB | None:
        """Colour of the background, None without a fill."""
        fill = self.wb._fills[style[FILL] if style else 0]
        kind = getattr(fill, "fill_type", None)
        if not kind or not isinstance(fill, PatternFill):
            return None
        return self.rgb(fill.fgColor if kind == "solid" else fill.bgColor)

    def font_color(self, style: Any) -> RGB:
        """Colour of the text, black where it is automatic."""
        return self.rgb(self.font(style).color) or (0, 0, 0)

    def rgb(self, color: Color | None) -> RGB | None:
        """(red, green, blue) of a colour given as such, by theme or by index; None where it is automatic."""
        if color is None:
            return None
        if color.type == "rgb" and isinstance(color.rgb, str):
            text = color.rgb[-6:]
        elif color.type == "theme":
            themed = self._theme_colors()
            text = themed[color.theme] if color.theme < len(themed) else "000000"
        elif color.type == "indexed" and color.indexed < len(COLOR_INDEX):
            text = COLOR_INDEX[color.indexed][-6:]
        else:
            return None
        plain = (int(text[0:2], 16), int(text[2:4], 16), int(text[4:6], 16))
        return _tinted(plain, color.tint) if color.tint else plain

    def _theme_colors(self) -> list[str]:
        if self._theme is None:
            self._theme = _theme_colors(self.wb.loaded_theme)
        return self._theme


def _theme_colors(theme: Any) -> list[str]:
    if not theme:
        return ["FFFFFF", "000000", "E7E6E6", "44546A", "4472C4", "ED7D31", "A5A5A5", "FFC000", "5B9BD5", "70AD47"]
    # The theme was taken from a package that preflight has passed: no entities in it.
    scheme = ET.fromstring(theme).find(f".//{_DRAWING}clrScheme")
    colors = []
    for name in _THEME_ORDER:
        entry = None if scheme is None else scheme.find(f"{_DRAWING}{name}")
        first = entry[0] if entry is not None and len(entry) else None
        colors.append("000000" if first is None else (first.get("lastClr") or first.get("val") or "000000")[-6:])
    return [c if len(c) == 6 and all(x in "0123456789abcdefABCDEF" for x in c) else "000000" for c in colors]


def _tinted(rgb: RGB, tint: float) -> RGB:
    hue, light, saturation = colorsys.rgb_to_hls(*(part / 255 for part in rgb))
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    red, green, blue = (round(part * 255) for part in colorsys.hls_to_rgb(hue, min(max(light, 0), 1), saturation))
    return red, green, blue
