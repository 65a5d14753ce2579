"""YAML with lines, exact decimals, no silent duplicates."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from qbe_xl.core.errors import QbeError
from qbe_xl.core.yamlio import load, loads, nearest

TEXT = """\
# a comment
id: x
limit: 0.10
parts:
- {id: a, at_least: 4.50}
- id: b
  deep:
    most: 12
"""


def test_lines_of_every_part() -> None:
    located = loads(TEXT, "x.yaml")
    assert located.line(("id",)) == 2
    assert located.line(("parts", 0)) == 5
    assert located.line(("parts", 0, "at_least")) == 5
    assert located.line(("parts", 1)) == 6
    assert located.line(("parts", 1, "deep", "most")) == 8
    # what is not there: the nearest part above it
    assert located.line(("parts", 1, "deep", "least")) == 7
    assert located.line(("nothing",)) == 2
    assert located.line(()) == 2


def test_scalars_are_exact() -> None:
    data = loads("a: 0.85\nb: 12\nc: yes\nd: 'yes'\ne: ~\nf: 4.2\ng: 一\nh: 2000-01-01\ni: 1_000\nj: off", "x").data
    assert data == {
        "a": Decimal("0.85"), "b": 12, "c": True, "d": "yes", "e": None, "f": Decimal("4.2"), "g": "一",
        "h": "2000-01-01", "i": 1000, "j": False,
    }  # fmt: skip
    assert isinstance(data["a"], Decimal)
    assert isinstance(loads("a: 1.0", "x").data["a"], Decimal)


def test_numbers_that_are_none_stay_texts() -> None:
    assert loads("a: .inf\nb: 1:30\nc: 0x1F", "x").data == {"a": ".inf", "b": "1:30", "c": "0x1F"}


def test_an_empty_file_is_an_empty_mapping() -> None:
    assert loads("", "x").data == {}
    assert loads("# only this\n", "x").data == {}


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: 1\nb: [1, 2\n", "QBE-STD-001", 3),
        ("a: 1\n\tb: 2\n", "QBE-STD-001", 2),
        ("a: 1\nb: 2\na: 3\n", "QBE-STD-003", 3),
        ("x:\n  p: 1\n  q: 2\n  p: 3\n", "QBE-STD-003", 4),
        ("x: 1\na: &again\n  b: 1\nc: *again\n", "QBE-STD-001", 2),  # aliases can grow without bounds
        ("x: 1\na: &loop\n  - *loop\n", "QBE-STD-001", 2),
    ],
)
def test_mistakes_name_file_and_line(text: str, code: str, line: int) -> None:
    with pytest.raises(QbeError) as caught:
        loads(text, "rules.yaml")
    assert caught.value.code == code
    assert caught.value.values["file"] == "rules.yaml"
    assert caught.value.values["line"] == line
    assert f"line {line}" in caught.value.message("en") and f"第 {line} 行" in caught.value.message("zh")


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(QbeError, match="QBE-STD-001") as caught:
        load(tmp_path / "none.yaml")
    assert caught.value.values["file"] == "none.yaml"
    (tmp_path / "gbk.yaml").write_bytes("名称: 县".encode("gbk"))
    with pytest.raises(QbeError, match=r"gbk\.yaml"):
        load(tmp_path / "gbk.yaml")
    (tmp_path / "good.yaml").write_text("名称: 县", encoding="utf-8")
    assert load(tmp_path / "good.yaml").data == {"名称": "县"}


def test_nearest() -> None:
    assert nearest("at_lest", ["at_least", "at_most", "below"]) == "at_least"
    assert nearest("zzz", ["b", "a"]) == "a, b"
