"""What a wrong call raises. Problems in the data are findings, never exceptions."""

from __future__ import annotations

from qbe_xl.core.languages import Lang
from qbe_xl.core.messages import joined, render


class QbeError(Exception):
    """A problem with the call (not with the data): an unknown edition, a broken rule file, an unwritable folder.

    `code` stands in the message catalogue (`qbe-xl explain CODE`); `args` fill its placeholders.
    """

    def __init__(self, code: str, /, **values: object) -> None:
        self.code = code
        self.values = values
        super().__init__(f"{code} {render(code, 'zh', values)[0]} / {render(code, 'en', values)[0]}")

    def message(self, lang: Lang) -> str:
        """The message and its remedy in one language."""
        text, fix = render(self.code, lang, self.values)
        return f"{self.code} {joined(text, fix, lang)}"
