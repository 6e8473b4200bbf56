"""A word of the glossary stands for one thing: one class bears it, and a word that was given up names nothing new."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

import sereniv

PACKAGE = Path(sereniv.__file__).parent
GLOSSARY = PACKAGE.parents[1] / "GLOSSARY.md"
SPOKEN = {"State", "Line", "Phase", "Standing", "House", "Waiting"}
"""Words that say nothing alone: a class bears one of them with what it is of."""

TWICE = {"Act", "Alert", "Clinic", "Count", "Phase", "Sample", "Standing"}
"""Words that two classes bear from before: parted one by one, and none is added."""

GIVEN_UP = {
    "house": "clinic for who runs the program, home for its folder, chairs and hours for what is booked",
    "strangers": "failed sign-ins",
    "heard": "what a monitor sent, what somebody told",
}
"""Words that were used for several things, each with what is written now."""

KEPT = {
    "HouseEvent", "house_events", "record_house_event", "house", "house_forms", "of_the_house", "_about_the_house",
    "unread_of_the_house", "_house", "house_to_act_on", "ThoughtsHeard", "heard_from", "_heard", "heard",
}  # fmt: skip
"""Names from before the words were given up."""


MADE_HERE = re.compile(r"^[ ]*(?P<kind>class|def|async def) (?P<name>\w+)", re.MULTILINE)
"""A class or function where it is made. Formatted sources have no other line of this kind outside a text."""


@cache
def sources() -> tuple[tuple[Path, str], ...]:
    """Return every module of the package, read once for all tests here."""
    paths = [path for path in sorted(PACKAGE.rglob("*.py")) if "migrations" not in path.parts]
    return tuple((path, path.read_text(encoding="utf-8")) for path in paths)


def classes(modules: Iterable[tuple[Path, str]]) -> dict[str, list[str]]:
    """Return where each class of the package is made, by its name."""
    found = defaultdict(list)
    for path, source in modules:
        for made in MADE_HERE.finditer(source):
            if made["kind"] == "class":
                found[made["name"]].append(path.as_posix())
    return found


def listed() -> set[str]:
    """Return the words of the glossary as a class would bear them, and those that say nothing alone."""
    rows = re.findall(r"^\| ([^|]+) \|", GLOSSARY.read_text(encoding="utf-8"), re.MULTILINE)
    parts = [re.findall(r"[A-Za-z]+", part) for row in rows for part in row.split(",")]
    return {"".join(word.capitalize() for word in part) for part in parts} | SPOKEN


def names(path: Path, source: str) -> Iterator[str]:
    """Yield the name of a module and of everything that it defines."""
    yield path.stem
    for made in MADE_HERE.finditer(source):
        yield made["name"]


def words(name: str) -> set[str]:
    """Return the words of a name in either way of writing."""
    parted = "".join(f"_{each.lower()}" if each.isupper() else each for each in name)
    return set(parted.split("_"))


def test_a_listed_word_names_one_class() -> None:
    twice = {name: places for name, places in classes(sources()).items() if len(places) > 1 and name in listed()}
    new = {name: places for name, places in twice.items() if name not in TWICE}
    assert new == {}, "say in the name which of the two it is: `GLOSSARY.md` has the words"
    assert {"Chart", "Session", "SuicideItem", "State"} <= listed()


@pytest.mark.parametrize("word", sorted(GIVEN_UP))
def test_a_word_that_was_given_up_names_nothing_new(word: str) -> None:
    found = {name for path, source in sources() for name in names(path, source) if word in words(name)}
    assert found - KEPT == set(), f"write instead: {GIVEN_UP[word]}"


def test_the_guard_sees_a_second_class_and_a_word_in_either_spelling() -> None:
    source = "class State:\n    async def beat(self) -> None: ...\n"
    assert classes(iter([(Path("a.py"), source), (Path("b.py"), source)])) == {"State": ["a.py", "b.py"]}
    assert [*names(Path("a.py"), source)] == ["a", "State", "beat"]
    assert words("HouseEvent") >= {"house", "event"}
    assert words("unread_of_the_house") >= {"house"}
