"""Reports with random damage: bytes, parts and cells changed. Each is read or refused, and nothing else ever happens.

A few hundred by default, thousands where QBE_SOAK is set or HYPOTHESIS_PROFILE is soak. What was found stands as a kind
in `tests.safety.hostile`.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from qbe_xl.assessment.run import assess_submission
from qbe_xl.forms.child import prepare, read_all
from qbe_xl.safety.guarded import Guard
from tests.paths import SAMPLES, SOAK
from tests.safety.packages import packed

ROUNDS = 6_000 if SOAK else 300
BATCH = 100
SMALL = ("structures.xlsx", "pass.xlsx", "collect/县级采集表.xlsx")
WORDS = (
    b"<", b"&", b"\0", b'"', b"<!DOCTYPE x>", b"]]>", b"r=\"XFD1048576\"", b"<v>NaN</v>", b"99999999999999999999", b"-1",
    b' t="s"', b' t="d"', b"\xff\xfe", b"</row>", b"<f>1+</f>", "１".encode(), b"_xD800_", b"</sheetData>",
)  # fmt: skip

Parts = dict[str, bytes]


def flipped(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 3, 30))):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + data[start + chance.randrange(1, 2000) :]


def doubled(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return data[: start + chance.randrange(1, 2000)] + data[start:]


def worded(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + chance.choice(WORDS) + data[start + chance.choice((0, 0, 5)) :]


def renumbered(data: bytes, chance: random.Random) -> bytes:
    """One number in the XML is another: a style, a row, a string, a value."""
    numbers = list(re.finditer(rb"\d+", data))
    if not numbers:
        return data
    hit = chance.choice(numbers)
    other = chance.choice((b"0", b"-1", b"4294967296", b"1e9", b"", str(chance.randrange(10**6)).encode()))
    return data[: hit.start()] + other + data[hit.end() :]


def untagged(data: bytes, chance: random.Random) -> bytes:
    """One tag is gone, or stands twice."""
    tags = list(re.finditer(rb"<[^>]*>", data))
    if not tags:
        return data
    hit = chance.choice(tags)
    return data[: hit.start()] + hit[0] * chance.choice((0, 2)) + data[hit.end() :]


IN_A_PART: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    flipped, cut, doubled, worded, worded, renumbered, renumbered, untagged, untagged,
)  # fmt: skip


def mutated(original: bytes, chance: random.Random) -> bytes:
    """The file with one to three things changed: in the file itself, in a part, or among the parts."""
    if chance.random() < 0.25:
        return chance.choice((flipped, cut, doubled))(original, chance)
    with zipfile.ZipFile(io.BytesIO(original)) as package:
        content: Parts = {name: package.read(name) for name in package.namelist()}
    for _ in range(chance.choice((1, 1, 2, 3))):
        name = chance.choice(list(content))
        how = chance.random()
        if how < 0.1:
            del content[name]
        elif how < 0.2:
            other = chance.choice(list(content))
            content[name], content[other] = content[other], content[name]
        elif content[name]:
            content[name] = chance.choice(IN_A_PART)(content[name], chance)
        if not content:
            break
    return packed(content, chance.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED)))


@pytest.fixture(scope="module")
def guard() -> Iterator[Guard]:
    with Guard(2, prepare=prepare) as kept:
        yield kept


def test_damaged_reports_are_read_or_refused(tmp_path: Path, guard: Guard, capsys: pytest.CaptureFixture[str]) -> None:
    originals = [(SAMPLES / name).read_bytes() for name in SMALL]
    found: Counter[str] = Counter()
    for first in range(0, ROUNDS, BATCH):
        paths = []
        for seed in range(first, min(first + BATCH, ROUNDS)):
            path = tmp_path / f"seed-{seed}.xlsx"
            path.write_bytes(mutated(originals[seed % len(originals)], random.Random(seed)))
            paths.append(path)
        for outcome in read_all(paths, None, guard):
            submission, name = outcome(), outcome.path.name  # ChildFailed: our own code broke, the worst find
            codes = [finding.code for finding in submission.findings]
            assert submission.county is not None or codes, name
            assert not {"QBE-FIL-013", "QBE-FIL-014", "QBE-FIL-015", "QBE-FIL-016"} & set(codes), (name, codes)
            assert assess_submission(submission).to_json("en").encode("utf-8"), name
            found["county" if submission.county is not None else codes[0]] += 1
            outcome.path.unlink()
    with capsys.disabled():
        print("\n" + ", ".join(f"{code} {count}" for code, count in sorted(found.items())), end="")
    assert sum(found.values()) == ROUNDS
    assert len(found) >= 4 and found["county"] > ROUNDS / 10
