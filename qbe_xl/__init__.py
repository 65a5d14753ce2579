"""qbe_xl: assesses 义务教育优质均衡 (quality and balanced compulsory education) from a county's reporting workbook."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

# One XML parser for openpyxl, whether or not the report's library has brought lxml along: the same bytes everywhere.
os.environ.setdefault("OPENPYXL_LXML", "False")

__version__ = "0.1.0"
__all__ = ["Assessment", "County", "QbeError", "__version__", "assess"]

if TYPE_CHECKING:
    from qbe_xl.assessment import Assessment, assess
    from qbe_xl.core.errors import QbeError
    from qbe_xl.county import County

_HOMES = {
    "assess": "qbe_xl.assessment",
    "Assessment": "qbe_xl.assessment",
    "County": "qbe_xl.county",
    "QbeError": "qbe_xl.core.errors",
}


def __getattr__(name: str) -> Any:
    """Imported on first use, so that `import qbe_xl` costs nothing."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'qbe_xl' has no attribute {name!r}")
