"""`qbe-xl trend`: the reports of several years, each read and assessed, set beside each other."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qbe_xl.cli import planning
from qbe_xl.cli.assess import FOLDER_FORMS, nothing_in, reader
from qbe_xl.cli.codes import BLOCKED, PASSES
from qbe_xl.cli.inputs import gather
from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import LANGUAGES, Lang, Text
from qbe_xl.core.messages import render

if TYPE_CHECKING:
    from qbe_xl.assessment import Assessment
    from qbe_xl.planning.trend.find import Trend


@dataclass(frozen=True)
class TrendCall(planning.Call):
    """One call, as parsed: `file` is the first of `files`."""

    files: tuple[str, ...] = ()
    since: int | None = None


def run_trend(call: TrendCall) -> int:
    """The trend; 3 where fewer than two years can be assessed. QbeError where the years do not fit together."""
    planning.prepare(call, '"schema": "qbe-xl/trend')
    results = _assessed(call)
    for result in results:
        if not result.usable:
            print(_left_out(result, call.lang), file=sys.stderr)
    from qbe_xl.planning.trend.find import find_trend

    try:
        trend = find_trend(results, call.since)
    except QbeError as error:
        if error.code == "QBE-PLN-301" and len(results) > 1:
            print(_line(error, call.lang), file=sys.stderr)
            return BLOCKED  # enough were named, but they cannot be used
        raise
    if call.json is not None:
        from qbe_xl.planning.trend.serial import trend_to_dict

        planning.write_json(call, trend_to_dict(trend, call.lang))
    if not call.quiet:
        from qbe_xl.outputs.trend_terminal import print_trend

        print_trend(planning.console(call), trend, call.lang)
    if call.out_dir is not None:
        from qbe_xl.outputs.trend_workbook import TREND_SUFFIX, draw_trend

        planning.write_book(call, f"{book_stem(trend)}{TREND_SUFFIX[call.lang]}", draw_trend(trend, call.lang))
    return PASSES


def _assessed(call: TrendCall) -> list[Assessment]:
    from qbe_xl.assessment import assess_submission

    inputs = gather(call.files, folder_is_county=call.form in FOLDER_FORMS)
    results = [nothing_in(folder, call.form, call.edition, call.options) for folder in inputs.empty]
    with reader(inputs.paths, call.form, call.guarded) as read:
        results += [assess_submission(read(path), call.edition, call.options) for path in inputs.paths]
    return results


def _line(error: QbeError, lang: Lang) -> str:
    text, fix = render(error.code, lang, error.values)
    return f"{error.code} {text}{'' if lang == 'zh' else ' '}{fix}"


def _left_out(result: Assessment, lang: Lang) -> str:
    """That a file is not in the trend, and the first reason."""
    first = next((f for f in result.findings if f.severity == "error"), None)
    words = {each: first.message(each).rstrip("。.") if first is not None else "–" for each in LANGUAGES}
    name = result.submission.file.name
    return _line(QbeError("QBE-PLN-306", file=name, problem=Text(words["zh"], words["en"])), lang)


def book_stem(trend: Trend) -> str:
    """`临邑县 2022-2024`: the county's name and the years; without a name, that of the newest file."""
    county = trend.newest.county
    name = (county.name if county is not None else None) or Path(trend.newest.submission.file.name).stem
    plain = re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", name).strip(" .")[:60] or "trend"
    return f"{plain} {trend.years[0].year}-{trend.years[-1].year}"
