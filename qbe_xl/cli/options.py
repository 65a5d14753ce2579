"""Options that several commands share, with their help."""

from __future__ import annotations

from typing import Annotated

import typer

LangOption = Annotated[
    str,
    typer.Option(
        "--lang",
        metavar="zh|en",
        envvar="QBE_LANG",
        help="""输出语言，默认 zh（或环境变量 QBE_LANG）。
Language, zh by default (or QBE_LANG).""",
    ),
]
EditionOption = Annotated[
    str | None,
    typer.Option(
        "--edition",
        metavar="ID|FILE.yaml",
        help="""标准版本的编号或文件；见 qbe-xl standards。
Edition of the rules, an id or a file; see qbe-xl standards.""",
    ),
]
FormOption = Annotated[
    str | None,
    typer.Option(
        "--form",
        metavar="ID|PROFILE.yaml",
        help="""表式；默认自动识别。见 qbe-xl forms。
The form; recognised by default. See qbe-xl forms.""",
    ),
]
RelaxOption = Annotated[
    list[str] | None,
    typer.Option(
        "--option",
        metavar="NAME",
        help="""启用一项放宽口径（可多次）；见 qbe-xl standards ID。
Switch a relaxation on (repeatable); see qbe-xl standards ID.""",
    ),
]
JsonOption = Annotated[
    str | None,
    typer.Option(
        "--json",
        metavar="FILE|-",
        help="""写出 JSON；- 为标准输出，此时文字转到标准错误。
Write JSON; - is stdout, the text then goes to stderr.""",
    ),
]
OutDirOption = Annotated[
    str | None,
    typer.Option(
        "--out-dir",
        metavar="FOLDER",
        help="""在此文件夹写出工作簿；不给则不写任何文件。
Write a workbook there; without it no file is written.""",
    ),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="不显示文字 / No text.")]
GuardOption = Annotated[
    bool,
    typer.Option(
        "--guarded/--no-guard",
        help="""默认在受限的子进程中读取文件；--no-guard 关闭。
Files are read in a limited child process by default.""",
    ),
]
FileArgument = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        help="""填报工作簿。
The county's workbook.""",
    ),
]
WaiversOption = Annotated[
    str | None,
    typer.Option(
        "--waivers",
        metavar="FILE.yaml",
        help="""审核人豁免疑问的清单，写入每个结果；错误不能豁免。
A reviewer's waivers of queries, told in every result;
errors cannot be waived.""",
    ),
]
