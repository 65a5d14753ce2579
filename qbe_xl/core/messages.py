"""The message catalogue: every code, its sentence and its remedy, in both languages.

The sentences stand in `messages.yaml`; a code appears once and is never reused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any, Literal, NamedTuple

import yaml

from qbe_xl.core.languages import Lang, Text

Severity = Literal["error", "query", "note", "call"]


class Message(NamedTuple):
    """One entry of the catalogue. `call` is the severity of what a wrong call raises.

    `why` is the rule or definition behind it, where the message rests on one.
    """

    code: str
    severity: Severity
    text: Text
    fix: Text
    why: Text | None = None


class Catalogue(Mapping[str, Message]):
    """Every message by its code, each understood when it is first asked for: start-up needs none of them."""

    def __init__(self, text: str) -> None:
        self._entries: dict[str, str] = {}
        self._read: dict[str, Message] = {}
        code = ""
        for line in text.splitlines(keepends=True):
            if line.startswith("QBE-"):  # an entry begins at the margin and runs to the next that does
                code = line.partition(":")[0]
                if code in self._entries:
                    raise ValueError(f"messages.yaml: {code} stands twice")
                self._entries[code] = line
            elif code and line.startswith(" "):
                self._entries[code] += line
            else:
                code = ""

    def __getitem__(self, code: str) -> Message:
        found = self._read.get(code)
        if found is None:
            loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
            entry: dict[str, Any] = yaml.load(self._entries[code], Loader=loader)[code]
            why = Text(**entry["why"]) if "why" in entry else None
            found = Message(code, entry["severity"], Text(**entry["text"]), Text(**entry["fix"]), why)
            self._read[code] = found
        return found

    def __contains__(self, code: object) -> bool:
        return code in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


@cache
def catalogue() -> Catalogue:
    """Every message by its code."""
    return Catalogue(resources.files("qbe_xl.core").joinpath("messages.yaml").read_text(encoding="utf-8"))


def render(code: str, lang: Lang, args: Mapping[str, object]) -> tuple[str, str]:
    """The sentence and the remedy of `code` in `lang`; arguments that are `Text` are taken in that language."""
    message = catalogue()[code]
    values = {key: value[lang] if isinstance(value, Text) else value for key, value in args.items()}
    return message.text[lang].format(**values), message.fix[lang].format(**values)


def joined(text: str, fix: str, lang: Lang) -> str:
    """Sentence and remedy in a row: Chinese full stops need no space after them."""
    return f"{text}{fix}" if lang == "zh" else f"{text} {fix}".strip()
