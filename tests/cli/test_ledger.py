"""`ledger`: what is written, what it is compared with, and how a run ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Outcome

Cli = Callable[..., Outcome]
Books = Callable[..., list[str]]


def test_a_ledger_is_carried_from_file_to_file(cli: Cli, books: Books, tmp_path: Path) -> None:
    first, second, third = books("fail-1.xlsx", "pass-2.xlsx", "fail-3.xlsx")
    out = tmp_path / "out"
    found = cli("ledger", first, "--out-dir", str(out), "--school-pages")
    assert found.code == 0 and "新增 1" in found.out
    assert {path.name for path in out.iterdir()} == {"fail-1.问题台账.xlsx", "fail-1.一校一策.xlsx"}
    found = cli("ledger", second, "--against", str(out / "fail-1.问题台账.xlsx"), "--out-dir", str(out), "--lang", "en")
    assert found.code == 0 and "Closed 1" in found.out
    found = cli("ledger", third, "--against", str(out / "pass-2.ledger.xlsx"), "--json", "-")
    data = json.loads(found.out)
    assert (found.code, data["schema"], data["counts"]["back"]) == (0, "qbe-xl/ledger/1", 1)
    found = cli("ledger", third, "--against", first, "--against", second, "--json", "-")
    assert json.loads(found.out)["counts"]["back"] == 1


def test_nothing_is_written_unasked_and_never_over_another_file(cli: Cli, books: Books, tmp_path: Path) -> None:
    (file,) = books("fail.xlsx")
    assert cli("ledger", file).code == 0
    assert {path.name for path in tmp_path.iterdir()} == {"fail.xlsx", "logs"}
    for _ in range(2):
        assert cli("ledger", file, "--out-dir", str(tmp_path), "-q").code == 0
    assert {path.name for path in tmp_path.glob("*台账*")} == {"fail.问题台账.xlsx", "fail.问题台账 (2).xlsx"}


def test_wrong_calls_are_told(cli: Cli, books: Books, tmp_path: Path) -> None:
    (file,) = books("fail.xlsx")
    found = cli("ledger", file, "--against", str(tmp_path / "none.xlsx"))
    assert found.code == 4 and "QBE-PLN-202" in found.err
    assert cli("ledger", file, "--school-pages").code == 4
    (tmp_path / "a.yaml").write_text("schools: [{to: S1}]", encoding="utf-8")
    found = cli("ledger", file, "--successors", str(tmp_path / "a.yaml"))
    assert found.code == 4 and "QBE-PLN-201" in found.err and "{from: 原校, to: 现校}" in found.err
    assert cli("ledger", str(tmp_path / "none.xlsx")).code == 3
