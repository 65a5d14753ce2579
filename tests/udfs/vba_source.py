"""VBA as a reader sees it: logical lines without comments, strings apart from code, procedures with their signatures."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DECLARED = re.compile(
    r"^(?P<scope>Public |Private |Friend )?(?P<kind>Sub|Function|Property Get|Property Let) (?P<name>\w+)\((?P<args>.*)\)(?: As \w+)?$"
)


@dataclass(frozen=True)
class Procedure:
    """A Sub or Function; `body` are its logical lines, strings included."""

    name: str
    kind: str
    public: bool
    args: str
    body: tuple[str, ...]


def lines(text: str) -> list[str]:
    """Logical lines without comments and indentation."""
    joined = text.replace("\r\n", "\n").replace(" _\n", " ")
    found = []
    for line in joined.split("\n"):
        kept, quoted = "", False
        for char in line:
            if char == '"':
                quoted = not quoted
            if char == "'" and not quoted:
                break
            kept += char
        if kept.strip() and not kept.startswith("Attribute "):
            found.append(re.sub(r"\s+", " ", kept.strip()) if '"' not in kept else kept.strip())
    return found


def code(text: str) -> str:
    """The logical lines with every string emptied."""
    return "\n".join(re.sub(r'"(?:[^"]|"")*"', '""', line) for line in lines(text))


def procedures(text: str) -> dict[str, Procedure]:
    """Every procedure by its name. ValueError where one is not closed."""
    found: dict[str, Procedure] = {}
    current: tuple[re.Match[str], list[str]] | None = None
    for line in lines(text):
        opened = _DECLARED.match(line)
        if opened:
            if current:
                raise ValueError(f"{current[0]['name']} is not closed before {opened['name']}")
            current = (opened, [])
        elif current and line == f"End {current[0]['kind'].split()[0]}":
            head, body = current
            if head["name"].lower() in {name.lower() for name in found}:
                raise ValueError(f"{head['name']} is there twice")
            found[head["name"]] = Procedure(
                head["name"], head["kind"], (head["scope"] or "").strip() != "Private", head["args"], tuple(body)
            )
            current = None
        elif current:
            current[1].append(line)
    if current:
        raise ValueError(f"{current[0]['name']} is not closed")
    return found


def literals(line: str) -> list[str]:
    """The strings of a line, unquoted."""
    return [text.replace('""', '"') for text in re.findall(r'"((?:[^"]|"")*)"', line)]
