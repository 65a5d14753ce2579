"""`qbe-xl assess` reads in guarded children: the same result, no harm to other files, nothing left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Outcome
from tests.paths import ROOT, SAMPLES
from tests.safety.hostile import KINDS
from tests.safety.test_guarded import children, gone

Run = Callable[..., Outcome]


def deadly(folder: Path) -> Path:
    """A file that ends whatever process opens it."""
    hostile = next(each for each in KINDS if each.name == "xls_far_cell")
    path = folder / "deadly.xls"
    path.write_bytes(hostile.make())
    return path


@pytest.mark.parametrize("names", [("linyi.xlsx",), ("pass.xlsx", "missing-data.xlsx", "structures.xlsx")])
def test_the_json_is_the_same_to_the_byte(cli: Run, tmp_path: Path, names: tuple[str, ...]) -> None:
    files = [str(SAMPLES / name) for name in names]
    plain = cli("assess", *files, "--json", "plain.json", "--no-guard")
    guarded = cli("assess", *files, "--json", "guarded.json")
    assert (tmp_path / "plain.json").read_bytes() == (tmp_path / "guarded.json").read_bytes()
    assert plain.code == guarded.code
    assert plain.out == guarded.out


def test_a_deadly_file_costs_the_others_nothing(cli: Run, tmp_path: Path) -> None:
    good = SAMPLES / "pass.xlsx"
    found = cli("assess", str(deadly(tmp_path)), str(good), "--json", "-", "--lang", "en")
    first, second = json.loads(found.out)["assessments"]
    assert found.code == 3
    assert [finding["code"] for finding in first["findings"]] == ["QBE-FIL-015"]
    assert len(first["file"]["sha256"]) == 64
    assert second["verdict"] == "pass"


def test_a_deadly_file_is_read_in_a_child_even_without_the_guard(cli: Run, tmp_path: Path) -> None:
    found = cli("assess", str(deadly(tmp_path)), "--no-guard", "--lang", "en")
    assert (found.code, "QBE-FIL-015" in found.out) == (3, True)


def test_folders_hold_workbooks_of_every_format(cli: Run, tmp_path: Path) -> None:
    deadly(tmp_path)
    (tmp_path / "notes.txt").write_text("x")
    found = cli("assess", str(tmp_path), "--json", "-")
    assert [each["file"]["name"] for each in json.loads(found.out)["assessments"]] == ["deadly.xls"]


def test_a_locked_result_is_written_beside_and_that_is_said(cli: Run, tmp_path: Path) -> None:
    sample = str(SAMPLES / "pass.xlsx")
    assert cli("assess", sample, "--json", "out.json", "--lang", "en").code == 0
    (tmp_path / "out.json").chmod(0o444)
    before = (tmp_path / "out.json").read_bytes()
    found = cli("assess", sample, "--json", "out.json", "--lang", "en")
    assert "out (2).json" in found.err
    assert (tmp_path / "out.json").read_bytes() == before == (tmp_path / "out (2).json").read_bytes()


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_run_leaves_no_process_behind(tmp_path: Path, number: signal.Signals) -> None:
    slow = next(each for each in KINDS if each.name == "shared_strings_of_16_mb_that_pack_badly")
    (tmp_path / "slow.xlsx").write_bytes(slow.make())
    run = subprocess.Popen(
        [sys.executable, "-m", "qbe_xl", "assess", "slow.xlsx", "--lang", "en"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    end = time.monotonic() + 30
    below: list[int] = []
    while len(below) < 2 and time.monotonic() < end:
        time.sleep(0.01)
        below = [pid for child in children(run.pid) for pid in (child, *children(child))]
    assert len(below) == 2  # the nursery, and the child that reads
    os.kill(run.pid, number)
    err = run.communicate(timeout=30)[1]
    assert gone(below)
    assert run.returncode == (130 if number == signal.SIGINT else -signal.SIGKILL)
    assert (b"Interrupted." in err) is (number == signal.SIGINT)
