"""Texts as WordprocessingML: whatever a school is called, it arrives in the document as text.

A text is escaped down to its braces, so that neither XML nor the template language ever sees it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

# What XML 1.0 cannot hold, and the signs that turn the direction of everything behind them.
_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
_SPACES = re.compile(r"[\t\r\n\u2028\u2029]+")
_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "{": "&#123;", "}": "&#125;"}
)
_REPLACED = "\ufffd"


def shown(text: str) -> str:
    """The text in one line; characters that a document cannot hold, or that would turn its direction, become U+FFFD."""
    return _UNFIT.sub(_REPLACED, _SPACES.sub(" ", text))


def escaped(text: str) -> str:
    """`shown`, ready to stand in XML content or an attribute."""
    return shown(text).translate(_ESCAPES)


class Shown(str):
    """A text for the template: `{{ county }}`. It escapes itself, so nothing in it is markup or a placeholder."""

    __slots__ = ()

    def __html__(self) -> str:
        return escaped(self)


def tag(name: str, *content: str, attrs: Mapping[str, str | int] | None = None, **values: str | int) -> str:
    """An element of the `w` namespace with `w:` attributes (`values`) and content that is markup already."""
    own = "".join(f' w:{key}="{escaped(str(value))}"' for key, value in {**(attrs or {}), **values}.items())
    inner = "".join(content)
    return f"<w:{name}{own}>{inner}</w:{name}>" if inner else f"<w:{name}{own}/>"


def run(text: str, style: str | None = None, *, bold: bool = False) -> str:
    """A run of text; `style` is the id of a character style."""
    look = (tag("rStyle", val=style) if style else "") + (tag("b") if bold else "")
    return tag("r", tag("rPr", look) if look else "", f'<w:t xml:space="preserve">{escaped(text)}</w:t>')


def paragraph(style: str | None, *runs: str, settings: str = "") -> str:
    """A paragraph of runs; `style` is the id of a paragraph style, `settings` further paragraph properties."""
    look = (tag("pStyle", val=style) if style else "") + settings
    return tag("p", tag("pPr", look) if look else "", *runs) if look or runs else "<w:p/>"
