"""A book that is nothing but what the runner handed over."""

from types import SimpleNamespace


def book_of(context, document, frame, check, alert):
    return SimpleNamespace(context=context, document=document, frame=frame, check=check, alert=alert)
