"""Writing files so that a reader sees the old file or the new one, never half of one."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import BinaryIO

from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import Text

_LOCKS = sys.platform != "win32"
if sys.platform != "win32":
    import fcntl

_PERMISSIONS = 0o666  # what a new file gets, less the umask
_CHUNK = 1 << 20
_NAMES = 99  # other names that are tried beside a locked file
_PACKAGE = b"PK\x03\x04"
_SUFFIX = ".qbe.tmp"
_LEFT_FOR = 86_400  # seconds after which a temporary file is no longer in use, where there are no locks

Content = Callable[[BinaryIO], object] | bytes


class _NotAsWritten(Exception):
    """What stands on the disk is not what was written."""


def unused_name(target: Path) -> Path:
    """The target where no file stands, else `NAME (2).xlsx` and so on: for what people go on writing in."""
    free = target
    for number in count(2):
        if not (free.exists() or free.is_symlink()):
            break
        free = target.with_name(f"{target.stem} ({number}){target.suffix}")
    return free


def save_atomically(target: Path | str, write: Content) -> Path:
    """Write `target` through a temporary file beside it: written, synced to disk, read again, then renamed over it.

    `write` is the content, or a function that writes it to the open file. Returns the target's path. Whatever goes
    wrong, the target is as it was and no temporary file stays; OSError becomes QbeError QBE-CAL-001. What an earlier
    save of this target left behind because it was killed is removed.
    """
    target = Path(target)
    _remove_left_behind(target)
    try:
        handle, temporary, lock = _temporary(target)
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
        _verify(temporary, write)
        os.chmod(temporary, _mode_for(target))
        os.replace(temporary, target)
        done = True
    except OSError as error:
        raise QbeError("QBE-CAL-001", file=str(target), problem=error.strerror or str(error)) from error
    except _NotAsWritten as error:
        problem = Text("写入后核对不符，原文件未动", "what was written does not read back; nothing was replaced")
        raise QbeError("QBE-CAL-001", file=str(target), problem=problem) from error
    finally:
        if not done:  # an interrupt leaves nothing behind either
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        if lock is not None:
            os.close(lock)
    _sync_folder(target.parent)
    return target


def _prefix(target: Path) -> str:
    return f".{target.name[:80]}."


def _temporary(target: Path) -> tuple[int, str, int | None]:
    """A new temporary file beside the target: its handle, its path, and a handle that keeps it locked while it is used.

    The lock, which ends with its process, tells it from what a killed save left behind (see `_remove_left_behind`).
    """
    while True:
        handle, name = tempfile.mkstemp(prefix=_prefix(target), suffix=_SUFFIX, dir=target.parent)
        if not _LOCKS:
            return handle, name, None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:  # somebody who tidies up has it this moment, and removes it
            os.close(handle)
            continue
        except OSError:  # no locks on this file system: then nobody removes it either
            return handle, name, None
        if os.fstat(handle).st_nlink > 0:
            return handle, name, os.dup(handle)
        os.close(handle)


def _remove_left_behind(target: Path) -> None:
    """Remove temporary files of earlier saves of this target whose process is gone; nothing else, and never by force.

    Only plain files of this user with our own kind of name, on which nobody holds the lock. Without such locks
    (Windows): those that nobody has touched for a day.
    """
    pattern = re.compile(re.escape(_prefix(target)) + r"[a-z0-9_]{8}" + re.escape(_SUFFIX))
    with contextlib.suppress(OSError):
        for name in os.listdir(target.parent):
            if pattern.fullmatch(name):
                with contextlib.suppress(OSError):
                    _remove_if_left(os.path.join(target.parent, name))


def _remove_if_left(path: str) -> None:
    status = os.lstat(path)
    if not stat.S_ISREG(status.st_mode):
        return
    if not _LOCKS:
        if time.time() - status.st_mtime > _LEFT_FOR:
            os.unlink(path)  # Windows refuses where it is open
        return
    if status.st_uid != os.getuid():
        return
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.unlink(path)
    finally:
        os.close(handle)


def save_or_beside(target: Path | str, write: Content) -> Path:
    """As `save_atomically`; where the target is locked, under another name beside it. Returns the path written.

    Locked is a file that may not be written to, or that a spreadsheet program has open. Whoever calls says so where
    the path is not the one asked for. QbeError QBE-CAL-001 where there is no way to write at all.
    """
    target = Path(target)
    if not is_locked(target):
        try:
            return save_atomically(target, write)
        except QbeError as error:
            # Windows: whoever has the file open keeps it from being replaced
            if not (isinstance(error.__cause__, PermissionError) and target.exists()):
                raise
    for number in range(2, _NAMES):
        other = target.with_name(f"{target.stem} ({number}){target.suffix}")
        if not other.exists():
            return save_atomically(other, write)
    problem = Text("文件被占用或为只读", "the file is locked or read-only")
    raise QbeError("QBE-CAL-001", file=str(target), problem=problem)


def is_locked(target: Path) -> bool:
    """Whether the file is read-only, or open in Excel, WPS or LibreOffice (which put a lock file beside it)."""
    try:
        if not target.stat().st_mode & 0o222:
            return True
    except OSError:
        return False
    return any(target.with_name(name).exists() for name in (f"~${target.name}", f".~lock.{target.name}#"))


def _verify(path: str, write: Content) -> None:
    """The file again, as it stands on the disk: the same bytes, and where it is a package, each part whole."""
    with open(path, "rb") as file:
        if isinstance(write, bytes):
            view = memoryview(write)
            for start in range(0, len(view), _CHUNK):
                if file.read(_CHUNK) != view[start : start + _CHUNK]:
                    raise _NotAsWritten
            if file.read(1):
                raise _NotAsWritten
        elif file.read(len(_PACKAGE)) == _PACKAGE:
            try:
                with zipfile.ZipFile(file) as package:
                    if package.testzip() is not None:
                        raise _NotAsWritten
            except (zipfile.BadZipFile, zlib.error, EOFError) as error:
                raise _NotAsWritten from error


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
