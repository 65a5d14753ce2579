"""The worksheet functions of our templates over arrays. Each takes the compiler and its arguments, and gives a Node."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from qbe_xl.formula.compiling import FUNCTIONS, MANY, Chosen, Code, Compiler, Node, Run
from qbe_xl.formula.operations import (
    as_numbers,
    compare,
    finished,
    first_error,
    has,
    only,
    rounded,
    scalar,
    truths,
    with_errors,
)
from qbe_xl.formula.syntax import Tree, Uncovered
from qbe_xl.formula.values import (
    BLANK,
    BOOL,
    DIV,
    ERROR,
    ERRORS,
    NA,
    NUM,
    NUMBER,
    REF,
    TEXT,
    VALUE,
    Pair,
    Texts,
    number_of_text,
)  # fmt: skip

Builder = Callable[[Compiler, list[Tree]], Node]
_NONE = -1.0
MOST_AT_ONCE = 1_000_000  # numbers of one array


def _function(name: str, least: int, most: int = 255) -> Callable[[Builder], Builder]:
    def register(build: Builder) -> Builder:
        def checked(compiler: Compiler, trees: list[Tree]) -> Node:
            if not least <= len(trees) <= most:
                raise Uncovered(f"{name} with {len(trees)} arguments")
            return build(compiler, trees)

        FUNCTIONS[name] = checked
        return checked

    return register


# ---- totals

# per cell: how many numbers, their sum, and the first error
Totals = tuple[Any, Any, Any]


def _total(node: Node, pair: Pair, texts: Texts) -> Totals:
    kinds, numbers = pair
    if node.reference:
        numeric = np.equal(kinds, NUMBER)
        values = np.where(numeric, numbers, 0.0)
        errors = np.where(np.equal(kinds, ERROR), numbers, _NONE) if has(kinds, ERROR) else None
    else:
        # typed into the call, or computed: TRUE and "12" are numbers
        values, errors = as_numbers(pair, texts)
        numeric = np.ones(np.shape(values)) if errors is None else errors == _NONE
    if node.rank == MANY:
        counted, added = numeric.sum(axis=1), values.sum(axis=1)
        if errors is not None:
            first = (errors != _NONE).argmax(axis=1)
            errors = np.take_along_axis(errors, first[:, None], axis=1)[:, 0]
        return counted, added, errors
    return np.multiply(numeric, 1), values, errors


def _totals(compiler: Compiler, trees: list[Tree]) -> tuple[list[Node], Callable[[Run, Chosen], list[Totals]]]:
    nodes = [compiler.compile(tree) for tree in trees]
    return nodes, lambda run, chosen: [_total(node, node.code(run, chosen), run.texts) for node in nodes]


@_function("SUM", 1)
def _sum(compiler: Compiler, trees: list[Tree]) -> Node:
    _, totals = _totals(compiler, trees)

    def code(run: Run, chosen: Chosen) -> Pair:
        added: Any = 0.0
        errors: Any = None
        for _, value, error in totals(run, chosen):
            added, errors = added + value, first_error(errors, error)
        return finished(added, errors)

    return Node(code)


@_function("AVERAGE", 1)
def _average(compiler: Compiler, trees: list[Tree]) -> Node:
    _, totals = _totals(compiler, trees)

    def code(run: Run, chosen: Chosen) -> Pair:
        counted: Any = 0
        added: Any = 0.0
        errors: Any = None
        for count, value, error in totals(run, chosen):
            counted, added, errors = counted + count, added + value, first_error(errors, error)
        if np.any(np.equal(counted, 0)):
            errors = first_error(errors, np.where(np.equal(counted, 0), DIV, _NONE))
            counted = np.where(np.equal(counted, 0), 1, counted)
        return finished(added / counted, errors)

    return Node(code)


@_function("COUNT", 1)
def _count(compiler: Compiler, trees: list[Tree]) -> Node:
    _, totals = _totals(compiler, trees)

    def code(run: Run, chosen: Chosen) -> Pair:
        counted: Any = 0.0
        for count, _, _ in totals(run, chosen):
            counted = counted + count
        return NUMBER, counted

    return Node(code)


_PATTERN = re.compile(r"^[<>=]|[*?~]")


@_function("COUNTIF", 2, 2)
def _countif(compiler: Compiler, trees: list[Tree]) -> Node:
    cells = compiler.compile(trees[0])
    # only plain words: numbers, comparisons and wildcards are a language of their own
    if not cells.reference or trees[1][0] != "text":
        raise Uncovered("COUNTIF of something else than a word")
    word = trees[1][1]
    plain = word and not _PATTERN.search(word) and number_of_text(word) is None
    if not plain or word.upper() in {"TRUE", "FALSE", *ERRORS}:
        raise Uncovered("COUNTIF of something else than a word")
    wanted = compiler.texts.number(word)

    def code(run: Run, chosen: Chosen) -> Pair:
        kinds, numbers = cells.code(run, chosen)
        if run.texts.cased:
            folded = np.asarray(run.texts.folded, np.float64)
            known = np.where(np.equal(kinds, TEXT), numbers, 0).astype(np.intp)
            found = np.equal(kinds, TEXT) & (folded[known] == folded[wanted])
        else:
            found = np.equal(kinds, TEXT) & np.equal(numbers, wanted)
        return NUMBER, found.sum(axis=1) if cells.rank == MANY else found * 1.0

    return Node(code)


@_function("SUMPRODUCT", 1)
def _sumproduct(compiler: Compiler, trees: list[Tree]) -> Node:
    """Row by row of arrays as wide as the ranges: in portions, so that a large county does not take all memory."""
    nodes = [compiler.compile(tree) for tree in trees]
    if any(node.rank != MANY for node in nodes):
        raise Uncovered("SUMPRODUCT of single values")
    places = compiler.places
    widest = max((span.rows * span.columns for span in places.ranges.values()), default=1)
    portion = max(1, MOST_AT_ONCE // widest)

    def code(run: Run, chosen: Chosen) -> Pair:
        count = places.count(chosen)
        if count <= portion:
            return part(run, chosen)
        every = np.arange(count) if chosen is None else chosen
        kinds, numbers = np.empty(count, np.int8), np.empty(count)
        for start in range(0, count, portion):
            kinds[start : start + portion], numbers[start : start + portion] = part(run, every[start : start + portion])
        return kinds, numbers

    def part(run: Run, chosen: Chosen) -> Pair:
        product: Any = 1.0
        errors: Any = None
        for node in nodes:
            kinds, numbers = node.code(run, chosen)
            if isinstance(kinds, int):
                values = numbers if kinds == NUMBER else 0.0
            else:
                values = np.where(kinds == NUMBER, numbers, 0.0)
                if has(kinds, ERROR):
                    errors = first_error(errors, np.where(kinds == ERROR, numbers, _NONE))
            product = product * values
        if errors is not None:
            errors = np.broadcast_to(errors, np.broadcast_shapes(np.shape(errors), np.shape(product)))
            first = (errors != _NONE).argmax(axis=1)
            errors = np.take_along_axis(errors, first[:, None], axis=1)[:, 0]
        return finished(np.sum(product, axis=-1), errors)

    return Node(code)


# ---- logic


def _logical(name: str, fold: Callable[[Any, Any], Any], start: bool) -> None:
    @_function(name, 1)
    def build(compiler: Compiler, trees: list[Tree]) -> Node:
        nodes = [compiler.compile(tree) for tree in trees]

        def code(run: Run, chosen: Chosen) -> Pair:
            result: Any = np.bool_(start)
            asked: Any = None  # whether there was any value
            errors: Any = None
            for node in nodes:
                pair = node.code(run, chosen)
                counts: Any = np.bool_(True)
                if node.reference and not only(pair[0], BOOL):
                    pair, counts = _logicals(node, pair, start)
                asked = counts if asked is None else asked | counts
                truth, error = truths(pair, run.texts)
                if node.rank == MANY:
                    truth = (truth.any if name == "OR" else truth.all)(axis=1)
                    if error is not None:
                        error = error.max(axis=1)
                result, errors = fold(result, truth), first_error(errors, error)
            if not np.all(asked):
                errors = first_error(errors, np.where(asked, _NONE, VALUE))
            return with_errors(result, errors, BOOL)

        return Node(code)


def _logicals(node: Node, pair: Pair, start: bool) -> tuple[Pair, Any]:
    """Texts and blanks in cells are passed over; and whether there was anything else."""
    kinds, numbers = pair
    passed = np.equal(kinds, TEXT) | np.equal(kinds, BLANK)
    there = ~passed
    if node.rank == MANY:
        there = there.any(axis=1)
    return (np.where(passed, BOOL, kinds).astype(np.int8), np.where(passed, float(start), numbers)), there


_logical("AND", np.logical_and, True)
_logical("OR", np.logical_or, False)


@_function("NOT", 1, 1)
def _not(compiler: Compiler, trees: list[Tree]) -> Node:
    inner = compiler.single(trees[0])

    def code(run: Run, chosen: Chosen) -> Pair:
        truth, errors = truths(inner(run, chosen), run.texts)
        return with_errors(np.logical_not(truth), errors, BOOL)

    return Node(code)


@_function("ISNUMBER", 1, 1)
def _isnumber(compiler: Compiler, trees: list[Tree]) -> Node:
    inner = compiler.compile(trees[0])

    def code(run: Run, chosen: Chosen) -> Pair:
        return BOOL, np.equal(inner.code(run, chosen)[0], NUMBER)

    return Node(code, inner.rank)


# ---- numbers


def _rounding(name: str, up: bool) -> None:
    @_function(name, 2, 2)
    def build(compiler: Compiler, trees: list[Tree]) -> Node:
        inner, digits = compiler.single(trees[0]), compiler.single(trees[1])

        def code(run: Run, chosen: Chosen) -> Pair:
            values, errors = as_numbers(inner(run, chosen), run.texts)
            places, place_errors = as_numbers(digits(run, chosen), run.texts)
            errors = first_error(errors, place_errors)
            same = scalar(places)
            if same is not None:
                return finished(rounded(values, int(same), up), errors)
            values, places = np.broadcast_arrays(values, places)
            each = [float(rounded(value, int(place), up)) for value, place in zip(values, places, strict=True)]
            return finished(np.array(each), errors)

        return Node(code)


_rounding("ROUND", False)
_rounding("ROUNDUP", True)


@_function("SQRT", 1, 1)
def _sqrt(compiler: Compiler, trees: list[Tree]) -> Node:
    inner = compiler.single(trees[0])

    def code(run: Run, chosen: Chosen) -> Pair:
        values, errors = as_numbers(inner(run, chosen), run.texts)
        negative = np.less(values, 0)
        if np.any(negative):
            errors = first_error(errors, np.where(negative, NUM, _NONE))
            values = np.where(negative, 0.0, values)
        return with_errors(np.sqrt(values), errors)

    return Node(code)


# ---- looking up


@_function("ROWS", 1, 1)
def _rows(compiler: Compiler, trees: list[Tree]) -> Node:
    if trees[0][0] != "range":
        raise Uncovered("ROWS of no range")
    rows = float(compiler.places.ranges[trees[0][1]].rows)
    return Node(lambda run, chosen: (NUMBER, rows))


@_function("INDEX", 2, 2)
def _index(compiler: Compiler, trees: list[Tree]) -> Node:
    if trees[0][0] != "range":
        raise Uncovered("INDEX of no range")
    span = compiler.places.ranges[trees[0][1]]
    if span.columns != 1:
        raise Uncovered("INDEX of several columns")
    which: Code = compiler.single(trees[1])

    def code(run: Run, chosen: Chosen) -> Pair:
        wanted, errors = as_numbers(which(run, chosen), run.texts)
        wanted = np.floor(wanted)
        inside = (wanted >= 1) & (wanted <= span.rows)
        if not np.all(inside):
            errors = first_error(errors, np.where(inside, _NONE, REF))
            wanted = np.where(inside, wanted, 1)
        at = span.starts(chosen) + (np.asarray(wanted, np.int64) - 1) * span.stride
        kinds, numbers = run.kinds[at], run.numbers[at]
        if errors is None:
            return kinds, numbers
        bad = errors != _NONE
        return np.where(bad, ERROR, kinds).astype(np.int8), np.where(bad, errors, numbers)

    return Node(code, reference=True)


@_function("MATCH", 3, 3)
def _match(compiler: Compiler, trees: list[Tree]) -> Node:
    """MATCH(value, {"a","b"}, 0): the place of a value in a list of constants."""
    inner, kind = compiler.single(trees[0]), compiler.compile(trees[2])
    if trees[1][0] != "array" or len(trees[1][1]) != 1:
        raise Uncovered("MATCH in cells")
    words = [compiler.compile(tree).code for tree in trees[1][1][0]]

    def code(run: Run, chosen: Chosen) -> Pair:
        value = inner(run, chosen)
        exact = scalar(kind.code(run, chosen)[1])
        places: Any = np.zeros(np.shape(value[0]))
        wild = _wildcards(value, run.texts)
        for place in range(len(words), 0, -1):
            word = words[place - 1](run, chosen)
            same = compare("=", value, word, run.texts)[1] if wild is None else _alike(value, wild, word, run.texts)
            same = np.logical_and(same, np.equal(value[0], word[0]))
            places = np.where(same, place, places)
        errors = np.where(np.equal(value[0], ERROR), value[1], np.where(places == 0, NA, _NONE))
        if exact != 0:
            errors = np.full(np.shape(places), NA)  # only exact search is made
        return with_errors(places, errors if np.any(errors != _NONE) else None)

    if trees[2][0] != "number" or scalar(compiler.places.numbers[trees[2][1]]) != 0:
        raise Uncovered("MATCH that is not exact")
    return Node(code)


def _wildcards(value: Pair, texts: Texts) -> list[re.Pattern[str] | None] | None:
    """A pattern for each value that holds wildcards; None where no value does."""
    kinds, numbers = np.broadcast_arrays(value[0], np.asarray(value[1], np.float64))
    words = [texts.all[int(n)] if k == TEXT else "" for k, n in zip(kinds.ravel(), numbers.ravel(), strict=True)]
    if not any(mark in word for word in words for mark in "*?~"):
        return None
    return [_pattern(word) if any(mark in word for mark in "*?~") else None for word in words]


def _pattern(word: str) -> re.Pattern[str]:
    """`*` any text, `?` one character, `~` before either means itself. Runs of `*` are one: no search takes long."""
    out = ""
    rest = iter(word)
    for char in rest:
        if char == "~":
            out += re.escape(next(rest, "~"))
        elif char == "*":
            out += "" if out.endswith(".*") else ".*"
        else:
            out += "." if char == "?" else re.escape(char)
    return re.compile(out, re.IGNORECASE | re.DOTALL)


def _alike(value: Pair, wild: list[re.Pattern[str] | None], word: Pair, texts: Texts) -> Any:
    plain = np.atleast_1d(compare("=", value, word, texts)[1]).astype(bool)
    target = texts.all[int(np.asarray(word[1]).ravel()[0])] if word[0] == TEXT else ""
    for index, pattern in enumerate(wild):
        if pattern is not None:
            plain.ravel()[index] = pattern.fullmatch(target) is not None
    return plain.reshape(np.shape(value[0]))
