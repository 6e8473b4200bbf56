"""The thread that derives, in the background, the rows of lists that are behind."""

import logging
import threading

from django.db import close_old_connections

from sereniv.clinic import clock
from sereniv.clinic.workflows import lists

EVERY_S = 1.0
BREATH_S = 0.05
"""Between two steps while many are behind: whoever charts or reads comes first."""

log = logging.getLogger(__name__)


class Deriving(threading.Thread):
    """Derives whoever is behind, some at a time, for as long as the home is served.

    Whoever looks at a list derives the few that changed themselves; this is for the many after a change of the rules,
    and so that at most looks nobody is behind.
    """

    def __init__(self) -> None:
        super().__init__(name="deriving", daemon=True)
        self._ending = threading.Event()

    def run(self) -> None:
        """Go on until told to end; one failed step does not end it."""
        wait_s = EVERY_S
        while not self._ending.wait(wait_s):
            wait_s = EVERY_S
            try:
                if lists.catch_up(clock.now()) >= lists.AT_ONCE:
                    wait_s = BREATH_S
            except Exception:  # whatever it was (a full disk, a damaged row), the next step is as needed as this one
                log.exception("The rows of a list could not be derived; they are tried again.")
            finally:
                close_old_connections()

    def end(self) -> None:
        """End after the step it is in."""
        self._ending.set()
        self.join(timeout=5)
