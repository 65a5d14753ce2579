"""`qbe-xl evidence` as typed: arguments, options and help; the work is imported when called."""

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

evidences = typer.Typer()


@evidences.command(
    cls=Command,
    epilog="""qbe-xl evidence 2026.xlsx --folder 佐证材料 --out-dir 档案
qbe-xl evidence 2026.xlsx --folder 佐证材料 --list 档案/2026.档案清单.xlsx --out-dir 档案
qbe-xl evidence county.xlsx --folder evidence --materials province.yaml --lang en --json -""",
)
def evidence(
    file: FileArgument,
    folder: Annotated[
        str | None,
        typer.Option(
            "--folder",
            metavar="FOLDER",
            help="""存放佐证材料的文件夹；只按名称查找，不打开文件。
Where the evidence lies; told by names, files are not opened.""",
        ),
    ] = None,
    last: Annotated[
        str | None,
        typer.Option(
            "--list",
            metavar="FILE.xlsx",
            help="""上一次的档案清单；人工填写的各列会沿用，且优先。
The last list; what people wrote is carried on and counts first.""",
        ),
    ] = None,
    materials: Annotated[
        str | None,
        typer.Option(
            "--materials",
            metavar="FILE.yaml",
            help="""本省、本市增加、替换或去掉的材料。
Materials that a province or city adds, replaces or drops.""",
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
    """档案清单：每个条目要哪些佐证材料，哪些有，哪些还缺；缺佐证的在前。
    The list of evidence: the papers behind each criterion, and what is missing.

    缺佐证是事实，不改变评估结果 / a missing paper is a fact and changes no result.
    写出 NAME.档案清单.xlsx；已有同名文件时另取名，从不覆盖人工填写的内容。
    Writes NAME.evidence.xlsx, never over an existing file.
    退出码：0 得出结果，3 不能读取，4 命令有误 / exit codes: 0 done, 3 unusable, 4 wrong call.
    """
    from qbe_xl.cli.evidence import EvidenceCall, run_evidence

    return run_evidence(
        EvidenceCall(
            file, (), edition, form, tuple(option or ()), checked_lang(lang), json, out_dir, quiet, guarded,
            folder=folder, last=last, materials=materials,
        )
    )  # fmt: skip
