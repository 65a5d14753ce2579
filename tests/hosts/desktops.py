"""The windows that the tests of the menu click in."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from qbe_xl.hosts.libreoffice.installed import find_soffice, office_python
from tests.office import OfficeError
from tests.office.desktop import Desktop
from tests.paths import ROOT
from udfs.build_oxt import build


def add_in_in(folder: Path) -> Path:
    return build(folder / "qbe_xl.oxt")


@contextmanager
def windows(add_in: Path, site: Path, ui: str = "zh-CN") -> Iterator[Desktop]:
    """A desktop with the add-in; what is missing on the machine fails the tests."""
    soffice = find_soffice()
    theirs, ours = office_python(soffice) if soffice else None, f"{sys.version_info[0]}.{sys.version_info[1]}"
    if theirs != ours:
        pytest.fail(f"LibreOffice runs Python {theirs}, the tests {ours}: one of both, please.", pytrace=False)
    try:
        desktop = Desktop(extension=add_in, site=site, ui=ui)
        with desktop:
            yield desktop
    except OfficeError as problem:
        pytest.fail(str(problem), pytrace=False)


def slow_site(folder: Path) -> Path:
    """A site that names our environment, in which every write takes a while as long as the file `slow` is there."""
    folder.mkdir(parents=True)
    lines = [str(ROOT), sysconfig.get_paths()["purelib"], "import qbe_menu_slow"]
    (folder / "qbe.pth").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "qbe_menu_slow.py").write_text(_SLOW, encoding="utf-8")
    return folder


_SLOW = '''"""For tests: a run during which there is time to click."""

import time
from pathlib import Path

from qbe_lo_shield import Shield

at_once = Shield.check


def check(shield):
    if (Path(__file__).parent / "slow").exists():
        time.sleep(0.1)
    at_once(shield)


Shield.check = check
'''
