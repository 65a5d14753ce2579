"""Wheels of the kit: resolved for Windows on any host, pinned with hashes, unpacked as an installer would."""

from __future__ import annotations

import importlib.metadata
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts import kit
from scripts.kit_wheels import (
    ENVIRONMENT,
    KitError,
    check_against_lock,
    lock_text,
    read_folder,
    read_lock,
    read_wheel,
    resolve,
    sha256_of,
    unpack,
    walk,
)
from tests.udfs.kit_wheels_made import make_wheel

ON_WINDOWS = 'pywin32>=224; platform_system == "Windows"'
NOT_THERE = 'appscript>=1; platform_system == "Darwin"'


# --- markers ---------------------------------------------------------------------------------------------------------


class LinuxPip:
    """`pip download` as it is on Linux: it evaluates the markers of dependencies for Linux, whatever --platform says."""

    def __init__(self, shelf: Path) -> None:
        self.shelf = {read_wheel(path).name: path for path in shelf.glob("*.whl")}
        self.asked: list[list[str]] = []

    def __call__(self, arguments: Sequence[str], folder: Path) -> None:
        self.asked.append(list(arguments))
        folder.mkdir(parents=True)
        linux = {**ENVIRONMENT, "platform_system": "Linux", "sys_platform": "linux", "os_name": "posix", "extra": ""}
        todo = [Requirement(text) for text in arguments]
        while todo:
            requirement = todo.pop()
            if requirement.marker and not requirement.marker.evaluate(linux):
                continue
            path = self.shelf.get(canonicalize_name(requirement.name))
            if path is None:
                raise KitError(f"No matching distribution found for {requirement.name}")
            if not (folder / path.name).exists():
                (folder / path.name).write_bytes(path.read_bytes())
                todo += read_wheel(path).requires


def shelf_of(tmp_path: Path) -> LinuxPip:
    shelf = tmp_path / "shelf"
    make_wheel(shelf, "xlwings", "0.37", [ON_WINDOWS, NOT_THERE, 'black; extra == "all"'])
    make_wheel(shelf, "pywin32", "312", ["deep>=1"])
    make_wheel(shelf, "deep", "1.5")
    make_wheel(shelf, "click", "8.0", ['colorama; platform_system == "Windows"', 'posixish; os_name == "posix"'])
    make_wheel(shelf, "colorama", "0.4")
    make_wheel(shelf, "posixish", "2.0")
    return LinuxPip(shelf)


def test_what_the_hosts_markers_leave_out_is_asked_for(tmp_path: Path) -> None:
    pip = shelf_of(tmp_path)
    found = resolve([Requirement("xlwings"), Requirement("click>=7")], tmp_path / "out", pip)
    # pywin32 and colorama come in the second round, with what pywin32 needs; what only Linux needs stays out
    assert list(found) == ["click", "colorama", "deep", "pywin32", "xlwings"]
    assert pip.asked[0] == ["xlwings", "click>=7"]
    assert pip.asked[1] == ["xlwings", "click>=7", "colorama", "pywin32>=224"]


def test_a_package_that_is_nowhere_ends_it(tmp_path: Path) -> None:
    pip = shelf_of(tmp_path)
    del pip.shelf["deep"]
    with pytest.raises(KitError, match="deep"):
        resolve([Requirement("xlwings")], tmp_path / "out", pip)


def test_versions_and_extras_count(tmp_path: Path) -> None:
    make_wheel(tmp_path, "a", "1.0", ["b>=2", 'c; extra == "more"'])
    make_wheel(tmp_path, "b", "1.9")
    make_wheel(tmp_path, "c")
    wheels = read_folder(tmp_path)
    assert walk([Requirement("a")], wheels) == ({"a"}, [Requirement("b>=2")])
    assert walk([Requirement("a[more]")], wheels)[0] == {"a", "c"}


# --- the lock --------------------------------------------------------------------------------------------------------


def test_the_lock_is_read_back_and_wrong_wheels_are_refused(tmp_path: Path) -> None:
    make_wheel(tmp_path / "w", "a")
    make_wheel(tmp_path / "w", "b_b", "2.0")
    wheels = read_folder(tmp_path / "w")
    lock = tmp_path / "lock.txt"
    lock.write_text(lock_text(wheels.values()), encoding="utf-8")
    pins = read_lock(lock)
    assert {name: (pin.version, pin.hashes) for name, pin in pins.items()} == {
        name: (wheel.version, {sha256_of(wheel.path)}) for name, wheel in wheels.items()
    }
    check_against_lock(wheels, pins)
    wheels["a"].path.write_bytes(wheels["a"].path.read_bytes() + b"\0")
    with pytest.raises(KitError, match=r"a-1.0.*sha256"):
        check_against_lock(wheels, pins)
    del wheels["a"]
    with pytest.raises(KitError, match=r"differ: a$"):
        check_against_lock(wheels, pins)


@pytest.mark.parametrize(
    "line",
    ["a==1.0", "a>=1 --hash=sha256:" + "0" * 64, "a==1 --hash=md5:" + "0" * 32, "--extra x", "a==1 --hash=sha256:0"],
)
def test_a_line_without_pin_or_hash_is_refused(tmp_path: Path, line: str) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text(f"# top\n{line}\n", encoding="utf-8")
    with pytest.raises(KitError, match=r"lock.txt:2:"):
        read_lock(lock)


def test_the_shipped_lock_covers_the_project_on_windows() -> None:
    pins = read_lock(kit.LOCK)
    assert {"xlwings", "pywin32", "colorama", "tzdata"} <= pins.keys()
    for requirement in kit.requirements():
        assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)].version), str(requirement)
    # walk what is installed here, asking the markers as Windows would; versions other than the pinned one tell nothing
    todo, seen = [canonicalize_name(requirement.name) for requirement in kit.requirements()], set()
    followed = 0
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        assert name in pins, name
        try:
            here = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        if here.version != pins[name].version:
            continue
        followed += 1
        for requirement in map(Requirement, here.requires or ()):
            if requirement.marker is None or requirement.marker.evaluate({**ENVIRONMENT, "extra": ""}):
                assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)].version), requirement
                todo.append(canonicalize_name(requirement.name))
    if followed == len(pins) - 2:  # all but pywin32 and colorama: then the walk is complete, and nothing is superfluous
        assert seen == pins.keys()


def test_no_option_of_an_index_stands_in_the_lock() -> None:
    assert not [
        line for line in kit.LOCK.read_text(encoding="utf-8").splitlines() if line.startswith("-") or "://" in line
    ]


# --- unpacking -------------------------------------------------------------------------------------------------------


def unpacked(tmp_path: Path, path: Path) -> list[str]:
    unpack(read_wheel(path), tmp_path / "app", tmp_path / "python")
    return [name for name in kit.files_of(tmp_path) if name.startswith(("app/", "python/")) and "dist-info" not in name]


def test_schemes_go_where_an_installer_puts_them(tmp_path: Path) -> None:
    files = {
        "pkg/__init__.py": b"",
        "pkg-1.0.data/purelib/pure.py": b"p",
        "pkg-1.0.data/platlib/plat.pyd": b"q",
        "pkg-1.0.data/data/xlwings64.dll": b"d",
        "pkg-1.0.data/scripts/tool.py": b"s",
        "pkg-1.0.data/headers/x.h": b"h",
    }
    assert unpacked(tmp_path, make_wheel(tmp_path / "w", "pkg", files=files)) == [
        "app/pkg/__init__.py", "app/plat.pyd", "app/pure.py", "python/xlwings64.dll",
    ]  # fmt: skip


def test_tests_of_the_large_packages_stay_out_and_no_others(tmp_path: Path) -> None:
    files = {"numpy/a.py": b"", "numpy/ma/tests/t.py": b"", "numpy/testing/u.py": b"", "other/tests/t.py": b""}
    assert unpacked(tmp_path, make_wheel(tmp_path / "w", "numpy", files=files)) == [
        "app/numpy/a.py", "app/numpy/testing/u.py", "app/other/tests/t.py",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["../out.py", "/etc/x", "a/../../x", "a\\b.py", "C:x.py", "stray.pth"])
def test_a_file_out_of_place_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(KitError, match=r"pkg-1\.0"):
        unpacked(tmp_path, make_wheel(tmp_path / "w", "pkg", files={name: b""}))
    assert not (tmp_path / "out.py").exists()


def test_what_record_does_not_say_is_refused(tmp_path: Path) -> None:
    lying = make_wheel(tmp_path / "w", "pkg", files={"pkg.py": b"evil"}, record={"pkg.py": b"good"})
    with pytest.raises(KitError, match=r"pkg.py is not what RECORD says"):
        unpacked(tmp_path, lying)
    unlisted = make_wheel(tmp_path / "v", "more")
    with zipfile.ZipFile(unlisted, "a") as package:
        package.writestr("slipped_in.py", "x")
    with pytest.raises(KitError, match=r"slipped_in.py"):
        unpacked(tmp_path, unlisted)


def test_two_wheels_with_the_same_file_are_refused(tmp_path: Path) -> None:
    unpacked(tmp_path, make_wheel(tmp_path / "w", "a", files={"same.py": b"1"}))
    with pytest.raises(KitError, match=r"same.py is there already"):
        unpacked(tmp_path, make_wheel(tmp_path / "w", "b", files={"same.py": b"1"}))
