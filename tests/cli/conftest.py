"""`cli`: runs the command line in this process; workbooks named below are read as counties made by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from qbe_xl.cli import main
from qbe_xl.core.findings import Finding
from qbe_xl.county import County, FileInfo, Submission
from tests import counties

PASSING = counties.county()
COUNTIES: dict[str, County] = {
    "pass": PASSING,
    "fail": counties.with_facts(PASSING, veto_fraud="yes"),
    "undetermined": counties.with_facts(PASSING, veto_fraud=None),
    "blocked": PASSING,
}


@dataclass(frozen=True)
class Outcome:
    """What a run gave."""

    code: int
    out: str
    err: str


def submission(path: Path) -> Submission:
    """What reading the file gives: by the first word of its name."""
    kind = path.stem.partition("-")[0]
    if kind == "crash":
        raise RuntimeError("engine on fire")
    if kind == "stop":
        raise KeyboardInterrupt
    findings = (Finding("QBE-DAT-002", "学校", "F4", args={"field": "x", "value": -1}),) if kind == "blocked" else ()
    return Submission(FileInfo(path.name, "0" * 64), "qbe-county-1", COUNTIES[kind], findings)


@pytest.fixture
def books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Makes files of these names in the working folder; they are read as the counties above, others really."""
    import qbe_xl.forms

    really = qbe_xl.forms.read
    made: set[Path] = set()

    def read(path: Path | str, form: str | Path | None = None) -> Submission:
        return submission(Path(path)) if Path(path).resolve() in made else really(path, form)

    def make(*names: str) -> list[str]:
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"")
            made.add(path.resolve())
        return list(names)

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("QBE_LANG", raising=False)
    monkeypatch.setattr(qbe_xl.forms, "read", read)
    # only a fork of this process reads as told here; another test's LibreOffice may have left a thread behind
    monkeypatch.setattr("qbe_xl.safety.guarded._fitting_start", lambda: "fork")
    return make


@pytest.fixture
def cli(capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """Runs `qbe-xl` with these arguments in a folder of the test's own; error logs go there too."""
    import tempfile

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("QBE_LANG", raising=False)
    (tmp_path / "logs").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "logs"))

    def run(*arguments: str) -> Outcome:
        code = main(arguments)
        caught = capfd.readouterr()
        return Outcome(code, caught.out, caught.err)

    return run
