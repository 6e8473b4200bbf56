"""How a name sounds whose bearers spell it in Latin letters in more than one way: Yekaterina and Ekaterina are one.

Each passport office, each decade and each language has its own table for Cyrillic letters. What the tables write
otherwise is written in one way here; it serves to ask whether somebody is meant, and never to say so.
"""

import re
from functools import lru_cache

MARK = "~"
"""Stands before each letter of a name as it sounds: nobody types it, so that no other search meets these letters."""

_IN_ONE_WAY = (
    (re.compile(r"shch|schtsch|stsch|sch|sh"), "s"),
    (re.compile(r"tsch|tch|kh|ch"), "h"),
    (re.compile(r"zh"), "z"),
    (re.compile(r"t[sz](?=[aeiouvw])"), "z"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"ck|c|q"), "k"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"w"), "v"),
    (re.compile(r"(?<=[eo])f+(?=$|\s)"), "v"),  # Petroff, Petrof and Petrov
    (re.compile(r"oo|ou"), "u"),
    (re.compile(r"[yij]+o"), "e"),  # Semyon and Semen, Fyodor and Fedor
    (re.compile(r"[yij]+(?=[aeu])"), ""),  # Yekaterina, Iurii, Natalya, Marija
    (re.compile(r"[yj]"), "i"),
    (re.compile(r"ndr(?=$|\s)"), "nder"),  # Aleksandr and Alexander
    (re.compile(r"([a-z])\1+"), r"\1"),
)
"""What is written otherwise by other tables, in the order in which it is read."""


@lru_cache(maxsize=1 << 16)
def as_it_sounds(folded: str) -> str:
    """Return a folded name with each letter that tables write otherwise written in one way, words apart by a space."""
    for otherwise, one_way in _IN_ONE_WAY:
        folded = otherwise.sub(one_way, folded)
    return folded.strip()


def marked(sound: str) -> str:
    """Return the words of a name as it sounds with the mark before each letter, as they stand among what is sought."""
    return " ".join("".join(f"{MARK}{letter}" for letter in word) for word in sound.split())
