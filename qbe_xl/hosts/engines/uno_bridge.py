"""The way to LibreOffice: its `uno` module, connections, structures, and its exceptions turned into ours.

Inside LibreOffice `uno` is simply there. Elsewhere LibreOffice (or the package python3-uno) brings it for one version of
Python and puts it where other interpreters do not look; `uno_module` loads it from there without touching `sys.path`.
Nothing here is imported from `uno` before it is needed.
"""

from __future__ import annotations

import builtins
import functools
import glob
import importlib
import importlib.machinery
import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, TypeVar

from qbe_xl.hosts.engines.common import EngineError

C = TypeVar("C", bound=type)
F = TypeVar("F", bound=Callable[..., Any])

# Where LibreOffice and distributions put uno.py and pyuno.
_FOLDERS = (
    "/usr/lib/python3/dist-packages",
    "/usr/lib/libreoffice/program",
    "/usr/lib64/libreoffice/program",
    "/usr/lib64/python3.*/site-packages",
    "/opt/libreoffice*/program",
    "/Applications/LibreOffice.app/Contents/Resources",
    "/Applications/LibreOffice.app/Contents/Frameworks",
    "C:/Program Files/LibreOffice/program",
)


class ConnectionLost(EngineError):
    """LibreOffice has ended, or the document was closed underneath."""

    def __init__(self, office: bool) -> None:
        """office: LibreOffice itself is gone, not only the document."""
        if office:
            super().__init__(
                "与 LibreOffice 的连接已断开：LibreOffice 已退出，操作没有完成。",
                "The connection to LibreOffice is lost: it has ended, and the work was not finished.",
            )
        else:
            super().__init__(
                "工作簿已在 LibreOffice 中被关闭，操作没有完成。",
                "The workbook was closed in LibreOffice, and the work was not finished.",
            )


# ---------------------------------------------------------------------------------------------------- the module


def uno_folders() -> list[str]:
    """Folders that may hold `uno`: the one named in QBE_UNO_PATH, LibreOffice's own, the distribution's."""
    places = [os.environ.get("QBE_UNO_PATH", "")]
    soffice = shutil.which("soffice") or shutil.which("libreoffice")
    if soffice:
        places.append(os.path.dirname(os.path.realpath(soffice)))
    for pattern in _FOLDERS:
        places.extend(sorted(glob.glob(pattern)))
    return [place for place in dict.fromkeys(places) if place and os.path.isdir(place)]


def _load(name: str, folders: list[str]) -> ModuleType:
    """One module from the folders, and nothing else of them."""
    spec = importlib.machinery.PathFinder.find_spec(name, folders)
    if spec is None or spec.loader is None:
        raise ImportError(name)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except ImportError:
        del sys.modules[name]
        raise
    return module


@functools.cache
def uno_module() -> Any:
    """LibreOffice's `uno`, made importable if need be.

    `uno` puts an import of its own in Python's place, for the sake of `import com.sun.star…`; it hides that a module is
    missing (ModuleNotFoundError) from whoever asks, so outside of LibreOffice Python's own is put back. EngineError tells
    what to install where there is none for this interpreter.
    """
    if "uno" in sys.modules:
        return sys.modules["uno"]
    own = builtins.__import__
    try:
        try:
            return importlib.import_module("uno")
        except ImportError:
            folders = uno_folders()
            _load("pyuno", folders)
            return _load("uno", folders)
    except ImportError as problem:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise EngineError(
            f"这个 Python（{version}）找不到 LibreOffice 的 uno 模块。请安装 LibreOffice 和 python3-uno"
            "（Debian、Ubuntu：apt install libreoffice python3-uno），并使用同一版本的 Python；"
            "也可以在环境变量 QBE_UNO_PATH 中写明 uno.py 所在的文件夹。",
            f"This Python ({version}) finds no `uno` module of LibreOffice. Install LibreOffice and python3-uno "
            "(Debian, Ubuntu: apt install libreoffice python3-uno) and use the same version of Python, or name the "
            "folder of uno.py in the environment variable QBE_UNO_PATH.",
        ) from problem
    finally:
        builtins.__import__ = own


def struct(name: str, **fields: Any) -> Any:
    """A structure of com.sun.star with these fields, e.g. struct("table.CellAddress", Sheet=0, Column=1, Row=2)."""
    made = uno_module().createUnoStruct(f"com.sun.star.{name}")
    for field, value in fields.items():
        setattr(made, field, value)
    return made


def enum(name: str, value: str) -> Any:
    """A value of an enumeration of com.sun.star, e.g. enum("table.CellHoriJustify", "CENTER")."""
    return uno_module().Enum(f"com.sun.star.{name}", value)


def prop(name: str, value: Any) -> Any:
    """A PropertyValue, as loading and saving take them."""
    return struct("beans.PropertyValue", Name=name, Value=value)


def url_of(path: str | os.PathLike[str]) -> str:
    """The file URL of a path."""
    return str(uno_module().systemPathToFileUrl(os.path.abspath(os.fspath(path))))


def path_of(url: str) -> str:
    """The path of a file URL; other URLs stay as they are."""
    return str(uno_module().fileUrlToSystemPath(url)) if url.startswith("file:") else url


def connect(pipe: str) -> Any:
    """The component context of an office that was started with ``--accept=pipe,name=…;urp;``.

    EngineError if none listens there (yet). The pipe and the office must belong to the user who connects.
    """
    local = uno_module().getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    try:
        return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
    except uno_exceptions() as problem:
        raise EngineError(
            f"没有 LibreOffice 在管道 {pipe} 上等候连接。", f"No LibreOffice accepts connections on the pipe {pipe}."
        ) from problem


# ---------------------------------------------------------------------------------------------------- exceptions


@functools.cache
def _exceptions_of(uno: Any) -> tuple[type[BaseException], ...]:
    return (uno.getClass("com.sun.star.uno.Exception"),)


def uno_exceptions() -> tuple[type[BaseException], ...]:
    """What LibreOffice raises; none before `uno` is loaded."""
    uno = sys.modules.get("uno")
    return _exceptions_of(uno) if uno is not None else ()


_UPWARDS = ("sheet", "_book", "book", "rng", "borders", "chart", "active")


def _closed(owner: Any) -> bool:
    """Is the document gone that a sheet, a range, … belongs to?"""
    while owner is not None:
        own = getattr(owner, "__dict__", {})
        if "document" in own or hasattr(owner, "model"):
            model = own["document"].model if "document" in own else owner.model
            try:
                return model.Sheets is None or not model.Sheets.hasElements()
            except uno_exceptions():
                return True
        owner = next((own[name] for name in _UPWARDS if own.get(name) is not None), None)
    return False


def translated(problem: BaseException, owner: Any = None) -> EngineError:
    """LibreOffice's exception as an error of ours that can be read; `owner` is whose doing it was."""
    kind = type(problem).__name__.rpartition(".")[2]
    said = str(getattr(problem, "Message", "") or problem).strip()
    bridge = "bridge" in said.lower() or "urp" in said.lower()
    # Of an object whose office is gone not even the properties are known.
    bridge = bridge or (kind == "UnknownPropertyException" and said.startswith("cannot get value"))
    if kind == "DisposedException" or bridge:
        return ConnectionLost(office=bridge)
    if kind == "RuntimeException" and _closed(owner):  # all that LibreOffice says then is a line of its source
        return ConnectionLost(office=False)
    said = f"{kind} {said}".strip()
    return EngineError(f"LibreOffice 没有完成这一操作（{said}）。", f"LibreOffice could not do this ({said}).")


def guarded(function: F) -> F:
    """The function, with LibreOffice's exceptions turned into EngineError."""

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except uno_exceptions() as problem:
            raise translated(problem, args[0] if args else None) from problem

    return run  # type: ignore[return-value]


def edge(cls: C) -> C:
    """Class decorator: everything public (and `__call__` and the like) of the class is `guarded`."""
    for name, member in list(vars(cls).items()):
        if isinstance(member, property):
            getter, setter = member.fget, member.fset
            wrapped = property(getter and guarded(getter), setter and guarded(setter), doc=member.__doc__)
            setattr(cls, name, wrapped)
        elif callable(member) and not isinstance(member, type | staticmethod | classmethod) and name != "__init__":
            setattr(cls, name, guarded(member))
    return cls


def members(access: Any) -> Iterator[Any]:
    """Every member of something with an index."""
    for index in range(access.getCount()):
        yield access.getByIndex(index)


def enumerated(access: Any) -> Iterator[Any]:
    """Every member of something that can only be enumerated."""
    found = access.createEnumeration()
    while found.hasMoreElements():
        yield found.nextElement()
