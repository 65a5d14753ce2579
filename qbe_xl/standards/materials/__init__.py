"""佐证材料清单 as data: one YAML an edition, and files of a province or city that change it."""

from qbe_xl.standards.materials.loader import Materials, load_materials
from qbe_xl.standards.materials.model import Level, Material, Volume

__all__ = ["Level", "Material", "Materials", "Volume", "load_materials"]
