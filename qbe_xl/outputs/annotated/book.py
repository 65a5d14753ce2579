"""The annotated copy: which parts change, and how they are joined."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from qbe_xl.core.errors import QbeError
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import Lang, Text
from qbe_xl.outputs.annotated.comments import Note, write_comments
from qbe_xl.outputs.annotated.listing import MAX_ROWS, NAME, TellAbout, summary, write_listing
from qbe_xl.outputs.annotated.marks import MAX_COMMENTS, Marks, Place, cell_name, marks_of
from qbe_xl.outputs.annotated.sheet_part import RELATIONS, marked_sheet
from qbe_xl.outputs.annotated.styles import EMPTY, Styles
from qbe_xl.outputs.findings_files.checked import groups
from qbe_xl.outputs.results.drawing import quoted
from qbe_xl.safety.package import OtherFormat, PackageFacts, Refused, SheetFacts
from qbe_xl.safety.patching import Edits, Element, escaped, outline, with_parts
from qbe_xl.safety.preflight import MAX_SHEETS, inspect
from qbe_xl.safety.sniffing import refuse_other_kinds

LIST_PART = "xl/worksheets/qbe-findings.xml"  # by which an annotated copy of ours is known
_TYPES = "[Content_Types].xml"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_VML = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_EMPTY_RELATIONS = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="{_PACKAGE}"></Relationships>'
)
_FONT = Text("Microsoft YaHei", "Calibri")
_BEFORE_NAMES = frozenset({"sheets", "functionGroups", "externalReferences"})


def annotate(
    data: bytes,
    findings: Iterable[Finding],
    lang: Lang = "zh",
    *,
    name: str = "workbook.xlsx",
    value_of: TellAbout | None = None,
    explanation_of: TellAbout | None = None,
) -> bytes:
    """A copy of the workbook `data` with the findings on their cells and in one more sheet, 问题清单.

    Cells get a colour and a comment that begins with the word for its state; parts that hold none of this keep their bytes,
    as packed. `name` stands in titles and messages. `value_of` and `explanation_of` give the columns 当时的值 and 说明,
    which are left out without them. The same input gives the same bytes.

    Raises Refused for what preflight refuses, and QbeError: QBE-ANN-001 for other formats than .xlsx and .xlsm.
    """
    try:
        refuse_other_kinds(Path(name), data)
        package = inspect(data, name, sheets=False)
    except OtherFormat as other:
        raise QbeError("QBE-ANN-001", file=name, kind=f".{other.kind}") from other
    copy = _Copy(package, lang)
    return copy.made([finding for group in groups(findings) for finding in group], value_of, explanation_of)


class _Odd(Exception):
    """A sheet is put together in a way that cannot be marked safely; `problem` says what."""

    def __init__(self, problem: Text) -> None:
        self.problem = problem
        super().__init__(problem.en)


@dataclass
class _Relations:
    """The relations of one part, and what is added to them."""

    part: str
    path: str
    edits: Edits
    root: Element
    added: list[bytes]

    def targets(self) -> Iterable[tuple[str, str, str]]:
        """Id, last word of the type and target part of every relation inside the package."""
        folder = posixpath.dirname(self.part)
        for kid in self.root.kids:
            values = kid.attributes
            if kid.name == "Relationship" and values.get("TargetMode") != "External":
                target = values.get("Target", "")
                whole = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
                yield values.get("Id", ""), values.get("Type", "").rpartition("/")[2], whole

    def add(self, kind: str, target: str) -> str:
        """A new relation; returns its id."""
        taken = {kid.attributes.get("Id", "") for kid in self.root.kids}
        number = next(n for n in range(len(self.added) + 1, 10**6) if f"rIdQbe{n}" not in taken)
        entry = f'<{self.root.prefix}Relationship Id="rIdQbe{number}" Type="{RELATIONS}/{kind}" Target="'
        self.added.append(entry.encode() + escaped(f"/{target}") + b'"/>')
        return f"rIdQbe{number}"


class _Copy:
    """One copy on its way."""

    def __init__(self, package: PackageFacts, lang: Lang) -> None:
        self.package, self.lang, self.name = package, lang, package.name
        self.source = zipfile.ZipFile(io.BytesIO(package.data))
        self.parts = set(self.source.namelist())
        self.folded = {part.lower() for part in self.parts}
        self.changed: dict[str, bytes] = {}
        self.relations: dict[str, _Relations] = {}
        self.overrides: list[tuple[str, str]] = []
        self.drawings = 0
        self.notes: list[Text] = []
        root = self._relations("")
        self.workbook = next(
            (target for _, kind, target in root.targets() if kind == "officeDocument" and target in self.parts),
            "xl/workbook.xml",
        )
        self.workbook_relations = self._relations(self.workbook)
        # parts that have a meaning of their own; a sheet's comments must not be one of them
        self.taken = {_TYPES, self.workbook, *(sheet.part for sheet in package.sheets)}

    def made(self, findings: list[Finding], value_of: TellAbout | None, explanation_of: TellAbout | None) -> bytes:
        """The package; see `annotate`."""
        styles, styles_part = self._styles()
        by_name: dict[str, SheetFacts] = {}
        for sheet in self.package.worksheets:
            by_name.setdefault(sheet.name, sheet)
        about = {finding.sheet for finding in findings}
        merges = {name: sheet.merges for name, sheet in by_name.items() if name in about}
        marks, left_out = marks_of(findings, merges, self.lang)
        threaded: list[str] = []
        for name, of_sheet in marks.items():
            try:
                threaded += self._sheet(by_name[name], of_sheet, styles)
            except (_Odd, Refused) as odd:
                problem = odd.problem if isinstance(odd, _Odd) else odd.values.get("problem", "")
                why = problem if isinstance(problem, Text) else Text(str(problem), str(problem))
                self.notes.append(
                    Text(f"“{name}”未能标注（{why.zh}），问题见下表。",
                         f"“{name}” could not be marked ({why.en}); its findings stand below.")
                )  # fmt: skip
        self._tell_bounds(findings, left_out, threaded)
        title = self._add_list(findings, styles, list(by_name), value_of, explanation_of)
        self.changed[styles_part] = styles.result()
        self._write_workbook(title)
        self._write_types()
        for each in self.relations.values():
            if each.added:
                each.edits.append_to(each.root, b"".join(each.added))
                self.changed[each.path] = each.edits.result()
        return with_parts(self.package.data, self.changed, self.name)

    # ---- parts

    def _read(self, part: str) -> bytes:
        return self.source.read(part)

    def _relations(self, part: str) -> _Relations:
        if part not in self.relations:
            folder, base = posixpath.split(part)
            path = posixpath.join(folder, "_rels", f"{base}.rels")
            data = self._read(path) if path in self.parts else _EMPTY_RELATIONS.encode()
            self.relations[part] = _Relations(part, path, Edits(data), outline(data, self.name, depth=1), [])
        return self.relations[part]

    def _new(self, pattern: str) -> str:
        """A part's name that is free."""
        number = next(n for n in range(1, 10**6) if pattern.format(n).lower() not in self.folded)
        name = pattern.format(number)
        self.folded.add(name.lower())
        return name

    def _styles(self) -> tuple[Styles, str]:
        for _, kind, target in self.workbook_relations.targets():
            if kind == "styles" and target in self.parts and target not in self.taken:
                self.taken.add(target)
                return Styles(self._read(target), self.name, _FONT[self.lang]), target
        part = "xl/styles.xml" if "xl/styles.xml" not in self.folded else self._new("xl/qbe-styles{}.xml")
        self.workbook_relations.add("styles", part)
        self.overrides.append((part, f"{_KIND}.styles+xml"))
        return Styles(EMPTY, self.name, _FONT[self.lang]), part

    def _sheet(self, sheet: SheetFacts, marks: Marks, styles: Styles) -> list[str]:
        """Mark one sheet; returns the cells whose threaded comments hide ours. Nothing is changed where it is odd."""
        states = {place: mark.state for place, mark in marks.cells.items()}
        full = False

        def form(place: Place, base: int) -> int | None:
            nonlocal full
            found = styles.marked(base, states[place])
            full = full or found is None
            return found

        part = marked_sheet(self._read(sheet.part), states, form, self.name)
        notes = {place: Note(mark.state, mark.comment(self.lang)) for place, mark in marks.cells.items() if mark.texts}
        if full:
            self.notes.append(
                Text(f"“{sheet.name}”：工作簿的单元格格式已满，只加批注，不加底色。",
                     f"“{sheet.name}”: the workbook has no room for more cell formats; comments without colour.")
            )  # fmt: skip
        if not notes:  # beyond the bound on comments
            self.changed[sheet.part] = part.edits.result()
            return []
        relations = self._relations(sheet.part)
        targets = list(relations.targets())
        old = next((target for _, kind, target in targets if kind == "comments"), None)
        drawing = next((target for id, _, target in targets if id == part.legacy), None)
        if part.legacy is not None and drawing is None:
            raise _Odd(Text("图形部件的关系缺失", "the relation of a drawing is missing"))
        for target in (old, drawing):
            if target is not None and (target not in self.parts or target in self.taken):
                raise _Odd(Text("批注部件缺失或为别处所用", "its comments are missing or used elsewhere"))
        self.drawings += drawing is None
        written = write_comments(
            notes,
            None if old is None else self._read(old),
            None if drawing is None else self._read(drawing),
            part.layout,
            self.drawings,
            self.name,
        )
        if old is None:
            old = self._new("xl/qbe-comments{}.xml")
            relations.add("comments", old)
            self.overrides.append((old, f"{_KIND}.comments+xml"))
        if drawing is None:
            drawing = self._new("xl/drawings/qbe-comments{}.vml")
            part.link(relations.add("vmlDrawing", drawing))
        self.taken |= {old, drawing}
        self.changed |= {old: written.comments, drawing: written.drawing, sheet.part: part.edits.result()}
        return [f"{sheet.name}!{cell_name(place)}" for place in written.threaded]

    def _tell_bounds(self, findings: list[Finding], left_out: int, threaded: list[str]) -> None:
        """What the reader of the list must know about what is not marked."""
        if left_out:
            self.notes.append(
                Text(f"单元格批注最多 {MAX_COMMENTS} 个，另有 {left_out} 条只列在下表。",
                     f"At most {MAX_COMMENTS} cells get a comment; {left_out} more findings stand below only.")
            )  # fmt: skip
        if len(findings) > MAX_ROWS:
            rest = len(findings) - MAX_ROWS
            self.notes.append(
                Text(f"下表最多列 {MAX_ROWS} 条，另有 {rest} 条未列。",
                     f"The list has {MAX_ROWS} rows at most; {rest} more are left out.")
            )  # fmt: skip
        if threaded:
            cells = " ".join(threaded[:10]) + (" …" if len(threaded) > 10 else "")
            self.notes.append(
                Text(f"这些单元格已有会话批注，未再加批注：{cells}。",
                     f"These cells have threaded comments and got no other: {cells}.")
            )  # fmt: skip
        if any(part.lower().startswith("_xmlsignatures/") for part in self.parts):
            self.notes.append(
                Text("原文件有数字签名；副本有改动，签名在副本中不再有效，请以原文件为准。",
                     "The original carries a digital signature, which does not hold for this changed copy.")
            )  # fmt: skip

    def _add_list(
        self,
        findings: list[Finding],
        styles: Styles,
        sheets: list[str],
        value_of: TellAbout | None,
        explanation_of: TellAbout | None,
    ) -> tuple[str, str, str, str]:
        """Add the part of the list; returns its relation's id, its name, repeated rows and filtered range."""
        use = Text(
            f"{summary(findings, 'zh')}。请在原文件中改正，再检查一次；本副本只供对照，不要上报。",
            f"{summary(findings, 'en')}. Correct the original and check it again; this copy is for reference, not to be submitted.",
        )
        notes = [text[self.lang] for text in (use, *self.notes)]
        listing = write_listing(findings, notes, sheets, styles, self.lang, self.name, value_of, explanation_of)
        part = LIST_PART if LIST_PART not in self.folded else self._new(LIST_PART.replace(".xml", "-{}.xml"))
        self.changed[part] = listing.content
        self.overrides.append((part, f"{_KIND}.worksheet+xml"))
        relation = self.workbook_relations.add("worksheet", part)
        return relation, self._free_name(), listing.titles, listing.filtered

    def _free_name(self) -> str:
        """问题清单, or 问题清单 (2) … where there is such a sheet."""
        taken = {sheet.name.casefold() for sheet in self.package.sheets}
        base = NAME[self.lang]
        names = [base, *(f"{base} ({number})" for number in range(2, MAX_SHEETS + 2))]
        return next(name for name in names if name.casefold() not in taken)

    def _write_workbook(self, listed: tuple[str, str, str, str]) -> None:
        relation, name, titles, filtered = listed
        data = self._read(self.workbook)
        root = outline(data, self.name, depth=2, within={"sheets", "definedNames"})
        sheets, names = root.first("sheets"), root.first("definedNames")
        if sheets is None or len(sheets.kids) >= MAX_SHEETS:
            raise QbeError("QBE-ANN-002", file=self.name, limit=MAX_SHEETS)
        p = root.prefix
        ids = {kid.attributes.get("sheetId", "") for kid in sheets.kids}
        number = next(n for n in range(len(sheets.kids) + 1, 10**5) if str(n) not in ids)
        edits = Edits(data)
        entry = f'<{p}sheet xmlns:r="{RELATIONS}" name="{name}" sheetId="{number}" r:id="{relation}"/>'
        edits.append_to(sheets, _ascii(entry))
        index = len(sheets.kids)
        place = quoted(name)
        entries = "".join(
            f'<{p}definedName name="_xlnm.{word}" localSheetId="{index}"{hidden}>{place}!{area}</{p}definedName>'
            for word, area, hidden in (("_FilterDatabase", filtered, ' hidden="1"'), ("Print_Titles", titles, ""))
        )
        content = _ascii(entries)
        if names is not None:
            edits.append_to(names, content)
        else:
            last = [kid for kid in root.kids if kid.name in _BEFORE_NAMES][-1]
            whole = f"<{p}definedNames>".encode() + content + f"</{p}definedNames>".encode()
            if last.start == sheets.start and sheets.empty:
                raise QbeError("QBE-ANN-002", file=self.name, limit=MAX_SHEETS)
            edits.insert(last.end, whole)
        self.changed[self.workbook] = edits.result()

    def _write_types(self) -> None:
        data = self._read(_TYPES)
        root = outline(data, self.name, depth=1)
        p = root.prefix
        new = b"".join(
            f'<{p}Override PartName="/'.encode() + escaped(part) + f'" ContentType="{kind}"/>'.encode()
            for part, kind in self.overrides
        )
        known = {kid.attributes.get("Extension", "").lower() for kid in root.kids if kid.name == "Default"}
        if "vml" not in known and any(part.endswith(".vml") for part in self.changed):
            new = f'<{p}Default Extension="vml" ContentType="{_VML}"/>'.encode() + new
        edits = Edits(data)
        edits.append_to(root, new)
        self.changed[_TYPES] = edits.result()


def _ascii(xml: str) -> bytes:
    """XML of ours whose texts hold Chinese: as ASCII, so that it is right in every encoding."""
    return xml.encode("ascii", "xmlcharrefreplace")
