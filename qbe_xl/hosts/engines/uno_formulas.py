"""Formulas as Excel writes them, to and from what LibreOffice's programming interface takes.

Excel: ``=SUM('汇总 表'!B2:B9,1)``; LibreOffice: ``=SUM($'汇总 表'.B2:B9;1)``. Whole arrays of formulas go through one
call in LibreOffice's notation, so the texts are turned here, word by word; the names of functions that differ are asked
of the office. Not turned: references to other workbooks and to several sheets at once (``A:C!B2``).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any

from qbe_xl.hosts.engines.addresses import quoted_sheet

_ERROR = r"\#(?:REF!|DIV/0!|N/A|NAME\?|NULL!|NUM!|VALUE!)"
_QUOTED = r"'(?:[^']|'')+'"
_REST = (
    r"|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<function>@?[^\W\d][\w.]*(?=\())"
    r"|(?P<name>[^\W\d][\w.\\?]*)"
    r"|(?P<space>\s+)"
    r"|(?P<bracket>\[(?:[^\[\]]|\[[^\[\]]*\])*\])"
    r"|(?P<other>.)"
)
_EXCEL = re.compile(
    r'(?P<text>"(?:[^"]|"")*")'
    rf"|(?P<sheet>(?:{_QUOTED}|(?!\d+!)\w[\w.]*)!(?=[$\w\#]))"
    rf"|(?P<error>{_ERROR})" + _REST,
    re.DOTALL,
)
_PLAIN_SHEET = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_LIKE_CELL = re.compile(r"[A-Za-z]{1,3}\d{1,7}|[Rr]\d*[Cc]\d*|[Rr]|[Cc]")
_REFERENCE = ("name", "bracket")  # what may stand on either side of a space that intersects
_ALL = 0x7FFFFFFF
_FUNCTION_PREFIXES = ("_xlfn._xlws.", "_xlfn.", "_xlws.")


@functools.lru_cache(maxsize=64)
def _office_pattern(sheets: tuple[str, ...]) -> re.Pattern[str]:
    """The pattern for LibreOffice's notation; a sheet without $ or quotes is known by its name only."""
    known = "|".join(re.escape(name) for name in sorted(sheets, key=len, reverse=True) if re.fullmatch(r"[\w·]+", name))
    plain = rf"|(?<![\w.$·])(?:{known})\.(?=[$A-Za-z\d])" if known else ""
    # the office leaves out the quotes of names such as 结果·总览 that are no plain words either
    named = "|".join(re.escape(name) for name in sorted(sheets, key=len, reverse=True))
    plain += rf"|\$(?:{named})\.(?=[$A-Za-z\d\#])" if named else ""
    return re.compile(
        r'(?P<text>"(?:[^"]|"")*")'
        rf"|(?P<error>\$?\#REF!\.\$?[A-Za-z]*\$?\d*|{_ERROR})"
        rf"|(?P<sheet>\$?{_QUOTED}\.|\$\w+\.{plain})" + _REST,
        re.DOTALL,
    )


class FunctionNames:
    """Names of functions that LibreOffice's interface and Excel spell differently: EFFECTIVE and EFFECT, …"""

    def __init__(self, to_office: Mapping[str, str], to_excel: Mapping[str, str]) -> None:
        self.to_office = to_office
        self.to_excel = to_excel

    @classmethod
    def of(cls, model: Any) -> FunctionNames:
        """Asked of the office that shows the document; two calls."""
        mapper = model.createInstance("com.sun.star.sheet.FormulaOpCodeMapper")
        # com.sun.star.sheet: FormulaLanguage.ENGLISH and OOXML, FormulaMapGroup.ALL_EXCEPT_SPECIAL
        english = {_key(entry): entry.Name for entry in mapper.getAvailableMappings(2, _ALL)}
        file = {_key(entry): entry.Name for entry in mapper.getAvailableMappings(5, _ALL)}
        pairs = [(office, plain_function(file[key])) for key, office in english.items() if key in file]
        return cls(*differing(pairs))


def _key(entry: Any) -> tuple[int, str]:
    return entry.Token.OpCode, str(entry.Token.Data)


def plain_function(name: str) -> str:
    """A function's name without the prefixes of the file format."""
    for prefix in _FUNCTION_PREFIXES:
        if name.lower().startswith(prefix):
            return name[len(prefix) :]
    return name


def differing(pairs: list[tuple[str, str]]) -> tuple[dict[str, str], dict[str, str]]:
    """(to office, to Excel) of the names that differ; where several mean one Excel function, the like-named counts.

    Functions of add-ins have a long name with a reversed domain in files; Excel's users know their short one.
    """
    to_office: dict[str, str] = {}
    to_excel: dict[str, str] = {}
    same = {excel for office, excel in pairs if office == excel}
    for office, excel in pairs:
        if office == excel or not re.fullmatch(r"[A-Z][A-Z0-9.]*", excel) or excel.startswith(("COM.", "ORG.")):
            continue
        to_excel[office] = excel
        if excel not in same:
            to_office.setdefault(excel, office)
    return to_office, to_excel


PLAIN = FunctionNames({}, {})


def to_office(formula: str, names: FunctionNames = PLAIN) -> str:
    """LibreOffice's notation of an Excel formula (it begins with "=")."""
    out: list[str] = []
    kinds: list[str] = []  # of open brackets: function, group, array
    before = ""  # kind of the last word that is no space
    words = [(match.lastgroup or "", match.group()) for match in _EXCEL.finditer(formula)]
    for index, (kind, word) in enumerate(words):
        if kind == "sheet":
            word = "$" + quoted_sheet(_bare_sheet(word[:-1])) + "."
        elif kind == "function":
            word = plain_function(word.removeprefix("@"))
            word = names.to_office.get(word.upper(), word)
        elif kind == "name" and word.upper() in ("TRUE", "FALSE"):
            word, kind = word.upper() + "()", "value"
        elif kind == "space" and before in _REFERENCE and _starts_reference(words, index + 1):
            word = "!"
        elif kind == "other":
            word, kind = _office_mark(word, kinds, before)
        out.append(word)
        if kind != "space":
            before = kind
    return "".join(out)


def _starts_reference(words: list[tuple[str, str]], index: int) -> bool:
    if index >= len(words):
        return False
    kind, word = words[index]
    return kind in ("name", "sheet", "bracket") or word == "$"


def _office_mark(mark: str, kinds: list[str], before: str) -> tuple[str, str]:
    """One character of punctuation, and what kind of word it makes."""
    if mark == "(":
        kinds.append("function" if before == "function" else "group")
    elif mark == "{":
        kinds.append("array")
    elif mark in ")}":
        if kinds:
            kinds.pop()
        return mark, "name" if mark == ")" else "value"
    elif mark == ",":
        return ("~" if kinds and kinds[-1] == "group" else ";"), "other"
    elif mark == ";" and kinds and kinds[-1] == "array":
        return "|", "other"
    elif mark == "@":
        return "", "other"
    return mark, "other"


def to_excel(formula: str, sheets: tuple[str, ...] = (), names: FunctionNames = PLAIN) -> str:
    """Excel's notation of one of LibreOffice's formulas; `sheets` are the names of the document's sheets."""
    out: list[str] = []
    arrays = 0
    last_sheet = ""
    words = [(match.lastgroup or "", match.group()) for match in _office_pattern(sheets).finditer(formula)]
    for index, (kind, word) in enumerate(words):
        if kind == "sheet":
            sheet = _bare_sheet(word[:-1].removeprefix("$"))
            # Excel names the sheet once: '学校'!A1:B2
            word = "" if out and out[-1] == ":" and sheet == last_sheet else excel_sheet(sheet) + "!"
            last_sheet = sheet
        elif kind == "error":
            word = "#REF!" if "#REF!" in word else word
        elif kind == "function":
            word = names.to_excel.get(word.upper(), word)
            if word in ("TRUE", "FALSE") and [w for _, w in words[index + 1 : index + 3]] == ["(", ")"]:
                words[index + 1] = words[index + 2] = ("other", "")
        elif kind == "other":
            arrays += (word == "{") - (word == "}")
            word = {";": ",", "|": ";"}.get(word, word) if arrays else {";": ",", "~": ",", "!": " "}.get(word, word)
        out.append(word)
    return "".join(out)


def _bare_sheet(text: str) -> str:
    return text[1:-1].replace("''", "'") if text.startswith("'") else text


def excel_sheet(name: str) -> str:
    """A sheet's name in front of an exclamation mark, quoted unless it is plain ASCII and no reference."""
    plain = _PLAIN_SHEET.fullmatch(name) and not _LIKE_CELL.fullmatch(name)
    return name if plain else quoted_sheet(name)
