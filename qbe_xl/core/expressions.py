"""Plain arithmetic over field names: the one line from which value, live cell formula and explanation come.

Allowed: names, whole and decimal numbers, + - * / and brackets. A top-level quotient keeps both its sides.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from qbe_xl.core.numbers import Exact, exact

_SYMBOLS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_RANKS = {"+": 1, "-": 1, "*": 2, "/": 2}


class ExpressionError(ValueError):
    """The text is not plain arithmetic over names."""


@dataclass(frozen=True)
class Expression:
    """A parsed formula, e.g. `graduates / (entrants + transfers_in - transfers_out - deaths)`."""

    text: str

    @cached_property
    def _node(self) -> ast.expr:
        try:
            node = ast.parse(self.text, mode="eval").body
        except SyntaxError as error:
            raise ExpressionError(f"not a formula: {self.text}") from error
        _check(node)
        return node

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names in it, in order of first appearance."""
        found = [node for node in ast.walk(self._node) if isinstance(node, ast.Name)]
        found.sort(key=lambda node: (node.lineno, node.col_offset))
        return tuple(dict.fromkeys(node.id for node in found))

    @cached_property
    def is_name(self) -> bool:
        """Whether it is one name and nothing else."""
        return isinstance(self._node, ast.Name) and self._node.id == self.text

    @property
    def is_quotient(self) -> bool:
        """Whether it is one quotient, so that numerator and denominator can be shown."""
        return isinstance(self._node, ast.BinOp) and isinstance(self._node.op, ast.Div)

    def sides(self) -> tuple[Expression, Expression]:
        """Numerator and denominator (denominator 1 where it is no quotient)."""
        return self._sides

    @cached_property
    def _sides(self) -> tuple[Expression, Expression]:
        if isinstance(self._node, ast.BinOp) and isinstance(self._node.op, ast.Div):
            return Expression(ast.unparse(self._node.left)), Expression(ast.unparse(self._node.right))
        return self, Expression("1")

    def value(self, values: Mapping[str, Exact]) -> Exact:
        """The exact value; KeyError where a name has none, ZeroDivisionError where it divides by 0."""
        result = _evaluate(self._node, values)
        return int(result) if result == int(result) else result

    def render(self, name: Callable[[str], str], spaced: bool = False) -> str:
        """The same arithmetic with each name replaced: Excel text where names become cells."""
        return _render(self._node, name, " " if spaced else "")


def _check(node: ast.expr) -> None:
    if isinstance(node, ast.BinOp) and type(node.op) in _SYMBOLS:
        _check(node.left)
        _check(node.right)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return
    elif not isinstance(node, ast.Name):
        raise ExpressionError(f"only names, numbers, + - * / and brackets are allowed: {ast.unparse(node)}")


def _evaluate(node: ast.expr, values: Mapping[str, Exact]) -> Exact:
    if isinstance(node, ast.Name):
        return values[node.id]
    if isinstance(node, ast.Constant):
        return exact(Decimal(str(node.value)))
    if not isinstance(node, ast.BinOp):
        raise ExpressionError(ast.unparse(node))
    left, right = _evaluate(node.left, values), _evaluate(node.right, values)
    match node.op:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
        case _:
            return Fraction(left) / Fraction(right)


def _render(node: ast.expr, name: Callable[[str], str], space: str, parent: int = 0, right: bool = False) -> str:
    if isinstance(node, ast.Name):
        return name(node.id)
    if isinstance(node, ast.Constant):
        return str(node.value)
    if not isinstance(node, ast.BinOp):
        raise ExpressionError(ast.unparse(node))
    symbol = _SYMBOLS[type(node.op)]
    rank = _RANKS[symbol]
    text = space.join(
        (_render(node.left, name, space, rank), symbol, _render(node.right, name, space, rank, right=True))
    )
    return f"({text})" if rank < parent or (rank == parent and right) else text
