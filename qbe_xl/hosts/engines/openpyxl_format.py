"""Fonts and borders of the openpyxl engine."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from xlwings import base_classes

from qbe_xl.hosts.engines.common import Box, from_rgb, to_rgb
from qbe_xl.hosts.engines.openpyxl_styles import Change

UNSET = base_classes._UNSET

# (line style, weight) to the file's word, and back
_LINES = {
    "continuous": {"hairline": "hair", "thin": "thin", "medium": "medium", "thick": "thick"},
    "dash": {"hairline": "dashed", "thin": "dashed", "medium": "mediumDashed", "thick": "mediumDashed"},
    "dash_dot": {"hairline": "dashDot", "thin": "dashDot", "medium": "mediumDashDot", "thick": "mediumDashDot"},
    "dash_dot_dot": {
        "hairline": "dashDotDot",
        "thin": "dashDotDot",
        "medium": "mediumDashDotDot",
        "thick": "mediumDashDotDot",
    },
    "dot": dict.fromkeys(("hairline", "thin", "medium", "thick"), "dotted"),
    "double": dict.fromkeys(("hairline", "thin", "medium", "thick"), "double"),
    "slant_dash_dot": dict.fromkeys(("hairline", "thin", "medium", "thick"), "slantDashDot"),
}
_BACK: dict[str, tuple[str, str]] = {}
for _line, _weights in _LINES.items():
    for _weight in ("thin", "medium", "hairline", "thick"):
        _BACK.setdefault(_weights[_weight], (_line, _weight))
_BACK["double"] = ("double", "thick")

_EDGES = {"edge_top": "top", "edge_bottom": "bottom", "edge_left": "left", "edge_right": "right"}
_OPPOSITE = {
    "edge_top": (-1, 0, "bottom"),
    "edge_bottom": (1, 0, "top"),
    "edge_left": (0, -1, "right"),
    "edge_right": (0, 1, "left"),
}


class Font(base_classes.Font):
    """The font of a range: what differs between its cells reads as None."""

    def __init__(self, rng: Any) -> None:
        self.rng = rng

    @property
    def api(self) -> Any:
        """openpyxl's font of the first cell."""
        return self.rng.styles.font(next(self.rng._styles_here(), None))

    def _get(self, attribute: str) -> Any:
        return self.rng.common(lambda style: getattr(self.rng.styles.font(style), attribute))

    @property
    def bold(self) -> Any:
        """Bold?"""
        return self.rng.common(lambda style: bool(self.rng.styles.font(style).b))

    @bold.setter
    def bold(self, value: bool) -> None:
        self.rng.format(("font", "b", bool(value)))

    @property
    def italic(self) -> Any:
        """Italic?"""
        return self.rng.common(lambda style: bool(self.rng.styles.font(style).i))

    @italic.setter
    def italic(self, value: bool) -> None:
        self.rng.format(("font", "i", bool(value)))

    @property
    def size(self) -> Any:
        """Points."""
        return self._get("sz")

    @size.setter
    def size(self, value: float) -> None:
        self.rng.format(("font", "sz", float(value)))

    @property
    def name(self) -> Any:
        """Name of the typeface."""
        return self._get("name")

    @name.setter
    def name(self, value: str) -> None:
        self.rng.format(("font", "name", str(value)))

    @property
    def color(self) -> Any:
        """(red, green, blue); black where it is automatic."""
        return self.rng.common(self.rng.styles.font_color)

    @color.setter
    def color(self, color_or_rgb: Any) -> None:
        rgb = to_rgb(color_or_rgb)
        self.rng.format(("font", "color", None if rgb is None else from_rgb(rgb)))


class Borders(base_classes.Borders):
    """The borders of a range."""

    def __init__(self, rng: Any) -> None:
        self.rng = rng

    @property
    def api(self) -> Any:
        """openpyxl's borders of the first cell."""
        return self.rng.styles.border(next(self.rng._styles_here(), None))

    def __getitem__(self, side: str) -> Border:
        return Border(self, side)

    def _common(self, attribute: str) -> Any:
        values = {getattr(self[side], attribute) for side in self._grid_sides()}
        return values.pop() if len(values) == 1 else None

    def _grid_sides(self) -> list[str]:
        rows, columns = self.rng.shape
        inside = [*(["inside_vertical"] if columns > 1 else []), *(["inside_horizontal"] if rows > 1 else [])]
        return [*_EDGES, *inside]

    @property
    def line_style(self) -> Any:
        """What the six sides share, or None."""
        return self._common("line_style")

    @line_style.setter
    def line_style(self, value: Any) -> None:
        self.set(base_classes.BORDER_GRID_SIDES, line_style=value)

    @property
    def weight(self) -> Any:
        """What the six sides share, or None."""
        return self._common("weight")

    @weight.setter
    def weight(self, value: str) -> None:
        self.set(base_classes.BORDER_GRID_SIDES, weight=value)

    @property
    def color(self) -> Any:
        """What the six sides share, or None."""
        return self._common("color")

    @color.setter
    def color(self, value: Any) -> None:
        self.set(base_classes.BORDER_GRID_SIDES, color=value)

    def set(self, which: Any = "all", *, line_style: Any = UNSET, weight: Any = UNSET, color: Any = UNSET) -> None:
        """Style, weight and colour of sides, as one transfer."""
        self.rng._transfers.formats += 1
        self.rng.sheet.guard_formats(self.rng.boxes)
        sides = list(which)
        line: Any = ...
        if line_style in (None, "none"):
            line = ""
        elif line_style is not UNSET or weight is not UNSET:
            base = "continuous" if line_style is UNSET else line_style
            line = _LINES[base]["thin" if weight is UNSET else weight]
        rgb = None if color is UNSET else to_rgb(color)
        paint = (... if line in (..., "") else "000000") if rgb is None else from_rgb(rgb)
        for box in self.rng.boxes:
            self._set_box(box, sides, line, paint)

    def clear(self, which: Iterable[str] = ()) -> None:
        """Take sides away."""
        self.set(which, line_style=None)

    def _set_box(self, box: Box, sides: list[str], line: Any, paint: Any) -> None:
        box = self.rng.cells.clipped(box)

        at_place: dict[tuple[bool, ...], Change | None] = {}

        def change_at(r: int, c: int) -> Change | None:
            place = (r == box.row, r == box.last_row, c == box.column, c == box.last_column)
            if place not in at_place:
                names = _sides_of(sides, *place)
                at_place[place] = ("border", tuple((name, line, paint) for name in names)) if names else None
            return at_place[place]

        self.rng.format_cells(box, change_at)
        if line == "":  # an edge is also the neighbour's
            self._clear_neighbours(box, sides)

    def _clear_neighbours(self, box: Box, sides: list[str]) -> None:
        for side in sides:
            if side not in _OPPOSITE:
                continue
            down, right, name = _OPPOSITE[side]
            row = box.row - 1 if down < 0 else box.last_row + 1 if down else box.row
            column = box.column - 1 if right < 0 else box.last_column + 1 if right else box.column
            last_row, last_column = (row, box.last_column) if down else (box.last_row, column)
            if row < 1 or column < 1:
                continue
            for _, cell in self.rng.cells.existing(Box(row, column, last_row, last_column)):
                if cell._style:
                    cell._style = self.rng.styles.changed(cell._style, ("border", ((name, "", ...),)))


def _sides_of(sides: list[str], first_row: bool, last_row: bool, first_col: bool, last_col: bool) -> list[str]:
    names = []
    for side in sides:
        if side in _EDGES:
            at = {"edge_top": first_row, "edge_bottom": last_row, "edge_left": first_col, "edge_right": last_col}
            names += [_EDGES[side]] if at[side] else []
        elif side == "inside_horizontal":
            names += [*(["bottom"] if not last_row else []), *(["top"] if not first_row else [])]
        elif side == "inside_vertical":
            names += [*(["right"] if not last_col else []), *(["left"] if not first_col else [])]
        else:
            names.append(side)
    return names


class Border(base_classes.Border):
    """One side, read from a cell that has it."""

    def __init__(self, borders: Borders, side: str) -> None:
        self.borders = borders
        self.side = side

    @property
    def api(self) -> Any:
        """openpyxl's Side."""
        rng = self.borders.rng
        box = rng.box
        row = box.last_row if self.side == "edge_bottom" else box.row
        column = box.last_column if self.side == "edge_right" else box.column
        cell = rng.cells.store.get((row, column))
        border = rng.styles.border(None if cell is None else cell._style)
        if self.side.startswith("diagonal"):
            drawn = border.diagonalDown if self.side == "diagonal_down" else border.diagonalUp
            return border.diagonal if drawn else None
        inside = {"inside_horizontal": "bottom", "inside_vertical": "right"}
        return getattr(border, _EDGES.get(self.side) or inside[self.side])

    def _kind(self) -> tuple[str, str] | None:
        found = self.api
        return _BACK.get(found.style) if found is not None and found.style else None

    @property
    def line_style(self) -> str:
        """Of xlwings' words; "none" without a line."""
        kind = self._kind()
        return kind[0] if kind else "none"

    @line_style.setter
    def line_style(self, value: Any) -> None:
        self.borders.set([self.side], line_style=value)

    @property
    def weight(self) -> str | None:
        """Of xlwings' words."""
        kind = self._kind()
        return kind[1] if kind else None

    @weight.setter
    def weight(self, value: str) -> None:
        self.borders.set([self.side], weight=value)

    @property
    def color(self) -> Any:
        """(red, green, blue), None without a line."""
        found = self.api
        if found is None or not found.style:
            return None
        return self.borders.rng.styles.rgb(found.color) or (0, 0, 0)

    @color.setter
    def color(self, value: Any) -> None:
        self.borders.set([self.side], color=value)
