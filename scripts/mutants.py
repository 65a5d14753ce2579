"""Small faults put into a module, one at a time: what the mutation run plants, and how it is put into the running code.

A fault stands in a function's body (its code object is exchanged, so decorated functions and methods are reached too)
or in a table of the module (`NAME = ...`, exchanged under its name). Left out, because no behaviour of the program
hangs on them: docstrings, annotations, sentences (strings with a space or beyond ASCII), the words of exceptions. Not
reached, because they are used up on import: decorators, defaults of arguments, fields of classes.
"""

from __future__ import annotations

import ast
import functools
import gc
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

Put = Callable[[Any], None]

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Div,
    ast.Mod: ast.Div, ast.Pow: ast.Mult, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.BitXor: ast.BitAnd,
}  # fmt: skip
CALLED = {"min": "max", "max": "min", "any": "all", "all": "any"}
NO_FAULT_INSIDE = {"annotation", "returns", "decorator_list", "type_params", "format_spec"}
TYPE_MAKERS = {"TypeVar", "NewType", "Callable", "Literal"}


@dataclass(frozen=True)
class Mutant:
    """One fault: where (function or table, line), what stood there and what stands there instead."""

    module: str
    scope: str
    line: int
    lines: range  # of the statement: what a test must have run to be able to notice
    before: str
    after: str
    nth: int  # of equal ones in the same scope
    plant: Callable[[], None] = field(compare=False, repr=False)
    table: bool = False

    @property
    def key(self) -> str:
        """Names the fault whatever line it has moved to."""
        again = f" #{self.nth}" if self.nth > 1 else ""
        return f"{self.module}:{self.scope}: {self.before} → {self.after}{again}"


@dataclass
class Source:
    """A module as parsed, and its faults. Planting changes `tree`: once only, in a process of its own."""

    module: str
    path: Path
    tree: ast.Module
    mutants: list[Mutant]


def parse(module: str, path: Path) -> Source:
    """The faults of one module, in the order of its text."""
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    found: list[Mutant] = []
    seen: dict[tuple[str, str, str], int] = {}
    for scope, statement, before, after, put, new in _Finder().module(tree):
        texts = (_text(before), _text(after))
        nth = seen[scope, *texts] = seen.get((scope, *texts), 0) + 1
        line = getattr(before, "lineno", statement.lineno)
        found.append(
            Mutant(module, scope, line, _extent(statement), *texts, nth, functools.partial(put, new), scope.isupper())
        )
    return Source(module, path, tree, found)


def _text(node: ast.AST | str) -> str:
    text = node if isinstance(node, str) else ast.unparse(node)
    text = " ".join(text.split())
    return text if len(text) <= 90 else f"{text[:60]} … {text[-27:]}"


def _extent(statement: ast.stmt) -> range:
    """The lines of a statement, of a compound one those of its head."""
    body = getattr(statement, "body", None) or getattr(statement, "cases", None)
    end = statement.end_lineno or statement.lineno
    if body:
        end = max(statement.lineno, getattr(body[0], "lineno", getattr(body[0], "pattern", statement).lineno) - 1)
    return range(statement.lineno, end + 1)


class _Finder:
    """Walks a tree; gives (scope, statement, node or words before, node or words after, put, new node)."""

    def __init__(self) -> None:
        self.scope: list[str] = []
        self.statement: ast.stmt = ast.Pass()

    def module(self, tree: ast.Module) -> Iterator[tuple[str, ast.stmt, Any, Any, Put, Any]]:
        for node in tree.body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                yield from self._definition(node)
            elif isinstance(node, (ast.Assign, ast.AnnAssign)):
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                if isinstance(target, ast.Name) and target.id.isupper() and node.value and not _of_types(node.value):
                    self.scope, self.statement = [target.id], node
                    yield from self._node(node.value, functools.partial(setattr, node, "value"))
                    self.scope = []

    def _definition(self, node: ast.FunctionDef | ast.ClassDef) -> Iterator[Any]:
        self.scope.append(node.name)
        if isinstance(node, ast.FunctionDef):
            yield from self._body(node.body)
        else:
            for part in node.body:
                if isinstance(part, (ast.FunctionDef, ast.ClassDef)):
                    yield from self._definition(part)
        self.scope.pop()

    def _body(self, body: list[Any]) -> Iterator[Any]:
        for i, node in enumerate(body):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                yield from self._definition(node)
            elif not isinstance(node, (ast.Raise, ast.Import, ast.ImportFrom, ast.Pass)):
                outer, self.statement = self.statement, node
                yield from self._node(node, functools.partial(body.__setitem__, i))
                self.statement = outer

    def _node(self, node: ast.AST, put: Put) -> Iterator[Any]:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return  # a docstring
        for before, after, place, new in _faults(node, put):
            if isinstance(new, ast.AST):
                ast.copy_location(new, node)
            yield ".".join(self.scope), self.statement, before, after, place, new
        for name, value in ast.iter_fields(node):
            if name in NO_FAULT_INSIDE:
                continue
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                yield from self._body(value)
            elif isinstance(value, list):
                for i, child in enumerate(value):
                    if isinstance(child, ast.AST):
                        yield from self._node(child, functools.partial(value.__setitem__, i))
            elif isinstance(value, ast.AST):
                if _called(node) == "isinstance" and name != "args":
                    continue
                yield from self._node(value, functools.partial(setattr, node, name))


def _faults(node: Any, put: Put) -> Iterator[tuple[Any, Any, Put, Any]]:
    """The faults of this very node: before, after (as shown), where it is put, what is put there."""
    match node:
        case ast.Compare(left=left, ops=ops, comparators=right):
            for i, op in enumerate(ops):
                other = [*ops[:i], COMPARISONS[type(op)](), *ops[i + 1 :]]
                new = ast.Compare(left, other, right)
                yield node, new, functools.partial(setattr, node, "ops"), other
        case ast.BoolOp(op=op, values=values):
            other_op = ast.Or() if isinstance(op, ast.And) else ast.And()
            yield node, ast.BoolOp(other_op, values), functools.partial(setattr, node, "op"), other_op
        case ast.BinOp(left=left, op=op, right=right) if type(op) in ARITHMETIC and not _is_text(left, right):
            new_op = ARITHMETIC[type(op)]()
            yield node, ast.BinOp(left, new_op, right), functools.partial(setattr, node, "op"), new_op
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield node, operand, put, operand
        case ast.Constant(value=bool() as value):
            yield node, ast.Constant(not value), put, ast.Constant(not value)
        case ast.Constant(value=int() | float() as value):
            yield node, ast.Constant(value + 1), put, ast.Constant(value + 1)
        case ast.Constant(value=str() as value) if value.isascii() and " " not in value:
            yield node, ast.Constant(f"XX{value}"), put, ast.Constant(f"XX{value}")
        case ast.Return(value=ast.AST() as value):
            if not (isinstance(value, ast.Constant) and value.value is None):
                none = ast.copy_location(ast.Constant(None), value)
                yield node, "return None", functools.partial(setattr, node, "value"), none
        case ast.AugAssign(target=target, op=op, value=value):
            plain = ast.Assign([target], value, lineno=node.lineno)
            yield node, plain, put, plain
            if type(op) in ARITHMETIC:
                new_op = ARITHMETIC[type(op)]()
                yield node, ast.AugAssign(target, new_op, value), functools.partial(setattr, node, "op"), new_op
        case ast.Expr(value=ast.Call() | ast.Yield() | ast.YieldFrom()):
            yield node, "(left out)", put, ast.Pass()
        case ast.Break():
            yield "break", "continue", put, ast.Continue()
        case ast.Continue():
            yield "continue", "break", put, ast.Break()
        case ast.If(test=test) | ast.IfExp(test=test):
            if not isinstance(test, (ast.Compare, ast.UnaryOp)) or len(getattr(test, "ops", "1")) > 1:
                new = ast.copy_location(ast.UnaryOp(ast.Not(), test), test)
                yield test, new, functools.partial(setattr, node, "test"), new
        case ast.comprehension(ifs=ifs):
            for i, test in enumerate(ifs):
                new = ast.copy_location(ast.Constant(True), test)
                yield f"if {ast.unparse(test)}", "if True", functools.partial(ifs.__setitem__, i), new
    if isinstance(node, ast.Call):
        yield from _of_calls(node)


def _of_calls(node: ast.Call) -> Iterator[tuple[Any, Any, Put, Any]]:
    """Another function, a named argument left out."""
    name = _called(node)
    if name in CALLED and isinstance(node.func, ast.Name):
        yield node, f"{CALLED[name]}(…)", functools.partial(setattr, node.func, "id"), CALLED[name]
    for i, keyword in enumerate(node.keywords):
        if keyword.arg is not None:
            rest = [*node.keywords[:i], *node.keywords[i + 1 :]]
            yield node, ast.Call(node.func, node.args, rest), functools.partial(setattr, node, "keywords"), rest


def _called(node: Any) -> str:
    func = getattr(node, "func", None)
    return getattr(func, "id", getattr(func, "attr", "")) if isinstance(node, ast.Call) else ""


def _is_text(*nodes: ast.AST) -> bool:
    return any(
        isinstance(n, ast.JoinedStr) or (isinstance(n, ast.Constant) and isinstance(n.value, str)) for n in nodes
    )


def _of_types(node: ast.AST) -> bool:
    return isinstance(node, ast.Subscript) or _called(node) in TYPE_MAKERS


# ---- into the running code


class Running:
    """The functions that live in this process, by the place of their code; found once, before faults are planted."""

    def __init__(self, modules: set[str]) -> None:
        self.functions: dict[tuple[str, str, int], list[FunctionType]] = {}
        self.caches: list[Any] = []
        for thing in gc.get_objects():
            if isinstance(thing, FunctionType) and thing.__module__ in modules:
                code = thing.__code__
                place = (code.co_filename, code.co_qualname, code.co_firstlineno)
                self.functions.setdefault(place, []).append(thing)
            elif isinstance(thing, functools._lru_cache_wrapper) and thing.__module__ in modules:
                self.caches.append(thing)

    def plant(self, source: Source, mutant: Mutant) -> None:
        """Put the fault into the running code, and forget what was worked out without it.

        Raises whatever a table with the fault raises, and ValueError where no function took the code.
        """
        mutant.plant()
        ast.fix_missing_locations(source.tree)
        loaded = sys.modules[source.module]
        if mutant.table:
            value = next(
                node.value
                for node in source.tree.body
                if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value and node.lineno == mutant.lines[0]
            )
            old = getattr(loaded, mutant.scope)
            new = eval(compile(ast.Expression(value), str(source.path), "eval"), vars(loaded))
            for name, module in sys.modules.items():
                if name.startswith("qbe_xl") and getattr(module, mutant.scope, self) is old:
                    setattr(module, mutant.scope, new)
        else:
            taken = 0
            whole = compile(source.tree, str(source.path), "exec", dont_inherit=True)
            for code in _codes(whole):
                for function in self.functions.get((code.co_filename, code.co_qualname, code.co_firstlineno), ()):
                    if function.__code__ != code:
                        function.__code__ = code
                        taken += 1
            if not taken:
                raise ValueError(f"not planted: {mutant.key}")
        self.forget()

    def forget(self) -> None:
        """Empty every cache of the modules."""
        for cache in self.caches:
            cache.cache_clear()


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield from _codes(const)
