"""The rules as data: one YAML an edition, overlays for provinces and cities, and their typed loader."""

from qbe_xl.standards.edition import STAGES_OF_TYPE, Edition, stage_field
from qbe_xl.standards.loader import DEFAULT_EDITION, EditionInfo, known_editions, load_edition

__all__ = [
    "DEFAULT_EDITION",
    "STAGES_OF_TYPE",
    "Edition",
    "EditionInfo",
    "known_editions",
    "load_edition",
    "stage_field",
]
