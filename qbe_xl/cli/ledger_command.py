"""`qbe-xl ledger` as typed: arguments, options and help; the work is imported when called."""

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

ledgers = typer.Typer()


@ledgers.command(
    cls=Command,
    epilog="""qbe-xl ledger 2025.xlsx --out-dir 台账
qbe-xl ledger 2026.xlsx --against 台账/2025.问题台账.xlsx --out-dir 台账
qbe-xl ledger 2026.xlsx --against 2025.xlsx --school-pages --out-dir 台账
qbe-xl ledger county.xlsx --successors merged.yaml --lang en --json -""",
)
def ledger(
    file: FileArgument,
    against: Annotated[
        list[str] | None,
        typer.Option(
            "--against",
            metavar="FILE",
            help="""以前的台账或填报表（可多次，由早到晚）；台账中人工填写的各列会沿用。
An earlier ledger or report (repeatable, oldest first);
what people wrote in a ledger is carried on.""",
        ),
    ] = None,
    successors: Annotated[
        str | None,
        typer.Option(
            "--successors",
            metavar="FILE.yaml",
            help="""学校合并、撤销的去向，或有合并操作的情景文件。
Where merged and closed schools went, or a scenario with mergers.""",
        ),
    ] = None,
    school_pages: Annotated[
        bool,
        typer.Option(
            "--school-pages",
            help="""同时写出“一校一策”：每校一页 A4。
Write a printable A4 page for every school too.""",
        ),
    ] = False,
    edition: EditionOption = None,
    form: FormOption = None,
    option: RelaxOption = None,
    lang: LangOption = "zh",
    json: JsonOption = None,
    out_dir: OutDirOption = None,
    quiet: QuietOption = False,
    guarded: GuardOption = True,
) -> int:
    """问题台账：未达标和缺数据的项目，与往次比较；一校一策。
    The ledger of what is not met, followed over time; a page a school.

    每项一行，标明新增、未销号、已销号、反弹 / a row each: new, open, closed, back again.
    写出 NAME.问题台账.xlsx；已有同名文件时另取名，从不覆盖人工填写的内容。
    Writes NAME.ledger.xlsx, never over an existing file.
    退出码：0 得出结果，3 不能读取，4 命令有误 / exit codes: 0 done, 3 unusable, 4 wrong call.
    """
    from qbe_xl.cli.ledger import LedgerCall, run_ledger

    return run_ledger(
        LedgerCall(
            file, (), edition, form, tuple(option or ()), checked_lang(lang), json, out_dir, quiet, guarded,
            against=tuple(against or ()), successors=successors, pages=school_pages,
        )
    )  # fmt: skip
