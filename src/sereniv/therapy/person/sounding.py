"""Whom a name may mean that is spelt by another table of letters than the one registered."""

from sereniv.therapy.person.names import SHORTEST_TELLING, Identity, loosened, sought
from sereniv.therapy.person.romanised import latin_spellings
from sereniv.therapy.person.spoken import MARK, as_it_sounds, marked


def sounds_sought(name: str) -> tuple[tuple[str, ...], ...]:
    """Return by which marked words somebody is looked for whose name is spelt otherwise: all of those of one spelling.

    A word of two letters sounds like too many.
    """
    found = (tuple(marked(as_it_sounds(loosened(each))).split()) for each in latin_spellings(name))
    return tuple(dict.fromkeys(each for each in found if len(each) > 1 and all(map(_is_telling, each))))


def _is_telling(marked_word: str) -> bool:
    return marked_word.count(MARK) >= SHORTEST_TELLING


def sounds_like(who: Identity, name: str) -> bool:
    """Say whether somebody is meant by every word of a name as it sounds: only a question follows."""
    known = {word for line in sought(who.name).split("\n") for word in line.split() if MARK in word}
    return any(known.issuperset(words) for words in sounds_sought(name))
