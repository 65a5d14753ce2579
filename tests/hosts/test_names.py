"""Names of our functions as spreadsheets store them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbe_xl.functions.registry import ORDER
from qbe_xl.hosts.names import bare_name, called, normalised

WAYS = [
    "QBE_COEF",
    "qbe_coef",
    "@QBE_COEF",
    "_xll.QBE_COEF",
    "_XLL.Qbe_Coef",
    "_xludf.QBE_COEF",
    "_xlfn.QBE_COEF",
    "_xldudf_QBE_COEF",
    "[1]!QBE_COEF",
    "[12]!_xll.QBE_COEF",
    "'[1]'!QBE_COEF",
    "qbe_xl.xlam!QBE_COEF",
    "QBE_XL.XLAM!QBE_COEF",
    "[qbe_xl.xlam]!QBE_COEF",
    "'qbe_xl.xlam'!QBE_COEF",
    r"'C:\Users\王 伟\AppData\Roaming\Microsoft\AddIns\qbe_xl.xlam'!QBE_COEF",
    r"'C:\it''s here\[qbe_xl.xlam]'!QBE_COEF",
    "'/Volumes/add ins/qbe_xl.xlam'!QBE_COEF",
    r"'\\server\share\qbe_xl.xlam'!QBE_COEF",
]


@pytest.mark.parametrize("way", WAYS)
def test_every_way_is_the_same_call(way: str) -> None:
    assert bare_name(way) == "QBE_COEF"
    assert normalised(f"={way}(A1:A9,学校!B1:B9)>=0.5") == "=QBE_COEF(A1:A9,学校!B1:B9)>=0.5"
    assert normalised(f"=IF(1,-{way}({way}(A1)),2)") == "=IF(1,-QBE_COEF(QBE_COEF(A1)),2)"


@pytest.mark.parametrize("name", ORDER)
def test_every_function_is_known(name: str) -> None:
    assert bare_name(f"_xll.{name.lower()}") == name
    assert called(f"=_xll.{name.lower()}(A1)+{name}(A2)") == (name,)


@pytest.mark.parametrize(
    "formula",
    [
        '="_xll.QBE_COEF(A1)"',  # a text
        '="说""_xll.QBE_COEF(A1)"',
        "='_xll.QBE_COEF('!A1",  # a sheet of that name
        "=_xll.OTHER(A1)",
        "=MY_QBE_COEF(A1)",
        "=x._xll.QBE_COEF(A1)",
        r"='C:\evil\other.xlam'!QBE_COEF(A1)",  # another add-in's function is not ours
        "=[1]学校!QBE_COEF",
        "=QBE_COEFF(A1)",
        "=qbe_coef",  # no call
        "=SUM(A1:A2)",
        "",
    ],
)
def test_everything_else_stays(formula: str) -> None:
    assert normalised(formula) == formula
    assert called(formula) in ((), ("QBE_COEF",))


def test_another_add_ins_function_is_not_ours() -> None:
    assert bare_name(r"'C:\evil\other.xlam'!QBE_COEF") is None
    assert bare_name("SUM") is None and bare_name("QBE_NOTHING") is None
    assert called(r"='C:\evil\other.xlam'!QBE_COEF(A1)") == ()


def test_calls_are_listed_in_order() -> None:
    assert called('=_xll.QBE_STD(A1)/QBE_MEAN(A1,B1)&"QBE_COEF("&QBE_STD(A2)') == ("QBE_STD", "QBE_MEAN")


@given(st.text(alphabet="'\"!@[]\\qbe_xl.mcof()A1,= 学", max_size=60))
def test_normalising_twice_is_once(text: str) -> None:
    once = normalised(text)
    assert normalised(once) == once


def test_long_formulas_take_no_time() -> None:
    """8,192 characters is what Excel stores; nothing here backtracks."""
    for hostile in ("'" * 8000, "'\\" * 4000, "@_xll." * 1300, '"' * 7999, "'a\\[" * 2000 + "qbe_"):
        assert called(hostile + "QBE_COEF") == ()
