"""A formula's tree as a function over all cells of a group of blocks.

`IF` evaluates each branch only for the cells that take it: what the other branch would cost or fail with does not matter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from qbe_xl.formula.operations import arithmetic, compare, joined, truths
from qbe_xl.formula.syntax import Tree, Uncovered
from qbe_xl.formula.values import BLANK, BOOL, ERROR, NUMBER, TEXT, Pair, Texts

Indices = npt.NDArray[np.int64]
# the cells of the group that are wanted, None for all
Chosen = Indices | None


@dataclass
class Run:
    """One evaluation: the values of all cells, flat."""

    kinds: npt.NDArray[np.int8]
    numbers: npt.NDArray[np.float64]
    texts: Texts


@dataclass(frozen=True)
class Span:
    """A range for every cell of a group: where it starts (one start where all share it), and the steps within it."""

    start: Indices
    rows: int
    columns: int
    stride: int  # from one row to the next

    @property
    def shared(self) -> bool:
        """Whether all cells look at the same range."""
        return len(self.start) == 1

    def starts(self, chosen: Chosen) -> Indices:
        """Where the ranges of the chosen cells start."""
        return self.start if chosen is None or self.shared else self.start[chosen]

    def offsets(self) -> Indices:
        """The cells of a range from its start, row by row."""
        return (np.arange(self.rows)[:, None] * self.stride + np.arange(self.columns)).ravel()


@dataclass(frozen=True)
class Places:
    """What the places of a shape stand for in a group of `size` cells."""

    size: int
    cells: dict[int, Indices] = field(default_factory=dict)
    ranges: dict[int, Span] = field(default_factory=dict)
    numbers: dict[int, float | npt.NDArray[np.float64]] = field(default_factory=dict)

    def count(self, chosen: Chosen) -> int:
        """How many cells are chosen."""
        return self.size if chosen is None else len(chosen)


Code = Callable[[Run, Chosen], Pair]
SINGLE, MANY = 1, 2


class Node(NamedTuple):
    """A compiled piece. `rank`: one value or an array a cell. `reference`: it stands for cells, whose texts are no numbers."""

    code: Code
    rank: int = SINGLE
    reference: bool = False


# by name; filled by `functions`. Each takes the compiler and the trees of its arguments.
FUNCTIONS: dict[str, Callable[[Compiler, list[Tree]], Node]] = {}


class Compiler:
    """Compiles the trees of one group."""

    def __init__(self, places: Places, texts: Texts) -> None:
        self.places, self.texts = places, texts

    def compile(self, tree: Tree) -> Node:
        """The tree as a Node; Uncovered where it is beyond the blocks."""
        kind = tree[0]
        if kind == "call":
            if tree[1] == "IF":
                return self._if(tree[2:])
            if tree[1] not in FUNCTIONS:
                raise Uncovered(f"the function {tree[1]}")
            return FUNCTIONS[tree[1]](self, tree[2:])
        return _PIECES[kind](self, *tree[1:])

    def single(self, tree: Tree) -> Code:
        """The code of a piece that is one value a cell."""
        node = self.compile(tree)
        if node.rank != SINGLE:
            raise Uncovered("an array where one value is wanted")
        return node.code

    # ---- what stands in a formula

    def _cell(self, place: int) -> Node:
        index = self.places.cells[place]
        if len(index) == 1 and self.places.size > 1:

            def code(run: Run, chosen: Chosen) -> Pair:
                return run.kinds[index], run.numbers[index]
        else:

            def code(run: Run, chosen: Chosen) -> Pair:
                at = index if chosen is None else index[chosen]
                return run.kinds[at], run.numbers[at]

        return Node(code, reference=True)

    def _range(self, place: int) -> Node:
        span = self.places.ranges[place]
        offsets = span.offsets()
        fixed = span.start[0] + offsets[None, :] if span.shared else None

        def code(run: Run, chosen: Chosen) -> Pair:
            at = span.starts(chosen)[:, None] + offsets if fixed is None else fixed
            return run.kinds[at], run.numbers[at]

        return Node(code, MANY, True)

    def _number(self, place: int) -> Node:
        number = self.places.numbers[place]
        if isinstance(number, float):
            return Node(lambda run, chosen: (NUMBER, number))
        return Node(lambda run, chosen: (NUMBER, number if chosen is None else number[chosen]))

    def _text(self, text: str) -> Node:
        pair: Pair = (TEXT, float(self.texts.number(text)))
        return Node(lambda run, chosen: pair)

    def _bool(self, value: bool) -> Node:
        pair: Pair = (BOOL, np.bool_(value))
        return Node(lambda run, chosen: pair)

    def _empty(self) -> Node:
        return Node(lambda run, chosen: (BLANK, 0.0))

    def _array(self, rows: list[list[Tree]]) -> Node:
        raise Uncovered("an array of constants outside MATCH")

    def _minus(self, tree: Tree) -> Node:
        node = self.compile(tree)
        return Node(lambda run, chosen: arithmetic("*", node.code(run, chosen), (NUMBER, -1.0), run.texts), node.rank)

    def _percent(self, tree: Tree) -> Node:
        node = self.compile(tree)
        return Node(lambda run, chosen: arithmetic("/", node.code(run, chosen), (NUMBER, 100.0), run.texts), node.rank)

    def _op(self, sign: str, left_tree: Tree, right_tree: Tree) -> Node:
        left, right = self.compile(left_tree), self.compile(right_tree)
        work = joined if sign == "&" else None
        takes = arithmetic if sign in "+-*/^" else compare
        rank = max(left.rank, right.rank)
        widen_left, widen_right = left.rank < rank, right.rank < rank

        def code(run: Run, chosen: Chosen) -> Pair:
            a, b = left.code(run, chosen), right.code(run, chosen)
            a, b = widened(a) if widen_left else a, widened(b) if widen_right else b
            return work(a, b, run.texts) if work else takes(sign, a, b, run.texts)

        return Node(code, rank)

    # ---- IF

    def _if(self, trees: list[Tree]) -> Node:
        if len(trees) not in (2, 3):
            raise Uncovered("IF with another number of arguments")
        condition, then = self.single(trees[0]), self.single(trees[1])
        otherwise = self.single(trees[2] if len(trees) == 3 else ["bool", False])
        places = self.places

        def code(run: Run, chosen: Chosen) -> Pair:
            truth, errors = truths(condition(run, chosen), run.texts)
            if errors is None:
                if np.all(truth):
                    return then(run, chosen)
                if not np.any(truth):
                    return otherwise(run, chosen)
            count = places.count(chosen)
            truth = np.broadcast_to(truth, count)
            kinds, numbers = np.empty(count, np.int8), np.empty(count)
            wrong = None if errors is None else np.broadcast_to(errors, count) >= 0
            every = np.arange(count) if chosen is None else chosen
            for branch, wanted in ((then, truth), (otherwise, ~truth)):
                if wrong is not None:
                    wanted = wanted & ~wrong
                if wanted.any():
                    kinds[wanted], numbers[wanted] = branch(run, every[wanted])
            if wrong is not None:
                kinds[wrong], numbers[wrong] = ERROR, np.broadcast_to(errors, count)[wrong]
            return kinds, numbers

        return Node(code)


_PIECES: dict[str, Callable[..., Node]] = {
    "cell": Compiler._cell, "range": Compiler._range, "number": Compiler._number, "text": Compiler._text,
    "bool": Compiler._bool, "empty": Compiler._empty, "array": Compiler._array, "op": Compiler._op,
    "minus": Compiler._minus, "percent": Compiler._percent,
}  # fmt: skip


def widened(pair: Pair) -> Pair:
    """One value a cell, as an array of one for each cell."""
    kinds, numbers = pair
    return (
        kinds[:, None] if isinstance(kinds, np.ndarray) and kinds.ndim == 1 else kinds,
        numbers[:, None] if isinstance(numbers, np.ndarray) and numbers.ndim == 1 else numbers,
    )
