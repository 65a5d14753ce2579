"""`qbe-xl trend`: the reports of several years, each read and assessed, set beside each other."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from qbe_xl.cli.assess import FOLDER_FORMS, STDOUT, check_ours, check_rules, make_folder, nothing_in, reader, save
from qbe_xl.cli.codes import BLOCKED, PASSES
from qbe_xl.cli.inputs import gather
from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import LANGUAGES, Lang, Text
from qbe_xl.core.messages import render

if TYPE_CHECKING:
    from qbe_xl.assessment import Assessment
    from qbe_xl.planning.trend.find import Trend


@dataclass(frozen=True)
class Call:
    """One call, as parsed."""

    files: tuple[str, ...]
    since: int | None = None
    edition: str | None = None
    form: str | None = None
    options: tuple[str, ...] = ()
    lang: Lang = "zh"
    json: str | None = None
    out_dir: str | None = None
    quiet: bool = False
    guarded: bool = True

    @property
    def stream(self) -> TextIO:
        """Where people read."""
        return sys.stderr if self.json == STDOUT else sys.stdout


def run_trend(call: Call) -> int:
    """The trend; 3 where fewer than two years can be assessed. QbeError where the years do not fit together."""
    check_rules(call.form, call.edition, call.options)
    if call.out_dir is not None:
        make_folder(Path(call.out_dir))
    if call.json is not None and call.json != STDOUT:
        check_ours(Path(call.json), '"schema": "qbe-xl/trend')
        make_folder(Path(call.json).parent)
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
        _write_json(call, trend)
    if not call.quiet:
        from rich.console import Console

        from qbe_xl.outputs.trend_terminal import print_trend

        print_trend(Console(file=call.stream), trend, call.lang)
    if call.out_dir is not None:
        _write_book(call, trend)
    return PASSES


def _assessed(call: Call) -> list[Assessment]:
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


def _write_json(call: Call, trend: Trend) -> None:
    from qbe_xl.planning.serial import to_json
    from qbe_xl.planning.trend.serial import trend_to_dict

    text = to_json(trend_to_dict(trend, call.lang)).encode()
    if call.json == STDOUT:
        sys.stdout.flush()
        sys.stdout.buffer.write(text)
        sys.stdout.buffer.flush()
    elif call.json is not None:
        save(Path(call.json), text, call.lang)


def _write_book(call: Call, trend: Trend) -> None:
    from qbe_xl.outputs.planning_workbook import write_planning
    from qbe_xl.outputs.trend_workbook import TREND_SUFFIX, draw_trend

    target = Path(call.out_dir or ".") / f"{book_stem(trend)}{TREND_SUFFIX[call.lang]}"
    written: Any = write_planning(draw_trend(trend, call.lang), target)
    if not call.quiet:
        print(f"已写出 {written}" if call.lang == "zh" else f"Wrote {written}", file=call.stream)


def book_stem(trend: Trend) -> str:
    """`临邑县 2022-2024`: the county's name and the years; without a name, that of the newest file."""
    county = trend.newest.county
    name = (county.name if county is not None else None) or Path(trend.newest.submission.file.name).stem
    plain = re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", name).strip(" .")[:60] or "trend"
    return f"{plain} {trend.years[0].year}-{trend.years[-1].year}"
