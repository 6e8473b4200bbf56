"""Long work of one kind that this server does in the background, one at a time: an export, an import."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.db import connections

from sereniv.therapy.recording.refusal import Malformed, Refused

log = logging.getLogger(__name__)


Told = Callable[[int, int], None]
"""Is told how much of how much is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far it has come; `failure` says in words why the last one came to nothing, `done_words` that it was done."""

    runs: bool = False
    done: int = 0
    total: int = 0
    failure: str = ""
    done_words: str = ""

    @property
    def per_cent(self) -> int:
        """The share that is done."""
        return 100 * self.done // self.total if self.total else 0


class Job:
    """Does one thing at a time; whoever asks for a second meanwhile is told so."""

    def __init__(self, name: str, *, failed: str, done: str = "") -> None:
        self._name, self._failed, self._done = name, failed, done
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
        threading.Thread(target=self._run, args=(make,), name=self._name, daemon=True).start()
        return True

    def _run(self, make: Callable[[Told], None]) -> None:
        failure = ""
        try:
            make(self._tell)
        except (Malformed, Refused) as no:
            failure = str(no)
        except Exception as error:  # whatever it was, whoever waits for it is told; its words may name somebody
            log.exception("%s failed.", self._name)
            failure = f"{self._failed} ({type(error).__name__}). See that there is room, and try again."
        finally:
            # The thread ends here, and its connections with it.
            connections.close_all()
            self._progress = Progress(failure=failure, done_words="" if failure else self._done)

    def _tell(self, done: int, total: int) -> None:
        self._progress = replace(self._progress, done=done, total=total)
