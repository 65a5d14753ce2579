"""The findings as JSON, JUnit XML, SARIF and CSV: valid, complete, and nothing in a workbook can act through them."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from functools import cache
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import LANGUAGES, Lang
from qbe_xl.core.messages import catalogue, joined
from qbe_xl.county import FileInfo
from qbe_xl.outputs.findings_files.checked import Checked, groups
from qbe_xl.outputs.findings_files.junit import MARK as JUNIT_MARK
from qbe_xl.outputs.findings_files.junit import to_junit
from qbe_xl.outputs.findings_files.sarif import MARK as SARIF_MARK
from qbe_xl.outputs.findings_files.sarif import to_sarif, uri_of
from qbe_xl.outputs.findings_files.tables import COLUMNS, csv_mark, to_csv, to_json
from qbe_xl.outputs.findings_files.text import MOST, lines
from qbe_xl.outputs.schema import FINDINGS, schema
from tests.outputs.counties import assessment

EVIL = (
    "=HYPERLINK(\"http://x\",\"点\")", "+1", "-1+cmd|'/C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "\x00=1",
    "</failure><x>&]]>\x0b\ufffe\ud800", "[点我](http://x) {0} {name}", "a,\"b\"\n=c;=d", "\u202e=1",
)  # fmt: skip


def finding(code: str = "QBE-DAT-002", ref: str | None = "F4", school: str | None = "3001", **more: Any) -> Finding:
    args = {"field": "班数", "value": -1}
    return Finding(code, "学校", ref, school, {**args, **more.pop("args", {})}, **more)


def checked(*found: Finding, path: str = "上报/临溪 县.xlsx", **more: Any) -> Checked:
    return Checked(path, replace(assessment("passing"), findings=found), **more)


@cache
def several() -> tuple[Checked, ...]:
    """Every status, several sheets, a comparison, a county of several files, and a file that broke."""
    missing = Finding("QBE-CMP-001", "学校", "F9:F20", args={"field": "班数", "count": 12}, also=("G9", "H9"))
    return (
        checked(finding(), missing, finding(ref="F30"), path="b/错.xlsx"),
        checked(missing, path="a/问.xlsx", against=FileInfo("去年.xlsx", "ab" * 32)),
        checked(path="净.xlsx"),
        checked(finding(file="河口小学.xlsx"), path="采集"),
        Checked("坏.xlsx", assessment("unusable")),
        Checked("崩.xlsx", None, problem="程序内部错误"),
    )


WRITERS = {"json": to_json, "junit": to_junit, "sarif": to_sarif, "csv": to_csv}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", WRITERS)
def test_the_same_input_gives_the_same_bytes(kind: str, lang: Lang) -> None:
    write = WRITERS[kind]
    first = write(several(), lang)
    assert write(tuple(reversed(several())), lang) == first
    assert write(several(), "en" if lang == "zh" else "zh") != first


def test_marks_are_in_what_is_written() -> None:
    assert JUNIT_MARK in to_junit([]).decode() and SARIF_MARK in to_sarif([]).decode()
    for lang in LANGUAGES:
        assert to_csv([], lang).decode("utf-8-sig").startswith(csv_mark(lang))


def test_what_blocks_first_comes_first() -> None:
    found = [finding("QBE-CMP-001"), finding("QBE-LOG-001"), finding("QBE-DAT-002", "F30"), finding("QBE-STR-001"),
             finding("QBE-FIL-001", None), finding("QBE-DAT-002", "F4")]  # fmt: skip
    assert [catalogue()[f.code].severity for f in found] == ["query", *["error"] * 5]
    assert [[each.code for each in group] for group in groups(found)] == [
        ["QBE-FIL-001"], ["QBE-STR-001"], ["QBE-DAT-002"] * 2, ["QBE-LOG-001"], ["QBE-CMP-001"],
    ]  # fmt: skip
    assert [each.range for each in groups(found)[2]] == ["F4", "F30"]


def test_lines_are_cut_only_for_a_county() -> None:
    each = checked(*(finding(ref=f"F{row}", school="长" * 900) for row in range(4, 4 + MOST + 1)))
    short, whole = lines(each), lines(each, whole=True)
    assert max(map(len, short)) == 400 and max(map(len, whole)) > 900
    assert sum("学校!F" in line for line in short) == MOST and sum("学校!F" in line for line in whole) == MOST + 1


# ---- JSON


def validator() -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(schema(FINDINGS))
    return jsonschema.Draft202012Validator(schema(FINDINGS))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_json_is_valid(lang: Lang) -> None:
    data = json.loads(to_json(several(), lang))
    assert [error.message for error in validator().iter_errors(data)] == []
    assert [(each["path"], each["status"]) for each in data["files"]] == [
        ("a/问.xlsx", "queries"), ("b/错.xlsx", "errors"), ("净.xlsx", "clean"), ("坏.xlsx", "errors"),
        ("崩.xlsx", "not_checked"), ("采集", "errors"),
    ]  # fmt: skip
    first = data["files"][0]
    assert first["findings"][0]["also"] == ["G9", "H9"] and first["against"]["name"] == "去年.xlsx"
    assert first["findings"][0]["message"] == several()[1].findings[0].message(lang)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema",), "qbe-xl/findings/2"),
        (("surplus",), 1),
        (("files", 0, "surplus"), 1),
        (("files", 0, "status"), "clean"),  # with a query
        (("files", 1, "status"), "queries"),  # with an error
        (("files", 2, "status"), "errors"),  # without one
        (("files", 4, "problem"), None),
        (("files", 0, "counts", "note"), -1),
        (("files", 0, "file", "sha256"), "abc"),
        (("files", 1, "findings", 0, "severity"), "call"),
        (("files", 1, "findings", 0, "code"), "DAT-2"),
        (("files", 1, "findings", 0, "args"), {"x": [1]}),
    ],
)
def test_broken_json_is_refused(path: tuple[Any, ...], value: object) -> None:
    data = json.loads(to_json(several()))
    at = data
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    assert not validator().is_valid(data)


def test_json_may_leave_nothing_out() -> None:
    for where in ((), ("files", 1), ("files", 1, "findings", 0), ("files", 1, "counts"), ("files", 1, "county")):
        keys = json.loads(to_json(several()))
        for step in where:
            keys = keys[step]
        for key in keys:
            data = at = json.loads(to_json(several()))
            for step in where:
                at = at[step]
            del at[key]
            assert not validator().is_valid(data), (where, key)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_json_has_no_number_that_json_has_not(value: float) -> None:
    data = json.loads(to_json([checked(finding(args={"value": value}))]), parse_constant=pytest.fail)
    assert data["files"][0]["findings"][0]["args"]["value"] == str(value)


@pytest.mark.parametrize("evil", EVIL)
def test_json_keeps_what_stands_there(evil: str) -> None:
    found = json.loads(to_json([checked(finding(school=evil), path=evil.replace("/", "_"))]))["files"][0]
    assert (found["findings"][0]["school"], found["path"]) == (evil, evil.replace("/", "_"))


# ---- JUnit


@pytest.mark.parametrize("lang", LANGUAGES)
def test_junit_counts_what_it_holds(lang: Lang) -> None:
    root = ET.fromstring(to_junit(several(), lang))
    suites = {suite.get("name"): suite for suite in root}
    assert [suite.tag for suite in root] == ["testsuite"] * len(several())
    for key, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
        for suite in root:
            assert suite.get(key) == str(len(suite.findall(f".//{tag}")))
        assert root.get(key) == str(len(root.findall(f".//{tag}")))
    bad = suites["b/错.xlsx"]
    failures = {case.get("name"): case.find("failure") for case in bad if case.find("failure") is not None}
    assert {name: each.get("type") for name, each in failures.items() if each is not None} == {
        "QBE-DAT-002": "error",
        "QBE-CMP-001": "query",
    }
    text = failures["QBE-DAT-002"].text or ""  # type: ignore[union-attr]
    assert len(text.splitlines()) == 2 and finding().message(lang) in text
    assert suites["崩.xlsx"].find("testcase/error").get("type") == "not_checked"  # type: ignore[union-attr]


def test_junit_has_every_code_in_every_file_that_was_read() -> None:
    codes = {code for code in catalogue() if catalogue()[code].severity != "call"}
    root = ET.fromstring(to_junit(several()))
    for suite in root:
        cases = {case.get("name"): case for case in suite}
        if suite.get("name") == "崩.xlsx":
            continue
        assert set(cases) == codes and len(suite) == len(codes)
        compared = suite.get("name") == "a/问.xlsx"
        assert (cases["QBE-YOY-001"].find("skipped") is None) is compared
        # what was never looked at did not pass
        assert (cases["QBE-LOG-001"].find("skipped") is not None) is (suite.get("name") == "坏.xlsx")
        assert all(case.get("classname") == (case.get("name") or "")[:7] for case in suite)


def test_junit_notes_do_not_fail() -> None:
    code = next(code for code in catalogue() if catalogue()[code].severity == "note")
    names = set(re.findall(r"{(\w+)}", catalogue()[code].text.zh + catalogue()[code].fix.zh))
    root = ET.fromstring(to_junit([checked(Finding(code, "学校", "F4", args=dict.fromkeys(names, "x")))]))
    case = root.find(f".//testcase[@name='{code}']")
    assert root.get("failures") == "0" and case is not None
    assert "学校!F4" in (case.findtext("system-out") or "")


@pytest.mark.parametrize("evil", EVIL)
def test_junit_is_xml_whatever_stands_in_a_workbook(evil: str) -> None:
    found = finding(school=evil, args={"field": evil, "value": evil})
    root = ET.fromstring(to_junit([checked(found, path=evil), Checked("x", None, problem=evil)]))
    assert {each.tag for each in root.iter()} <= {"testsuites", "testsuite", "testcase", "failure", "skipped", "error"}
    assert len((root.findtext(".//failure") or "").splitlines()) == 1


# ---- SARIF

# The structure that SARIF 2.1.0 asks of the objects that are used here, and nothing besides.
_ID = {"type": "integer", "minimum": 0}
_TEXT = {
    "type": "object",
    "required": ["text"],
    "additionalProperties": False,
    "properties": {"text": {"type": "string"}},
}
_LEVEL = {"enum": ["none", "note", "warning", "error"]}
_URI = {"type": "string", "pattern": r"^(?!/)(?![a-zA-Z][a-zA-Z0-9+.-]*:)[A-Za-z0-9._~%/!$&'()*+,;=:@-]+$"}


def _object(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    properties = {**required, **optional}
    return {"type": "object", "required": list(required), "additionalProperties": False, "properties": properties}


_ARTIFACT_LOCATION = _object({"uri": _URI}, index=_ID)
_LOGICAL = _object({"name": {"type": "string"}, "fullyQualifiedName": {"type": "string"}, "kind": {"type": "string"}})
_LOCATION = _object(
    {"physicalLocation": _object({"artifactLocation": _ARTIFACT_LOCATION})},
    logicalLocations={"type": "array", "minItems": 1, "uniqueItems": True, "items": _LOGICAL},
)
_LOCATIONS = {"type": "array", "uniqueItems": True, "items": _LOCATION}
_MESSAGE = _object(
    {"text": {"type": "string"}, "id": {"type": "string"}},
    arguments={"type": "array", "items": {"type": "string"}},
)
_RULE = _object(
    {
        "id": {"type": "string"}, "shortDescription": _TEXT, "fullDescription": _TEXT, "help": _TEXT,
        "messageStrings": {"type": "object", "additionalProperties": _TEXT},
        "defaultConfiguration": _object({"level": _LEVEL}),
    },
    properties={"type": "object"},
)  # fmt: skip
_DRIVER = _object(
    {
        "name": {"type": "string"}, "semanticVersion": {"type": "string"},
        "language": {"type": "string", "pattern": "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$"},
        "rules": {"type": "array", "uniqueItems": True, "items": _RULE},
    }
)  # fmt: skip
_RUN = _object(
    {
        "tool": _object({"driver": _DRIVER}),
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "invocations": {
            "type": "array",
            "items": _object(
                {
                    "executionSuccessful": {"type": "boolean"},
                    "toolExecutionNotifications": {
                        "type": "array",
                        "items": _object({"level": _LEVEL, "message": _TEXT, "locations": _LOCATIONS}),
                    },
                }
            ),
        },
        "artifacts": {
            "type": "array", "uniqueItems": True,
            "items": _object(
                {"location": _ARTIFACT_LOCATION, "roles": {"const": ["analysisTarget"]}},
                hashes={"type": "object", "additionalProperties": {"type": "string"}},
            ),
        },
        "results": {
            "type": "array",
            "items": _object(
                {"ruleId": {"type": "string"}, "ruleIndex": _ID, "level": _LEVEL, "message": _MESSAGE,
                 "locations": _LOCATIONS},
                relatedLocations=_LOCATIONS, properties={"type": "object"},
            ),
        },
    }
)  # fmt: skip
SARIF = _object(
    {"$schema": {"type": "string"}, "version": {"const": "2.1.0"}, "runs": {"type": "array", "items": _RUN}}
)


def sarif(*files: Checked, lang: Lang = "zh") -> dict[str, Any]:
    """The one run of a SARIF document that has the right structure."""
    data = json.loads(to_sarif(files, lang))
    jsonschema.Draft202012Validator.check_schema(SARIF)
    assert [error.message for error in jsonschema.Draft202012Validator(SARIF).iter_errors(data)] == []
    run: dict[str, Any] = data["runs"][0]
    for each in run["results"]:
        assert run["tool"]["driver"]["rules"][each["ruleIndex"]]["id"] == each["ruleId"]
        for location in each["locations"]:
            artifact = location["physicalLocation"]["artifactLocation"]
            if "index" in artifact:
                assert run["artifacts"][artifact["index"]]["location"]["uri"] == artifact["uri"]
    return run


def filled(run: dict[str, Any], result: dict[str, Any], lang: Lang) -> str:
    """The message as a viewer makes it of the rule's string and the result's arguments."""
    text = run["tool"]["driver"]["rules"][result["ruleIndex"]]["messageStrings"][lang]["text"]
    values = result["message"].get("arguments", [])
    return plain(re.sub(r"(?<!{){(\d+)}(?!})", lambda m: values[int(m[1])].replace("{", "{{").replace("}", "}}"), text))


def plain(text: str) -> str:
    return text.replace("{{", "{").replace("}}", "}").replace("\\[", "[")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sarif_says_what_and_where(lang: Lang) -> None:
    run = sarif(*several(), lang=lang)
    said = [(unquote(r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]), r["ruleId"], r["level"],
             r["locations"][0].get("logicalLocations", [{}])[0].get("fullyQualifiedName"))
            for r in run["results"]]  # fmt: skip
    assert said[:4] == [
        ("a/问.xlsx", "QBE-CMP-001", "warning", "学校!F9:F20"),
        ("b/错.xlsx", "QBE-DAT-002", "error", "学校!F4"),
        ("b/错.xlsx", "QBE-DAT-002", "error", "学校!F30"),
        ("b/错.xlsx", "QBE-CMP-001", "warning", "学校!F9:F20"),
    ]
    assert ("采集/河口小学.xlsx", "QBE-DAT-002", "error", "学校!F4") in said
    found = [f for each in sorted(several(), key=lambda each: each.path) for f in each.findings]
    assert len(found) == len(run["results"])
    for one, result in zip(found, run["results"], strict=True):
        assert plain(result["message"]["text"]) == joined(one.message(lang), one.fix(lang), lang)
        assert filled(run, result, lang) == plain(result["message"]["text"])
        assert result["message"]["id"] == lang
    assert [x["fullyQualifiedName"] for x in (r["logicalLocations"][0] for r in run["results"][0]["relatedLocations"])] == [
        "学校!G9", "学校!H9",
    ]  # fmt: skip
    assert run["invocations"][0]["executionSuccessful"] is False
    for rule in run["tool"]["driver"]["rules"]:
        assert set(rule["messageStrings"]) == {"zh", "en"}
        assert rule["properties"]["severity"] == catalogue()[rule["id"]].severity


def test_sarif_holds_for_every_code() -> None:
    found = []
    for code in catalogue():
        message = catalogue()[code]
        if message.severity == "call":
            continue
        names = re.findall(
            r"{(\w+)}", " ".join(part[lang] for part in (message.text, message.fix) for lang in LANGUAGES)
        )
        found.append(Finding(code, "学校", "F4", args={name: f"<{name}>" for name in names}))
    for lang in LANGUAGES:
        run = sarif(checked(*found), lang=lang)
        assert len(run["results"]) == len(found) > 50
        for result in run["results"]:
            assert filled(run, result, lang) == plain(result["message"]["text"])


@pytest.mark.parametrize("evil", EVIL)
def test_sarif_text_is_no_link_and_no_placeholder(evil: str) -> None:
    run = sarif(
        checked(finding(args={"field": evil, "value": evil}), path=f"x/{evil}"), Checked("y", None, problem=evil)
    )
    for text in (run["results"][0]["message"]["text"],
                 run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]):  # fmt: skip
        assert not re.search(r"(?<!\\)\[[^\[\]]*\]\(", text)
        assert not re.search(r"(?<!{){\w+}(?!})", text)


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b.xlsx", "a%20b.xlsx"),
        ("c:县.xlsx", "c%3A%E5%8E%BF.xlsx"),
        ("../x#1?.xlsx", "../x%231%3F.xlsx"),
        ("\udcff.xlsx", "%FF.xlsx"),
        ("\ud800.xlsx", "%ED%A0%80.xlsx"),
    ],
)
def test_uris_are_relative_and_quoted(path: str, uri: str) -> None:
    assert uri_of(path) == uri


# ---- CSV


@pytest.mark.parametrize("lang", LANGUAGES)
def test_csv_is_a_finding_a_row(lang: Lang) -> None:
    data = to_csv(several(), lang)
    assert data.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert head == [column[lang] for column in COLUMNS]
    found = sum(len(each.findings) for each in several())
    assert len(rows) == found + 1  # and the file that broke
    assert {len(row) for row in rows} == {len(COLUMNS)}
    one = finding()
    assert [*rows[1][:1], *rows[1][2:]] == [
        "b/错.xlsx", "QBE-DAT-002", "", "学校", "F4", "", "3001", one.message(lang), one.fix(lang), *[""] * 5
    ]  # fmt: skip
    assert rows[0][6] == "G9 H9"


@pytest.mark.parametrize("evil", EVIL)
def test_nothing_in_a_csv_is_a_formula(evil: str) -> None:
    found = Finding("QBE-DAT-002", evil, evil, evil, {"field": evil, "value": evil}, evil, (evil,))
    data = to_csv([checked(found, path=evil), Checked("x", None, problem=evil)]).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(data, newline="")))
    assert [len(row) for row in rows] == [len(COLUMNS)] * 3
    for row in rows:
        for cell in row:
            assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝", "\t", "\r")), cell
            assert "\n" not in cell and "\r" not in cell
    if evil.lstrip("\x00\u202e \t\r")[0] in "=+-@＝":
        assert next(row for row in rows if row[2] == "QBE-DAT-002")[4].startswith("'")
    # every cell is quoted: another separator splits none
    assert all(re.fullmatch(r'"(?:[^"]|"")*"(?:,"(?:[^"]|"")*")*', line) for line in data.split("\r\n")[:-1])


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_begins_like_a_formula_gets_an_apostrophe(start: str) -> None:
    data = to_csv([checked(finding(school=f"{start}x"))]).decode("utf-8-sig")
    assert next(csv.reader([data.split("\r\n")[1]]))[7].startswith("'")
