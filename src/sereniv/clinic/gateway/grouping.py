"""One thread that keeps what comes through a door, in groups: the disk is asked once for all that waits.

An answer leaves when what it answers is committed, and not before: whoever hears nothing sends the same again. What
waits while one group is being committed is the next one.
"""

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import close_old_connections

ItemT = TypeVar("ItemT")
AnswerT = TypeVar("AnswerT")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TakenIn(Generic[ItemT, AnswerT]):
    """Things that came at once, and where the answer to each is told."""

    items: Sequence[ItemT]
    kept: "Future[list[AnswerT]]"


class Grouping(threading.Thread, Generic[ItemT, AnswerT]):
    """Keeps things in groups of at most `most`; `keep` commits one group and answers each thing in its place."""

    def __init__(self, name: str, keep: Callable[[Sequence[ItemT]], Sequence[AnswerT]], most: int) -> None:
        super().__init__(name=name, daemon=True)
        self._keep, self._most = keep, most
        self._waiting: queue.SimpleQueue[TakenIn[ItemT, AnswerT] | None] = queue.SimpleQueue()

    def keep(self, items: Sequence[ItemT]) -> "Future[list[AnswerT]]":
        """Take things in; the answer comes when they are committed, or why they could not be."""
        waiting: TakenIn[ItemT, AnswerT] = TakenIn(items, Future())
        self._waiting.put(waiting)
        return waiting.kept

    def run(self) -> None:
        """Commit group after group until told to end; what was taken in before is still committed."""
        ended = False
        while not ended:
            group, ended = self._next_group()
            if group:
                self.commit(group)
                close_old_connections()

    def end(self) -> None:
        """End after what was taken in."""
        self._waiting.put(None)
        self.join(timeout=5)

    def _next_group(self) -> tuple[list[TakenIn[ItemT, AnswerT]], bool]:
        """Wait for something, and take with it all that waits by then."""
        group: list[TakenIn[ItemT, AnswerT]] = []
        each = self._waiting.get()
        while each is not None:
            group.append(each)
            if sum(len(waiting.items) for waiting in group) >= self._most:
                return group, False
            try:
                each = self._waiting.get_nowait()
            except queue.Empty:
                return group, False
        return group, True

    def commit(self, group: Sequence[TakenIn[ItemT, AnswerT]]) -> None:
        """Keep one group and tell each of it."""
        try:
            answers = iter(self._keep([each for waiting in group for each in waiting.items]))
            found = [[next(answers) for _ in waiting.items] for waiting in group]
        except Exception as error:  # whatever it was (a full disk), nothing of the group is kept and each is told so
            log.exception("What devices sent could not be kept; they send it again.")
            for waiting in group:
                waiting.kept.set_exception(error)
            return
        for waiting, said in zip(group, found, strict=True):
            waiting.kept.set_result(said)
