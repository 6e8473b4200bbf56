"""The thread that derives, in the background, the rows of lists that are behind."""

import logging
import threading
from collections.abc import Callable

from django.db import close_old_connections

from sereniv.clinic import clock
from sereniv.clinic.workflows.shell import lists

EVERY_S = 1.0
BREATH_S = 0.05
"""Between two steps while many are behind: whoever charts or reads comes first."""

FEW_ROWS = 200
"""So many rows are derived for the first time without a word."""

log = logging.getLogger(__name__)


class Progress:
    """Tells whoever started the server how far the first reading of everybody has come, in tenths."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._most = 0
        self._told = -1

    def left(self, rows: int) -> None:
        """Note how many rows were never derived yet; of few nothing is said."""
        self._most = max(self._most, rows)
        tenths = 10 * (self._most - rows) // self._most if self._most else 10
        if self._most > FEW_ROWS and tenths > self._told:
            self._told = tenths
            done = "done." if not rows else "until then each list says how many are missing."
            self._tell(f"Reading everybody's record for the lists: {10 * tenths} %, {done}")


class Deriving(threading.Thread):
    """Derives whoever is behind, some at a time, for as long as the home is served.

    Whoever looks at a list derives the few that changed themselves; this is for the many after a change of the rules,
    and so that at most looks nobody is behind.
    """

    def __init__(self, tell: Callable[[str], None] = log.info) -> None:
        super().__init__(name="deriving", daemon=True)
        self._ending = threading.Event()
        self._progress = Progress(tell)

    def run(self) -> None:
        """Go on until told to end; one failed step does not end it."""
        wait_s = EVERY_S
        while not self._ending.wait(wait_s):
            wait_s = EVERY_S
            try:
                if lists.catch_up(clock.now()) >= lists.AT_ONCE:
                    wait_s = BREATH_S
                self._progress.left(lists.never_derived())
            except Exception:  # whatever it was (a full disk, a damaged row), the next step is as needed as this one
                log.exception("The rows of a list could not be derived; they are tried again.")
            finally:
                close_old_connections()

    def end(self) -> None:
        """End after the step it is in."""
        self._ending.set()
        self.join(timeout=5)
