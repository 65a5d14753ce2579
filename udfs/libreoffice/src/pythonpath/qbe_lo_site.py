"""Finds the environment that holds qbe_xl, and lets LibreOffice's Python use its packages.

Looked up in this order: the environment variable QBE_XL_SITE, then the first line of qbe_xl_site.txt in LibreOffice's
user folder, which `qbe-xl doctor --link` writes. Either names an environment or its site-packages.
"""

import os
import site
import sys

import uno

FILE, VARIABLE = "qbe_xl_site.txt", "QBE_XL_SITE"
LOG, MOST_LOG_BYTES = "qbe_xl.log", 1_000_000


class SiteError(Exception):
    """No environment that this Python can use: (zh, en)."""

    def __init__(self, zh, en):
        super().__init__(f"{zh} / {en}")


def user_folder(context):
    """LibreOffice's user folder, as a path of the system."""
    paths = context.ServiceManager.createInstanceWithContext("com.sun.star.util.PathSubstitution", context)
    return uno.fileUrlToSystemPath(paths.substituteVariables("$(user)", True))


def log(context, text):
    """Append to qbe_xl.log in the user folder; a log that cannot be written is no reason to fail."""
    try:
        path = os.path.join(user_folder(context), LOG)
        if os.path.exists(path) and os.path.getsize(path) > MOST_LOG_BYTES:
            return
        with open(path, "a", encoding="utf-8") as file:
            file.write(text + "\n")
    except OSError:
        pass


def locate(context):
    """The site-packages to use; SiteError where there is none, or where they belong to another Python."""
    root = os.environ.get(VARIABLE, "").strip()
    note = os.path.join(user_folder(context), FILE)
    if not root and os.path.isfile(note):
        with open(note, encoding="utf-8-sig") as file:
            root = file.readline().strip()
    if not root:
        raise SiteError(
            "还没有指定 qbe_xl 的 Python 环境，请运行 qbe-xl doctor",
            "no environment with qbe_xl is named: run qbe-xl doctor",
        )
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if os.path.isfile(os.path.join(root, "pyvenv.cfg")):
        made = version_of(root)
        if made and made != here:
            raise SiteError(
                f"qbe_xl 的环境是 Python {made}，LibreOffice 用的是 {here}，请运行 qbe-xl doctor",
                f"the environment is Python {made}, LibreOffice runs {here}: run qbe-xl doctor",
            )
        below = ("Lib", "site-packages") if os.name == "nt" else ("lib", "python" + here, "site-packages")
        root = os.path.join(root, *below)
    if not os.path.isdir(root):
        raise SiteError(f"没有文件夹 {root}，请运行 qbe-xl doctor", f"there is no folder {root}: run qbe-xl doctor")
    return root


def version_of(environment):
    """X.Y of an environment as its pyvenv.cfg has it; an empty text where it says nothing."""
    with open(os.path.join(environment, "pyvenv.cfg"), encoding="utf-8") as file:
        for line in file:
            key, _, value = line.partition("=")
            if key.strip() in ("version", "version_info"):
                return ".".join(value.strip().split(".")[:2])
    return ""


def attach(context):
    """Put the environment's packages before the system's own, behind the standard library; harmless when repeated."""
    folder = locate(context)
    if folder in sys.path:
        return folder
    before = list(sys.path)
    site.addsitedir(folder)  # honours .pth files, so an editable installation works too
    added = [path for path in sys.path if path not in before]
    kept = [path for path in sys.path if path not in added]
    # `uno` itself stands among the system's packages and is loaded already
    at = next((k for k, path in enumerate(kept) if path.endswith(("dist-packages", "site-packages"))), len(kept))
    sys.path[:] = kept[:at] + added + kept[at:]
    return folder
