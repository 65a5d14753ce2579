"""`qbe-xl plan` from file to workbook, JSON and exit code."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from qbe_xl.cli import main
from qbe_xl.cli.codes import INTERRUPTED
from qbe_xl.forms.template import write_template
from qbe_xl.planning.cheapest.relaxation import Relaxation
from qbe_xl.standards import DEFAULT_EDITION, load_edition
from tests.counties import county, school


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook of three schools; the first lacks grounds and key teachers."""
    target = tmp_path_factory.mktemp("plan") / "甲县.xlsx"
    made = county(school("S1", outdoor_sports_area=2000, backbone_primary=2), school("S2"), school("S3", "junior"))
    return write_template(target, load_edition(DEFAULT_EDITION), "zh", 5, made)


def test_a_plan_is_written_and_said(short: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert main(["plan", str(short), "--no-guard", "--out-dir", str(out), "--json", str(out / "p.json"), "--years", "2"]) == 0
    said = capsys.readouterr().out
    assert "总费用" in said and "假设" in said and "第 2 年" in said
    assert [p.name for p in out.glob("*.xlsx")] == ["甲县.整改方案.xlsx"]
    data = json.loads((out / "p.json").read_text(encoding="utf-8"))
    assert data["schema"] == "qbe-xl/plan/1" and data["after"]["resources"] == "pass"
    assert data["years"][-1]["resources"] == "pass"


def test_too_little_money_and_prohibitions_end_with_1(short: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", str(short), "--no-guard", "--budget", "0.1万"]) == 1
    assert "不够" in capsys.readouterr().out
    assert main(["plan", str(short), "--no-guard", "--lang", "en", "--forbid", "S1"]) == 1
    assert "nothing may be added there" in capsys.readouterr().out


def test_ctrl_c_ends_it_with_words(
    short: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted() -> None:
        signal.raise_signal(signal.SIGINT)

    real = Relaxation._run

    def run_it(self: Relaxation, seconds: float) -> None:
        self.ask = interrupted
        real(self, seconds)

    monkeypatch.setattr(Relaxation, "_run", run_it)
    assert main(["plan", str(short), "--no-guard", "--out-dir", str(tmp_path)]) == INTERRUPTED
    assert "已中断" in capsys.readouterr().err and not list(tmp_path.iterdir())


def test_wrong_calls_end_with_4(short: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", str(short), "--no-guard", "--budget", "很多"]) == 4
    assert main(["plan", str(short), "--no-guard", "--forbid", "无此校"]) == 4
    assert "QBE-PLN-102" in capsys.readouterr().err
