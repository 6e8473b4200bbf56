"""The one export that this server writes at a time, in the background."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.db import connections

from sereniv.clinic.exporting.writing import Told

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the export has come; `failure` says in words why the last one was not made."""

    runs: bool = False
    done: int = 0
    total: int = 0
    failure: str = ""

    @property
    def per_cent(self) -> int:
        """The share that is written."""
        return 100 * self.done // self.total if self.total else 0


class Job:
    """Writes one export at a time; whoever asks for a second meanwhile is told so."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._progress = Progress()
        self._key = ""

    @property
    def progress(self) -> Progress:
        """How far it has come."""
        return self._progress

    def start(self, key: str, make: Callable[[Told], None]) -> bool:
        """Begin in the background; False where another is being written. Asked twice under one key it is made once."""
        with self._lock:
            if self._key == key:
                return True
            if self._progress.runs:
                return False
            self._key, self._progress = key, Progress(runs=True)
        threading.Thread(target=self._run, args=(make,), name="export", daemon=True).start()
        return True

    def _run(self, make: Callable[[Told], None]) -> None:
        failure = ""
        try:
            make(self._tell)
        except Exception as error:  # whatever it was, whoever waits for it is told; its words may name somebody
            log.exception("An export could not be written.")
            failure = f"It could not be written ({type(error).__name__}). See that there is room, and try again."
        finally:
            # The thread ends here, and its connections with it.
            connections.close_all()
            self._progress = Progress(failure=failure)

    def _tell(self, done: int, total: int) -> None:
        self._progress = replace(self._progress, done=done, total=total)


job = Job()
"""The job of this server."""
