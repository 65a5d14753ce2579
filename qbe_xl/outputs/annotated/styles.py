"""The styles part: formats of marked cells, made of each cell's own, and those of the list."""

from __future__ import annotations

from dataclasses import dataclass

from qbe_xl.safety.patching import Edits, Element, escaped, first_tag, opened_tag, outline, with_attribute

MAX_FORMATS = 64_000  # cell formats that a workbook may have
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
FILLS: dict[str, str] = {"error": "FFFFC7CE", "query": "FFFFEB9C", "explained": "FFE6EEF8", "note": "FFDDEBF7"}
INK = "FF1F2A37"

_ORDER = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs")
_LATER = ("cellStyles", "dxfs", "tableStyles", "colors", "extLst")
_FIRST: dict[str, tuple[str, ...]] = {
    # what a collection that is not there must begin with
    "fonts": ('<font><sz val="11"/><name val="Calibri"/></font>',),
    "fills": ('<fill><patternFill patternType="none"/></fill>', '<fill><patternFill patternType="gray125"/></fill>'),
    "borders": ("<border><left/><right/><top/><bottom/><diagonal/></border>",),
    "cellXfs": ('<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>',),
}
_LIGHT_INDEXED = frozenset({"1", "9", "65"})
EMPTY = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="{MAIN}"></styleSheet>'.encode()


@dataclass(frozen=True)
class Look:
    """A format of the list."""

    bold: bool = False
    size: int = 10
    color: str = INK
    underline: bool = False
    fill: str | None = None
    border: bool = True
    wrap: bool = True
    quoted: bool = False


class Styles:
    """One styles part and what is added to it; nothing is added twice."""

    def __init__(self, data: bytes, about: str, font: str) -> None:
        self.data = data
        self.font = font
        self.root = outline(data, about, depth=3, within=_FIRST)
        self.prefix = self.root.prefix
        self.kids: dict[str, list[Element]] = {}
        self.added: dict[str, list[bytes]] = {}
        self.known: dict[object, int] = {}
        for name in _FIRST:
            collection = self.root.first(name)
            self.kids[name] = [] if collection is None else collection.kids
            self.added[name] = []
            if not self.kids[name]:
                self.added[name] = [self._xml(each) for each in _FIRST[name]]

    @property
    def formats(self) -> int:
        """How many cell formats there are now."""
        return len(self.kids["cellXfs"]) + len(self.added["cellXfs"])

    def marked(self, base: int, state: str) -> int | None:
        """The format of a cell that had the format `base`, in the colour of a state; None where there is no room."""
        key = ("mark", base, state)
        if key not in self.known:
            if self.formats >= MAX_FORMATS:
                return None
            xfs = self.kids["cellXfs"]
            old = xfs[base] if base < len(xfs) else xfs[0] if xfs else None
            xf = self.added["cellXfs"][0] if old is None else self.data[old.start : old.end]
            changes = {"fillId": self._fill(FILLS[state]), "applyFill": 1}
            font = self._readable(old)
            if font is not None:
                changes |= {"fontId": font, "applyFont": 1}
            self.known[key] = self._add("cellXfs", _changed(xf, changes))
        return self.known[key]

    def own(self, look: Look) -> int:
        """The format of a look; 0 where there is no room."""
        if look not in self.known:
            if self.formats >= MAX_FORMATS:
                return 0
            marks = "".join(("<b/>" if look.bold else "", "<u/>" if look.underline else ""))
            name = escaped(self.font).decode()
            font = f'<font>{marks}<sz val="{look.size}"/><color rgb="{look.color}"/><name val="{name}"/></font>'
            fill = 0 if look.fill is None else self._fill(look.fill)
            border = self._border() if look.border else 0
            wrap = ' wrapText="1"' if look.wrap else ""
            quoted = ' quotePrefix="1"' if look.quoted else ""
            xf = (
                f'<xf numFmtId="0" fontId="{self._once("fonts", font)}" fillId="{fill}" borderId="{border}"{quoted}'
                f' applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">'
                f'<alignment vertical="top"{wrap}/></xf>'
            )
            self.known[look] = self._add("cellXfs", self._xml(xf))
        return self.known[look]

    def result(self) -> bytes:
        """The part with what was added."""
        edits = Edits(self.data)
        missing: dict[int, list[bytes]] = {}
        for name, added in self.added.items():
            collection = self.root.first(name)
            count = len(self.kids[name]) + len(added)
            if collection is None:
                word = f"{self.prefix}{name}"
                whole = f'<{word} count="{count}">'.encode() + b"".join(added) + f"</{word}>".encode()
                missing.setdefault(self._place_of(name), []).append(whole)
                continue
            tag = self.data[collection.start : collection.inside]
            counted = with_attribute(opened_tag(tag), "count", str(count))
            if collection.empty:
                whole = counted + b"".join(added) + f"</{collection.tag}>".encode()
                edits.replace(collection.start, collection.end, whole)
            elif added:
                edits.replace(collection.start, collection.inside, counted)
                edits.insert(collection.closing, b"".join(added))
        if self.root.empty and missing:
            edits.append_to(self.root, b"".join(piece for pieces in missing.values() for piece in pieces))
        else:
            for at, pieces in missing.items():
                edits.insert(at, b"".join(pieces))
        return edits.result()

    # ---- pieces

    def _xml(self, text: str) -> bytes:
        """Elements of ours with the part's prefix."""
        if self.prefix:
            text = text.replace("</", "\0").replace("<", f"<{self.prefix}").replace("\0", f"</{self.prefix}")
        return text.encode()

    def _place_of(self, name: str) -> int:
        """Where a collection that is not there belongs."""
        later = {*_ORDER[_ORDER.index(name) + 1 :], *_LATER}
        return next((kid.start for kid in self.root.kids if kid.name in later), self.root.closing)

    def _add(self, name: str, content: bytes) -> int:
        self.added[name].append(content)
        return len(self.kids[name]) + len(self.added[name]) - 1

    def _once(self, name: str, text: str) -> int:
        key = (name, text)
        if key not in self.known:
            self.known[key] = self._add(name, self._xml(text))
        return self.known[key]

    def _fill(self, color: str) -> int:
        pattern = f'<patternFill patternType="solid"><fgColor rgb="{color}"/><bgColor indexed="64"/></patternFill>'
        return self._once("fills", f"<fill>{pattern}</fill>")

    def _border(self) -> int:
        sides = "".join(
            f'<{side} style="thin"><color rgb="FFC9D1DB"/></{side}>' for side in ("left", "right", "top", "bottom")
        )
        return self._once("borders", f"<border>{sides}<diagonal/></border>")

    def _readable(self, xf: Element | None) -> int | None:
        """A dark copy of a font too light for a light ground; None where the font can stay."""
        number = "0" if xf is None else xf.attributes.get("fontId", "0")
        fonts = self.kids["fonts"]
        if not number.isdecimal() or len(number) > 6 or int(number) >= len(fonts):
            return None
        font = fonts[int(number)]
        color = font.first("color")
        if color is None or not _is_light(color.attributes):
            return None
        key = ("dark", int(number))
        if key not in self.known:
            dark = f'<{color.tag} rgb="{INK}"/>'.encode()
            whole = self.data[font.start : color.start] + dark + self.data[color.end : font.end]
            self.known[key] = self._add("fonts", whole)
        return self.known[key]


def _changed(xf: bytes, attributes: dict[str, int]) -> bytes:
    tag = first_tag(xf)
    rest = xf[len(tag) :]
    for name, value in attributes.items():
        tag = with_attribute(tag, name, str(value))
    return tag + rest


def _is_light(color: dict[str, str]) -> bool:
    rgb = color.get("rgb", "")
    if len(rgb) in (6, 8):
        try:
            red, green, blue = bytes.fromhex(rgb[-6:])
        except ValueError:
            return False
        return 299 * red + 587 * green + 114 * blue > 160_000
    return color.get("theme") == "0" or color.get("indexed") in _LIGHT_INDEXED
