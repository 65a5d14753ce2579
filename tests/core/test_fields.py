"""fields.yaml: the reader matches headers by these names, so they must tell fields apart."""

from __future__ import annotations

from collections import defaultdict
from importlib import resources

import pytest
import yaml

from qbe_xl.core import fields as module
from qbe_xl.core.fields import all_fields, field_of, stages_of
from qbe_xl.core.languages import LANGUAGES
from qbe_xl.forms.texts import norm

LEVELS = ("county", "school", "survey")
RAW = yaml.safe_load(resources.files("qbe_xl.core").joinpath("fields.yaml").read_text(encoding="utf-8"))


def test_every_entry_becomes_one_field_a_stage() -> None:
    wanted = [f"{base}_{s}" if s else base for base, entry in RAW.items() for s in entry.get("stages", [None])]
    assert list(all_fields()) == wanted
    assert len(set(wanted)) == len(wanted)
    # a yaml reader keeps the last of two equal keys, so count the lines too
    lines = resources.files("qbe_xl.core").joinpath("fields.yaml").read_text(encoding="utf-8").splitlines()
    heads = [line.split(":")[0] for line in lines if line[:1].isalpha()]
    assert heads == list(RAW)


@pytest.mark.parametrize("base", [base for base, entry in RAW.items() if "stages" in entry])
def test_stage_fields_are_filled_in(base: str) -> None:
    assert stages_of(base) == tuple(RAW[base]["stages"])
    for stage in stages_of(base):
        field = field_of(f"{base}_{stage}")
        assert (field.base, field.stage) == (base, stage)
        assert {"primary": "小学", "junior": "初中", "senior": "高中"}[stage] in field.name.zh
        assert stage in field.name.en.lower()
        assert all(
            "{" not in text for text in (field.name.zh, field.name.en, field.help.zh, field.help.en, *field.also)
        )
        assert field.name.en[0].isupper()


def test_stages_of_a_field_without_stages() -> None:
    assert stages_of("teaching_area") == ()
    assert stages_of("pupils") == ("primary", "junior", "senior")
    assert (field_of("teaching_area").base, field_of("teaching_area").stage) == ("teaching_area", None)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_names_tell_fields_apart(level: str, lang: str) -> None:
    seen: dict[str, list[str]] = defaultdict(list)
    for field in all_fields().values():
        if level in field.levels:
            seen[norm(field.name[lang])].append(field.id)
    assert {name: ids for name, ids in seen.items() if len(ids) > 1} == {}
    assert "" not in seen


@pytest.mark.parametrize("level", LEVELS)
def test_other_words_belong_to_one_field(level: str) -> None:
    seen: dict[str, set[str]] = defaultdict(set)
    for field in all_fields().values():
        if level in field.levels:
            for text in (field.name.zh, field.name.en, *field.also):
                seen[norm(text)].add(field.id)
    assert {name: ids for name, ids in seen.items() if len(ids) > 1} == {}


def test_other_words_for_choices_belong_to_one_choice() -> None:
    for field in all_fields().values():
        seen: dict[str, set[str]] = defaultdict(set)
        for choice in field.choices:
            for text in (choice.id, choice.name.zh, choice.name.en, *choice.also):
                seen[norm(text)].add(choice.id)
        assert {name: ids for name, ids in seen.items() if len(ids) > 1} == {}, field.id


def test_every_field_is_described() -> None:
    for field in all_fields().values():
        assert field.levels and set(field.levels) <= set(LEVELS), field.id
        assert field.help.zh.endswith("。") and field.help.en.endswith("."), field.id
        assert field.short.zh and field.short.en, field.id
        assert (field.type == "choice") == bool(field.choices), field.id
        assert field.numeric == (field.type in {"count", "amount"}), field.id
        assert field.numeric == (field.unit is not None), field.id


def test_choice_names() -> None:
    assert field_of("school_type").choice_name("nine_year", "zh") == "九年一贯制学校"
    assert field_of("charter").choice_name("no", "en") == "No"
    assert field_of("school_type").choice_name("unheard_of", "zh") == "unheard_of"


def test_an_unknown_key_is_refused() -> None:
    entry = {"level": ["county"], "type": "text", "name": {"zh": "甲", "en": "A"}, "help": {"zh": "。", "en": "."}}
    assert [field.id for field in module._fields_of("a", entry)] == ["a"]
    with pytest.raises(ValueError, match="a: unknown key"):
        module._fields_of("a", {**entry, "unti": "人"})
    with pytest.raises(KeyError):
        field_of("no_such_field")
