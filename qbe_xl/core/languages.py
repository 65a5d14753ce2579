"""The two languages, and texts that exist in both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Lang = Literal["zh", "en"]
LANGUAGES: tuple[Lang, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """A text in Chinese and English; `text["zh"]` takes one of them."""

    zh: str
    en: str

    def __getitem__(self, lang: Lang) -> str:
        return self.zh if lang == "zh" else self.en

    def format(self, **values: object) -> Text:
        """Both texts with `{name}` replaced."""
        return Text(self.zh.format(**values), self.en.format(**values))


STAGE_NAMES: dict[str, Text] = {
    "primary": Text("小学", "Primary"),
    "junior": Text("初中", "Junior"),
    "senior": Text("高中", "Senior"),
}

STATUS_NAMES: dict[str, Text] = {
    "pass": Text("达标", "Met"),
    "fail": Text("不达标", "Not met"),
    "undetermined": Text("待定", "Undetermined"),
    "not_applicable": Text("不适用", "Not applicable"),
}

# A value of one school and indicator has finer words than a criterion.
VALUE_STATUS_NAMES: dict[str, Text] = {
    "pass": Text("达标", "Met"),
    "allowed": Text("可作余项", "Allowed"),
    "fail": Text("不达标", "Not met"),
    "undetermined": Text("缺数据", "No data"),
}
