"""When a signed-in screen locks, and when its session ends, on real time alone.

A screen locks when nobody has touched it for a while, and its PIN or password opens it again; a session that nobody
touches for longer ends, and any ends for good some hours after the sign-in. All three are of the row `sign_in`.
"""

from datetime import datetime, timedelta
from typing import Any, Protocol

from django.conf import settings

from sereniv.knowledge.rows import SignInRule

NOTED_EVERY = timedelta(seconds=20)
"""A touch is noted no more often than this, so that looking around writes little."""

SIGNED_IN, TOUCHED, LOCKED = "signed_in_at", "touched_at", "locked"
PROVEN = "proven_at"
"""When whoever is signed in last showed by password or PIN that it is them."""

PROOF_HOLDS = timedelta(seconds=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)
DEVICE, BROWSER = "device", "browser"
"""Where a session was begun: the first letters of the device's id, and what the browser says of its computer."""

SETS_PASSWORD = "sets_password"  # noqa: S105  a name, not a secret
"""What a session holds that began with a first code: until its owner has set a password, it does nothing else."""


class Kept(Protocol):
    """What a session keeps; Django's sessions are no mappings by name."""

    def get(self, key: str) -> Any:  # noqa: ANN401  whatever was kept
        """Return what stands under a name, None where nothing does."""

    def __setitem__(self, key: str, value: object) -> None:
        """Keep something under a name."""


def locks_after(rule: SignInRule) -> timedelta:
    """Return after how long an untouched screen locks."""
    return timedelta(minutes=rule.locks_after_min)


def ends_untouched(rule: SignInRule) -> timedelta:
    """Return after how long a session ends that nobody touches."""
    return timedelta(minutes=rule.ends_untouched_min)


def ends_after(rule: SignInRule) -> timedelta:
    """Return after how long a session ends for good."""
    return timedelta(hours=rule.ends_after_h)


def begin(kept: Kept, real: datetime, since: str = "") -> None:
    """Note that somebody has just signed in; or, with a PIN, taken over a device on which somebody did `since` then."""
    kept[TOUCHED] = kept[PROVEN] = real.isoformat()
    kept[SIGNED_IN] = since or real.isoformat()
    kept[LOCKED] = False


def is_over(kept: Kept, real: datetime, rule: SignInRule) -> bool:
    """Say whether the session has ended for good; one without a sign-in never began."""
    return lasts(kept, real, rule) <= timedelta(0)


def is_left(kept: Kept, real: datetime, rule: SignInRule) -> bool:
    """Say whether nobody has touched the session for so long that it ends."""
    touched = kept.get(TOUCHED)
    return touched is None or real - datetime.fromisoformat(touched) >= ends_untouched(rule)


def lasts(kept: Kept, real: datetime, rule: SignInRule) -> timedelta:
    """Return for how long the session still holds, touched; nothing where it is over or never began."""
    began = kept.get(SIGNED_IN)
    left = datetime.fromisoformat(began) + ends_after(rule) - real if began is not None else timedelta(0)
    return max(left, timedelta(0))


def is_locked(kept: Kept, real: datetime, rule: SignInRule) -> bool:
    """Say whether the screen is locked: by hand, or because nobody has touched it."""
    touched = kept.get(TOUCHED)
    return bool(kept.get(LOCKED)) or touched is None or real - datetime.fromisoformat(touched) >= locks_after(rule)


def touch(kept: Kept, real: datetime, rule: SignInRule) -> None:
    """Note that somebody is there; a locked screen stays locked."""
    if not is_locked(kept, real, rule) and real - datetime.fromisoformat(kept.get(TOUCHED)) >= NOTED_EVERY:
        kept[TOUCHED] = real.isoformat()


def lock(kept: Kept) -> None:
    """Lock the screen."""
    kept[LOCKED] = True


def unlock(kept: Kept, real: datetime) -> None:
    """Open the screen again; the session ends when it would have ended."""
    kept[LOCKED] = False
    kept[TOUCHED] = kept[PROVEN] = real.isoformat()


def was_proven_lately(kept: Kept, real: datetime) -> bool:
    """Say whether whoever is signed in showed within the last minutes that it is them."""
    proven = kept.get(PROVEN)
    return proven is not None and real - datetime.fromisoformat(proven) < PROOF_HOLDS
