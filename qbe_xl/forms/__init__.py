"""Forms: where fields stand in each reporting workbook, and the reader that finds them there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["CollectForm", "Profile", "known_forms", "load_form", "read", "read_open"]

if TYPE_CHECKING:
    from qbe_xl.forms.collect_form import CollectForm
    from qbe_xl.forms.front import known_forms, load_form, read, read_open
    from qbe_xl.forms.profile import Profile

_HOMES = {
    "CollectForm": "qbe_xl.forms.collect_form",
    "Profile": "qbe_xl.forms.profile",
    "known_forms": "qbe_xl.forms.front",
    "load_form": "qbe_xl.forms.front",
    "read": "qbe_xl.forms.front",
    "read_open": "qbe_xl.forms.front",
}


def __getattr__(name: str) -> Any:
    """Imported on first use: who has files read by a guarded child needs none of the readers."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'qbe_xl.forms' has no attribute {name!r}")
