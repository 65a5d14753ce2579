"""The windows that the tests of the menu click in."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from qbe_xl.hosts.libreoffice.installed import find_soffice, office_python
from tests.office import OfficeError
from tests.office.desktop import Desktop
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
