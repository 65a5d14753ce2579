"""The reviewer's waivers of one call: read before any file, and those told at the end that were about none of the files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbe_xl.cli import problems
from qbe_xl.core.languages import Lang

if TYPE_CHECKING:
    from qbe_xl.checks.waivers import Waiver
    from qbe_xl.county import Submission


class Waivers:
    """What `--waivers FILE.yaml` named. QbeError where the file is wrong; without a file there are none."""

    def __init__(self, path: str | None) -> None:
        self._all: tuple[Waiver, ...] = ()
        self._used: set[Waiver] = set()
        if path is not None:
            from qbe_xl.checks.waivers import load_waivers

            self._all = load_waivers(path)

    def of(self, submission: Submission) -> tuple[Waiver, ...]:
        """Those about this submission."""
        found = tuple(each for each in self._all if each.concerns(submission.file))
        self._used.update(found)
        return found

    def tell_unused(self, lang: Lang) -> None:
        """Say on stderr which waivers are about none of the files."""
        for each in self._all:
            if each not in self._used:
                problems.say(
                    f"提示：{each.source} 第 {each.line} 行的豁免没有用上：没有文件“{each.submission}”。",
                    f"Note: the waiver in {each.source}, line {each.line}, was not used: no file is “{each.submission}”.",
                    lang,
                )
