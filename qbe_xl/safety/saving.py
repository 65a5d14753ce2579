"""Writing files so that a reader sees the old file or the new one, never half of one."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from qbe_xl.core.errors import QbeError

_PERMISSIONS = 0o666  # what a new file gets, less the umask


def save_atomically(target: Path | str, write: Callable[[BinaryIO], None] | bytes) -> Path:
    """Write `target` through a temporary file beside it: written, synced to disk, then renamed over it.

    `write` is the content, or a function that writes it to the open file. Returns the target's path. Whatever goes
    wrong, the target is as it was and no temporary file stays; OSError becomes QbeError QBE-CAL-001.
    """
    target = Path(target)
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{target.name[:80]}.", suffix=".tmp", dir=target.parent)
    except OSError as error:
        raise QbeError("QBE-CAL-001", file=str(target), problem=error.strerror or str(error)) from error
    done = False
    try:
        with os.fdopen(handle, "w+b") as file:
            if isinstance(write, bytes):
                file.write(write)
            else:
                write(file)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, _mode_for(target))
        os.replace(temporary, target)
        done = True
    except OSError as error:
        raise QbeError("QBE-CAL-001", file=str(target), problem=error.strerror or str(error)) from error
    finally:
        if not done:  # an interrupt leaves nothing behind either
            with contextlib.suppress(OSError):
                os.unlink(temporary)
    _sync_folder(target.parent)
    return target


def _mode_for(target: Path) -> int:
    """The target's own permissions where it exists, else those of any new file."""
    try:
        return target.stat().st_mode & 0o777
    except OSError:
        umask = os.umask(0)
        os.umask(umask)
        return _PERMISSIONS & ~umask


def _sync_folder(folder: Path) -> None:
    """Make the renaming itself durable, where the system can (Windows cannot open a folder)."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
