"""Every way to write an empty result is replaced, and nothing beside it is touched."""

from __future__ import annotations

import pytest

from qbe_xl.hosts.headless.patching import patched_sheet

HEAD, TAIL = b'<worksheet><sheetData><row r="1">', b'<c r="B1"><v>7</v></c></row></sheetData><x /></worksheet>'


@pytest.mark.parametrize("cached", [b"<v/>", b"<v />", b"<v></v>", b"<v>1</v>", b""])
def test_a_result_in_whatever_spelling(cached: bytes) -> None:
    data = HEAD + b'<c r="A1"><f>1+1</f>' + cached + b"</c>" + TAIL
    patched = patched_sheet(data, {"A1": 2.0}, "county.xlsx")
    assert patched.data == HEAD + b'<c r="A1"><f>1+1</f><v>2</v></c>' + TAIL


@pytest.mark.parametrize("formula", [b'<f t="shared" si="0"/>', b'<f t="shared" si="0" />'])
def test_a_follower_of_a_shared_formula(formula: bytes) -> None:
    data = HEAD + b'<c r="A1">' + formula + b"</c>" + TAIL
    assert (
        patched_sheet(data, {"A1": 2.0}, "county.xlsx").data == HEAD + b'<c r="A1">' + formula + b"<v>2</v></c>" + TAIL
    )
