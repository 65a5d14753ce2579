"""Comments of a sheet: the part with their texts, and the legacy drawing (VML) with their boxes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from qbe_xl.core.languages import Text
from qbe_xl.outputs.annotated.marks import MAX_COLUMN, MAX_ROW, Place, cell_name, cells_of
from qbe_xl.outputs.annotated.sheet_part import Layout
from qbe_xl.outputs.annotated.styles import MAIN
from qbe_xl.outputs.annotated.texts import xstring
from qbe_xl.safety.package import Refused
from qbe_xl.safety.patching import Edits, Element, check_encoding, outline

AUTHOR = "qbe-xl"
_THREAD = "tc="  # how the author of a threaded comment's twin begins
_FILLS: dict[str, str] = {"error": "#ffe3e6", "query": "#fff6d6", "explained": "#eef2f7", "note": "#e8f1fa"}
_V, _O, _X = (
    "urn:schemas-microsoft-com:vml",
    "urn:schemas-microsoft-com:office:office",
    "urn:schemas-microsoft-com:office:excel",
)
_SPACES = f'xmlns:v="{_V}" xmlns:o="{_O}" xmlns:x="{_X}"'
_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE_ID = re.compile(rb'\bid="_x0000_s([0-9]{1,7})"')
_NOTE = re.compile(rb'<x:ClientData\s[^>]*ObjectType="Note".{0,4000}?</x:ClientData>', re.DOTALL)
_WIDTH, _LINE, _MARGIN = 320, 17, 14  # pixels of a box
_WIDE_LETTERS = 44  # half-width letters in a line of it
_MOST_LINES = 28


@dataclass(frozen=True)
class Note:
    """What one cell's comment is to say."""

    state: str
    text: str


@dataclass
class Written:
    """The parts, and what could not be written: cells that hold a threaded comment, which hides a plain one."""

    comments: bytes
    drawing: bytes
    threaded: list[Place] = field(default_factory=list)


def write_comments(
    notes: Mapping[Place, Note], old: bytes | None, drawing: bytes | None, layout: Layout, number: int, about: str
) -> Written:
    """The two parts with `notes` added to the `old` comments and boxes, if there are any.

    A cell that has a comment keeps it, with ours below. `number` is one that no other sheet's new drawing has.
    Refused (QBE-FIL-010) where the drawing is not one that boxes can be added to.
    """
    threaded: list[Place] = []
    before: set[Place] = set()
    if old is None:
        content = _new_part(notes)
    else:
        content, before, threaded = _merged(old, notes, about)
    ours = {place: note for place, note in notes.items() if place not in threaded}
    if drawing is None:
        boxes = {place: ours.get(place) for place in sorted(before | set(ours))}
        block = number + 1
        head = f'<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{block}"/></o:shapelayout>{_TYPE}'
        shapes = _shapes(boxes, layout, block * 1024 + 1)
        return Written(content, f"<xml {_SPACES}>{head}{shapes}</xml>".encode(), threaded)
    new = {place: note for place, note in sorted(ours.items()) if place not in before}
    return Written(content, _merged_drawing(drawing, new, ours, layout, about), threaded)


# ---- texts


def _new_part(notes: Mapping[Place, Note]) -> bytes:
    body = b"".join(_comment(place, note, 0, "") for place, note in sorted(notes.items()))
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    start = f'{head}<comments xmlns="{MAIN}"><authors><author>{AUTHOR}</author></authors><commentList>'
    return start.encode() + body + b"</commentList></comments>"


def _comment(place: Place, note: Note, author: int, p: str) -> bytes:
    start = f'<{p}comment ref="{cell_name(place)}" authorId="{author}"><{p}text>'
    return start.encode() + _runs(note.text, p) + f"</{p}text></{p}comment>".encode()


def _runs(text: str, p: str) -> bytes:
    """The text, its first line in bold."""
    first, rest = text.partition("\n")[::2]
    runs = _run(first, p, bold=True)
    return runs + _run("\n" + rest, p, bold=False) if rest else runs


def _run(text: str, p: str, bold: bool) -> bytes:
    look = f'<{p}rPr>{f"<{p}b/>" if bold else ""}<{p}sz val="9"/><{p}color indexed="81"/></{p}rPr>'
    return f'<{p}r>{look}<{p}t xml:space="preserve">'.encode() + xstring(text) + f"</{p}t></{p}r>".encode()


def _merged(old: bytes, notes: Mapping[Place, Note], about: str) -> tuple[bytes, set[Place], list[Place]]:
    """The part with our comments, the cells that had one, and those whose comment is a threaded one's twin."""
    root = outline(old, about, depth=4, texts=("author",))
    p = root.prefix
    authors, listed = root.first("authors"), root.first("commentList")
    if authors is None or listed is None:
        problem = Text("批注部件不完整", "the part with the comments is incomplete")
        raise Refused("QBE-FIL-007", file=about, problem=problem)
    names = [kid.text for kid in authors.kids if kid.name == "author"]
    edits = Edits(old)
    number = names.index(AUTHOR) if AUTHOR in names else len(names)
    if number == len(names):
        edits.append_to(authors, f"<{p}author>{AUTHOR}</{p}author>".encode())
    before: set[Place] = set()
    threaded = []
    for comment in listed.kids:
        areas = cells_of(comment.attributes.get("ref"))
        if not areas or areas[0][0] in before:
            continue
        place = areas[0][0]
        before.add(place)
        note = notes.get(place)
        if note is None:
            continue
        author = comment.attributes.get("authorId", "")
        name = names[int(author)] if author.isdecimal() and len(author) < 7 and int(author) < len(names) else ""
        if name.startswith(_THREAD):
            threaded.append(place)
        else:
            _add_to(edits, comment, note, p, ours=name == AUTHOR)
    new = b"".join(_comment(place, note, number, p) for place, note in sorted(notes.items()) if place not in before)
    if new:
        edits.append_to(listed, new)
    return edits.result(), before, threaded


def _add_to(edits: Edits, comment: Element, note: Note, p: str, ours: bool) -> None:
    """Put our text below what the comment says; in place of it where that was ours."""
    text = comment.first("text")
    runs = _runs(note.text, p)
    if text is None:
        whole = f"<{p}text>".encode() + runs + f"</{p}text>".encode()
        edits.append_to(comment, whole)
        return
    if ours and not text.empty:
        edits.replace(text.inside, text.closing, runs)
        return
    runs = _run("\n\n", p, bold=False) + runs
    plain = text.first("t")
    if plain is not None:  # plain text and runs do not go together
        edits.insert(plain.start, f"<{p}r>".encode())
        edits.insert(plain.end, f"</{p}r>".encode())
    last = [kid for kid in text.kids if kid.name in {"t", "r"}]
    if last:
        edits.insert(last[-1].end, runs)
    else:
        edits.append_to(text, runs)


# ---- boxes


def _merged_drawing(
    drawing: bytes, new: Mapping[Place, Note], ours: Mapping[Place, Note], layout: Layout, about: str
) -> bytes:
    """The drawing with boxes for new comments; a box whose comment grew grows with it.

    Such drawings are not always XML, so nothing is read but where they end and which numbers are taken.
    """
    check_encoding(drawing, about)
    end = drawing.rfind(b"</xml>")
    if end < 0:
        raise Refused("QBE-FIL-010", file=about, problem=Text("批注的图形部件不认识", "an unknown drawing of comments"))
    taken = [int(found[1]) for found in _SHAPE_ID.finditer(drawing)]
    shapes = _shapes(new, layout, max(taken, default=1024) + 1)
    if new and b'id="_x0000_t202"' not in drawing:
        shapes = _TYPE + shapes
    root = drawing[: drawing.find(b">", drawing.find(b"<xml")) + 1]
    if any(f'xmlns:{p}="{uri}"'.encode() not in root for p, uri in (("v", _V), ("o", _O), ("x", _X))):
        shapes = re.sub(r"<v:(shape|shapetype) ", rf"<v:\1 {_SPACES} ", shapes)
    edits = Edits(drawing)
    if shapes:
        edits.insert(end, shapes.encode())
    for found in _NOTE.finditer(drawing):
        row, column = (re.search(rb"<x:%b>\s*([0-9]{1,7})\s*<" % name, found[0]) for name in (b"Row", b"Column"))
        anchor = re.search(rb"<x:Anchor>([^<]*)</x:Anchor>", found[0])
        if row is None or column is None or anchor is None:
            continue
        place = int(row[1]) + 1, int(column[1]) + 1
        if place in ours and place not in new:
            start = found.start() + anchor.start(1)
            edits.replace(start, start + len(anchor[1]), _anchor(place, ours[place].text, layout, extra=6).encode())
    return edits.result()


def _shapes(notes: Mapping[Place, Note | None], layout: Layout, first: int) -> str:
    return "".join(_shape(place, note, layout, first + count) for count, (place, note) in enumerate(notes.items()))


def _shape(place: Place, note: Note | None, layout: Layout, number: int) -> str:
    fill = "#ffffe1" if note is None else _FILLS[note.state]
    anchor = _anchor(place, "" if note is None else note.text, layout)
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;visibility:hidden"'
        f' fillcolor="{fill}" o:insetmode="auto"><v:fill color2="{fill}"/>'
        '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        f'<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
        f"<x:AutoFill>False</x:AutoFill><x:Row>{place[0] - 1}</x:Row><x:Column>{place[1] - 1}</x:Column>"
        "</x:ClientData></v:shape>"
    )


def _anchor(place: Place, text: str, layout: Layout, extra: int = 0) -> str:
    """Left column and offset, top row and offset, right column and offset, bottom row and offset, all from 0."""
    height = _MARGIN + _LINE * min(_MOST_LINES, max(3, lines_of(text, _WIDE_LETTERS) + extra))
    top = max(0, place[0] - 2)
    left = min(place[1], MAX_COLUMN - 8)
    right, across = _walk(left, _WIDTH, layout.width, MAX_COLUMN)
    bottom, down = _walk(top, height, layout.height, MAX_ROW)
    return f"{left}, 12, {top}, 4, {right}, {across}, {bottom}, {down}"


def _walk(start: int, length: int, size: object, most: int) -> tuple[int, int]:
    """Where one arrives that many pixels on."""
    at = start
    while callable(size) and at < most - 1:
        step = size(at + 1)
        if length < step:
            break
        length -= step
        at += 1
    return at, length


def lines_of(text: str, width: int) -> int:
    """How many lines a text takes in a column of so many half-width letters."""
    total = 0
    for line in text.split("\n"):
        letters = sum(2 if ord(char) > 0x2E7F else 1 for char in line)
        total += max(1, -(-letters // width))
    return total
