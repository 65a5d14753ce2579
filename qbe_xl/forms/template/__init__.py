"""The county template: input sheets, and live result sheets made of native formulas only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["DEFAULT_SCHOOLS", "MAX_SCHOOLS", "MIN_SCHOOLS", "Template", "template_bytes", "write_template"]

if TYPE_CHECKING:
    from qbe_xl.forms.template.build import template_bytes, write_template
    from qbe_xl.forms.template.layout import DEFAULT_SCHOOLS, MAX_SCHOOLS, MIN_SCHOOLS
    from qbe_xl.forms.template.plan import Template

_HOMES = {
    "DEFAULT_SCHOOLS": "qbe_xl.forms.template.layout",
    "MAX_SCHOOLS": "qbe_xl.forms.template.layout",
    "MIN_SCHOOLS": "qbe_xl.forms.template.layout",
    "Template": "qbe_xl.forms.template.plan",
    "template_bytes": "qbe_xl.forms.template.build",
    "write_template": "qbe_xl.forms.template.build",
}


def __getattr__(name: str) -> Any:
    """Imported on first use: who only compares formulas needs no writer of workbooks."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'qbe_xl.forms.template' has no attribute {name!r}")
