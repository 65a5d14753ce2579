"""`gaps`, `whatif`, `new-scenario`: what is written, and how a run ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Outcome

Cli = Callable[..., Outcome]
Books = Callable[..., list[str]]
SCENARIO = "scenarios:\n- name: 方案一\n  actions:\n  - {change: pe_art_primary, school: S1, add: 2}\n"


def test_gaps_writes_only_what_is_asked(cli: Cli, books: Books, tmp_path: Path) -> None:
    (file,) = books("fail.xlsx")
    found = cli("gaps", file)
    assert (found.code, found.err) == (0, "")
    assert {path.name for path in tmp_path.iterdir()} == {"fail.xlsx", "logs"}
    found = cli("gaps", file, "--out-dir", str(tmp_path / "out"), "--json", "-")
    assert found.code == 0
    assert json.loads(found.out)["schema"] == "qbe-xl/gaps/1"
    assert (tmp_path / "out" / "fail.缺口.xlsx").exists()


def test_whatif_compares(cli: Cli, books: Books, tmp_path: Path) -> None:
    (file,) = books("pass.xlsx")
    (tmp_path / "a.yaml").write_text(SCENARIO, encoding="utf-8")
    target = tmp_path / "w.json"
    found = cli("whatif", file, str(tmp_path / "a.yaml"), "--json", str(target), "--out-dir", str(tmp_path), "--lang", "en")
    assert found.code == 0, found.err
    data = json.loads(target.read_text(encoding="utf-8"))
    assert [each["name"] for each in data["scenarios"]] == ["方案一"]
    assert (tmp_path / "pass.whatif.xlsx").exists()
    assert cli("whatif", file, str(tmp_path / "a.yaml"), "--json", str(target)).code == 0  # ours may be replaced
    target.write_text("{}", encoding="utf-8")
    assert "QBE-CAL-011" in cli("whatif", file, str(tmp_path / "a.yaml"), "--json", str(target)).err


def test_a_wrong_scenario_is_a_wrong_call(cli: Cli, books: Books, tmp_path: Path) -> None:
    (file,) = books("pass.xlsx")
    (tmp_path / "a.yaml").write_text(SCENARIO.replace("S1", "S77"), encoding="utf-8")
    found = cli("whatif", file, str(tmp_path / "a.yaml"))
    assert found.code == 4 and "QBE-PLN-009" in found.err and "第 4 行" in found.err
    assert cli("whatif", file, str(tmp_path / "none.yaml")).code == 4
    (tmp_path / "a.yaml").write_text(SCENARIO, encoding="utf-8")
    found = cli("whatif", file, str(tmp_path / "a.yaml"), str(tmp_path / "a.yaml"))
    assert found.code == 4 and "QBE-PLN-014" in found.err


def test_what_cannot_be_assessed_ends_with_3(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SCENARIO, encoding="utf-8")
    for call in (["gaps", "no.xlsx"], ["whatif", "no.xlsx", str(tmp_path / "a.yaml")], ["new-scenario", "no.xlsx"]):
        assert cli(*call).code == 3
    assert not list(tmp_path.glob("*.情景.yaml"))


def test_a_new_scenario_is_never_written_over_another(cli: Cli, books: Books, tmp_path: Path) -> None:
    (file,) = books("pass.xlsx")
    assert cli("new-scenario", file).code == 0
    target = tmp_path / "pass.情景.yaml"
    assert "第S1学校" in target.read_text(encoding="utf-8")
    assert "QBE-CAL-010" in cli("new-scenario", file).err
    assert cli("new-scenario", file, "--force").code == 0
    assert cli("new-scenario", file, "--out", str(tmp_path / "s.xlsx")).code == 0
    found = cli("whatif", file, str(tmp_path / "s.xlsx"))
    assert found.code == 4 and "QBE-PLN-013" in found.err  # nothing was filled in
