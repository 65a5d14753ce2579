"""Findings as JUnit XML, which build servers show: a test suite a file, a test case a code."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import Lang, Text
from qbe_xl.core.messages import catalogue
from qbe_xl.outputs.findings_files.checked import Checked, area_of, groups, in_order, one_line
from qbe_xl.outputs.findings_files.text import where

MARK = '<testsuites name="qbe-xl check"'
_UNREAD = Text("文件没有读成，未作此项检查", "the file was not read; this was not checked")
_ALONE = Text("没有上年的文件", "no file of last year")


def to_junit(files: Iterable[Checked], lang: Lang = "zh") -> bytes:
    """Errors are failures of type `error`, open queries failures of type `query`; notes, and queries that were answered with
    their reasons, stand in `system-out` of a case that passes.

    Every code of the catalogue is a case of every file, so that a history of runs lines up. Nothing is timed.
    """
    codes = [code for code in catalogue() if catalogue()[code].severity != "call"]
    suites = [_suite(each, codes, lang) for each in in_order(files)]
    root = ET.Element("testsuites", {"name": "qbe-xl check", **_sums(suites)})
    root.extend(suites)
    ET.indent(root)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode").encode() + b"\n"


def _sums(suites: list[ET.Element]) -> dict[str, str]:
    return {key: str(sum(int(suite.get(key, "0")) for suite in suites)) for key in ("tests", "failures", "errors")}


def _suite(checked: Checked, codes: list[str], lang: Lang) -> ET.Element:
    suite = ET.Element("testsuite", {"name": one_line(checked.path)})
    if checked.problem is not None:
        case = ET.SubElement(suite, "testcase", {"classname": "qbe-xl", "name": "check"})
        ET.SubElement(case, "error", {"type": "not_checked", "message": one_line(checked.problem)})
    else:
        found: dict[str, list[Finding]] = {}
        for group in groups(checked.findings):
            found.setdefault(group[0].code, []).extend(group)
        for code in [*codes, *(code for code in found if code not in codes)]:
            _case(suite, checked, code, found.get(code, []), lang)
    suite.set("tests", str(len(suite)))
    for key, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(key, str(sum(case.find(tag) is not None for case in suite)))
    return suite


def _case(suite: ET.Element, checked: Checked, code: str, group: list[Finding], lang: Lang) -> None:
    case = ET.SubElement(suite, "testcase", {"classname": f"QBE-{area_of(code)}", "name": code})
    if not group:
        reason = _skipped(checked, code)
        if reason is not None:
            ET.SubElement(case, "skipped", {"message": reason[lang]})
        return
    severity = group[0].severity
    opened = [finding for finding in group if severity != "note" and not finding.explained]
    passed = [finding for finding in group if finding not in opened]
    if opened:
        count = f"{len(opened)} 处" if lang == "zh" else f"{len(opened)} found"
        message = one_line(f"{count}: {where(opened[0])} {opened[0].message(lang)}")
        ET.SubElement(case, "failure", {"type": severity, "message": message}).text = _lines(opened, lang)
    if passed:
        ET.SubElement(case, "system-out").text = _lines(passed, lang)


def _lines(findings: list[Finding], lang: Lang) -> str:
    said = [(where(f), f.message(lang), *([e.sentence(lang) for e in f.explained] or [f.fix(lang)])) for f in findings]
    return "\n".join(one_line(" ".join(parts).strip()) for parts in said)


def _skipped(checked: Checked, code: str) -> Text | None:
    area = area_of(code)
    if checked.result is not None and not checked.result.usable and area != "FIL":
        return _UNREAD
    return _ALONE if area == "YOY" and checked.against is None else None
