"""cn-qbe-2017: everything the rules ask for is there, with the numbers of the rules."""

from __future__ import annotations

from fractions import Fraction as F
from typing import Any

import pytest

from qbe_xl.core.errors import QbeError
from qbe_xl.core.fields import all_fields
from qbe_xl.standards import DEFAULT_EDITION, STAGES_OF_TYPE, known_editions, load_edition, model, stage_field
from qbe_xl.standards.loader import FOLDER

EDITION = load_edition(DEFAULT_EDITION)
IDS = [
    "B1", "B2",
    *(f"L{n}" for n in range(1, 8)),
    *(f"G{n}" for n in range(1, 16)),
    *(f"Q{n}" for n in range(1, 10)),
    "S1",
    *(f"V{n}" for n in range(1, 7)),
]  # fmt: skip

# id: per how many pupils, limits 小学 初中, 85 % floors 小学 初中, divided between stages
RESOURCES = {
    "L1": (100, F("4.2"), F("5.3"), F("3.57"), F("4.505"), False),
    "L2": (100, 1, 1, F("0.85"), F("0.85"), False),
    "L3": (100, F("0.9"), F("0.9"), F("0.765"), F("0.765"), False),
    "L4": (1, F("4.5"), F("5.8"), F("3.825"), F("4.93"), True),
    "L5": (1, F("7.5"), F("10.2"), F("6.375"), F("8.67"), True),
    "L6": (1, 2000, 2500, 1700, 2125, True),
    "L7": (100, F("2.3"), F("2.4"), F("1.955"), F("2.04"), True),
}

COMPARED: dict[str, tuple[str, Any]] = {
    "B1": (">=", 3),
    "G6": (">=", 1),
    "G7": (">=", 6000),
    "G8.wage": (">=", 1),
    "G9": (">=", 1),
    "G11.exchanged": (">=", F(1, 10)),
    "G11.backbone": (">=", F(1, 5)),
    "G12": (">=", 1),
    "G13.primary": (">=", 1),
    "G13.junior": (">=", F("0.95")),
    "G14.allocated": (">=", F(1, 2)),
    "G15.migrants": (">=", F("0.85")),
    "Q1": (">=", F("0.95")),
    "Q2": (">=", F("0.95")),
    "Q4": (">=", F("0.05")),
    "Q8.grades_1_2": ("<=", 0),
    "Q8.grades_3_6": ("<=", 60),
    "Q8.grades_7_9": ("<=", 90),
    "Q9.level": (">=", 3),
    "Q9.gap": ("<", F("0.15")),
    "S1": (">=", F("0.85")),
}

SIZES = {
    "primary": 2000, "teaching_point": 2000, "junior": 2000, "complete_secondary": 2000,
    "nine_year": 2500, "twelve_year": 2500,
}  # fmt: skip


def everything() -> dict[str, model.AnyCriterion]:
    """Criteria and parts (`G2.staffing`) by id."""
    found: dict[str, model.AnyCriterion] = {}
    for criterion in EDITION.file.criteria:
        found[criterion.id] = criterion
        if isinstance(criterion, model.AllOf):
            found |= {f"{criterion.id}.{part.id}": part for part in criterion.parts}
    return found


def test_every_criterion_once_in_order() -> None:
    assert [criterion.id for criterion in EDITION.file.criteria] == IDS
    assert [c.id for c in EDITION.group("government")] == [f"G{n}" for n in range(1, 16)]
    groups = {"B": "entry", "L": "resources", "G": "government", "Q": "quality", "S": "recognition", "V": "vetoes"}
    assert all(criterion.group == groups[criterion.id[0]] for criterion in EDITION.file.criteria)
    assert EDITION.criterion("Q4").id == "Q4"
    with pytest.raises(KeyError):
        EDITION.criterion("Q10")


@pytest.mark.parametrize("indicator", EDITION.resources, ids=lambda i: i.id)
def test_resources(indicator: model.Resource) -> None:
    times, primary, junior, floor_primary, floor_junior, divided = RESOURCES[indicator.id]
    assert indicator.per_pupils == times
    assert indicator.at_least == {"primary": primary, "junior": junior}
    assert indicator.cv_at_most == {"primary": F(1, 2), "junior": F("0.45")}
    assert EDITION.floor(indicator, "primary") == floor_primary
    assert EDITION.floor(indicator, "junior") == floor_junior
    assert indicator.split is divided


def test_the_seven_and_the_rule_on_them() -> None:
    assert [indicator.id for indicator in EDITION.resources] == list(RESOURCES)
    assert EDITION.file.resource_rule.met_at_least == 6
    assert EDITION.file.resource_rule.floor_share == F("0.85")
    assert EDITION.stages == ("primary", "junior")
    amounts = {
        i.id: (EDITION.amount_fields(i, "primary"), EDITION.amount_fields(i, "junior")) for i in EDITION.resources
    }
    assert amounts["L1"] == (("above_degree_primary",), ("above_degree_junior",))
    assert amounts["L3"] == (("pe_art_primary",), ("pe_art_junior",))  # one figure, not per subject
    assert amounts["L4"] == (("teaching_area", "indoor_sports_area"),) * 2
    assert EDITION.resources[3].amount.value({"teaching_area": 10, "indoor_sports_area": 3}) == 7
    assert EDITION.resources[4].amount.value({"outdoor_sports_area": 10, "indoor_sports_area": 3}) == 13
    assert stage_field("teaching_area", "junior") == "teaching_area"
    assert stage_field("backbone", "junior") == "backbone_junior"


def test_limits_of_everything_else() -> None:
    found = {
        key: (c.operator, c.limit)
        for key, c in everything().items()
        if isinstance(c, model.Limits) and c.limit is not None
    }
    assert found == COMPARED


def test_sizes_classes_and_rooms() -> None:
    size, classes, rooms = (EDITION.criterion(key) for key in ("G4", "G5", "G3"))
    assert isinstance(size, model.EachSchool) and size.at_most_by_type == SIZES
    assert isinstance(classes, model.EachClass) and classes.at_most == {"primary": 45, "junior": 50}
    assert classes.level == "campus" and classes.scope.without == ("vocational",)
    assert isinstance(rooms, model.Rooms) and rooms.per_classes == 12
    assert {kind: room.area for kind, room in rooms.rooms.items()} == {"music": 96, "art": 90}
    assert rooms.rooms["music"].fields_from(96) == ("music_rooms_96",)
    assert rooms.rooms["music"].fields_from(73) == ("music_rooms_96", "music_rooms_73")
    assert rooms.rooms["art"].fields_from(54) == ("art_rooms_90", "art_rooms_67", "art_rooms_61", "art_rooms_54")


@pytest.mark.parametrize("key", ["G4", "G3"])
def test_no_vocational_or_special_school_is_measured(key: str) -> None:
    criterion = EDITION.criterion(key)
    assert isinstance(criterion, model.EachSchool | model.Rooms)
    assert criterion.scope.without == ("special", "vocational")


def test_items_of_several_parts() -> None:
    parts = {c.id: [part.id for part in c.parts] for c in EDITION.file.criteria if isinstance(c, model.AllOf)}
    assert {"G8", "G11", "G14", "G15", "Q9"} <= set(parts)
    assert parts["G8"] == ["wage", "performance_pay"]
    assert parts["G11"] == ["exchanged", "backbone"]
    assert parts["G14"] == ["allocated", "rural_tilt"]
    assert parts["G15"] == ["care_system", "migrants"]
    assert parts["Q9"] == ["level", "gap"]
    assert parts["G2"][:4] == ["building", "staffing", "funding", "equipment"]


def test_how_schools_become_units() -> None:
    units = EDITION.file.units
    assert units.campuses.value == "merge"
    weights = units.split_weights.value
    assert weights == {"primary": 1, "junior": F("1.1"), "senior": F("1.32")}
    assert weights["senior"] / weights["junior"] == F("1.2")  # 完全中学 初:高 = 1:1.2
    assert units.excluded_types.value == ("special", "vocational")
    assert units.teaching_point_min_pupils.value == 50
    assert EDITION.conventions == ("units.campuses", "units.split_weights", "G3.convention")
    assert all(EDITION.convention_text(key).zh and EDITION.convention_text(key).en for key in EDITION.conventions)


def test_every_source_is_known() -> None:
    file = EDITION.file
    sources = [c.source for c in everything().values() if c.source is not None]
    sources += [rule.source for _, rule in file.units] + [file.resource_rule.source] + [o.source for o in file.options]
    assert all(criterion.source is not None for criterion in file.criteria)
    for source in sources:
        assert source.document in file.documents
        assert source.confidence in {"S", "C", "P", "I"}
        assert source.document in source.sentence("zh") and source.sentence("en").endswith("]")
    # the government items and the quality items were read in a source, the seven agree in several
    assert {c.source.confidence for c in EDITION.group("resources") if c.source} == {"C"}
    assert {c.source.confidence for c in EDITION.group("government") if c.source} == {"S"}


def test_relaxations_are_options_and_off() -> None:
    assert EDITION.options == ()
    relaxations = {option.id: option for option in EDITION.file.options}
    assert {key: option.criterion for key, option in relaxations.items()} == {
        "pe_art_shared_teachers": "L3",
        "sports_offsite": "L5",
        "rooms_built_by_2016": "G3",
        "rooms_small_rural_primary": "G3",
        "rooms_small_rural_junior": "G3",
        "size_built_by_2010": "G4",
        "size_migrants": "G4",
    }
    assert all(option.source.confidence == "P" for option in relaxations.values())
    assert not any(EDITION.options_for(criterion) for criterion in ("L3", "L5", "G3", "G4"))
    assert relaxations["rooms_built_by_2016"].areas == {"music": 73, "art": 67}
    assert relaxations["rooms_small_rural_primary"].areas == {"music": 54, "art": 54}
    assert relaxations["rooms_small_rural_junior"].areas == {"music": 61, "art": 61}
    for key in ("size_built_by_2010", "size_migrants"):
        sizes = relaxations[key].at_most_by_type
        assert sizes["nine_year"] == 3000
        assert {kind: n for kind, n in sizes.items() if kind != "nine_year"} == dict.fromkeys(
            ("primary", "teaching_point", "junior", "complete_secondary"), 2400
        )
    # what is tagged P and not an option is a convention, and named in the result
    tagged = {f"units.{key}" for key, rule in EDITION.file.units if rule.source.confidence == "P"}
    assert tagged <= set(EDITION.conventions)
    assert [c.id for c in EDITION.file.criteria if c.source and c.source.confidence == "P"] == []


def test_options_are_switched_on_by_name() -> None:
    on = load_edition(DEFAULT_EDITION, ("size_migrants", "sports_offsite", "size_migrants"))
    assert on.options == ("size_migrants", "sports_offsite")
    assert [option.id for option in on.options_for("G4")] == ["size_migrants"]
    assert on.digest == EDITION.digest
    with pytest.raises(QbeError, match="QBE-STD-008") as caught:
        load_edition(DEFAULT_EDITION, ("size_migrant",))
    assert "size_migrants" in caught.value.message("en")


def test_every_field_asked_for_exists() -> None:
    fields = all_fields()
    for key, criterion in everything().items():
        for name in ("formula", "classes", "shown"):
            formula = getattr(criterion, name, None)
            if hasattr(formula, "names"):
                assert set(formula.names) <= set(fields), key
        if isinstance(criterion, model.Declaration | model.Veto):
            assert fields[criterion.field].type == "yes_no", key
    assert set(STAGES_OF_TYPE) == {choice.id for choice in fields["school_type"].choices}


def test_editions_that_are_shipped() -> None:
    known = known_editions()
    assert {"cn-qbe-2017", "cn-qbe-2017-shenyang"} <= set(known)
    assert all(info.id == key and info.name.zh and info.name.en for key, info in known.items())
    assert len(known) == len([*FOLDER.glob("*.yaml"), *FOLDER.glob("overlays/*.yaml")])
    assert all(load_edition(key).id == key for key in known)
    with pytest.raises(QbeError, match="QBE-STD-007") as caught:
        load_edition("cn-qbe-2018")
    assert "cn-qbe-2017-shenyang" in str(caught.value)
