"""Saving: the old file or the new one, never half of one, and no rubbish beside it."""

from __future__ import annotations

import io
import os
import random
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from qbe_xl.core.errors import QbeError
from qbe_xl.safety import save_atomically, save_or_beside
from tests.paths import ROOT, SAMPLES, SOAK


def test_bytes_and_functions(tmp_path: Path) -> None:
    target = tmp_path / "结果.xlsx"
    assert save_atomically(target, b"one") == target
    assert target.read_bytes() == b"one"
    save_atomically(target, lambda file: file.write(b"two"))
    assert target.read_bytes() == b"two"
    assert os.listdir(tmp_path) == ["结果.xlsx"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_what_fails_half_way_leaves_the_old_file_alone(tmp_path: Path, error: type[BaseException]) -> None:
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"old")

    def breaks(file: BinaryIO) -> None:
        file.write(b"half")
        raise error

    with pytest.raises(error):
        save_atomically(target, breaks)
    assert target.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.xlsx"]


def test_a_full_disk_is_a_wrong_call_with_a_code(tmp_path: Path) -> None:
    def full(file: BinaryIO) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(QbeError) as caught:
        save_atomically(tmp_path / "a.xlsx", full)
    assert caught.value.code == "QBE-CAL-001"
    assert "No space left" in str(caught.value)
    assert os.listdir(tmp_path) == []


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(QbeError) as caught:
        save_atomically(tmp_path / "none" / "a.xlsx", b"x")
    assert caught.value.code == "QBE-CAL-001"


def test_a_folder_of_the_files_name_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").mkdir()
    with pytest.raises(QbeError):
        save_atomically(tmp_path / "a.xlsx", b"x")
    assert os.listdir(tmp_path) == ["a.xlsx"]


def test_permissions_are_those_of_the_file_or_of_any_new_file(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"old")
    target.chmod(0o640)
    save_atomically(target, b"new")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    usual = tmp_path / "b"
    usual.touch()
    save_atomically(tmp_path / "c", b"new")
    assert (tmp_path / "c").stat().st_mode == usual.stat().st_mode


# ---- what is on the disk is what was written


def test_what_does_not_read_back_replaces_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"old")

    def spoiling(write: Callable[[int], None]) -> Callable[[int], None]:
        def fsync(handle: int) -> None:  # the disk says that all is well, and loses a byte
            if os.fstat(handle).st_size > 10:
                os.pwrite(handle, b"?", 9)
            write(handle)

        return fsync

    monkeypatch.setattr(os, "fsync", spoiling(os.fsync))
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as file:
        file.writestr("a" * 100, b"x" * 100)
    for content in (b"new" * 10, lambda file: file.write(package.getvalue().replace(b"x" * 90, b"y" * 90))):
        with pytest.raises(QbeError) as caught:
            save_atomically(target, content)  # type: ignore[arg-type]
        assert caught.value.code == "QBE-CAL-001"
        assert "does not read back" in caught.value.message("en")
        assert (target.read_bytes(), os.listdir(tmp_path)) == (b"old", ["a.xlsx"])


# ---- locked targets


@pytest.mark.parametrize("lock", ["mode", "~$a.json", ".~lock.a.json#"])
def test_a_locked_target_is_left_alone_and_another_name_is_taken(tmp_path: Path, lock: str) -> None:
    target = tmp_path / "a.json"
    target.write_bytes(b"old")
    assert save_or_beside(target, b"first") == target
    if lock == "mode":
        target.chmod(0o444)
    else:
        (tmp_path / lock).touch()
    assert save_or_beside(target, b"second") == tmp_path / "a (2).json"
    assert save_or_beside(target, b"third") == tmp_path / "a (3).json"
    found = [path.read_bytes() for path in (target, tmp_path / "a (2).json", tmp_path / "a (3).json")]
    assert found == [b"first", b"second", b"third"]


def test_a_target_that_may_not_be_replaced_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows, where the target is open elsewhere."""
    target = tmp_path / "a.json"
    target.write_bytes(b"old")
    really = os.replace

    def replace(source: str, to: Path) -> None:
        if Path(to) == target:
            raise PermissionError(13, "Permission denied")
        really(source, to)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(QbeError):
        save_atomically(target, b"new")
    assert save_or_beside(target, b"new") == tmp_path / "a (2).json"
    assert (target.read_bytes(), sorted(os.listdir(tmp_path))) == (b"old", ["a (2).json", "a.json"])


# ---- a full disk and a killed saver, in processes of their own

_FULL = """
import resource, sys
from qbe_xl.core.errors import QbeError
from qbe_xl.safety import save_atomically
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
content = b"x" * 300_000
try:
    save_atomically(sys.argv[1], content if sys.argv[2] == "bytes" else lambda file: file.write(content))
except QbeError as error:
    print(error.code)
"""

_SAVER = """
import itertools, sys
from qbe_xl.safety import save_atomically
target, how = sys.argv[1:]
def pieces(letter):
    def write(file):
        for _ in range(64):
            file.write(letter * (1 << 14))
    return write
print("ready", flush=True)
for letter in itertools.cycle((b"A", b"B")):
    save_atomically(target, letter * (1 << 20) if how == "bytes" else pieces(letter))
"""


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit there")
@pytest.mark.parametrize("how", ["bytes", "function"])
def test_a_disk_that_fills_up_loses_nothing(tmp_path: Path, how: str) -> None:
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"old")
    said = subprocess.run(
        [sys.executable, "-c", _FULL, str(target), how], env=environment(), capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "QBE-CAL-001"
    assert (target.read_bytes(), os.listdir(tmp_path)) == (b"old", ["a.xlsx"])


# ---- what killed savers leave behind


def leave(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(b"left")
    os.utime(path, (1, 1))
    return path


@pytest.mark.skipif(sys.platform == "win32", reason="no locks there")
def test_the_next_save_removes_what_a_killed_one_left_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    ours = leave(tmp_path, ".a.xlsx.abcd_123.qbe.tmp")
    others = [
        leave(tmp_path, name)
        for name in (
            ".b.xlsx.abcd_123.qbe.tmp",  # of another target
            ".a.xlsx.abcd_123.tmp",  # of another program
            ".a.xlsx.abcd_1234.qbe.tmp",
            "a.xlsx.abcd_123.qbe.tmp",
            ".a.xlsx.ABCD_123.qbe.tmp",
        )
    ]
    (tmp_path / ".a.xlsx.linkabcd.qbe.tmp").symlink_to(others[0])
    (tmp_path / ".a.xlsx.folderab.qbe.tmp").mkdir()
    save_atomically(target, b"new")
    assert not ours.exists()
    assert all(path.read_bytes() == b"left" for path in others)
    assert (tmp_path / ".a.xlsx.linkabcd.qbe.tmp").is_symlink()
    assert (tmp_path / ".a.xlsx.folderab.qbe.tmp").is_dir()


@pytest.mark.skipif(sys.platform == "win32", reason="no locks there")
def test_a_temporary_file_in_use_is_never_removed(tmp_path: Path) -> None:
    """A save of the same target while another is under way: both end well, in whatever order."""
    target = tmp_path / "a.xlsx"

    def slow(file: BinaryIO) -> None:
        file.write(b"out")
        save_atomically(target, b"inner")
        assert target.read_bytes() == b"inner"
        assert len(os.listdir(tmp_path)) == 2
        file.write(b"er")

    save_atomically(target, slow)
    assert (target.read_bytes(), os.listdir(tmp_path)) == (b"outer", ["a.xlsx"])


# ---- every kind of save, killed at any moment

_KINDS = """
import itertools, sys
from pathlib import Path
sample, target, kind = sys.argv[1:]
data, target = Path(sample).read_bytes(), Path(target)
from qbe_xl import assess
from qbe_xl.core.findings import Finding
from qbe_xl.outputs.annotated import annotate
from qbe_xl.outputs.findings_files.checked import Checked
from qbe_xl.outputs.findings_files.junit import to_junit
from qbe_xl.outputs.findings_files.sarif import to_sarif
from qbe_xl.outputs.findings_files.tables import to_csv, to_json
from qbe_xl.safety import save_or_beside

def saver(lang):
    finding = Finding("QBE-DAT-002", "学校", "F17", args={"field": "x", "value": -1})
    if kind == "annotated":
        copy = annotate(data, [finding], lang)
        return lambda: save_or_beside(target, copy)
    if kind == "recalculated":
        from qbe_xl.hosts.headless import recalculate
        found = recalculate(sample)
        return lambda: found.save(target, replace=True)
    result = assess(sample)
    if kind == "results":
        from qbe_xl.outputs.results_workbook import results_bytes
        book = results_bytes(result, lang)
        return lambda: save_or_beside(target, book)
    if kind == "assessment":
        return lambda: save_or_beside(target, result.to_json(lang).encode())
    writer = {"json": to_json, "csv": to_csv, "junit": to_junit, "sarif": to_sarif}[kind]
    return lambda: save_or_beside(target, writer([Checked("a.xlsx", result)], lang))

savers = [saver("zh"), saver("en")]
for each in savers:
    each()
    print("ready", flush=True)
    sys.stdin.readline()
for each in itertools.cycle(savers):
    each()
"""
KINDS = ("results", "assessment", "json", "csv", "junit", "sarif", "annotated", "recalculated")
# The limit of a file's size stands for a full disk: each kind of save meets it half way.
_LIMITED = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (400, 400))
from qbe_xl.core.errors import QbeError
try:
    savers[0]()
except QbeError as error:
    print(error.code)
"""


def of_kind(kind: str, target: Path, script: str = _KINDS) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, str(SAMPLES / "missing-data.xlsx"), str(target), kind],
        env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_save_survives_being_killed(tmp_path: Path, kind: str) -> None:
    """After each kill the file is one of the two whole ones, and the next save has removed what the last one left."""
    chance = random.Random(kind)
    target = tmp_path / f"a.{kind}"
    rounds = 125 if SOAK else 3
    whole: set[bytes] = set()
    for _ in range(rounds):
        saver = of_kind(kind, target)
        assert saver.stdin is not None and saver.stdout is not None
        for _ in range(2):
            saver.stdout.readline()
            whole.add(target.read_bytes())
            assert os.listdir(tmp_path) == [target.name]
            saver.stdin.write("\n")
            saver.stdin.flush()
        time.sleep(chance.random() * 0.02)
        saver.kill()
        saver.communicate()
        assert target.read_bytes() in whole
        assert len(os.listdir(tmp_path)) <= 2
    assert len(whole) == (1 if kind == "recalculated" else 2)


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit there")
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_save_survives_a_full_disk(tmp_path: Path, kind: str) -> None:
    target = tmp_path / f"a.{kind}"
    target.write_bytes(b"old")
    saver = of_kind(kind, target, _KINDS[: _KINDS.index("for each in savers")] + _LIMITED)
    assert saver.communicate()[0].strip() == "QBE-CAL-001"
    assert (target.read_bytes(), os.listdir(tmp_path)) == (b"old", [target.name])


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
@pytest.mark.parametrize("how", ["bytes", "function"])
def test_a_saver_killed_at_any_moment_leaves_the_old_file_or_the_new_one(tmp_path: Path, how: str) -> None:
    chance = random.Random(how)
    target = tmp_path / "a.bin"
    whole = [bytes([letter]) * (1 << 20) for letter in b"OAB"]
    target.write_bytes(whole[0])
    left = 0
    for _ in range(500 if SOAK else 25):
        saver = subprocess.Popen(
            [sys.executable, "-c", _SAVER, str(target), how], env=environment(), stdout=subprocess.PIPE
        )
        assert saver.stdout is not None
        saver.stdout.readline()
        time.sleep(chance.random() * 0.03)
        saver.kill()
        saver.communicate()
        assert target.read_bytes() in whole
        for path in tmp_path.iterdir():
            if path != target:
                assert path.name.startswith(".a.bin.") and path.name.endswith(".qbe.tmp")
                path.unlink()
                left += 1
    assert target.read_bytes() != whole[0]
    assert left > 0  # some were killed in the middle of it
