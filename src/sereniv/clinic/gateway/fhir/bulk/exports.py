"""The exports that this server is writing: one at a time, each in the background, called off when its app says so."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import connections

from sereniv.clinic.gateway.fhir.bulk import writing
from sereniv.clinic.home import Home
from sereniv.clinic.records import bulk_files
from sereniv.exchange.fhir.bulk import Wanted
from sereniv.exchange.fhir.written import Element

LONGEST_REST_S = 2.0
MOST_OF_AN_APP = 2
"""Exports of one app that may wait or be written at a time; more are asked for later."""

log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Export:
    """One export in the making: whose, how far it is, and whether it was called off."""

    app: str
    done: int = 0
    total: int = 0
    called_off: threading.Event = field(default_factory=threading.Event)

    @property
    def words(self) -> str:
        """Say how far it is."""
        return f"{self.done} of {self.total} people" if self.total else "waits for its turn"

    def tell(self, done: int, total: int) -> None:
        """Note how far it is."""
        self.done, self.total = done, total


_making: dict[str, Export] = {}
_guard = threading.Lock()
_turn = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An export to be written: into which folder, what, by whom it is read, and the manifest of what there is."""

    home: Home
    key: str
    wanted: Wanted
    recorder: str
    manifest: Callable[[dict[str, int]], Element]


def is_one_too_many(app: str) -> bool:
    """Say whether an app has as many exports in the making as it may."""
    with _guard:
        return sum(each.app == app for each in _making.values()) >= MOST_OF_AN_APP


def in_the_making(key: str) -> Export | None:
    """Return an export that is being written or waits for its turn; None where it is neither."""
    return _making.get(key)


def start(order: Order, app: str) -> None:
    """Begin to write in the background."""
    export = Export(app=app)
    with _guard:
        _making[order.key] = export
    threading.Thread(target=_run, args=(order, export), name=f"bulk-{order.key[:8]}", daemon=True).start()


def call_off(key: str) -> None:
    """Call an export off, where it is being written."""
    export = _making.get(key)
    if export is not None:
        export.called_off.set()


def _run(order: Order, export: Export) -> None:
    try:
        with _turn:
            make(order, export, _resting(export))
    finally:
        with _guard:
            _making.pop(order.key, None)
        # The thread ends here, and its connections with it.
        connections.close_all()


def make(order: Order, export: Export, rest: Callable[[], None]) -> None:
    """Write an export whole, or leave nothing of it but that it failed."""
    folder = bulk_files.folder_of(order.home, order.key)
    if folder is None or export.called_off.is_set():
        bulk_files.drop(order.home, order.key)
        return
    pace = writing.Pace(told=export.tell, is_called_off=export.called_off.is_set, rest=rest)
    try:
        counts = writing.write(folder, order.wanted, order.recorder, pace)
        bulk_files.finish(order.home, order.key, order.manifest(counts))
    except writing.Ended:
        bulk_files.drop(order.home, order.key)
    except Exception:  # a thread that ends by an exception is noticed by nobody: its app is told that it failed
        # Where its folder is gone somebody was erased, or it was called off.
        if bulk_files.folder_of(order.home, order.key) is not None:
            log.exception("An export in bulk failed.")


def _resting(export: Export) -> Callable[[], None]:
    """Return what rests as long as was worked since it last did, so that an export takes half a processor at most."""
    since = [time.monotonic()]

    def rest() -> None:
        export.called_off.wait(min(LONGEST_REST_S, time.monotonic() - since[0]))
        since[0] = time.monotonic()

    return rest
