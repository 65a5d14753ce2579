"""`qbe-xl report` as typed: arguments, options and help; the work is imported when called."""

from __future__ import annotations

from typing import Annotated

import typer

from qbe_xl.cli.help import Command
from qbe_xl.cli.options import (
    EditionOption,
    FileArgument,
    FormOption,
    GuardOption,
    LangOption,
    QuietOption,
    RelaxOption,
)
from qbe_xl.cli.problems import checked_lang

reports = typer.Typer()


@reports.command(
    cls=Command,
    epilog="""qbe-xl report 临邑.xlsx
qbe-xl report 临邑.xlsx --out-dir 报告 --plan --costs 成本.yaml
qbe-xl report 2026.xlsx --years 2024.xlsx --years 2025.xlsx --last-ledger 台账/2025.问题台账.xlsx
qbe-xl report 临邑.xlsx --evidence 佐证材料 --template 本局模板.docx
qbe-xl report county.xlsx --lang en --no-word""",
)
def report(
    file: FileArgument,
    out_dir: Annotated[
        str | None,
        typer.Option(
            "--out-dir",
            metavar="FOLDER",
            help="""写到哪个文件夹；默认在 FILE 所在的文件夹。
The folder to write into; by default that of FILE.""",
        ),
    ] = None,
    html: Annotated[
        bool,
        typer.Option(
            "--html/--no-html",
            help="""写出网页 名称.自评报告.html（默认写）；一个文件，不联网。
Write name.report.html (default): one file, no network.""",
        ),
    ] = True,
    word: Annotated[
        bool,
        typer.Option(
            "--word/--no-word",
            help="""写出 名称.自评报告.docx（默认写）；不覆盖已有的文件。
Write name.report.docx (default); never over another file.""",
        ),
    ] = True,
    template: Annotated[
        str | None,
        typer.Option(
            "--template",
            metavar="FILE.docx",
            help="""本单位的 Word 模板；见 new-report-template。
Your own Word template; see new-report-template.""",
        ),
    ] = None,
    plan: Annotated[
        bool,
        typer.Option(
            "--plan",
            help="""测算并写入整改方案；需要 pip install 'qbe-xl[plan]'。
Work out the cheapest plan and include it.""",
        ),
    ] = False,
    costs: Annotated[
        str | None,
        typer.Option(
            "--costs",
            metavar="COSTS.yaml",
            help="""整改方案的本地单价；给出即等于 --plan。
Your prices for the plan; implies --plan.""",
        ),
    ] = None,
    last_ledger: Annotated[
        str | None,
        typer.Option(
            "--last-ledger",
            metavar="FILE",
            help="""上次的问题台账或填报表，与之比较。
The last ledger or report to compare with.""",
        ),
    ] = None,
    years: Annotated[
        list[str] | None,
        typer.Option(
            "--years",
            metavar="FILE|FOLDER",
            help="""其他年度的工作簿（可多次），写入年度变化。
Workbooks of other years (repeatable), for the changes.""",
        ),
    ] = None,
    evidence: Annotated[
        str | None,
        typer.Option(
            "--evidence",
            metavar="FOLDER",
            help="""存放佐证材料的文件夹，写入佐证材料一节。
Where the evidence lies; adds the section on it.""",
        ),
    ] = None,
    evidence_list: Annotated[
        str | None,
        typer.Option(
            "--evidence-list",
            metavar="FILE.xlsx",
            help="""上次的档案清单，沿用人工填写的各列。
The last list of evidence; what people wrote is kept.""",
        ),
    ] = None,
    materials: Annotated[
        str | None,
        typer.Option(
            "--materials",
            metavar="FILE.yaml",
            help="""省市对佐证材料的增减；与 qbe-xl evidence 相同。
Changes to the papers asked for, as in qbe-xl evidence.""",
        ),
    ] = None,
    edition: EditionOption = None,
    form: FormOption = None,
    option: RelaxOption = None,
    lang: LangOption = "zh",
    quiet: QuietOption = False,
    guarded: GuardOption = True,
) -> int:
    """自评报告：网页和 Word，基本情况、各项指标、问题、差距、方案、台账、年度变化。
    The self-evaluation report, as HTML and Word: all results in one document.

    报告中的每个数都取自评估结果的 JSON；数据有错时照写，并在开头说明不能下结论。
    Every number is that of the JSON results; where data are in error the report says
    so on top. 需要 it takes: pip install 'qbe-xl[report]'.
    退出码：0 已写出，3 不能读取，4 命令有误 / exit codes: 0 written, 3 unusable, 4 wrong call.
    """
    from qbe_xl.cli.report import ReportCall, run_report

    return run_report(
        ReportCall(
            file, (), edition, form, tuple(option or ()), checked_lang(lang), None, out_dir, quiet, guarded,
            html=html, word=word, template=template, plan=plan or costs is not None, costs=costs,
            last_ledger=last_ledger, years=tuple(years or ()), evidence=evidence, evidence_list=evidence_list,
            materials=materials,
        )
    )  # fmt: skip


@reports.command(
    "new-report-template",
    cls=Command,
    epilog="""qbe-xl new-report-template
qbe-xl new-report-template --out 本局模板.docx
qbe-xl report 临邑.xlsx --template 本局模板.docx""",
)
def new_report_template(
    out: Annotated[
        str | None,
        typer.Option(
            "--out",
            metavar="FILE.docx",
            help="""写到哪里；默认为当前文件夹中的 自评报告模板.docx。
Where to write; by default report-template.docx here.""",
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
    """写出 Word 报告的模板，改成本单位的版式后交给 report --template。
    Write the Word report's template, to edit and give to report --template.
    """
    from qbe_xl.cli.report import new_report_template as write

    return write(out, checked_lang(lang), force)
