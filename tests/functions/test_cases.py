"""Every case of the table, every documented example, and what holds for all functions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import qbe_xl.functions as functions
from qbe_xl.functions import CellError, WorksheetFunction, evaluate, registered, to_rows
from qbe_xl.functions.registry import ORDER, Arg, worksheet_function
from tests.functions.cases import CASES, OMIT, Case
from tests.functions.compare import same_answer

FUNCTIONS = list(registered().values())
EXAMPLES = [(f.name, e) for f in FUNCTIONS for e in f.examples]


def call(case: Case) -> Any:
    return registered()[case.function].call(*(None if arg is OMIT else arg for arg in case.args))


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.function}: {c.note}")
def test_case(case: Case) -> None:
    found = call(case)
    assert same_answer(found, case.expected), found


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=lambda x: x if isinstance(x, str) else x.formula[:60])
def test_documented_example(name: str, example: Any) -> None:
    found = evaluate(example.formula)
    assert example.formula.startswith(f"={name}(")
    assert same_answer(found, example.value), found


def test_the_table_covers_every_function() -> None:
    noted = {name: [c for c in CASES if c.function == name] for name in ORDER}
    assert all(len(cases) >= 4 for cases in noted.values())
    numeric = [f.name for f in FUNCTIONS if f.returns != "text"]
    for name in numeric:
        expected = {cell for c in noted[name] for line in _rows(c.expected) for cell in line}
        assert CellError.VALUE in expected, name
        assert CellError.NA in expected or name == "QBE_MET", name  # which counts what is known


def _rows(expected: Any) -> tuple[tuple[Any, ...], ...]:
    return expected if isinstance(expected, tuple) else ((expected,),)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.name)
def test_metadata_is_complete(function: WorksheetFunction) -> None:
    for text in (function.title, function.help, *(arg.help for arg in function.args)):
        assert text.zh.strip() and text.en.strip()
        assert any("\u4e00" <= c <= "\u9fff" for c in text.zh)
    assert function.help.zh.endswith("。") and function.help.en.endswith(".")
    assert function.volatile is False
    assert function.examples
    assert function.call.__doc__


@pytest.mark.parametrize("function", [f for f in FUNCTIONS if f.returns == "number_array"], ids=lambda f: f.name)
def test_help_of_arrays_names_the_single_form(function: WorksheetFunction) -> None:
    if not function.broadcasts:
        assert "Ctrl+Shift+Enter" in function.help.zh and "Ctrl+Shift+Enter" in function.help.en
        assert "普通公式" in function.help.zh and "ordinary formula" in function.help.en


def test_order_and_names() -> None:
    assert tuple(registered()) == ORDER
    assert set(ORDER) <= set(functions.__all__)
    for name in functions.__all__:
        assert getattr(functions, name) is not None
    for name, function in registered().items():
        assert getattr(functions, name) is function.call
    assert registered()["QBE_COEF"].signature == "QBE_COEF(values,[pupils])"
    with pytest.raises(AttributeError):
        _ = functions.QBE_NOTHING  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "args", "says"),
    [
        ("QBE_COEF", [Arg("x", "甲", "a")], "twice"),
        ("QBE_OTHER", [Arg("x", "甲", "a")], "ORDER"),
    ],
)
def test_a_wrong_registration_is_refused(name: str, args: list[Arg], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        worksheet_function(
            name, zh="甲", en="a", help_zh="甲。", help_en="a.", args=args, returns="number", examples=[("=X()", 1.0)]
        )(lambda x: 1.0)


def test_a_wrong_call_is_refused() -> None:
    coef = functions.QBE_COEF
    assert coef(values=[1, 3], pupils=[1, 1]) == 0.5
    for args, named in (((), {}), ((1, 2, 3), {}), ((1,), {"values": 2}), ((1,), {"other": 2})):
        with pytest.raises(TypeError):
            coef(*args, **named)


JUNK: list[Any] = [
    None, "", " ", "text", "12", True, False, math.nan, math.inf, -math.inf, 1e308, -1, 0, 5, "#N/A", "#REF!", CellError.NULL,
    [], [[]], [None], ["x"], [1, "x", None, "#DIV/0!"], [[1, 2], [3]], np.array([1.0, math.nan]), np.zeros((2, 2, 2)),
    np.array(["a", 1], dtype=object), "L1", "小学", ["L1", "L2"], object(), b"x", 10**400, np.float32(2), np.int64(3),
]  # fmt: skip


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.name)
def test_nothing_in_cells_raises_or_gives_nan(function: WorksheetFunction) -> None:
    """Every argument in turn holds junk while the others hold something usual, and all hold the same junk."""
    usual: dict[str, Any] = {"id": "L1", "stage": "小学", "lang": "zh", "kind": "音乐", "school": "甲"}
    base = [usual.get(arg.name, [[1.0], [2.0]]) for arg in function.args]
    calls = [[junk if k == i else arg for k, arg in enumerate(base)] for i in range(len(base)) for junk in JUNK]
    calls += [[junk] * n for junk in JUNK for n in range(function.required, len(base) + 1)]
    for args in calls:
        for line in to_rows(function.call(*args)):
            for cell in line:
                assert isinstance(cell, float | str | CellError), (args, cell)
                if isinstance(cell, float):
                    assert math.isfinite(cell), args
                if function.returns == "text":
                    assert isinstance(cell, str), args
                elif function.name != "QBE_MET":
                    assert not isinstance(cell, str), args
