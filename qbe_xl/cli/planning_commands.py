"""The commands of planning, as `app` holds the others: arguments, options and help; the work is imported when called."""

from __future__ import annotations

from typing import Annotated

import typer

from qbe_xl.cli.help import Command
from qbe_xl.cli.options import (
    EditionOption,
    FileArgument,
    FormOption,
    GuardOption,
    JsonOption,
    LangOption,
    OutDirOption,
    QuietOption,
    RelaxOption,
)
from qbe_xl.cli.problems import checked_lang

planning = typer.Typer()


@planning.command(
    cls=Command,
    epilog="""qbe-xl gaps 临邑.xlsx
qbe-xl gaps 临邑.xlsx --out-dir 结果
qbe-xl gaps county.xlsx --lang en --json gaps.json""",
)
def gaps(
    file: FileArgument,
    edition: EditionOption = None,
    form: FormOption = None,
    option: RelaxOption = None,
    lang: LangOption = "zh",
    json: JsonOption = None,
    out_dir: OutDirOption = None,
    quiet: QuietOption = False,
    guarded: GuardOption = True,
) -> int:
    """缺什么、差异从哪来：各校各项到标准和 85% 底线还差多少，哪些学校拉大差异系数。
    What is missing to the limits and floors, and which schools drive the CVs.

    写出的工作簿 NAME.缺口.xlsx 有三张表：缺口、各校缺口、差异来源。
    The workbook NAME.gaps.xlsx has three sheets: gaps, gaps by school, drivers.
    退出码：0 得出结果，3 不能读取，4 命令有误 / exit codes: 0 done, 3 unusable, 4 wrong call.
    """
    from qbe_xl.cli.planning import Call, run_gaps

    return run_gaps(
        Call(file, (), edition, form, tuple(option or ()), checked_lang(lang), json, out_dir, quiet, guarded)
    )


@planning.command(
    cls=Command,
    epilog="""qbe-xl new-scenario 临邑.xlsx
qbe-xl whatif 临邑.xlsx 临邑.情景.yaml
qbe-xl whatif 临邑.xlsx 方案一.yaml 方案二.xlsx --out-dir 结果
qbe-xl whatif county.xlsx --lang en --json -""",
)
def whatif(
    file: FileArgument,
    scenarios: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SCENARIO",
            help="""情景文件（.yaml，或有“情景”表的工作簿）；不给则用 FILE 中的“情景”表。
Scenario files (.yaml, or workbooks with a sheet Scenarios);
without them the sheet in FILE is used.""",
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
    """如果这样改会怎样：每个情景与现状逐项比较，几个情景并列。
    What if: every criterion now and after each scenario, side by side.

    情景可增减、改数，调动教师和学生，合并、拆分、新建、撤销学校，预测学生数。
    Scenarios change values, move teachers and pupils, merge, split, open and close schools,
    and forecast enrolment. FILE 本身不会改动 / FILE itself is never changed.
    退出码：0 得出结果，3 不能读取，4 命令或情景有误
    / exit codes: 0 done, 3 unusable, 4 wrong call or scenario.
    """
    from qbe_xl.cli.planning import Call, run_whatif

    names = tuple(scenarios or ())
    return run_whatif(
        Call(file, names, edition, form, tuple(option or ()), checked_lang(lang), json, out_dir, quiet, guarded)
    )


@planning.command(
    "new-scenario",
    cls=Command,
    epilog="""qbe-xl new-scenario 临邑.xlsx
qbe-xl new-scenario 临邑.xlsx --out 方案.xlsx
qbe-xl new-scenario county.xlsx --lang en""",
)
def new_scenario(
    file: FileArgument,
    out: Annotated[
        str | None,
        typer.Option(
            "--out",
            metavar="FILE.yaml|FILE.xlsx",
            help="""写到哪里；.xlsx 写出有下拉列表的“情景”表。默认为 名称.情景.yaml。
Where to write; .xlsx gives a sheet with drop-down lists.
By default name.scenarios.yaml.""",
        ),
    ] = None,
    lang: LangOption = "zh",
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help="""覆盖已有文件。
Replace an existing file.""",
        ),
    ] = False,
) -> int:
    """写出一份待填的情景文件，列有本县学校和各种操作的例子。
    Write a scenario file to fill in: the schools, an example of each action.
    """
    from qbe_xl.cli.planning import new_scenario as write

    return write(file, out, checked_lang(lang), force)
