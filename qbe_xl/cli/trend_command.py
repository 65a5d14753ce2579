"""The command `trend`: arguments, options and help; the work is imported when called."""

from __future__ import annotations

from typing import Annotated

import typer

from qbe_xl.cli.help import Command
from qbe_xl.cli.options import (
    EditionOption,
    FormOption,
    GuardOption,
    JsonOption,
    LangOption,
    OutDirOption,
    QuietOption,
    RelaxOption,
)
from qbe_xl.cli.problems import checked_lang

years = typer.Typer()


@years.command(
    cls=Command,
    epilog="""qbe-xl trend 2022.xlsx 2023.xlsx 2024.xlsx
qbe-xl trend 各年文件夹 --out-dir 结果
qbe-xl trend 2021.xlsx 2023.xlsx 2024.xlsx --since 2021
qbe-xl trend y1.xlsx y2.xlsx --lang en --json -""",
)
def trend(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE|FOLDER",
            help="""同一个县各年的工作簿，先后不限，按其中的年度排序。
One county's workbooks, in any order; the year stands in them.""",
        ),
    ],
    since: Annotated[
        int | None,
        typer.Option(
            "--since",
            metavar="YEAR",
            help="""退步与哪一年比，如通过认定的年度；默认与上一年比。
The year to look for steps back from, such as that of
recognition; by default the year before.""",
        ),
    ] = None,
    edition: EditionOption = None,
    form: FormOption = None,
    option: RelaxOption = None,
    lang: LangOption = "zh",
    json: JsonOption = None,
    out_dir: OutDirOption = None,
    quiet: QuietOption = False,
    guarded: GuardOption = True,
) -> int:
    """各年趋势：差异系数、县均、达标校数、班额校额逐年对比，预警和退步。
    One county over the years: figures side by side, warnings, steps back.

    预警是外推：照最近几年的速度，几年后将不达标；不参与判定。
    Warnings are extrapolations at the rate of the last years; they decide nothing.
    退出码：0 得出结果，3 能评估的年度不足两个，4 命令有误或年度、县不符
    / exit codes: 0 done, 3 fewer than two usable years, 4 wrong call, years or counties.
    """
    from qbe_xl.cli.trend import TrendCall, run_trend

    return run_trend(
        TrendCall(
            files[0], (), edition, form, tuple(option or ()), checked_lang(lang), json, out_dir, quiet, guarded,
            files=tuple(files), since=since,
        )
    )  # fmt: skip
