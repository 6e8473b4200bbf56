"""Which screens listen just now: what each said of itself the last time it asked, kept in this process alone."""

import threading
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sereniv.knowledge import knowledge

EVERY_CHAIR = "board"
"""What a screen listens to that shows all chairs."""

MOST_SCREENS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One open page: who is signed in there, to which session it listens, and whether it can make a sound."""

    who: str
    listens_to: str = ""
    sounds: bool = False
    at: datetime


_screens: dict[str, Screen] = {}
_held = threading.Lock()


def note(name: str, screen: Screen) -> None:
    """Keep what a screen said of itself; one that says nothing any more is forgotten."""
    with _held:
        _screens[name] = screen
        if len(_screens) > MOST_SCREENS:
            del _screens[min(_screens, key=lambda each: _screens[each].at)]


def forget() -> None:
    """Forget every screen."""
    with _held:
        _screens.clear()


def _open(real: datetime) -> list[Screen]:
    within = timedelta(seconds=knowledge().reaching.listens_within_s)
    with _held:
        gone = [name for name, each in _screens.items() if real - each.at > within]
        for name in gone:
            del _screens[name]
        return list(_screens.values())


def hear(real: datetime) -> frozenset[str]:
    """Return who is signed in at a screen that makes a sound."""
    return frozenset(each.who for each in _open(real) if each.sounds)


def unheard(sessions: Collection[str], real: datetime) -> tuple[str, ...]:
    """Return those sessions to which no screen listens that makes a sound."""
    heard = {each.listens_to for each in _open(real) if each.sounds}
    return tuple(each for each in sessions if not heard & {each, EVERY_CHAIR})
