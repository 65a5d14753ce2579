"""What lies in a folder of evidence: names only. No file is opened, no link is followed, and there are bounds."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from qbe_xl.core.errors import QbeError
from qbe_xl.planning.settings import settings

# Neither papers nor anything a person would look for: locks, thumbnails, shortcuts, half-written files.
_NOT_PAPERS = ("~$*", "thumbs.db", "desktop.ini", "*.lnk", "*.url", "*.tmp", "*.crdownload")
OWN_LISTS = ("*.档案清单*.xlsx", "*.evidence*.xlsx")
Parts = tuple[str, ...]


@dataclass(frozen=True)
class Listing:
    """The files of a folder: each as its path's parts below the folder, in order of path.

    `links`: symbolic links (and junctions) that were not followed; `deep`: folders too deep to be looked into;
    `unreadable`: folders that could not be listed, and names that are no text.
    """

    root: Path
    files: tuple[Parts, ...] = ()
    links: tuple[str, ...] = ()
    deep: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()


def look_into(folder: Path | str) -> Listing:
    """List a folder. QbeError QBE-PLN-401 (no such folder), -402 (too many files), -403 (it cannot be read)."""
    root = Path(folder)
    if not root.is_dir():
        raise QbeError("QBE-PLN-401", folder=str(folder))
    bounds = settings()["evidence"]
    most, depth = int(bounds["most_files"]), int(bounds["most_levels"])
    files: list[Parts] = []
    links: list[str] = []
    deep: list[str] = []
    unreadable: list[str] = []
    seen = 0
    waiting: list[Parts] = [()]
    while waiting:
        at = waiting.pop()
        try:
            with os.scandir(root.joinpath(*at)) as entries:
                for entry in entries:
                    seen += 1  # whatever it is: a folder of a million links is too much as well
                    if seen > most:
                        raise QbeError("QBE-PLN-402", folder=str(folder), limit=most)
                    parts = (*at, entry.name)
                    if entry.name.startswith(".") or any(fnmatch(entry.name.lower(), p) for p in (*_NOT_PAPERS, *OWN_LISTS)):
                        continue
                    if not _is_text(entry.name):
                        unreadable.append("/".join(at) or ".")
                    elif _leads_elsewhere(entry):
                        links.append("/".join(parts))
                    elif entry.is_dir(follow_symlinks=False):
                        if len(parts) < depth:
                            waiting.append(parts)
                        else:
                            deep.append("/".join(parts))
                    elif entry.is_file(follow_symlinks=False):
                        files.append(parts)
        except OSError as error:
            if not at:
                raise QbeError("QBE-PLN-403", folder=str(folder), problem=error.strerror or str(error)) from error
            unreadable.append("/".join(at))
    return Listing(root, tuple(sorted(files)), tuple(sorted(links)), tuple(sorted(deep)), tuple(sorted(set(unreadable))))


def _is_text(name: str) -> bool:
    """Whether a name can be written down at all; Linux keeps names that are not."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _leads_elsewhere(entry: os.DirEntry[str]) -> bool:
    """A symbolic link, or on Windows any reparse point (junction)."""
    if entry.is_symlink():
        return True
    flag = getattr(stat, "FILE_ATTRIBUTE_REPARSE_POINT", 0)
    return bool(getattr(entry.stat(follow_symlinks=False), "st_file_attributes", 0) & flag)
