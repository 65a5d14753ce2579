"""Formulas of constants, such as the documented examples, evaluated in Python: `=QBE_COEF({1;3},{10;30})`."""

from __future__ import annotations

import re
from typing import Any

from qbe_xl.functions.registry import registered
from qbe_xl.functions.values import CellError

_TOKEN = re.compile(
    r"""\s*(?:(?P<name>[A-Z][A-Z0-9_]*)(?=\()|(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"""
    r"""|(?P<text>"(?:[^"]|"")*")|(?P<truth>TRUE|FALSE)|(?P<error>\#N/A|\#[A-Z0-9/]+[!?])|(?P<mark>[=(){},;]))\s*"""
)


def evaluate(formula: str) -> Any:
    """The answer of one call with constants; a left-out argument (`,,`) is None. ValueError where it is something else."""
    tokens = _tokens(formula)
    if tokens[:1] != [("mark", "=")] or len(tokens) < 4 or tokens[1][0] != "name" or tokens[2] != ("mark", "("):
        raise ValueError(f"not a call with constants: {formula}")
    name = tokens[1][1]
    if name not in registered():
        raise ValueError(f"unknown function: {name}")
    args, at = _arguments(tokens, 3, formula)
    if at != len(tokens):
        raise ValueError(f"something stands behind the call: {formula}")
    return registered()[name].call(*args)


def _tokens(formula: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while at < len(formula):
        match = _TOKEN.match(formula, at)
        if match is None:
            raise ValueError(f"not understood from character {at + 1}: {formula}")
        found.append((str(match.lastgroup), match[str(match.lastgroup)]))
        at = match.end()
    return found


def _arguments(tokens: list[tuple[str, str]], at: int, formula: str) -> tuple[list[Any], int]:
    args: list[Any] = []
    value: Any = None
    some = False
    while at < len(tokens):
        token = tokens[at]
        at += 1
        if token == ("mark", "{"):
            value, at = _array(tokens, at, formula)
            some = True
        elif token == ("mark", ","):
            args.append(value)
            value, some = None, True
        elif token == ("mark", ")"):
            return ([*args, value] if some else args), at
        else:
            value, some = _constant(token, formula), True
    raise ValueError(f"a bracket is not closed: {formula}")


def _array(tokens: list[tuple[str, str]], at: int, formula: str) -> tuple[list[list[Any]], int]:
    rows: list[list[Any]] = [[]]
    while at < len(tokens):
        token = tokens[at]
        at += 1
        if token == ("mark", "}"):
            return rows, at
        if token == ("mark", ";"):
            rows.append([])
        elif token != ("mark", ","):
            rows[-1].append(_constant(token, formula))
    raise ValueError(f"a brace is not closed: {formula}")


def _constant(token: tuple[str, str], formula: str) -> Any:
    kind, text = token
    if kind == "number":
        return float(text)
    if kind == "text":
        return text[1:-1].replace('""', '"')
    if kind == "truth":
        return text == "TRUE"
    if kind == "error":
        return CellError(text)
    raise ValueError(f"not a constant: {text} in {formula}")
