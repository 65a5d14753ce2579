"""A finding is data; it becomes a sentence last."""

from __future__ import annotations

import pytest

from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import Text

NOT_A_NUMBER = Finding(
    "QBE-DAT-012", "学校", "F17", "S3", {"field": Text("小学在校生数", "Primary pupils"), "value": "一百二"}
)


def test_a_finding_becomes_a_sentence() -> None:
    assert NOT_A_NUMBER.severity == "error"
    assert NOT_A_NUMBER.sentence("zh") == (
        "QBE-DAT-012 学校!F17 小学在校生数“一百二”不是数字。请只填数字，例如 120；没有数据请留空。"
    )
    assert NOT_A_NUMBER.sentence("en").startswith(
        "QBE-DAT-012 学校!F17 Primary pupils “一百二” is not a number. Enter digits only"
    )


@pytest.mark.parametrize(
    ("finding", "place"),
    [
        (Finding("QBE-CMP-002", "学校", "F17"), "学校!F17"),
        (Finding("QBE-CMP-002", "学校"), "学校"),
        (Finding("QBE-CMP-002"), ""),
        (Finding("QBE-CMP-002", "学校", "F17", file="a.xlsx"), "[a.xlsx]学校!F17"),
    ],
)
def test_place(finding: Finding, place: str) -> None:
    assert finding.place == place
    assert "  " not in finding.sentence("zh")


def test_order_is_by_weight_then_code_then_place() -> None:
    wanted = [
        Finding("QBE-CMP-002"),
        Finding("QBE-DAT-002", "学校", "B9"),
        Finding("QBE-DAT-002", "学校", "B10"),
        Finding("QBE-DAT-002", "学校", "Z10"),
        Finding("QBE-DAT-002", "学校", "AA10:AB12"),
        Finding("QBE-DAT-002", "学校", "$B$11"),
        Finding("QBE-CMP-003"),  # a query
        Finding("QBE-CMP-005"),  # a note
    ]
    assert [f.severity for f in wanted[-3:]] == ["error", "query", "note"]
    assert sorted(reversed(wanted), key=Finding.sort_key) == wanted
