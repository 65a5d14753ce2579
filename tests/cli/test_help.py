"""The help: short lines, both languages, examples that are valid calls."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from typing import Any

import pytest
import typer

from qbe_xl.cli.app import command
from qbe_xl.cli.help import WIDTH, columns_of, command_help, group_help
from tests.cli.conftest import Outcome

GROUP = command()
COMMANDS: dict[str, Any] = dict(GROUP.commands)
_CHINESE = re.compile("[一-鿿]")
_ENGLISH = re.compile("[A-Za-z]{2,}")


def texts() -> list[tuple[str, str]]:
    found = [("qbe-xl", GROUP.help)]
    for name, each in COMMANDS.items():
        found.append((name, each.help))
        found += [(f"{name} {param.name}", param.help) for param in each.params]
    return found


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_fits_every_terminal(name: str) -> None:
    text = command_help(COMMANDS[name], f"qbe-xl {name}") if name else group_help(GROUP, "qbe-xl")
    too_wide = [line for line in text.splitlines() if columns_of(line) > WIDTH]
    assert too_wide == []


@pytest.mark.parametrize(("where", "text"), texts())
def test_help_is_in_both_languages(where: str, text: str) -> None:
    assert text, where
    assert _CHINESE.search(text)
    assert _ENGLISH.search(text)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_what_the_option_shows(cli: Callable[..., Outcome], name: str) -> None:
    shown = cli(name, "--help")
    assert shown == Outcome(0, command_help(COMMANDS[name], f"qbe-xl {name}") + "\n", "")
    assert cli(name, "-h") == shown
    for param in COMMANDS[name].params:
        assert (param.opts[0] if param.opts[0].startswith("-") else param.metavar) in shown.out


def test_help_lists_every_command(cli: Callable[..., Outcome]) -> None:
    shown = cli("--help").out
    assert set(COMMANDS) == {
        "assess",
        "check",
        "standards",
        "explain",
        "forms",
        "functions",
        "new-template",
        "recalc",
        "gaps",
        "whatif",
        "new-scenario",
        "plan",
        "trend",
        "ledger",
        "evidence",
        "report",
        "new-report-template",
        "doctor",
    }
    for name in COMMANDS:
        assert f"\n  {name} " in shown


def examples() -> list[str]:
    lines = [line for each in (GROUP, *COMMANDS.values()) for line in each.epilog.splitlines()]
    assert len(lines) > len(COMMANDS)
    return lines


@pytest.mark.parametrize("line", examples())
def test_examples_are_valid_calls(line: str) -> None:
    program, name, *arguments = shlex.split(line.partition(" > ")[0])
    assert program == "qbe-xl"
    try:
        context = COMMANDS[name].make_context(name, list(arguments))
    except typer.BadParameter as error:
        pytest.fail(f"{line}: {error}")
    assert context.args == []
    if name == "explain":
        from qbe_xl.standards import load_edition
        from qbe_xl.standards.explain import explain

        assert explain(arguments[0], load_edition("cn-qbe-2017"), "zh")
    if "--option" in arguments:
        from qbe_xl.standards import load_edition

        load_edition("cn-qbe-2017", (arguments[arguments.index("--option") + 1],))


def test_columns_count_chinese_twice() -> None:
    assert columns_of("abc") == 3
    assert columns_of("达标 ok。") == 9
