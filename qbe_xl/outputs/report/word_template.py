"""The language of a report's Word template: placeholders, `if` and `for` over the report's own parts, and nothing else.

A template comes from a bureau and may come from anyone: its language is read as data first. Names that do not exist,
placeholders in the wrong place and everything that computes (calls, filters, arithmetic) are refused with their name, before
anything is filled in; what then runs, runs in jinja2's sandbox.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NoReturn

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.environment import Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import Text

# What a placeholder stands for: `text` within a line; the others on a line of their own, as {{p …}}.
KINDS: dict[str, dict[str, str]] = {
    "text": {},
    "block": {},
    "paragraph": {"text": "text"},
    "section": {"title": "text", "heading": "text", "text": "block", "paragraphs": "list of paragraph"},
    "table": {"title": "text"},
    "chart": {"title": "text"},
    "list of paragraph": {},
    "list of section": {},
}
_LIST = "list of "
MAX_LOOPS = 3  # within each other
_LOOP = {"index": "text", "first": "flag", "last": "flag"}
_TOKEN = re.compile(r"<(/?)w:(p|t|txbxContent)(?=[\s/>])([^>]*)>")
_TAGS = re.compile(r"<[^>]*>")
_SHOWN = 60  # characters of a line that are shown


class Placeholders:
    """The names that a template may use: each with its kind; `tables` and `charts` hold theirs."""

    def __init__(self, names: Mapping[str, str], tables: Iterable[str], charts: Iterable[str]) -> None:
        self.names = dict(names)
        self.groups = {"tables": dict.fromkeys(tables, "table"), "charts": dict.fromkeys(charts, "chart")}

    def all(self) -> list[str]:
        """Every name as it is written."""
        return [*self.names, *(f"{group}.{key}" for group, keys in self.groups.items() for key in keys)]

    def members(self, kind: str) -> Mapping[str, str]:
        """What may stand after the dot."""
        if kind in self.groups:
            return self.groups[kind]
        return _LOOP if kind == "loop" else KINDS.get(kind, {})


class TemplateEnvironment(ImmutableSandboxedEnvironment):
    """jinja2's sandbox for templates that were read and found to use the placeholders alone."""

    def __init__(self, file: str, placeholders: Placeholders) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self.globals.clear()
        self.filters.clear()
        self.file = file
        self.placeholders = placeholders

    def from_string(self, source: Any, *args: Any, **options: Any) -> Template:
        """A template; QbeError QBE-DOC-003 to 005 where it uses what it must not."""
        try:
            tree = self.parse(source)
        except TemplateSyntaxError as error:
            line = _line(source, error.lineno)
            problem = Text(f"语法有误（{error.message}）", f"the syntax is wrong ({error.message})")
            raise QbeError("QBE-DOC-004", file=self.file, name=line, problem=problem) from error
        _Reader(self, source).read(tree)
        return super().from_string(source, *args, **options)


def _line(source: str, number: int) -> str:
    """The text of one line of a part (a paragraph is a line)."""
    lines = source.splitlines()
    text = _TAGS.sub("", lines[number - 1]).strip() if 0 < number <= len(lines) else ""
    found = re.search(r"\{[{%].*", text)  # what stands before is not to blame
    text = found[0] if found else text
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


class _Reader:
    """One part of a template as a tree, walked in the order of its text."""

    def __init__(self, environment: TemplateEnvironment, source: str) -> None:
        self.file = environment.file
        self.known = environment.placeholders
        self.source = source
        self.open: list[str] = []  # paragraphs, texts and text boxes that are open
        self.in_tag = False
        self.loops = 0

    def read(self, tree: nodes.Template) -> None:
        self.body(tree.body, {**self.known.names, "tables": "tables", "charts": "charts"})

    def body(self, parts: Sequence[nodes.Node], names: Mapping[str, str]) -> None:
        for part in parts:
            if isinstance(part, nodes.Output):
                for piece in part.nodes:
                    if isinstance(piece, nodes.TemplateData):
                        self.pass_by(piece.data)
                    else:
                        self.place(piece, names)
            elif isinstance(part, nodes.If):
                self.branches(part, names)
            elif isinstance(part, nodes.For):
                self.loop(part, names)
            else:
                self.refuse(part)

    def branches(self, part: nodes.If, names: Mapping[str, str]) -> None:
        before, tag = list(self.open), self.in_tag
        self.condition(part.test, names)
        self.body(part.body, names)
        after = list(self.open)
        for other in part.elif_:
            self.open, self.in_tag = list(before), tag
            self.branches(other, names)
        if part.else_:
            self.open, self.in_tag = list(before), tag
            self.body(part.else_, names)
        self.open = after

    def loop(self, part: nodes.For, names: Mapping[str, str]) -> None:
        kind = self.kind(part.iter, names)
        if not kind.startswith(_LIST) or not isinstance(part.target, nodes.Name) or part.test or part.recursive:
            self.refuse(part)
        self.loops += 1
        if self.loops > MAX_LOOPS:
            self.refuse(part)
        self.body(part.body, {**names, part.target.name: kind.removeprefix(_LIST), "loop": "loop"})
        self.body(part.else_, names)
        self.loops -= 1

    def condition(self, test: nodes.Node, names: Mapping[str, str]) -> None:
        """What may stand after `if`: names, texts to compare them with, and, or, not."""
        if isinstance(test, nodes.And | nodes.Or):
            self.condition(test.left, names)
            self.condition(test.right, names)
        elif isinstance(test, nodes.Not):
            self.condition(test.node, names)
        elif isinstance(test, nodes.Compare):
            if any(each.op not in ("eq", "ne") for each in test.ops):
                self.refuse(test)
            for side in (test.expr, *(each.expr for each in test.ops)):
                self.condition(side, names)
        elif not isinstance(test, nodes.Const):
            self.kind(test, names)

    def kind(self, expression: nodes.Node, names: Mapping[str, str]) -> str:
        """What an expression stands for; refuses unknown names and all that is more than a name."""
        if isinstance(expression, nodes.Name):
            found = names.get(expression.name)
        elif isinstance(expression, nodes.Getattr):
            found = self.known.members(self.kind(expression.node, names)).get(expression.attr)
        else:
            self.refuse(expression)
        if found is None:
            name = _written(expression)
            near = difflib.get_close_matches(name, dict.fromkeys([*self.known.all(), *names]), n=3, cutoff=0.5)
            nearest: str | Text = "、".join(near) if near else Text("（无）", "(none)")
            raise QbeError("QBE-DOC-003", file=self.file, name=name, nearest=nearest)
        return found

    def place(self, expression: nodes.Node, names: Mapping[str, str]) -> None:
        """A placeholder where it stands."""
        kind, name = self.kind(expression, names), _written(expression)
        innermost = self.open[-1] if self.open else ""
        if kind == "text":
            if innermost != "t" and not self.in_tag:
                self.misplaced(name, Text("它是行内文字，应写成 {{ " + name + " }}", "it is text: write {{ " + name + " }}"))
        elif kind.startswith(_LIST) or kind in ("tables", "charts", "loop", "flag"):
            what = Text("它本身不能显示，要写明其中哪一项", "it cannot be shown by itself; name one of its members")
            self.misplaced(name, what)
        elif innermost in ("t", "p") or self.in_tag:
            zh = "它占整段，应独占一行，写成 {{p " + name + " }}"
            en = "it takes whole paragraphs: write {{p " + name + " }} on a line of its own"
            self.misplaced(name, Text(zh, en))

    def pass_by(self, data: str) -> None:
        """Follow which paragraph and text the template's own XML opens and closes."""
        for closing, name, rest in _TOKEN.findall(data):
            if closing:
                if name in self.open:
                    while self.open.pop() != name:
                        pass
            elif not rest.endswith("/"):
                self.open.append(name)
        if "<" in data or ">" in data:
            self.in_tag = data.rfind("<") > data.rfind(">")

    def misplaced(self, name: str, problem: Text) -> NoReturn:
        raise QbeError("QBE-DOC-005", file=self.file, name=name, problem=problem)

    def refuse(self, node: nodes.Node) -> NoReturn:
        problem = Text("模板中只能用占位符、if 和 for", "a template has placeholders, if and for only")
        raise QbeError("QBE-DOC-004", file=self.file, name=_line(self.source, node.lineno), problem=problem)


def _written(expression: nodes.Node) -> str:
    """An expression as it is written, as far as it is a name."""
    if isinstance(expression, nodes.Getattr):
        return f"{_written(expression.node)}.{expression.attr}"
    return expression.name if isinstance(expression, nodes.Name) else "…"
