"""What makes one run start at once."""

from __future__ import annotations

import gc

_GARBAGE_THRESHOLD = 50_000  # objects; Python's 700 looks through everything hundreds of times while modules load

# Inside another program nothing is touched.
own_process = False


def own_the_process() -> None:
    """Called by `main` where the process is ours alone."""
    global own_process
    own_process = True
    gc.set_threshold(_GARBAGE_THRESHOLD)


def import_openpyxl() -> None:
    """Import openpyxl without numpy, where the process is ours; see `qbe_xl.forms.child`."""
    if own_process:
        from qbe_xl.forms.child import import_openpyxl as without_numpy

        without_numpy()
