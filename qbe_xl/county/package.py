"""What the integrity checks look at beside the County: facts of the package, as plain data that can travel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from qbe_xl.safety.noted import Noted

Saved = float | str | None
"""A value as it stands in a cell of a result sheet; None where it is blank."""

OWN_ROW = "\x01"
"""Stands in a formula's text for the number of its own row: no workbook can hold this character."""

_OWN = re.compile(r"(?<=[A-Za-z])([0-9]{1,7})(?![0-9(.!\w])")


def own_row_out(text: str, row: int) -> str:
    """A formula's text with the number of its own row taken out, where a reference moves with the row."""
    number = str(row)
    return _OWN.sub(lambda match: OWN_ROW if match[1] == number else match[0], text)


class Formulas(NamedTuple):
    """Cells of one column whose formulas are the same but for their own row: the text with OWN_ROW in it, and the rows.

    An empty text: the formula is shared with a cell of another column, and was not looked into.
    """

    sheet: str
    column: str
    text: str
    rows: tuple[tuple[int, int], ...]


BETWEEN = "\x1f"
"""Stands between the values of a row: no workbook can hold this character."""


class SavedTable(NamedTuple):
    """What the formulas of a table of results showed when the workbook was saved: the letters of the columns, and a text for
    each row from the table's first: its values as they are written in the file, BETWEEN between them, blank where nothing
    was saved. Rows without any value at the end are left out."""

    columns: tuple[str, ...]
    rows: tuple[str, ...]


@dataclass(frozen=True)
class LiveSheets:
    """What stands in the result sheets of a workbook made from our county template.

    `lang` is the template's language, `variant` whether it calls QBE_ functions; `formulas` of all result sheets;
    `values` by sheet and cell: limits, and the saved results of small sheets; `tables` by sheet: those of the tables.
    `missing`: result sheets that are not there; `damaged`: those that could not be looked into. `cut`: there were more
    different formulas than are told.
    """

    lang: str
    variant: bool
    formulas: tuple[Formulas, ...] = ()
    values: Mapping[str, Mapping[str, Saved]] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()
    cut: bool = False
    tables: Mapping[str, SavedTable] = field(default_factory=dict)


@dataclass(frozen=True)
class Package:
    """Facts of the submitted files. `form` is the form that was read, `marked` whether the template's mark was found, `pinned` the edition
    that the template was made for."""

    noted: tuple[Noted, ...] = ()
    form: str | None = None
    marked: bool = False
    pinned: str | None = None
    live: LiveSheets | None = None
