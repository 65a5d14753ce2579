"""The catalogue: both languages complete, every code known, every code used."""

from __future__ import annotations

import re
import string
from importlib import resources

import pytest

from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import LANGUAGES, Text
from qbe_xl.core.messages import catalogue, render
from tests.paths import PACKAGE

CODE = re.compile(r"QBE-[A-Z]{3}-\d{3}")
# Codes that nothing gives yet. A code is never reused, so one that is given up stays here.
RESERVED: set[str] = set()


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def used_codes() -> set[str]:
    found: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        found |= set(CODE.findall(path.read_text(encoding="utf-8")))
    return found


def test_codes_stand_once_in_order_of_the_file() -> None:
    text = resources.files("qbe_xl.core").joinpath("messages.yaml").read_text(encoding="utf-8")
    codes = [line.split(":")[0] for line in text.splitlines() if line.startswith("QBE-")]
    assert len(codes) == len(set(codes))
    assert codes == list(catalogue())
    assert all(CODE.fullmatch(code) for code in codes)


@pytest.mark.parametrize("code", list(catalogue()))
def test_both_languages_say_the_same(code: str) -> None:
    message = catalogue()[code]
    assert message.severity in {"error", "query", "note", "call"}
    assert placeholders(message.text.zh) == placeholders(message.text.en)
    # a remedy may leave out a word of the other language, but never name what the sentence does not have
    known = placeholders(message.text.zh) | placeholders(message.fix.zh) & placeholders(message.fix.en)
    assert placeholders(message.fix.zh) | placeholders(message.fix.en) <= known
    for lang, ends in (("zh", "。"), ("en", ".…")):
        assert message.text[lang][-1] in ends, message.text[lang]
        assert message.fix[lang][-1] in ends, message.fix[lang]
    assert not re.search(r"[\u4e00-\u9fff]", message.text.en + message.fix.en)
    # Chinese sentences have Chinese punctuation: no bare comma or question mark before a Chinese character
    assert not re.search(r"[,;?!](?=[\u4e00-\u9fff])", message.text.zh + message.fix.zh)


def test_every_code_in_the_source_is_in_the_catalogue() -> None:
    assert used_codes() - set(catalogue()) == set()


def test_every_code_of_the_catalogue_is_given_somewhere() -> None:
    assert set(catalogue()) - used_codes() - RESERVED == set()


def test_rendering_takes_texts_in_the_readers_language() -> None:
    args = {"field": Text("小学在校生数", "Primary pupils"), "value": "１２０人"}
    assert render("QBE-DAT-012", "zh", args) == (
        "小学在校生数“１２０人”不是数字。",
        "请只填数字，例如 120；没有数据请留空。",
    )
    text, fix = render("QBE-DAT-012", "en", args)
    assert text == "Primary pupils “１２０人” is not a number."
    assert fix.startswith("Enter digits only")


def test_a_wrong_call_says_so_in_both_languages() -> None:
    error = QbeError("QBE-STD-007", edition="cn-2040", known="cn-qbe-2017")
    assert error.code == "QBE-STD-007"
    for lang in LANGUAGES:
        message = error.message(lang)
        assert message.startswith("QBE-STD-007 ") and "cn-2040" in message and "qbe-xl standards" in message
    assert "没有“cn-2040”这个版本" in str(error) and "no edition “cn-2040”" in str(error)
