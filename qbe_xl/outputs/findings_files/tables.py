"""Findings as JSON (`qbe-xl/findings/1`) and as CSV."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable
from typing import Any

from qbe_xl.assessment.serial import explained
from qbe_xl.core.findings import EXPLAINED_NAMES, SEVERITY_NAMES, STATES, Finding
from qbe_xl.core.languages import Lang, Text
from qbe_xl.county.reasons import COLUMNS as COLUMNS_OF_REASONS
from qbe_xl.outputs.findings_files.checked import Checked, in_order, one_line

SCHEMA = "qbe-xl/findings/1"
COLUMNS = (
    Text("文件", "File"), Text("级别", "Severity"), Text("代码", "Code"), Text("来源文件", "Source file"),
    Text("工作表", "Sheet"), Text("单元格", "Cells"), Text("另涉及", "Also"), Text("学校", "School"),
    Text("问题", "Problem"), Text("怎样改正", "Remedy"),
    COLUMNS_OF_REASONS["value"], Text("处理", "Answer"), COLUMNS_OF_REASONS["reason"], COLUMNS_OF_REASONS["who"],
    COLUMNS_OF_REASONS["date"],
)  # fmt: skip
_FIRST = 10  # columns that every CSV of ours has begun with
# What makes a spreadsheet program take a cell for a formula; the wide ones do so where Chinese is typed.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def to_dict(files: Iterable[Checked], lang: Lang = "zh") -> dict[str, Any]:
    """Every file and every finding as plain data, files in order of path."""
    from qbe_xl import __version__

    return {
        "schema": SCHEMA,
        "engine": f"qbe-xl {__version__}",
        "lang": lang,
        "files": [_file(each, lang) for each in in_order(files)],
    }


def to_json(files: Iterable[Checked], lang: Lang = "zh") -> bytes:
    """Canonical: keys sorted, two spaces, UTF-8, a newline at the end."""
    text = json.dumps(to_dict(files, lang), ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False)
    return encoded(text + "\n")


def encoded(text: str) -> bytes:
    """UTF-8; what has no UTF-8 (half of a pair, from a file's name) as JSON writes it."""
    return text.encode("utf-8", errors="backslashreplace")


def to_csv(files: Iterable[Checked], lang: Lang = "zh") -> bytes:
    """A finding a row, UTF-8 with a byte order mark, so that spreadsheet programs see the Chinese.

    Every cell is quoted, so that none is split where another separator is usual; none can be a formula.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([column[lang] for column in COLUMNS])
    for each in in_order(files):
        if each.problem is not None:
            rest = [""] * 5
            writer.writerow(
                map(_text, [each.path, Text("未检查", "Not checked")[lang], "", *rest, each.problem, *[""] * 6])
            )
        for finding in each.findings:
            writer.writerow(map(_text, _row(each, finding, lang)))
    return out.getvalue().encode("utf-8-sig", errors="replace")


def csv_mark(lang: Lang) -> str:
    """How a CSV of ours begins."""
    return ",".join(f'"{column[lang]}"' for column in COLUMNS[:_FIRST])


def _row(checked: Checked, finding: Finding, lang: Lang) -> list[str]:
    return [
        checked.path,
        SEVERITY_NAMES[finding.severity][lang],
        finding.code,
        finding.file or "",
        finding.sheet or "",
        finding.range or "",
        " ".join(finding.also),
        finding.school or "",
        finding.message(lang),
        finding.fix(lang),
        checked.value(finding) or "",
        "；".join(EXPLAINED_NAMES[each.kind][lang] for each in finding.explained),
        "；".join(each.reason for each in finding.explained),
        "；".join(each.who for each in finding.explained),
        "；".join(each.date or "" for each in finding.explained),
    ]


def _text(value: str) -> str:
    """One line that no spreadsheet program computes: what might begin a formula gets an apostrophe."""
    return ("'" if looks_like_formula(value) else "") + one_line(value)


def looks_like_formula(value: str) -> bool:
    """Whether a spreadsheet program might compute the text where somebody types it in, or opens it in a CSV."""
    return value.startswith(_FORMULA) or one_line(value).lstrip().startswith(_FORMULA)


def _file(checked: Checked, lang: Lang) -> dict[str, Any]:
    result = checked.result
    county = result.county if result else None
    info = result.submission.file if result else None
    against = checked.against
    return {
        "path": checked.path,
        "file": {"name": checked.name, "sha256": info.sha256 if info else None},
        "form": result.submission.form if result else None,
        "edition": {"id": result.edition.id, "digest": result.edition.digest} if result else None,
        "county": {
            "code": county.code if county else None,
            "name": county.name if county else None,
            "year": county.year if county else None,
        },
        "against": {"name": against.name, "sha256": against.sha256} if against else None,
        "status": checked.status,
        "problem": checked.problem,
        "counts": {state: checked.count(state) for state in STATES},
        "findings": [_finding(checked, finding, lang) for finding in checked.findings],
    }


def _finding(checked: Checked, finding: Finding, lang: Lang) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message(lang),
        "fix": finding.fix(lang),
        "file": finding.file,
        "sheet": finding.sheet,
        "range": finding.range,
        "also": list(finding.also),
        "school": finding.school,
        "value": checked.value(finding),
        "explained": explained(finding),
        "args": {key: _plain(value, lang) for key, value in finding.args.items()},
    }


def _plain(value: object, lang: Lang) -> object:
    """An argument as JSON has it; what JSON has not, as the sentence shows it."""
    if isinstance(value, Text):
        return value[lang]
    if value is None or isinstance(value, str | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return str(value)
