"""Opens a home as the server does, derives its lists, and says what they and some pages show; may be killed.

    python -m tests.durability.upgraded HOME [STATEMENTS]

After so many statements of the database it is killed, wherever it is by then: in a migration, in a transaction or
between.
"""

import hashlib
import json
import os
import re
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from sereniv.cli import serve
from sereniv.clinic import home as homes

AN_HOUR_LATER = datetime(2026, 11, 29, 18, 30, tzinfo=UTC)
"""Than the home was left: every start shows the same moment."""

ALWAYS_ANOTHER = re.compile(
    rb"""X-CSRFToken": "[^"]*"|nonce="[^"]*"|data-head-\w+="[^"]*"|"""
    rb"""name="(csrfmiddlewaretoken|key|seen)" value="[^"]*\""""
)
"""What a page draws anew each time; the ledger's head too: a start that was killed leaves its own entries behind it."""
PAGES = {
    "nurse": ("/today/", "/", "/safety/", "/people/", "/calendar/", "/stock/"),
    "prescriber": ("/today/",),
    "coordinator": ("/today/",),
    "director": ("/outcomes/", "/side-effects/", "/deviations/"),
}


def die_after(statements: int) -> None:
    """Let this process be killed before the statement that follows so many."""
    from sereniv.clinic.records.sqlite.base import QueueingCursor

    left = [statements]
    plain = QueueingCursor.execute

    def counted(self: QueueingCursor, query: str, params: object = None) -> object:
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return plain(self, query, params)  # type: ignore[arg-type]

    QueueingCursor.execute = counted  # type: ignore[assignment,method-assign]


def main(arguments: Sequence[str]) -> None:
    """Open, derive, and print."""
    home = homes.open_home(Path(arguments[0]))
    lock = home.lock()
    serve.configure(home)
    if len(arguments) > 1:
        die_after(int(arguments[1]))
    serve.prepare(home, lock)
    import sereniv.clinic.urls  # noqa: F401  every list registers itself
    from sereniv.clinic import clock
    from sereniv.clinic.workflows.shell import lists

    ticking = clock.clock()
    assert isinstance(ticking, clock.InjectedClock)
    ticking.freeze_at(AN_HOUR_LATER)
    while lists.never_derived() or lists.catch_up(AN_HOUR_LATER):
        lists.catch_up(AN_HOUR_LATER)
    print(json.dumps(shown()))


def shown() -> dict[str, object]:
    """Return the kept rows, and a digest of each page as one of its readers sees it."""
    from django.conf import settings
    from django.test import Client

    from sereniv.clinic.accounts.models import Staff
    from sereniv.clinic.records.models import ListedRow

    settings.ALLOWED_HOSTS.append("testserver")
    fields = ("list", "person_id", "topic", "place", "presses", "not_for", "content")
    rows = sorted(json.dumps(row, default=str, sort_keys=True) for row in ListedRow.objects.values_list(*fields))
    pages = {}
    for who, paths in PAGES.items():
        client = Client()
        client.force_login(Staff.objects.get(username=who), backend="django.contrib.auth.backends.ModelBackend")
        for path in paths:
            answer = client.get(path)
            assert answer.status_code == 200, path
            pages[f"{who} {path}"] = hashlib.sha256(ALWAYS_ANOTHER.sub(b"", answer.content)).hexdigest()
    return {"rows": rows, "pages": pages}


if __name__ == "__main__":
    main(sys.argv[1:])
