"""The gate: what is checked before a submitted file is read, and how files are written without harm."""

from qbe_xl.safety.package import OtherFormat, PackageFacts, Refused, SheetFacts
from qbe_xl.safety.preflight import cells_out_of_order, preflight
from qbe_xl.safety.saving import save_atomically, save_or_beside

__all__ = [
    "OtherFormat",
    "PackageFacts",
    "Refused",
    "SheetFacts",
    "cells_out_of_order",
    "preflight",
    "save_atomically",
    "save_or_beside",
]
