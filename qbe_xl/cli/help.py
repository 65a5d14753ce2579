"""How `--help` looks: Chinese first, English beside it, the same on every terminal.

Lines are written short by hand and never wrapped, so the generated reference equals what the terminal shows.
"""

from __future__ import annotations

import unicodedata
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import Text
from qbe_xl.core.yamlio import nearest

WIDTH = 100  # of the longest line, in columns; a test holds it
_HELP = ("-h, --help", "显示本说明 / Show this help.")


class Command(TyperCommand):
    """A command whose help is ours."""

    def get_help(self, ctx: Any) -> str:
        """The help text."""
        return command_help(self, ctx.command_path)


class Group(TyperGroup):
    """The whole program: its help lists the commands; an unknown one is told with the nearest."""

    def get_help(self, ctx: Any) -> str:
        """The help text."""
        return group_help(self, ctx.command_path)

    def list_commands(self, ctx: Any) -> list[str]:
        """In the order in which they were written."""
        return list(self.commands)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """As the library does; QbeError QBE-CAL-006 where there is no such command."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            raise QbeError("QBE-CAL-006", command=args[0], nearest=nearest(args[0], list(self.commands)))
        return super().resolve_command(ctx, args)


def columns_of(text: str) -> int:
    """How many columns a text takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def command_help(command: Any, path: str) -> str:
    """The help of one command: usage, what it does, arguments, options, examples."""
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option"]
    pieces = [_usage_piece(argument) for argument in arguments]
    usage = " ".join([path, "[选项 OPTIONS]", *pieces])
    parts = [f"用法 Usage: {usage}", _indented(command.help or "")]
    if arguments:
        parts.append("参数 Arguments\n" + _table([(a.metavar or a.name.upper(), a.help or "") for a in arguments]))
    parts.append("选项 Options\n" + _table([*((_left(o), o.help or "") for o in options), _HELP]))
    if command.epilog:
        parts.append("示例 Examples\n" + _indented(command.epilog))
    return "\n\n".join(parts)


def group_help(group: Any, path: str) -> str:
    """The help of the program: what it is, its commands, where to go on."""
    commands = [
        (name, "\n".join((command.help or "").strip().splitlines()[:2])) for name, command in group.commands.items()
    ]
    options = [(_left(o), o.help or "") for o in group.params if o.param_type_name == "option"]
    parts = [
        f"用法 Usage: {path} [选项 OPTIONS] 命令 COMMAND …",
        _indented(group.help or ""),
        "命令 Commands\n" + _table(commands),
        "选项 Options\n" + _table([*options, _HELP]),
    ]
    if group.epilog:
        parts.append("示例 Examples\n" + _indented(group.epilog))
    return "\n\n".join(parts)


def _usage_piece(argument: Any) -> str:
    name = argument.metavar or argument.name.upper()
    many = "…" if argument.nargs == -1 else ""
    return f"{name}{many}" if argument.required else f"[{name}{many}]"


def _left(option: Any) -> str:
    names = ", ".join(option.opts)
    return names if option.is_flag else f"{names} {option.metavar or option.name.upper()}"


def _indented(text: str) -> str:
    return "\n".join(f"  {line}".rstrip() for line in text.strip().splitlines())


def _table(rows: list[tuple[str, str]]) -> str:
    wide = max(columns_of(left) for left, _ in rows) + 2
    lines = []
    for left, text in rows:
        first, *rest = [line.strip() for line in text.strip().splitlines()] or [""]
        lines.append(f"  {left}{' ' * (wide - columns_of(left))}{first}".rstrip())
        lines += [f"  {' ' * wide}{line}" for line in rest]
    return "\n".join(lines)


def usage_error(error: Any) -> QbeError:
    """What the command line library found wrong with a call, as an error of ours."""
    ctx = getattr(error, "ctx", None)
    path = ctx.command_path if ctx is not None else "qbe-xl"
    kind = type(error).__name__
    if kind == "NoSuchOption":
        known = [name for p in ctx.command.params for name in p.opts if name.startswith("-")] if ctx is not None else []
        return QbeError(
            "QBE-CAL-007",
            option=error.option_name,
            nearest=nearest(error.option_name, [*known, "--help"]),
            command=path,
        )
    if kind == "MissingParameter" and error.param is not None:
        what = error.param.metavar or error.param.name.upper()
        return QbeError("QBE-CAL-008", what=what, command=path)
    english = error.format_message().rstrip(".")
    return QbeError("QBE-CAL-009", problem=Text(_in_chinese(kind, error, english), english), command=path)


def _in_chinese(kind: str, error: Any, english: str) -> str:
    param = getattr(error, "param", None)
    if kind == "BadParameter" and param is not None:
        return f"{param.opts[0] if param.opts else param.name} 的值不对（{error.message}）"
    if kind == "BadOptionUsage":
        return f"{error.option_name} 用法不对（{english}）"
    return f"参数不对（{english}）"


LibraryError: Any = typer.BadParameter.__mro__[2]  # ClickException, wherever this version of typer keeps it
