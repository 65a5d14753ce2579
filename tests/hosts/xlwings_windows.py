"""xlwings' own Windows code on any system: its decorators, `call_udf` and converters are real, COM and Excel are not.

pywin32 is replaced by mocks while xlwings' Windows modules are imported. Ranges are mocks that hold `Value` as pywin32
delivers it: a scalar for one cell, else tuples of tuples with None, float, str, bool, and errors as numbers.
"""

from __future__ import annotations

import ctypes
import datetime
import importlib
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import ModuleType
from typing import Any
from unittest.mock import MagicMock, patch

import xlwings
import xlwings.main

from qbe_xl.functions import CellError
from tests.functions.cases import OMIT
from tests.paths import ROOT

# HRESULTs of COM: 0x800A0000 + xlErr…, as signed 32 bits; 0x80020004 where an argument was left out
ERRORS = {
    CellError.NULL: -2146826288, CellError.DIV0: -2146826281, CellError.VALUE: -2146826273, CellError.REF: -2146826265,
    CellError.NAME: -2146826259, CellError.NUM: -2146826252, CellError.NA: -2146826246,
}  # fmt: skip
LEFT_OUT = -2147352572
_MOCKED = (
    "pythoncom", "pywintypes", "win32com", "win32com.client", "win32com.client.dynamic", "win32com.server",
    "win32com.server.util", "win32api", "win32con", "win32gui", "win32process", "win32timezone", "xlwings.com_server",
)  # fmt: skip


class ComTime(datetime.datetime):
    """Stands for pywintypes' time."""


class Windows:
    """`call` is a formula in a cell; `functions` is `udfs/qbe_udfs.py` with xlwings' real decorators."""

    def __init__(self, udfs: ModuleType, impl: ModuleType, functions: ModuleType, iid: Any) -> None:
        self.udfs, self.impl, self.functions, self._iid = udfs, impl, functions, iid

    def range(self, value: Any) -> MagicMock:
        """A COM range whose cells hold these raw values."""
        found = MagicMock(Value=value)
        found.Rows.Count = len(value) if isinstance(value, tuple) else 1
        found.Columns.Count = len(value[0]) if isinstance(value, tuple) else 1
        found._oleobj_.GetTypeInfo().GetTypeAttr().iid = self._iid
        return found

    def call(self, name: str, *args: Any, caller: Any = None) -> Any:
        """What xlwings gives to VBA: rows of cells."""
        asked = len(self.info(name)["args"])
        given = [*args, *([LEFT_OUT] * asked)][:asked]
        return self.udfs.call_udf("qbe_udfs", name, tuple(given), None, caller or MagicMock())

    def info(self, name: str) -> dict[str, Any]:
        """What xlwings knows of a function."""
        found: dict[str, Any] = getattr(self.functions, name).__xlfunc__
        return found


def raw(value: Any) -> Any:
    """A case's argument as pywin32 delivers it."""
    if isinstance(value, list):
        return tuple(tuple(raw(cell) for cell in row) for row in value)
    if isinstance(value, CellError):
        return ERRORS[value]
    if value is OMIT:
        return LEFT_OUT
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


@contextmanager
def windows() -> Iterator[Windows]:
    """xlwings as it is on Windows; everything is as before afterwards."""
    mocks = {name: MagicMock(name=name) for name in _MOCKED}
    mocks["pywintypes"].TimeType = ComTime
    mocks["pythoncom"].__file__ = "pythoncom.dll"
    engines = xlwings.engines
    folder = str(ROOT / "udfs")
    with ExitStack() as stack:
        stack.enter_context(patch.dict(sys.modules, mocks))
        for name in ("windll", "oledll", "PyDLL", "WINFUNCTYPE"):
            stack.enter_context(patch.object(ctypes, name, MagicMock(), create=True))
        stack.enter_context(patch.object(sys, "path", [folder, *sys.path]))
        for name in ("xlwings._xlwindows", "xlwings.udfs", "qbe_udfs"):
            sys.modules.pop(name, None)
        impl = importlib.import_module("xlwings._xlwindows")
        stack.enter_context(patch.object(xlwings, "_xlwindows", impl, create=True))
        udfs = importlib.import_module("xlwings.udfs")
        stack.enter_context(patch.object(xlwings, "udfs", udfs, create=True))
        stack.enter_context(patch.object(engines, "engines", list(engines.engines)))
        stack.enter_context(patch.object(engines, "engines_by_name", dict(engines.engines_by_name)))
        for name in ("func", "arg", "ret"):
            stack.enter_context(patch.object(xlwings, name, getattr(udfs, f"xl{name}")))
        engines.add(xlwings.main.Engine(impl=impl.engine))
        iid = mocks["pywintypes"].IID.return_value
        yield Windows(udfs, impl, importlib.import_module("qbe_udfs"), iid)
