"""The shape of a folded formula as a tree, parsed by `formulas.Parser`.

A tree is plain lists, so that it can stand in a JSON file: `["call", "IF", …]`, `["op", "+", left, right]`,
`["minus", x]`, `["percent", x]`, `["text", "达标"]`, `["bool", true]`, `["cell", place]`, `["range", place]`,
`["number", place]`, `["array", [[…], …]]`, `["empty"]`.
"""

from __future__ import annotations

from typing import Any

Tree = list[Any]
# the whole of a template, as `plan` makes it
Plan = dict[str, Any]
FORMAT = 1


class Uncovered(Exception):
    """The blocks do not cover this formula; `ExcelModel` evaluates it."""


def parse(shape: str) -> Tree:
    """The tree of a shape; Uncovered where it holds what blocks do not know."""
    import formulas
    from formulas.builder import AstBuilder
    from formulas.errors import FormulaError
    from formulas.tokens.function import Function
    from formulas.tokens.operand import Empty, Number, Range, String
    from formulas.tokens.operator import Operator

    class Builder(AstBuilder):
        """Takes the parser's tokens in postfix order and builds our tree instead of a graph."""

        def append(self, token: Any) -> None:
            if isinstance(token, Function):
                self._deque.append(_call(token.name.upper(), self._taken(token.get_n_args)))
            elif isinstance(token, Operator):
                self._deque.append(_operation(token.name, self._taken(token.get_n_args)))
            elif isinstance(token, Empty):
                self._deque.append(["empty"])
            elif isinstance(token, String):
                self._deque.append(["text", token.name.replace('""', '"')])
            elif isinstance(token, Range):
                self._deque.append(_place(token.name))
            elif isinstance(token, Number):
                self._deque.append(["bool", token.name.upper() == "TRUE"])
            else:
                raise Uncovered(f"{token!r}")

        def _taken(self, count: int) -> list[Tree]:
            if len(self._deque) < count:
                raise Uncovered(shape)
            return [self._deque.pop() for _ in range(count)][::-1]

        def finish(self) -> None:
            """Nothing is left to do."""

    parser = formulas.Parser()
    parser.ast_builder = Builder
    try:
        _, builder = parser.ast(f"={shape}")
    except FormulaError as error:
        raise Uncovered(shape) from error
    tree: Tree = builder[-1]
    return tree


def _place(name: str) -> Tree:
    kinds = {"_C": "cell", "_R": "range", "_N": "number"}
    kind = kinds.get(name[:2].upper())
    if kind is None or not name[2:].isdecimal():
        raise Uncovered(f"the name {name}")
    return [kind, int(name[2:])]


def _call(name: str, arguments: list[Tree]) -> Tree:
    if name == "ARRAY":
        if arguments and arguments[0][0] == "array":
            return ["array", [row for argument in arguments for row in argument[1]]]
        if any(argument[0] not in {"text", "number", "bool"} for argument in arguments):
            raise Uncovered("an array of anything but constants")
        return ["array", [arguments]]
    if arguments == [["empty"]]:
        arguments = []
    return ["call", name, *arguments]


def _operation(name: str, arguments: list[Tree]) -> Tree:
    if name in {"u-", "%"}:
        return ["minus" if name == "u-" else "percent", *arguments]
    if name == "u+":
        return arguments[0]
    if name not in {"+", "-", "*", "/", "^", "&", "=", "<>", "<", ">", "<=", ">="}:
        raise Uncovered(f"the operator {name}")
    return ["op", name, *arguments]
