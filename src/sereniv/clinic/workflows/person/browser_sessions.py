"""What was typed and not taken lies in browsers' sessions on the server: an erasure looks there too."""

import json
from collections.abc import Collection
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

TYPED = ("kept", "_messages")
"""Parts of a browser's session in which words about people can stand: forms not taken, and sentences to be shown."""


def forget(ids: Collection[str], words: Collection[str]) -> int:
    """Drop whatever speaks of somebody by id or word from every browser's session; returns from how many."""
    changed = 0
    for row in Session.objects.all():
        content = SessionStore().decode(row.session_data)
        after = {name: _without(value, ids, words) if name in TYPED else value for name, value in content.items()}
        if after != content:
            Session.objects.filter(pk=row.pk).update(session_data=SessionStore().encode(after))
            changed += 1
    return changed


def _without(value: Any, ids: Collection[str], words: Collection[str]) -> Any:  # noqa: ANN401  whatever JSON holds
    if isinstance(value, list):
        return [each for each in value if not _speaks_of(each, ids, words)]
    return "" if _speaks_of(value, ids, words) else value


def _speaks_of(value: object, ids: Collection[str], words: Collection[str]) -> bool:
    text = json.dumps(value, ensure_ascii=False, default=str).casefold()
    return any(each in text for each in (*ids, *words))
