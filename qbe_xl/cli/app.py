"""The commands: their arguments, options and help. What they do stands in modules of their own, imported when called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from qbe_xl.cli.codes import WRONG_CALL
from qbe_xl.cli.evidence_command import evidences
from qbe_xl.cli.help import Command, Group, LibraryError, usage_error
from qbe_xl.cli.ledger_command import ledgers
from qbe_xl.cli.options import EditionOption, LangOption, WaiversOption
from qbe_xl.cli.plan_command import cheapest
from qbe_xl.cli.planning_commands import planning
from qbe_xl.cli.problems import checked_lang
from qbe_xl.cli.report_command import reports
from qbe_xl.cli.trend_command import years

app = typer.Typer(
    cls=Group,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="""县域义务教育优质均衡评估：填报表进，结论与理由出。
Assesses a county's education workbook: a verdict with its reasons.

每个命令都有说明和示例：qbe-xl 命令 --help
Every command has help and examples: qbe-xl COMMAND --help""",
    epilog="""qbe-xl new-template 填报表.xlsx
qbe-xl assess 填报表.xlsx --out-dir 结果
qbe-xl explain G3""",
)


@app.callback(invoke_without_command=True)
def _program(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="显示版本号 / Show the version.", is_eager=True)] = False,
) -> None:
    if version:
        from qbe_xl import __version__

        typer.echo(f"qbe-xl {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        # not 0: a script that passes no arguments must not look as if a county had passed
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(WRONG_CALL)


@app.command(
    cls=Command,
    epilog="""qbe-xl assess 临邑.xlsx
qbe-xl assess 临邑.xlsx --out-dir 结果 --json 结果/临邑.json
qbe-xl assess 上报文件夹 --json - > 全部.json
qbe-xl assess 采集表文件夹 --form qbe-collect-1
qbe-xl assess county.xlsx --lang en --option size_built_by_2010""",
)
def assess(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE|FOLDER",
            help="""工作簿（.xlsx、.xlsm；.xls、.xlsb、.ods、.et 见文档），或装有工作簿的文件夹。
Workbooks, or folders of workbooks.""",
        ),
    ],
    edition: Annotated[
        str | None,
        typer.Option(
            "--edition",
            metavar="ID|FILE.yaml",
            help="""标准版本；默认用工作簿所固定的版本，否则 cn-qbe-2017。
Edition of the rules; by default what the workbook pins, else cn-qbe-2017.""",
        ),
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--form",
            metavar="ID|PROFILE.yaml",
            help="""表式；默认自动识别。见 qbe-xl forms。
The form; recognised by default. See qbe-xl forms.
qbe-collect-1：文件夹是一个县的学校采集表。
qbe-collect-1: a folder is one county's school forms.""",
        ),
    ] = None,
    option: Annotated[
        list[str] | None,
        typer.Option(
            "--option",
            metavar="NAME",
            help="""启用一项放宽口径（可多次）；见 qbe-xl standards ID。
Switch a relaxation on (repeatable); see qbe-xl standards ID.""",
        ),
    ] = None,
    lang: LangOption = "zh",
    json: Annotated[
        str | None,
        typer.Option(
            "--json",
            metavar="FILE|FOLDER|-",
            help="""写出 JSON（UTF-8）；- 为标准输出，此时摘要转到标准错误。
Write the JSON (UTF-8); - is stdout, the summary then goes to stderr.
评估一个文件得一个对象，评估文件夹或多个文件得一份清单；
目标是文件夹时，一县一个文件。
One file gives an object, a folder or several files give a list;
into a folder: one file each.""",
        ),
    ] = None,
    out_dir: Annotated[
        str | None,
        typer.Option(
            "--out-dir",
            metavar="FOLDER",
            help="""在此文件夹写出结果工作簿；不给则不写任何文件。
Write the results workbook there; without it no file is written.""",
        ),
    ] = None,
    waivers: WaiversOption = None,
    exit_zero: Annotated[
        bool,
        typer.Option(
            "--exit-zero",
            help="""只要得出了评估结果就以 0 结束，不论结论。
End with 0 whenever an assessment was produced, whatever the verdict.""",
        ),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="不显示摘要 / No summary.")] = False,
    guarded: Annotated[
        bool,
        typer.Option(
            "--guarded/--no-guard",
            help="""默认在受限的子进程中读取文件（512 MB、20 秒）；--no-guard 关闭。
Files are read in a limited child process by default (512 MB, 20 s);
--no-guard reads them in this process.""",
        ),
    ] = True,
) -> int:
    """评估工作簿：结论、理由、缺什么。
    Assess workbooks: the verdict, its reasons, what is missing.

    退出码：0 达标，1 不达标，2 待定，3 数据有错或不能读取，4 命令有误，5 内部错误。
    Exit codes: 0 passes, 1 fails, 2 undetermined, 3 blocked or unusable workbook,
    4 wrong call, 5 internal error. 多个文件取最坏的 / several files: the worst of 5, 4, 3, 1, 2, 0.

    文件夹：评估其中的工作簿（不含隐藏文件、临时锁文件和本程序的结果）。
    A folder stands for its workbooks (not hidden or lock files, not our own results).
    """
    from qbe_xl.cli.assess import Call, run_assess

    call = Call(
        files=tuple(files),
        edition=edition,
        form=form,
        options=tuple(option or ()),
        lang=checked_lang(lang),
        json=json,
        out_dir=out_dir,
        exit_zero=exit_zero,
        quiet=quiet,
        guarded=guarded,
        waivers=waivers,
    )
    return run_assess(call)


@app.command(
    cls=Command,
    epilog="""qbe-xl check 填报表.xlsx
qbe-xl check 今年.xlsx --against 去年.xlsx
qbe-xl check 上报文件夹 --against 去年文件夹 --profile reviewer --csv 问题.csv
qbe-xl check 上报文件夹 --annotate 退回修改
qbe-xl check county.xlsx --lang en --json - > findings.json""",
)
def check(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE|FOLDER",
            help="""工作簿，或装有工作簿的文件夹。
Workbooks, or folders of workbooks.""",
        ),
    ],
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="FILE|FOLDER",
            help="""上年的工作簿，与之比较；给文件夹时取其中同名的文件。
Last year's workbook to compare with;
of a folder, the file of the same name.""",
        ),
    ] = None,
    edition: Annotated[
        str | None,
        typer.Option(
            "--edition",
            metavar="ID|FILE.yaml",
            help="""标准版本；默认用工作簿所固定的版本，否则 cn-qbe-2017。
Edition; by default what the workbook pins, else cn-qbe-2017.""",
        ),
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--form",
            metavar="ID|PROFILE.yaml",
            help="""表式；默认自动识别。见 qbe-xl forms。
The form; recognised by default. See qbe-xl forms.""",
        ),
    ] = None,
    option: Annotated[
        list[str] | None,
        typer.Option(
            "--option",
            metavar="NAME",
            help="""启用一项放宽口径（可多次）；见 qbe-xl standards ID。
Switch a relaxation on (repeatable); see qbe-xl standards ID.""",
        ),
    ] = None,
    profile: Annotated[
        str,
        typer.Option(
            "--profile",
            metavar="county|reviewer",
            help="""county（默认，县级自查）：每类问题最多列 20 处，其余计数。
county (default): 20 places at most of a kind, the rest counted.
reviewer（审核）：逐处列全，不截断，并列出每类的依据。
reviewer: every place, nothing cut, the rule behind each kind.
两者查的内容、退出码和写出的文件都相同；已说明的疑问连同原因照列。
Both check the same and end and write the same;
explained queries are listed with their reason.""",
        ),
    ] = "county",
    waivers: WaiversOption = None,
    lang: LangOption = "zh",
    json: Annotated[
        str | None,
        typer.Option(
            "--json",
            metavar="FILE|-",
            help="""写出 JSON；- 为标准输出，此时文字转到标准错误。
Write JSON; - is stdout, the text then goes to stderr.""",
        ),
    ] = None,
    junit: Annotated[
        str | None, typer.Option("--junit", metavar="FILE", help="写出 JUnit XML / Write JUnit XML.")
    ] = None,
    sarif: Annotated[
        str | None, typer.Option("--sarif", metavar="FILE", help="写出 SARIF 2.1.0 / Write SARIF 2.1.0.")
    ] = None,
    csv: Annotated[
        str | None,
        typer.Option("--csv", metavar="FILE", help="写出 CSV，一个问题一行 / Write CSV, a finding a row."),
    ] = None,
    annotate: Annotated[
        str | None,
        typer.Option(
            "--annotate",
            metavar="FOLDER",
            help="""在此文件夹写出批注副本：问题标在单元格上，并列成清单。
Write annotated copies there: findings on their
cells and in a list (.xlsx and .xlsm only).""",
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="不显示文字 / No text.")] = False,
    guarded: Annotated[
        bool,
        typer.Option(
            "--guarded/--no-guard",
            help="""默认在受限的子进程中读取文件；--no-guard 关闭。
Files are read in a limited child process by default.""",
        ),
    ] = True,
) -> int:
    """只查数据是否可靠，不下结论：哪里有错、哪里要说明。
    Check the data only, no verdict: what is wrong and what must be explained.

    同一原因的问题归为一类，先列错误，再列疑问和提示。
    Findings of one cause stand together: errors first, then queries and notes.
    疑问可在工作簿的“疑问说明”表或审核人的 --waivers 中说明，另行计数、照列原因。
    Queries can be answered in the sheet Explanations or by --waivers: counted apart,
    listed with their reason.
    退出码：0 无错误、无待答疑问，1 有疑问，3 有错误或不能读取，4 命令有误，5 内部错误。
    Exit codes: 0 clean, 1 open queries, 3 errors or an unusable workbook, 4 wrong call,
    5 internal error. 提示不影响退出码，多个文件取最坏的
    / notes do not count; several files: the worst of 5, 4, 3, 1, 0.
    """
    from qbe_xl.cli.check import Call, run_check

    targets = {"json": json, "junit": junit, "sarif": sarif, "csv": csv}
    call = Call(
        files=tuple(files),
        against=against,
        edition=edition,
        form=form,
        options=tuple(option or ()),
        profile=profile,
        lang=checked_lang(lang),
        targets={kind: target for kind, target in targets.items() if target is not None},
        annotate=annotate,
        quiet=quiet,
        guarded=guarded,
        waivers=waivers,
    )
    return run_check(call)


@app.command(
    cls=Command,
    epilog="""qbe-xl standards
qbe-xl standards cn-qbe-2017
qbe-xl standards 本市.yaml --lang en""",
)
def standards(
    edition: Annotated[
        str | None,
        typer.Argument(
            metavar="ID|FILE.yaml",
            help="""版本编号或文件；不给则列出全部。
An edition's id or file; without it all are listed.""",
        ),
    ] = None,
    lang: LangOption = "zh",
) -> int:
    """列出标准版本，或显示一个版本的全部条目、限值和出处。
    List the editions, or show one: every criterion, its limits and its source.
    """
    from qbe_xl.cli.show import show_standards

    return show_standards(edition, checked_lang(lang))


@app.command(
    cls=Command,
    epilog="""qbe-xl explain G3
qbe-xl explain G11.backbone
qbe-xl explain QBE-DAT-012
qbe-xl explain pe_art_shared_teachers
qbe-xl explain pupils_primary --lang en""",
)
def explain(
    term: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="""条目（G3）、消息（QBE-DAT-012）、放宽口径、约定或字段的编号。
A criterion (G3), a message (QBE-DAT-012), an option, a convention or a field.""",
        ),
    ],
    edition: EditionOption = None,
    lang: LangOption = "zh",
) -> int:
    """解释一个编号：问什么、怎么算、限值、出处；消息则说明如何改正。
    Explain an id: what it asks, formula, limits, source; what mends a message.
    """
    from qbe_xl.cli.show import show_explain

    return show_explain(term, edition, checked_lang(lang))


@app.command(
    cls=Command,
    epilog="""qbe-xl forms
qbe-xl forms qbe-county-1
qbe-xl forms 本县表式.yaml""",
)
def forms(
    form: Annotated[
        str | None,
        typer.Argument(
            metavar="ID|PROFILE.yaml",
            help="""表式编号或文件；不给则列出全部。
A form's id or file; without it all are listed.""",
        ),
    ] = None,
    lang: LangOption = "zh",
) -> int:
    """列出能识别的表式，或显示一个表式的工作表和表头。
    List the forms that are recognised, or show one: its sheets and headers.
    """
    from qbe_xl.cli.show import show_forms

    return show_forms(form, checked_lang(lang))


@app.command(
    cls=Command,
    epilog="""qbe-xl functions
qbe-xl functions QBE_COEF
qbe-xl functions STATUS --lang en""",
)
def functions(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME",
            help="""函数名，可省去 QBE_；不给则列出全部。
A function's name, QBE_ may be left out; without it all are listed.""",
        ),
    ] = None,
    lang: LangOption = "zh",
) -> int:
    """列出工作表函数 QBE_*，或说明一个：算什么、参数、示例。
    List the worksheet functions, or explain one.
    """
    from qbe_xl.cli.functions import show_functions

    return show_functions(name, checked_lang(lang))


@app.command(
    "new-template",
    cls=Command,
    epilog="""qbe-xl new-template
qbe-xl new-template 临邑.xlsx --schools 200
qbe-xl new-template county.xlsx --lang en --edition cn-qbe-2017-shenyang""",
)
def new_template(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="""要写出的文件，默认 qbe-county-template.xlsx。
The file to write, qbe-county-template.xlsx by default.""",
        ),
    ] = "qbe-county-template.xlsx",
    edition: EditionOption = None,
    lang: LangOption = "zh",
    schools: Annotated[
        int,
        typer.Option(
            "--schools",
            metavar="N",
            help="""学校行数，1 至 2000，默认 120。
Rows for schools, 1 to 2000, 120 by default.""",
        ),
    ] = 120,
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help="""覆盖已有文件。
Replace an existing file.""",
        ),
    ] = False,
    functions: Annotated[
        bool,
        typer.Option(
            "--functions",
            help="""结果页改用 QBE_ 函数，须装有加载项。
Result sheets with QBE_ functions; they need the add-in.""",
        ),
    ] = False,
) -> int:
    """写出空白的县级填报模板；只用表格软件自带的公式，不需要安装任何程序。
    Write the county template, blank: native formulas only, nothing to install.
    """
    from qbe_xl.cli.template import new_template as write

    return write(file, edition, checked_lang(lang), schools, force, functions)


@app.command(
    cls=Command,
    epilog="""qbe-xl recalc 临邑.xlsx
qbe-xl recalc county.xlsx --out fresh.xlsx --lang en""",
)
def recalc(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="""由本程序县级模板填成的工作簿。
A workbook made from this program's county template.""",
        ),
    ],
    out: Annotated[
        str | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="""写到哪里，默认在原文件旁：名称.重算.xlsx。
Where to write, by default beside the file: name.recalculated.xlsx.""",
        ),
    ] = None,
    lang: LangOption = "zh",
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help="""覆盖已有文件（原文件除外）。
Replace an existing file (never the original).""",
        ),
    ] = False,
) -> int:
    """不用表格软件，按填报数据重算结果表，写出副本；原文件不动。
    Recalculate the result sheets without a spreadsheet program; writes a copy.

    只改公式单元格的结果，其余内容一字不差；公式一律用模板自己的。
    Only the results of formula cells change; the formulas are always the template's own.
    退出码 Exit codes: 0 已写出 written; 3 不能重算 cannot be recalculated; 4 命令有误 wrong call.
    """
    from qbe_xl.cli.recalc import recalc as write

    return write(file, out, checked_lang(lang), force)


@app.command(
    cls=Command,
    epilog="""qbe-xl doctor
qbe-xl doctor --link""",
)
def doctor(
    link: Annotated[
        bool,
        typer.Option(
            "--link",
            help="""让 LibreOffice 使用本环境（在其用户文件夹写一个文件）。
Make LibreOffice use this environment (writes one file into its user folder).""",
        ),
    ] = False,
    profile: Annotated[
        str | None,
        typer.Option(
            "--profile",
            metavar="FOLDER",
            help="""LibreOffice 的用户文件夹；默认为本用户的。
LibreOffice's user folder; by default this user's.""",
        ),
    ] = None,
    lang: LangOption = "zh",
) -> int:
    """检查 LibreOffice 中的 QBE_* 函数所需的条件，并说明怎样补齐。
    Check what the QBE_* functions in LibreOffice need, and say what to do.

    退出码：0 都具备，1 有要处理的 / exit codes: 0 all is well, 1 something is to be done.
    """
    from qbe_xl.cli.doctor import doctor as examine

    return examine(checked_lang(lang), link, profile)


app.add_typer(planning)  # without a name: its commands stand among the others
app.add_typer(cheapest)
app.add_typer(years)
app.add_typer(ledgers)
app.add_typer(evidences)
app.add_typer(reports)


def command() -> Any:
    """The program as one command object of the library."""
    return typer.main.get_command(app)


def run(arguments: Sequence[str]) -> int:
    """Parse and run; returns the exit code. QbeError where the call is wrong.

    The library's own `main` is not used: it would end the process with exit codes 1 and 2, which are verdicts here.
    """
    try:
        with command().make_context("qbe-xl", list(arguments)) as context:
            code = context.command.invoke(context)
    except typer.Exit as done:
        return done.exit_code
    except LibraryError as error:
        raise usage_error(error) from error
    return int(code or 0)
