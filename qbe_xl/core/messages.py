"""The message catalogue: every code, its sentence and its remedy, in both languages.

The sentences stand in `messages.yaml`; a code appears once and is never reused.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Literal, NamedTuple

import yaml

from qbe_xl.core.languages import Lang, Text

Severity = Literal["error", "query", "note", "call"]


class Message(NamedTuple):
    """One entry of the catalogue. `call` is the severity of what a wrong call raises."""

    code: str
    severity: Severity
    text: Text
    fix: Text


@cache
def catalogue() -> dict[str, Message]:
    """Every message by its code."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    raw: dict[str, dict[str, Any]] = yaml.load(
        resources.files("qbe_xl.core").joinpath("messages.yaml").read_text(encoding="utf-8"), Loader=loader
    )
    return {
        code: Message(code, entry["severity"], Text(**entry["text"]), Text(**entry["fix"]))
        for code, entry in raw.items()
    }


def render(code: str, lang: Lang, args: Mapping[str, object]) -> tuple[str, str]:
    """The sentence and the remedy of `code` in `lang`; arguments that are `Text` are taken in that language."""
    message = catalogue()[code]
    values = {key: value[lang] if isinstance(value, Text) else value for key, value in args.items()}
    return message.text[lang].format(**values), message.fix[lang].format(**values)


def joined(text: str, fix: str, lang: Lang) -> str:
    """Sentence and remedy in a row: Chinese full stops need no space after them."""
    return f"{text}{fix}" if lang == "zh" else f"{text} {fix}".strip()
