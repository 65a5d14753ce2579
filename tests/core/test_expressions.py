"""Formulas: value, sides, and text with the same value."""

from __future__ import annotations

import ast
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from qbe_xl.core.expressions import Expression, ExpressionError

RETENTION = "graduates / (entrants + transfers_in - transfers_out - deaths)"
VALUES = {"graduates": 5144, "entrants": 5426, "transfers_in": 3, "transfers_out": 15, "deaths": 0}


def test_value_is_exact() -> None:
    # 5426 + 3 − 15 − 0 = 5414
    assert Expression(RETENTION).value(VALUES) == Fraction(5144, 5414)
    assert Expression("9 / 1000 * 100").value({}) == Fraction(9, 10)  # floats give 0.8999999999999999
    assert Expression("0.1 + 0.2").value({}) == Fraction(3, 10)
    assert Expression("a - b - c").value({"a": 10, "b": 3, "c": 2}) == 5
    assert Expression("a - (b - c)").value({"a": 10, "b": 3, "c": 2}) == 9
    assert Expression("a / b / c").value({"a": 12, "b": 3, "c": 2}) == 2
    assert type(Expression("a / b").value({"a": 6, "b": 3})) is int


def test_names_in_order_of_first_appearance() -> None:
    assert Expression(RETENTION).names == ("graduates", "entrants", "transfers_in", "transfers_out", "deaths")
    assert Expression("b + a * b").names == ("b", "a")
    assert Expression("7").names == ()


@pytest.mark.parametrize(
    ("text", "top", "bottom", "quotient"),
    [
        ("a / b", "a", "b", True),
        ("(a + b) / (c * 100 * d)", "a + b", "c * 100 * d", True),
        ("a - b", "a - b", "1", False),
        ("a", "a", "1", False),
        ("a / b + c", "a / b + c", "1", False),
    ],
)
def test_sides(text: str, top: str, bottom: str, quotient: bool) -> None:
    expression = Expression(text)
    assert [side.text for side in expression.sides()] == [top, bottom]
    assert expression.is_quotient is quotient


def test_rendered_as_excel_text() -> None:
    cells = {"graduates": "C5", "entrants": "C6", "transfers_in": "C7", "transfers_out": "C8", "deaths": "C9"}
    assert Expression(RETENTION).render(cells.__getitem__) == "C5/(C6+C7-C8-C9)"
    assert Expression(RETENTION).render(cells.__getitem__, spaced=True) == "C5 / (C6 + C7 - C8 - C9)"
    assert Expression("a - (b + c)").render(str.upper) == "A-(B+C)"
    assert Expression("(a - b) + c").render(str.upper) == "A-B+C"
    assert Expression("a / (b * 100 * c)").render(str.upper) == "A/(B*100*C)"
    assert Expression("(a + b) * 0.5").render(str.upper) == "(A+B)*0.5"


@pytest.mark.parametrize(
    "text",
    ["", "a +", "a ** b", "a % b", "-a", "f(a)", "a.b", "a[0]", "a if b else c", "'a'", "True", "None", "a < b",
     "a // b", "(a, b)", "a; b", "lambda: a", "a = b", "__import__('os')", "1j"],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        _ = Expression(text).names
    with pytest.raises(ExpressionError):
        Expression(text).value({})
    with pytest.raises(ExpressionError):
        Expression(text).render(str)


def test_a_missing_name_and_a_zero_divisor() -> None:
    with pytest.raises(KeyError):
        Expression("a + b").value({"a": 1})
    with pytest.raises(ZeroDivisionError):
        Expression("a / b").value({"a": 1, "b": 0})


names = st.sampled_from("abcd")
numbers = st.one_of(st.integers(0, 99).map(str), st.decimals("0.01", "9.99", places=2).map(str))
formulas = st.recursive(
    st.one_of(names, numbers),
    lambda inner: st.builds(
        lambda left, sign, right, bare: f"{left} {sign} {right}" if bare else f"({left}) {sign} ({right})",
        inner,
        st.sampled_from("+-*/"),
        inner,
        st.booleans(),
    ),
    max_leaves=12,
)
values = st.fixed_dictionaries({name: st.fractions(1, 50, max_denominator=20) for name in "abcd"})


def independently(text: str, known: dict[str, Fraction]) -> Fraction:
    """Python's own arithmetic on fractions, with every decimal written as one."""

    class Exactly(ast.NodeTransformer):
        def visit_Constant(self, node: ast.Constant) -> ast.expr:
            return ast.parse(f"Fraction('{node.value}')", mode="eval").body

    tree = ast.fix_missing_locations(Exactly().visit(ast.parse(text, mode="eval")))
    result: Fraction = eval(compile(tree, "formula", "eval"), {"Fraction": Fraction}, known)
    return Fraction(result)


@given(formulas, values)
def test_value_and_rendered_text_agree_with_python(text: str, known: dict[str, Fraction]) -> None:
    expression = Expression(text)
    try:
        wanted = independently(text, known)
    except ZeroDivisionError:
        assume(False)
    assert expression.value(known) == wanted
    for spaced in (False, True):
        rendered = expression.render(lambda name: f"({name})", spaced)
        assert independently(rendered, known) == wanted


@given(formulas, values)
def test_sides_divide_to_the_value(text: str, known: dict[str, Fraction]) -> None:
    expression = Expression(text)
    try:
        whole = expression.value(known)
    except ZeroDivisionError:
        assume(False)
    top, bottom = expression.sides()
    assert Fraction(top.value(known)) / bottom.value(known) == whole
