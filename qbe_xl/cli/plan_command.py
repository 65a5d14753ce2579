"""The command `plan`: its arguments, options and help; the work is imported when it is called."""

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

cheapest = typer.Typer()


@cheapest.command(
    cls=Command,
    epilog="""qbe-xl plan 临邑.xlsx --out-dir 结果
qbe-xl plan 临邑.xlsx --costs 成本.yaml --years 3
qbe-xl plan 临邑.xlsx --budget 800万 --forbid 第一小学:L5 --transfers
qbe-xl plan county.xlsx --lang en --yearly-budget 3000000,5000000 --json plan.json""",
)
def plan(
    file: FileArgument,
    costs: Annotated[
        str | None,
        typer.Option(
            "--costs",
            metavar="COSTS.yaml",
            help="""本地单价、上限和禁止项；不给则用假设的单价。
Your prices, caps and prohibitions; assumed prices without it.""",
        ),
    ] = None,
    budget: Annotated[
        str | None,
        typer.Option(
            "--budget",
            metavar="N",
            help="""总预算（元，可写 800万）；不够时说明最多能使多少学校达标。
The budget in yuan; if it is too small, what it buys at most.""",
        ),
    ] = None,
    years: Annotated[
        int | None,
        typer.Option("--years", metavar="N", help="分几年实施 / Years the plan is carried out in."),
    ] = None,
    yearly_budget: Annotated[
        str | None,
        typer.Option(
            "--yearly-budget",
            metavar="N[,N…]",
            help="""各年预算，逗号分隔；只给一个则每年相同。
Budget of each year, by commas; one alone holds every year.""",
        ),
    ] = None,
    forbid: Annotated[
        list[str] | None,
        typer.Option(
            "--forbid",
            metavar="SCHOOL[:WHAT]",
            help="""不得为该校增加任何资源，或不得增加某指标（L5）、填报项目、措施；
SCHOOL 可写 *。可多次给出。
Nothing for this school, or nothing for an indicator (L5), an item
or a measure; SCHOOL may be *. Repeatable.""",
        ),
    ] = None,
    transfers: Annotated[
        bool,
        typer.Option(
            "--transfers",
            help="""允许教师在公办学校之间（同学段）调配。
Teachers may move between public schools of one stage.""",
        ),
    ] = False,
    gap: Annotated[
        float | None,
        typer.Option(
            "--gap",
            metavar="PERCENT",
            help="""与最低费用相差不超过百分之几即可停止，默认 0.1。
Stop within so many per cent of the least cost, 0.1 by default.""",
        ),
    ] = None,
    seconds: Annotated[
        float | None,
        typer.Option(
            "--seconds", metavar="N", help="最多测算约几秒，默认 30 / About how long to search, 30 by default."
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
    """整改方案：花费最少、使资源配置全部达标的购置与调配，附最优性证明和分年安排。
    The cheapest plan that makes all resources pass, with proof and phases.

    只含七项指标和差异系数，学生数不变；单价默认为假设，请用 --costs 换成本地价格。
    需要求解组件：pip install 'qbe-xl[plan]'。
    The seven indicators and their CVs only, pupils as they are; prices are
    assumptions until you give your own. It takes pip install 'qbe-xl[plan]'.
    退出码 exit codes: 0 有方案且资金够 a plan that is paid for; 1 无方案或预算不够 none, or too
    little money; 2 有学校缺数据 schools without data; 3 不能读取 unusable; 4 命令有误 wrong call.
    """
    from qbe_xl.cli.plan import PlanCall, run_plan

    return run_plan(
        PlanCall(
            file, (), edition, form, tuple(option or ()), checked_lang(lang), json, out_dir, quiet, guarded,
            costs=costs, budget=budget, years=years, yearly=yearly_budget, forbid=tuple(forbid or ()),
            transfers=transfers, gap=gap, seconds=seconds,
        )
    )  # fmt: skip
