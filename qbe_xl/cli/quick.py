"""What makes one run start at once."""

from __future__ import annotations

import sys

# Set by `main` where it runs as a process of its own; inside another program nothing is touched.
own_process = False


def import_openpyxl() -> None:
    """Import openpyxl without numpy, which it wants only to accept numpy's numbers in cells that it writes.

    That takes a third off the start of an assessment. Here openpyxl only reads; numpy itself stays importable.
    """
    if not own_process or "openpyxl" in sys.modules or "numpy" in sys.modules:
        return
    sys.modules["numpy"] = None  # type: ignore[assignment]  # how Python marks a module that must not be imported
    try:
        import openpyxl  # noqa: F401
    finally:
        del sys.modules["numpy"]
