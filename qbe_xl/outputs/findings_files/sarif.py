"""Findings as SARIF 2.1.0 (OASIS), which code hosts and editors show."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from string import Formatter
from typing import Any
from urllib.parse import quote

from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import LANGUAGES, Lang, Text
from qbe_xl.core.messages import Message, catalogue, joined
from qbe_xl.outputs.findings_files.checked import Checked, in_order
from qbe_xl.outputs.findings_files.tables import encoded

MARK = '"name": "qbe-xl"'
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "query": "warning", "note": "note"}
_LINK = re.compile(r"\[(?=[^\[\]]*\]\()")


def to_sarif(files: Iterable[Checked], lang: Lang = "zh") -> bytes:
    """One run with every file as an artifact; rules are the codes that were found, in both languages."""
    from qbe_xl import __version__

    ordered = in_order(files)
    codes = sorted({finding.code for each in ordered for finding in each.findings})
    rules = {code: index for index, code in enumerate(codes)}
    answered = any(finding.explained for each in ordered for finding in each.findings)
    run = {
        "tool": {
            "driver": {
                "name": "qbe-xl",
                "semanticVersion": __version__,
                "language": "zh-CN" if lang == "zh" else "en",
                "rules": [_rule(catalogue()[code], lang) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(ordered)],
        "artifacts": [_artifact(each) for each in ordered],
        "results": [
            _result(each, index, finding, rules, lang) | (_suppressions(finding, lang) if answered else {})
            for index, each in enumerate(ordered)
            for finding in each.findings
        ],
    }
    data = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return encoded(json.dumps(data, ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False) + "\n")


def uri_of(path: str) -> str:
    """A relative path as a relative URI: everything unusual, colons too, in percent signs."""
    try:
        return quote(path.encode("utf-8", "surrogateescape"), safe="/")
    except UnicodeEncodeError:  # Windows lets half of a pair stand in a name
        return quote(path.encode("utf-8", "surrogatepass"), safe="/")


def _rule(message: Message, lang: Lang) -> dict[str, Any]:
    other: Lang = "en" if lang == "zh" else "zh"
    whole = [_general(message.text[each]) for each in (lang, other)]
    whole += [message.why[each] for each in (lang, other) if message.why is not None]
    return {
        "id": message.code,
        "shortDescription": {"text": _literal(_general(message.text[lang]))},
        "fullDescription": {"text": _literal("\n".join(whole))},
        "help": {"text": _literal("\n".join(_general(message.fix[each]) for each in (lang, other)))},
        "messageStrings": {each: {"text": _numbered(message, each)} for each in LANGUAGES},
        "defaultConfiguration": {"level": _LEVELS[message.severity]},
        "properties": {"severity": message.severity},
    }


def _names(message: Message) -> list[str]:
    """The placeholders of a message in both languages, each once: their order is the order of the arguments."""
    texts = [part[lang] for part in (message.text, message.fix) for lang in LANGUAGES]
    return sorted({name for text in texts for _, name, _, _ in Formatter().parse(text) if name})


def _numbered(message: Message, lang: Lang) -> str:
    """The sentence and its remedy with {0}, {1} … for the arguments, as SARIF has them."""
    numbers = {name: f"{{{index}}}" for index, name in enumerate(_names(message))}
    text = joined(message.text[lang], message.fix[lang], lang)
    return "".join(_literal(piece) + (numbers[name] if name else "") for piece, name, _, _ in Formatter().parse(text))


def _general(text: str) -> str:
    """A sentence without its arguments."""
    return "".join(piece + ("…" if name else "") for piece, name, _, _ in Formatter().parse(text))


def _literal(text: str) -> str:
    """Braces are placeholders in SARIF unless doubled, and `[…](…)` is a link unless escaped: text stays text."""
    return _LINK.sub(r"\\[", text.replace("{", "{{").replace("}", "}}"))


def _invocation(files: list[Checked]) -> dict[str, Any]:
    failed = [
        {
            "level": "error",
            "message": {"text": _literal(each.problem)},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri_of(each.path), "index": index}}}],
        }
        for index, each in enumerate(files)
        if each.problem is not None
    ]
    return {"executionSuccessful": not failed, "toolExecutionNotifications": failed}


def _artifact(checked: Checked) -> dict[str, Any]:
    data: dict[str, Any] = {"location": {"uri": uri_of(checked.path)}, "roles": ["analysisTarget"]}
    digest = checked.result.submission.file.sha256 if checked.result else None
    if digest:
        data["hashes"] = {"sha-256": digest}
    return data


def _result(checked: Checked, index: int, finding: Finding, rules: dict[str, int], lang: Lang) -> dict[str, Any]:
    message = catalogue()[finding.code]
    arguments = [_argument(finding.args.get(name, ""), lang) for name in _names(message)]
    said: dict[str, Any] = {"id": lang, "text": _literal(joined(finding.message(lang), finding.fix(lang), lang))}
    if arguments:
        said["arguments"] = arguments
    data: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rules[finding.code],
        "level": _LEVELS[finding.severity],
        "message": said,
        "locations": [_location(checked, index, finding, finding.range)],
    }
    if finding.also:
        data["relatedLocations"] = [_location(checked, index, finding, ref) for ref in finding.also]
    if finding.school:
        data["properties"] = {"school": finding.school}
    return data


def _suppressions(finding: Finding, lang: Lang) -> dict[str, Any]:
    """Answers as suppressions: a county's stands in the file itself, a reviewer's outside. SARIF wants all results of a run
    to have the list where one has it."""
    kinds = {"explanation": "inSource", "waiver": "external"}
    return {
        "suppressions": [
            {"kind": kinds[each.kind], "status": "accepted", "justification": each.sentence(lang)}
            for each in finding.explained
        ]
    }


def _argument(value: object, lang: Lang) -> str:
    return str(value[lang] if isinstance(value, Text) else value)


def _location(checked: Checked, index: int, finding: Finding, ref: str | None) -> dict[str, Any]:
    # where a county is a folder of forms, the finding names its file in it
    artifact: dict[str, Any] = (
        {"uri": uri_of(f"{checked.path}/{finding.file}")}
        if finding.file and finding.file != checked.name
        else {"uri": uri_of(checked.path), "index": index}
    )
    data: dict[str, Any] = {"physicalLocation": {"artifactLocation": artifact}}
    if finding.sheet:
        full = f"{finding.sheet}!{ref}" if ref else finding.sheet
        kind = "cell" if ref else "sheet"
        data["logicalLocations"] = [{"name": ref or finding.sheet, "fullyQualifiedName": full, "kind": kind}]
    return data
