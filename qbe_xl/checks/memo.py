"""What several checks need of one county, computed once: only the last county's is kept, and only while it lives."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any, TypeVar

from qbe_xl.county import County

_Made = TypeVar("_Made")
_last: tuple[weakref.ref[County], dict[object, Any]] | None = None


def once(county: County, key: object, make: Callable[[], _Made]) -> _Made:
    """What `make` gives for this county, made when first asked for. `key` names it."""
    global _last
    kept = _last
    if kept is None or kept[0]() is not county:
        kept = _last = (weakref.ref(county), {})
    made = kept[1]
    if key not in made:
        made[key] = make()
    found: _Made = made[key]
    return found
