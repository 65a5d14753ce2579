"""Annotated copies are made in guarded children: the same bytes, and what happens there costs one copy."""

from __future__ import annotations

import base64
import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qbe_xl.assessment import assess
from qbe_xl.checks import run_checks
from qbe_xl.core.errors import QbeError
from qbe_xl.core.findings import Explanation, Finding
from qbe_xl.core.languages import Lang, Text
from qbe_xl.county.wire import WireError, findings_from, plain_findings
from qbe_xl.outputs.annotated import child
from qbe_xl.outputs.annotated.child import LIMITS, annotated_file, prepare
from qbe_xl.safety import Refused
from qbe_xl.safety.guarded import Guard
from qbe_xl.standards import DEFAULT_EDITION, load_edition
from tests.checks.samples import SAMPLES as CHECK_SAMPLES
from tests.cli.conftest import Outcome
from tests.cli.test_annotate import faulty
from tests.paths import SAMPLES

WHY = Explanation("explanation", "新建校区", "张三", "5", "2025-09-10", "疑问说明!A6")
FINDINGS = [
    Finding("QBE-DAT-002", "学校", "F7", "3199000101", {"field": Text("在校生", "Pupils"), "value": -1}, also=("G7",)),
    Finding("QBE-INT-009", "学校", "K6", explained=(WHY,), args={"cells": "K6", "count": 3}),
]


def copies(findings: Sequence[Finding], path: Path, lang: Lang) -> tuple[bytes, bytes]:
    """The copy made here, and the one made in a child."""
    values = [str(number) for number, _ in enumerate(findings)]
    with Guard(limits=LIMITS, prepare=prepare) as guard:
        return annotated_file(path, None, findings, values, lang), annotated_file(path, None, findings, values, lang, guard)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["missing-data.xlsx", "structures.xlsx"])
def test_the_same_bytes_as_in_this_process(name: str, lang: Lang) -> None:
    findings = [*assess(SAMPLES / name).findings, *FINDINGS]
    here, there = copies(findings, SAMPLES / name, lang)
    assert here == there


def test_every_finding_of_every_check_travels() -> None:
    """With its arguments, so that it says the same; and with what it was answered."""
    edition = load_edition(DEFAULT_EDITION)
    found = [finding for sample in CHECK_SAMPLES.values() for finding in run_checks(sample.fail, edition, last_year=sample.last)]
    found += [replace(found[0], explained=(WHY, replace(WHY, kind="waiver", date=None)))]
    assert len({finding.code for finding in found}) > 40
    back = findings_from(plain_findings(found))
    assert [f.explained for f in back] == [f.explained for f in found]
    for one, other in zip(found, back, strict=True):
        assert (one.sentence("zh"), one.sentence("en"), one.also) == (other.sentence("zh"), other.sentence("en"), other.also)
    with pytest.raises(WireError):
        findings_from([[plain_findings(found)[0][0], [["rumour", "", "", "", None, ""]]]])


# ---- what a file may do to its child


def killed(*_: object) -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


def hungry(*_: object) -> bytes:
    return bytes(4 << 30)


def slow(*_: object) -> bytes:
    time.sleep(60)
    return b""


def rubbish(*_: object) -> bytes:
    return b"no package"


FATES = {"killed": (killed, "QBE-FIL-015"), "hungry": (hungry, "QBE-FIL-014"), "slow": (slow, "QBE-FIL-013"),
         "rubbish": (rubbish, "QBE-FIL-016")}  # fmt: skip


@pytest.mark.skipif(os.name != "posix", reason="children are forked from what was changed here")
@pytest.mark.parametrize("fate", FATES)
def test_what_happens_to_a_child_costs_that_copy_alone(
    fate: str, cli: Callable[..., Outcome], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    act, code = FATES[fate]
    really = child._copy

    def copy(path: str, *more: Any) -> bytes:
        return act() if "bad" in path else really(path, *more)

    monkeypatch.setattr(child, "_copy", copy)
    monkeypatch.setattr(child, "LIMITS", replace(LIMITS, seconds=3.0))
    monkeypatch.setattr("qbe_xl.safety.guarded._fitting_start", lambda: "fork")
    original = faulty()
    for name in ("bad.xlsx", "good.xlsx"):
        (tmp_path / name).write_bytes(original)
    said = cli("check", "bad.xlsx", "good.xlsx", "--annotate", "out")
    assert said.code == 3 and said.out.count("QBE-DAT-008") == 2  # both were checked
    assert [line for line in said.err.splitlines() if "没有写批注副本" in line and code in line and "bad.xlsx" in line]
    assert os.listdir("out") == ["good.批注.xlsx"]
    assert (tmp_path / "bad.xlsx").read_bytes() == original


def test_nothing_but_a_package_is_believed(tmp_path: Path) -> None:
    for answer in (None, 7, "!", base64.b64encode(b"MZ").decode()):
        with pytest.raises(Refused) as caught:
            child._bytes(answer, "x.xlsx")
        assert caught.value.code == "QBE-FIL-016"
    assert child._bytes(base64.b64encode(b"PK\x03\x04...").decode(), "x.xlsx").startswith(b"PK")


def test_a_file_that_changed_is_told_from_the_child(tmp_path: Path) -> None:
    with Guard(limits=LIMITS, prepare=prepare) as guard, pytest.raises(QbeError) as caught:
        annotated_file(SAMPLES / "pass.xlsx", "0" * 64, [], [], "zh", guard)
    assert caught.value.code == "QBE-ANN-003"
