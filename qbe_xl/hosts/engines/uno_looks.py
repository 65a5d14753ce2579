"""How cells look in LibreOffice: fonts, borders, alignment; and their notes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlwings import base_classes

from qbe_xl.hosts.engines.common import Box, from_rgb, to_rgb
from qbe_xl.hosts.engines.uno_bridge import edge, enum, struct

# Chinese text takes the second of these, right-to-left scripts the third.
_SCRIPTS = ("", "Asian", "Complex")
_BOLD, _PLAIN = 150.0, 100.0

# com.sun.star.table.BorderLineStyle
_STYLES = {"continuous": 0, "dot": 1, "dash": 2, "double": 15, "dash_dot": 16, "slant_dash_dot": 16, "dash_dot_dot": 17}
_NO_LINE = 0x7FFF
# Widths in 1/100 mm, as LibreOffice writes them into .xlsx; double is 15 when set, 3 in files of its own.
_WEIGHTS = {"hairline": 2, "thin": 26, "medium": 62, "thick": 88}
_SIDES = {
    "edge_top": "Top", "edge_bottom": "Bottom", "edge_left": "Left", "edge_right": "Right",
    "inside_vertical": "Vertical", "inside_horizontal": "Horizontal",
}  # fmt: skip
_DIAGONALS = {"diagonal_down": "DiagonalTLBR2", "diagonal_up": "DiagonalBLTR2"}
UNSET: Any = base_classes._UNSET

HORIZONTAL = {
    "general": "STANDARD", "left": "LEFT", "center": "CENTER", "right": "RIGHT", "fill": "REPEAT", "justify": "BLOCK",
    "center_across_selection": "CENTER", "distributed": "BLOCK",
}  # fmt: skip
VERTICAL = {"top": 1, "center": 2, "bottom": 3, "justify": 4, "distributed": 4}  # com.sun.star.table.VertJustify2


def number_of(color: Any) -> int:
    """LibreOffice's number of a colour; -1 for none."""
    rgb = to_rgb(color)
    return -1 if rgb is None else int(from_rgb(rgb), 16)


def rgb_of(number: int) -> tuple[int, int, int] | None:
    """(red, green, blue) of LibreOffice's number; None for none."""
    return None if number < 0 else (number >> 16 & 255, number >> 8 & 255, number & 255)


def horizontal_of(value: Any) -> str:
    """xlwings' word for a CellHoriJustify."""
    return next(name for name, own in HORIZONTAL.items() if own == value.value)


def vertical_of(value: int) -> str:
    """xlwings' word for a VertJustify2; the standard is at the bottom, as in Excel."""
    return next((name for name, own in VERTICAL.items() if own == value), "bottom")


@edge
class Font(base_classes.Font):
    """The font of a range, in all three scripts."""

    def __init__(self, rng: Any) -> None:
        self.rng = rng

    @property
    def api(self) -> Any:
        """LibreOffice's range."""
        return self.rng.api

    def _get(self, name: str) -> Any:
        return self.rng.document.common(self.rng.target, name)

    def _set(self, name: str, value: Any) -> None:
        self.rng.formatting()
        names = tuple(f"{name}{script}" for script in _SCRIPTS)
        self.rng.target.setPropertyValues(tuple(sorted(names)), (value,) * len(names))

    @property
    def bold(self) -> bool | None:
        """Is it bold? None where cells differ."""
        weight = self._get("CharWeight")
        return None if weight is None else bool(weight > _PLAIN)

    @bold.setter
    def bold(self, value: bool) -> None:
        self._set("CharWeight", _BOLD if value else _PLAIN)

    @property
    def italic(self) -> bool | None:
        """Is it italic? None where cells differ."""
        posture = self._get("CharPosture")
        return None if posture is None else bool(posture.value != "NONE")

    @italic.setter
    def italic(self, value: bool) -> None:
        self._set("CharPosture", enum("awt.FontSlant", "ITALIC" if value else "NONE"))

    @property
    def size(self) -> float | None:
        """Height in points; None where cells differ."""
        size = self._get("CharHeight")
        return None if size is None else round(float(size), 2)

    @size.setter
    def size(self, value: float) -> None:
        self._set("CharHeight", float(value))

    @property
    def name(self) -> str | None:
        """The font's name (of the Latin letters); None where cells differ."""
        name = self._get("CharFontName")
        return None if name is None else str(name)

    @name.setter
    def name(self, value: str) -> None:
        self._set("CharFontName", str(value))

    @property
    def color(self) -> tuple[int, int, int] | None:
        """The text's colour; automatic is black; None where cells differ."""
        color = self._get("CharColor")
        return None if color is None else rgb_of(color) or (0, 0, 0)

    @color.setter
    def color(self, value: Any) -> None:
        self.rng.formatting()
        self.rng.target.CharColor = number_of(value)


@edge
class Border(base_classes.Border):
    """One side of a range's borders."""

    def __init__(self, borders: Borders, side: str) -> None:
        self.borders = borders
        self.side = side

    @property
    def api(self) -> Any:
        """LibreOffice's BorderLine2."""
        return self.borders.line(self.side)

    @property
    def line_style(self) -> str:
        """xlwings' word for the line; "none" where there is none."""
        line = self.api
        if not line.LineWidth:
            return "none"
        known = {style: name for name, style in reversed(_STYLES.items())} | {3: "double", 14: "dash"}
        return known.get(int(line.LineStyle), "continuous")

    @line_style.setter
    def line_style(self, value: str | None) -> None:
        self.borders.set([self.side], line_style=value)

    @property
    def weight(self) -> str | None:
        """hairline, thin, medium or thick; None where there is no line."""
        width = self.api.LineWidth
        if not width:
            return None
        return min(_WEIGHTS, key=lambda name: abs(_WEIGHTS[name] - width))

    @weight.setter
    def weight(self, value: str) -> None:
        self.borders.set([self.side], weight=value)

    @property
    def color(self) -> tuple[int, int, int] | None:
        """(red, green, blue); None where there is no line."""
        line = self.api
        return rgb_of(line.Color) if line.LineWidth else None

    @color.setter
    def color(self, value: Any) -> None:
        self.borders.set([self.side], color=value)


@edge
class Borders(base_classes.Borders):
    """All sides of a range's borders."""

    def __init__(self, rng: Any) -> None:
        self.rng = rng
        self.parent = rng

    @property
    def api(self) -> Any:
        """LibreOffice's TableBorder2 of the first box."""
        return self.rng.api.TableBorder2

    def line(self, side: str) -> Any:
        """The BorderLine2 of a side of the first box."""
        if side in _DIAGONALS:
            return getattr(self.rng.api, _DIAGONALS[side])
        return getattr(self.rng.api.TableBorder2, f"{_SIDES[side]}Line")

    def __getitem__(self, key: str) -> Border:
        return Border(self, key)

    def _common(self, name: str) -> Any:
        values = {getattr(Border(self, side), name) for side in self._grid_sides()}  # type: ignore[no-untyped-call]
        return values.pop() if len(values) == 1 else None

    @property  # type: ignore[misc]
    def line_style(self) -> str | None:
        """Of edges and inside lines together; None where they differ."""
        found: str | None = self._common("line_style")
        return found

    @property  # type: ignore[misc]
    def weight(self) -> str | None:
        """Of edges and inside lines together; None where they differ."""
        found: str | None = self._common("weight")
        return found

    @property  # type: ignore[misc]
    def color(self) -> tuple[int, int, int] | None:
        """Of edges and inside lines together; None where they differ."""
        found: tuple[int, int, int] | None = self._common("color")
        return found

    def set(
        self, which: Sequence[str] = (), *, line_style: Any = UNSET, weight: Any = UNSET, color: Any = UNSET
    ) -> None:
        """These sides (xlwings expands the groups); what is not given stays, a new line is thin and black."""
        self.rng.formatting()
        whole = UNSET not in (line_style, weight, color) or line_style is None
        # property -> box -> the part of it that draws the line; what draws its edge and its inside lies side by side
        parts: dict[str, dict[Box, tuple[Box, Any]]] = {}
        apart: list[tuple[str, Box, Any]] = []
        for side in which:
            line = _line(None if whole else self.line(side), line_style, weight, color)
            for box in self.rng.boxes:
                for name, part in _cells_of(side, box):
                    drawn = parts.setdefault(name, {})
                    drawn[box] = (part.around(drawn[box][0]) if box in drawn else part, line)
                    apart.append((name, part, line))
        # Cell by cell: LibreOffice 7 cannot undo its TableBorder2.
        document, ws = self.rng.document, self.rng.sheet.ws
        if not whole:
            for name, part, line in apart:
                document.cells(ws, [part]).setPropertyValue(name, line)
            return
        # Properties of the same cells go there together: each call costs, and so does each set of cells.
        alike: dict[tuple[Box, ...], list[str]] = {}
        for name, drawn in parts.items():
            alike.setdefault(tuple(part for part, _ in drawn.values()), []).append(name)
        for boxes, names in alike.items():
            line = next(iter(parts[names[0]].values()))[1]
            document.cells(ws, boxes).setPropertyValues(tuple(sorted(names)), (line,) * len(names))


def _cells_of(side: str, box: Box) -> list[tuple[str, Box]]:
    """Which cells of a box draw a side of it, and by which property."""
    inner = []
    if side == "inside_horizontal" and box.row < box.last_row:
        inner = [
            ("BottomBorder2", box._replace(last_row=box.last_row - 1)),
            ("TopBorder2", box._replace(row=box.row + 1)),
        ]
    elif side == "inside_vertical" and box.column < box.last_column:
        inner = [
            ("RightBorder2", box._replace(last_column=box.last_column - 1)),
            ("LeftBorder2", box._replace(column=box.column + 1)),
        ]
    outer = {
        "edge_top": ("TopBorder2", box._replace(last_row=box.row)),
        "edge_bottom": ("BottomBorder2", box._replace(row=box.last_row)),
        "edge_left": ("LeftBorder2", box._replace(last_column=box.column)),
        "edge_right": ("RightBorder2", box._replace(column=box.last_column)),
        "diagonal_down": ("DiagonalTLBR2", box),
        "diagonal_up": ("DiagonalBLTR2", box),
    }
    return [outer[side]] if side in outer else inner


def _line(before: Any, line_style: Any, weight: Any, color: Any) -> Any:
    """A BorderLine2 as wished, the rest as `before` (None: as a new line)."""
    line = struct("table.BorderLine2", LineStyle=_NO_LINE)
    if line_style is None or line_style == "none":
        return line
    old = before if before is not None and before.LineWidth else None
    line.LineStyle = _STYLES[line_style] if line_style is not UNSET else old.LineStyle if old else 0
    width = _WEIGHTS[weight] if weight is not UNSET else old.LineWidth if old else _WEIGHTS["thin"]
    if line.LineStyle == _STYLES["double"]:
        width = max(width, _WEIGHTS["thick"])
    line.LineWidth = width
    line.OuterLineWidth = width
    line.Color = number_of(color) if color is not UNSET else old.Color if old else 0
    return line


@edge
class Note(base_classes.Note):
    """The note of one cell. Changing its text means a new note in its place: only that can be undone."""

    def __init__(self, rng: Any) -> None:
        self.rng = rng

    @property
    def api(self) -> Any:
        """LibreOffice's annotation."""
        return self.rng.cell.getAnnotation()

    @property
    def text(self) -> str:
        """The note's text."""
        return str(self.api.getString())

    @text.setter
    def text(self, value: str) -> None:
        self.rng.annotating()
        self.rng.put_note(value)

    @property
    def author(self) -> str:
        """Who wrote it, as LibreOffice knows; often nobody."""
        return str(self.api.getAuthor())

    @property
    def location(self) -> Any:
        """The cell."""
        return self.rng

    def delete(self) -> None:
        """The note goes, the cell stays."""
        self.rng.annotating()
        self.rng.drop_note()
