"""What makes one run start at once."""

from __future__ import annotations

import gc
import sys

_GARBAGE_THRESHOLD = 50_000  # objects; Python's 700 looks through everything hundreds of times while modules load

# Inside another program nothing is touched.
own_process = False


def own_the_process() -> None:
    """Called by `main` where the process is ours alone."""
    global own_process
    own_process = True
    gc.set_threshold(_GARBAGE_THRESHOLD)


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
