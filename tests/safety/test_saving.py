"""Saving: the old file or the new one, never half of one, and no rubbish beside it."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

import pytest

from qbe_xl.core.errors import QbeError
from qbe_xl.safety import save_atomically


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
